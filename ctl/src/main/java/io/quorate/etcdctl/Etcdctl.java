package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.cli.command.Group;
import io.quorate.cli.completion.CompleteCommand;
import io.quorate.cli.completion.CompletionCommand;
import io.quorate.etcdctl.auth.AuthDisable;
import io.quorate.etcdctl.auth.AuthEnable;
import io.quorate.etcdctl.auth.AuthStatus;
import io.quorate.etcdctl.auth.GrantPermission;
import io.quorate.etcdctl.auth.RevokePermission;
import io.quorate.etcdctl.auth.RoleAdd;
import io.quorate.etcdctl.auth.RoleDelete;
import io.quorate.etcdctl.auth.RoleGet;
import io.quorate.etcdctl.auth.RoleList;
import io.quorate.etcdctl.auth.UserAdd;
import io.quorate.etcdctl.auth.UserDelete;
import io.quorate.etcdctl.auth.UserGet;
import io.quorate.etcdctl.auth.UserList;
import io.quorate.etcdctl.auth.UserPasswd;
import io.quorate.etcdctl.auth.UserRole;
import io.quorate.etcdctl.check.Datascale;
import io.quorate.etcdctl.check.Perf;
import io.quorate.etcdctl.concurrency.Elect;
import io.quorate.etcdctl.concurrency.Lock;
import io.quorate.etcdctl.endpoint.HashKv;
import io.quorate.etcdctl.endpoint.Health;
import io.quorate.etcdctl.endpoint.Status;
import io.quorate.etcdctl.kv.Compaction;
import io.quorate.etcdctl.kv.Del;
import io.quorate.etcdctl.kv.Get;
import io.quorate.etcdctl.kv.Put;
import io.quorate.etcdctl.kv.Txn;
import io.quorate.etcdctl.lease.Grant;
import io.quorate.etcdctl.lease.KeepAliveCommand;
import io.quorate.etcdctl.lease.ListCommand;
import io.quorate.etcdctl.lease.Revoke;
import io.quorate.etcdctl.lease.TimeToLive;
import io.quorate.etcdctl.maintenance.AlarmDisarm;
import io.quorate.etcdctl.maintenance.AlarmList;
import io.quorate.etcdctl.maintenance.Defrag;
import io.quorate.etcdctl.maintenance.Downgrade;
import io.quorate.etcdctl.maintenance.MoveLeader;
import io.quorate.etcdctl.maintenance.SnapshotSave;
import io.quorate.etcdctl.member.Add;
import io.quorate.etcdctl.member.MemberById;
import io.quorate.etcdctl.member.MemberList;
import io.quorate.etcdctl.member.Update;
import io.quorate.etcdctl.mirror.MakeMirror;
import io.quorate.etcdctl.watch.Watch;
import java.util.List;

/** The root of all commands. A new command has one line in each of the two lists. */
final class Etcdctl extends Group {
  /** In the original's order, in which it also suggests them; help pages sort them. */
  private static final List<String> COMMANDS =
      List.of(
          "get",
          "put",
          "del",
          "txn",
          "compaction",
          "alarm",
          "defrag",
          "endpoint",
          "move-leader",
          "watch",
          "version",
          "lease",
          "member",
          "snapshot",
          "make-mirror",
          "lock",
          "elect",
          "auth",
          "user",
          "role",
          "check",
          "completion",
          "downgrade",
          "help");

  private final Invocation invocation;
  private final Flags ofEndpoints = new Flags();
  private final Flag.Bool cluster =
      ofEndpoints.bool("cluster", false, "ask all members of the cluster");

