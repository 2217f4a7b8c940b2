package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Group;
import io.quorate.etcdctl.auth.AuthGroup;
import io.quorate.etcdctl.auth.RoleGroup;
import io.quorate.etcdctl.auth.UserGroup;
import io.quorate.etcdctl.check.CheckGroup;
import io.quorate.etcdctl.concurrency.Elect;
import io.quorate.etcdctl.concurrency.Lock;
import io.quorate.etcdctl.endpoint.EndpointGroup;
import io.quorate.etcdctl.kv.Compaction;
import io.quorate.etcdctl.kv.Del;
import io.quorate.etcdctl.kv.Get;
import io.quorate.etcdctl.kv.Put;
import io.quorate.etcdctl.kv.Txn;
import io.quorate.etcdctl.lease.LeaseGroup;
import io.quorate.etcdctl.maintenance.AlarmGroup;
import io.quorate.etcdctl.maintenance.Defrag;
import io.quorate.etcdctl.maintenance.MoveLeader;
import io.quorate.etcdctl.maintenance.SnapshotGroup;
import io.quorate.etcdctl.member.MemberGroup;
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
          "help");

  private final Invocation invocation;

  Etcdctl(Invocation invocation) {
    super("etcdctl", "The command line client of etcd 3", invocation.global().all());
    this.invocation = invocation;
  }

  @Override
  public List<String> subcommands() {
    return COMMANDS;
  }

  @Override
  public Command subcommand(String name) {
    return switch (name) {
      case "alarm" -> new AlarmGroup(invocation);
      case "auth" -> new AuthGroup(invocation);
      case "check" -> new CheckGroup(invocation);
      case "compaction" -> new Compaction(invocation);
      case "defrag" -> new Defrag(invocation);
      case "del" -> new Del(invocation);
      case "elect" -> new Elect(invocation);
      case "endpoint" -> new EndpointGroup(invocation);
      case "get" -> new Get(invocation);
      case "help" -> new HelpCommand(invocation);
      case "lease" -> new LeaseGroup(invocation);
      case "lock" -> new Lock(invocation);
      case "make-mirror" -> new MakeMirror(invocation);
      case "member" -> new MemberGroup(invocation);
      case "move-leader" -> new MoveLeader(invocation);
      case "put" -> new Put(invocation);
      case "role" -> new RoleGroup(invocation);
      case "snapshot" -> new SnapshotGroup(invocation);
      case "txn" -> new Txn(invocation);
      case "user" -> new UserGroup(invocation);
      case "version" -> new VersionCommand(invocation);
      case "watch" -> new Watch(invocation);
      default -> throw new AssertionError(name);
    };
  }
}