  Etcdctl(Invocation invocation) {
    super("etcdctl", "The command line client of etcd 3", invocation.global().all());
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public List<String> hiddenSubcommands() {
    return List.of(CompleteCommand.NAME, CompleteCommand.NAME_WITHOUT_DESCRIPTIONS);
  }

  private Command complete(boolean describes) {
    Command root = new Etcdctl(invocation);
    return new CompleteCommand(root, describes, invocation.out(), invocation.err());
  }

  /** Makes a command, of a group too: {@code get}, {@code member add}. */
  @Override
  public Command subcommand(String path) {
    return switch (path) {
      case "alarm" ->
          new Subcommands(
              this, "alarm <subcommand>", "Shows and lowers alarms", List.of("disarm", "list"));
      case "alarm disarm" -> new AlarmDisarm(invocation);
      case "alarm list" -> new AlarmList(invocation);
      case "auth" ->
          new Subcommands(
              this,
              "auth <enable or disable>",
              "Turns authentication on and off",
              List.of("disable", "enable", "status"));
      case "auth disable" -> new AuthDisable(invocation);
      case "auth enable" -> new AuthEnable(invocation);
      case "auth status" -> new AuthStatus(invocation);
      case "check" ->
          new Subcommands(
              this,
              "check <subcommand>",
              "Tries out what the cluster can carry",
              List.of("datascale", "perf"));
      case "check datascale" -> new Datascale(invocation);
      case "check perf" -> new Perf(invocation);
      case "completion" -> new CompletionCommand(name(), invocation.out());
      case CompleteCommand.NAME -> complete(true);
      case CompleteCommand.NAME_WITHOUT_DESCRIPTIONS -> complete(false);
      case "compaction" -> new Compaction(invocation);
      case "defrag" -> new Defrag(invocation);
      case "del" -> new Del(invocation);
      case "downgrade" ->
          new Subcommands(
              this,
              "downgrade <TARGET_VERSION>",
              "Takes the cluster back to an older version",
              List.of("cancel", "enable", "validate"));
      case "downgrade cancel" -> Downgrade.cancel(invocation);
      case "downgrade enable" -> Downgrade.enable(invocation);
      case "downgrade validate" -> Downgrade.validate(invocation);
      case "elect" -> new Elect(invocation);
      case "endpoint" ->
          new Subcommands(
              this,
              "endpoint <subcommand>",
              "Asks members about themselves",
              List.of("hashkv", "health", "status"),
              ofEndpoints,
              "");
      case "endpoint hashkv" -> new HashKv(invocation, cluster);
      case "endpoint health" -> new Health(invocation, cluster);
      case "endpoint status" -> new Status(invocation, cluster);
      case "get" -> new Get(invocation);
      case "help" -> new HelpCommand(invocation);
      case "lease" ->
          new Subcommands(
              this,
              "lease <subcommand>",
              "Commands for leases",
              List.of("grant", "keep-alive", "list", "revoke", "timetolive"));
      case "lease grant" -> new Grant(invocation);
      case "lease keep-alive" -> new KeepAliveCommand(invocation);
      case "lease list" -> new ListCommand(invocation);
      case "lease revoke" -> new Revoke(invocation);
      case "lease timetolive" -> new TimeToLive(invocation);
      case "lock" -> new Lock(invocation);
      case "make-mirror" -> new MakeMirror(invocation);
      case "member" ->
          new Subcommands(
              this,
              "member <subcommand>",
              "Shows and changes who is in the cluster",
              List.of("add", "list", "promote", "remove", "update"));
      case "member add" -> new Add(invocation);
      case "member list" -> new MemberList(invocation);
      case "member promote" -> MemberById.promote(invocation);
      case "member remove" -> MemberById.remove(invocation);
      case "member update" -> new Update(invocation);
      case "move-leader" -> new MoveLeader(invocation);
      case "put" -> new Put(invocation);
      case "role" ->
          new Subcommands(
              this,
              "role <subcommand>",
              "Shows and changes roles and what they may do",
              List.of("add", "delete", "get", "grant-permission", "list", "revoke-permission"));
      case "role add" -> new RoleAdd(invocation);
      case "role delete" -> new RoleDelete(invocation);
      case "role get" -> new RoleGet(invocation);
      case "role grant-permission" -> new GrantPermission(invocation);
      case "role list" -> new RoleList(invocation);
      case "role revoke-permission" -> new RevokePermission(invocation);
      case "snapshot" ->
          new Subcommands(
              this,
              "snapshot <subcommand>",
              "Saves the database of a member",
              List.of("save"),
              new Flags(),
              SnapshotSave.EXAMPLES);
      case "snapshot save" -> new SnapshotSave(invocation);
      case "txn" -> new Txn(invocation);
      case "user" ->
          new Subcommands(
              this,
              "user <subcommand>",
              "Shows and changes users",
              List.of("add", "delete", "get", "grant-role", "list", "passwd", "revoke-role"));
      case "user add" -> new UserAdd(invocation);
      case "user delete" -> new UserDelete(invocation);
      case "user get" -> new UserGet(invocation);
      case "user grant-role" -> UserRole.grant(invocation);
      case "user list" -> new UserList(invocation);
      case "user passwd" -> new UserPasswd(invocation);
      case "user revoke-role" -> UserRole.revoke(invocation);
      case "version" -> new VersionCommand(invocation);
      case "watch" -> new Watch(invocation);
      default -> throw new AssertionError(path);
    };
  }
}
