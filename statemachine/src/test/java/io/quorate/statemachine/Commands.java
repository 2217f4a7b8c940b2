package io.quorate.statemachine;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.request.Alarm;
import io.quorate.statemachine.request.AuthRequest.Kind;
import io.quorate.statemachine.request.ClusterMemberAttrSet;
import io.quorate.statemachine.request.ClusterVersionSet;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.DowngradeInfoSet;
import io.quorate.statemachine.request.LeaseCheckpoint;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.Permission;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Txn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The commands of transcripts.
 *
 * <pre>
 * put KEY VALUE [lease=N] [prev] [ignore_value] [ignore_lease]
 * get KEY [END] [rev=N] [limit=N] [sort=ORDER:TARGET] [keys] [count] [min_mod=N] …
 * del KEY [END] [prev]
 * txn [if TARGET KEY [..END] =|!=|&lt;|> OPERAND]… [then OP, OP…] [else OP…]     an OP may be [ if … then … ]
 * compact N     grant ID TTL     revoke ID     checkpoint ID SECONDS     lease ID
 * alarm get|activate|deactivate MEMBER TYPE
 * version V     downgrade V|cancel     attributes ID NAME URL
 * add ID URL [learner]     promote ID     update ID URL     remove ID     members
 * auth enable|disable|status     login NAME PREFIX
 * user list|add|delete|get|password NAME [HASH]     user grant|revoke NAME ROLE
 * role list|add|delete|get NAME     role permit NAME TYPE KEY [END]     role forbid NAME KEY [END]
 * as NAME[@N] COMMAND          N: the auth revision it was identified at, instead of now's
 * commit     restart
 * </pre>
 *
 * {@code ''} is the empty text, {@code 00} one zero byte.
 */
final class Commands {
  private static final Map<String, Compare.CompareTarget> TARGETS =
      Map.of(
          "version", Compare.CompareTarget.VERSION,
          "create", Compare.CompareTarget.CREATE,
          "mod", Compare.CompareTarget.MOD,
          "value", Compare.CompareTarget.VALUE,
          "lease", Compare.CompareTarget.LEASE);
  private static final Map<String, Compare.CompareResult> RESULTS =
      Map.of(
          "=", Compare.CompareResult.EQUAL,
          ">", Compare.CompareResult.GREATER,
          "<", Compare.CompareResult.LESS,
          "!=", Compare.CompareResult.NOT_EQUAL);

  private Machine machine;
  private Identity caller = Identity.NONE;

  Commands(Machine machine) {
    this.machine = machine;
  }

  Machine machine() {
    return machine;
  }

  /** Runs one line; what it answers. */
  String run(String line) {
    Words words = new Words(line);
    String command = words.next();
    return switch (command) {
      case "put" -> apply(Put.FIELD, put(words).toByteArray());
      case "get" -> apply(Range.FIELD, get(words).toByteArray());
      case "del" -> apply(DeleteRange.FIELD, delete(words).toByteArray());
      case "txn" -> apply(Txn.FIELD, txn(words).toByteArray());
      case "unawaited" -> {
        words.next();
        yield Rendering.of(machine.apply(Txn.FIELD, txn(words).toByteArray(), false));
      }
      case "compact" ->
          apply(
              Compaction.FIELD,
              CompactionRequest.newBuilder().setRevision(words.number()).build().toByteArray());
      case "grant" -> {
        long id = words.number();
        yield apply(LeaseGrant.FIELD, new LeaseGrant(words.number(), id).encode());
      }
      case "revoke" -> apply(LeaseRevoke.FIELD, new LeaseRevoke(words.number()).encode());
      case "checkpoint" ->
          apply(
              LeaseCheckpoint.FIELD,
              new LeaseCheckpoint(
                      List.of(new LeaseCheckpoint.Remaining(words.number(), words.number())))
                  .encode());
      case "lease" -> lease(words.number());
      case "alarm" -> {
        int action =
            switch (words.next()) {
              case "get" -> 0;
              case "activate" -> 1;
              case "deactivate" -> 2;
              default -> 9;
            };
        yield apply(Alarm.FIELD, new Alarm(action, words.number(), (int) words.number()).encode());
      }
      case "version" ->
          apply(ClusterVersionSet.FIELD, new ClusterVersionSet(words.next()).encode());
      case "downgrade" -> {
        String target = words.next();
        boolean enabled = !target.equals("cancel");
        yield apply(
            DowngradeInfoSet.FIELD, new DowngradeInfoSet(enabled, enabled ? target : "").encode());
      }
      case "attributes" ->
          apply(
              ClusterMemberAttrSet.FIELD,
              new ClusterMemberAttrSet(words.number(), words.next(), List.of(words.next()))
                  .encode());
      case "add" -> {
        long id = words.number();
        List<String> urls = List.of(words.next().split(","));
        boolean learner = words.has("learner");
        yield change(
            learner ? ConfChangeType.ADD_LEARNER_NODE : ConfChangeType.ADD_NODE,
            id,
            utf8(Member.of(id, urls, learner).toJson()));
      }
      case "promote" -> {
        long id = words.number();
        yield change(ConfChangeType.ADD_NODE, id, Member.Context.promotion(id));
      }
      case "update" -> {
        long id = words.number();
        yield change(
            ConfChangeType.UPDATE_NODE,
            id,
            utf8(Member.of(id, List.of(words.next()), false).toJson()));
      }
      case "remove" ->
          Rendering.of(
              machine.apply(new ConfChange(1, ConfChangeType.REMOVE_NODE, words.number(), null)));
      case "members" -> members();
      case "as" -> as(line);
      case "auth", "user", "role", "login" -> auth(command, words);
      case "commit" -> {
        machine.commit();
        yield "ok";
      }
      case "restart" -> {
        machine.commit();
        machine = machine.restart();
        yield "rev " + machine.state.stores().mvcc().revision();
      }
      case "compacted" -> {
        machine.commit();
        yield String.valueOf(machine.state.stores().mvcc().compactedRevision());
      }
      default -> throw new AssertionError("no command " + command);
    };
  }

  private String apply(int field, byte[] body) {
    return Rendering.of(machine.apply(caller, field, body, true));
  }

  private String as(String line) {
    String[] parts = line.split(" ", 3);
    String[] name = parts[1].split("@");
    long revision =
        name.length > 1 ? Long.parseLong(name[1]) : machine.state.stores().auth().revision();
    caller = new Identity(name[0].equals("nobody") ? "" : name[0], revision);
    try {
      return run(parts[2]);
    } finally {
      caller = Identity.NONE;
    }
  }

  private String auth(String noun, Words words) {
    String verb = noun.equals("login") ? "" : words.next();
    String name = words.more() ? words.name() : "";
    return switch (noun + " " + verb) {
      case "auth enable" -> apply(Kind.AUTH_ENABLE, new ProtoWriter());
      case "auth disable" -> apply(Kind.AUTH_DISABLE, new ProtoWriter());
      case "auth status" -> apply(Kind.AUTH_STATUS, new ProtoWriter());
      case "login " ->
          apply(Kind.AUTHENTICATE, new ProtoWriter().text(1, name).text(3, words.next()));
      case "user list" -> apply(Kind.USER_LIST, new ProtoWriter());
      case "user add" -> {
        String hash = words.more() ? words.next() : "";
        boolean bare = hash.equals("nopassword");
        yield apply(
            Kind.USER_ADD,
            new ProtoWriter()
                .text(1, name)
                .message(3, new ProtoWriter().bool(1, bare))
                .text(4, bare ? "" : hash));
      }
      case "user delete" -> apply(Kind.USER_DELETE, new ProtoWriter().text(1, name));
      case "user get" -> apply(Kind.USER_GET, new ProtoWriter().text(1, name));
      case "user password" ->
          apply(Kind.USER_CHANGE_PASSWORD, new ProtoWriter().text(1, name).text(3, words.next()));
      case "user grant" ->
          apply(Kind.USER_GRANT_ROLE, new ProtoWriter().text(1, name).text(2, words.next()));
      case "user revoke" ->
          apply(Kind.USER_REVOKE_ROLE, new ProtoWriter().text(1, name).text(2, words.next()));
      case "role list" -> apply(Kind.ROLE_LIST, new ProtoWriter());
      case "role add" -> apply(Kind.ROLE_ADD, new ProtoWriter().text(1, name));
      case "role delete" -> apply(Kind.ROLE_DELETE, new ProtoWriter().text(1, name));
      case "role get" -> apply(Kind.ROLE_GET, new ProtoWriter().text(1, name));
      case "role permit" -> {
        ProtoWriter request = new ProtoWriter().text(1, name);
        if (words.more()) {
          int type = List.of("read", "write", "readwrite").indexOf(words.next());
          byte[] key = words.bytes().toByteArray();
          byte[] end = words.more() ? words.bytes().toByteArray() : new byte[0];
          request.message(2, new Permission(type, key, end).encode());
        }
        yield apply(Kind.ROLE_GRANT_PERMISSION, request);
      }
      case "role forbid" -> {
        ProtoWriter request = new ProtoWriter().text(1, name).bytes(2, words.bytes().toByteArray());
        yield apply(
            Kind.ROLE_REVOKE_PERMISSION,
            words.more() ? request.bytes(3, words.bytes().toByteArray()) : request);
      }
      default -> throw new AssertionError("no command " + noun + " " + verb);
    };
  }

  private String apply(Kind kind, ProtoWriter body) {
    return apply(kind.field(), body.toByteArray());
  }

  private String change(ConfChangeType type, long id, byte[] context) {
    return Rendering.of(machine.apply(new ConfChange(1, type, id, context)));
  }

  private String lease(long id) {
    return machine
        .state
        .stores()
        .lessor()
        .lease(id)
        .map(lease ->
            "ttl "
                + lease.ttlSeconds()
                + " remaining "
                + lease.remainingTtlSeconds()
                + " keys "
                + keys(lease))
        .orElse("none");
  }

  private List<String> keys(Lease lease) {
    return machine.state.stores().lessor().sortedKeys(lease).stream()
        .map(key -> new String(key, StandardCharsets.UTF_8))
        .collect(Collectors.toList());
  }

  private String members() {
    MembershipView view = machine.state.stores().membership().view();
    return view.list().stream().map(Member::toJson).toList()
        + " removed "
        + view.removed()
        + " version "
        + view.clusterVersion().map(Object::toString).orElse("-")
        + (view.downgrade().enabled() ? " to " + view.downgrade().targetVersion() : "");
  }

  private static PutRequest put(Words words) {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(words.bytes()).setValue(words.bytes());
    words.options((name, value) -> {
      switch (name) {
        case "lease" -> put.setLease(Long.parseLong(value));
        case "prev" -> put.setPrevKv(true);
        case "ignore_value" -> put.setIgnoreValue(true);
        case "ignore_lease" -> put.setIgnoreLease(true);
        default -> throw new AssertionError("put " + name);
      }
    });
    return put.build();
  }

  private static RangeRequest get(Words words) {
    RangeRequest.Builder get = RangeRequest.newBuilder().setKey(words.bytes());
    words.options((name, value) -> {
      switch (name) {
        case "rev" -> get.setRevision(Long.parseLong(value));
        case "limit" -> get.setLimit(Long.parseLong(value));
        case "keys" -> get.setKeysOnly(true);
        case "count" -> get.setCountOnly(true);
        case "min_mod" -> get.setMinModRevision(Long.parseLong(value));
        case "max_mod" -> get.setMaxModRevision(Long.parseLong(value));
        case "min_create" -> get.setMinCreateRevision(Long.parseLong(value));
        case "max_create" -> get.setMaxCreateRevision(Long.parseLong(value));
        case "sort" ->
            get.setSortOrder(RangeRequest.SortOrder.valueOf(value.split(":")[0]))
                .setSortTarget(RangeRequest.SortTarget.valueOf(value.split(":")[1]));
        default -> get.setRangeEnd(Words.bytes(name));
      }
    });
    return get.build();
  }

  private static DeleteRangeRequest delete(Words words) {
    DeleteRangeRequest.Builder delete = DeleteRangeRequest.newBuilder().setKey(words.bytes());
    words.options((name, _) -> {
      if (name.equals("prev")) {
        delete.setPrevKv(true);
      } else {
        delete.setRangeEnd(Words.bytes(name));
      }
    });
    return delete.build();
  }

  private static TxnRequest txn(Words words) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    while (words.has("if")) {
      txn.addCompare(compare(words));
    }
    if (words.has("then")) {
      do {
        txn.addSuccess(op(words));
      } while (words.has(","));
    }
    if (words.has("else")) {
      do {
        txn.addFailure(op(words));
      } while (words.has(","));
    }
    return txn.build();
  }

  private static RequestOp op(Words words) {
    RequestOp.Builder op = RequestOp.newBuilder();
    String kind = words.next();
    switch (kind) {
      case "put" -> op.setRequestPut(put(words));
      case "get" -> op.setRequestRange(get(words));
      case "del" -> op.setRequestDeleteRange(delete(words));
      case "[" -> {
        op.setRequestTxn(txn(words));
        if (!words.has("]")) {
          throw new AssertionError("no ]");
        }
      }
      default -> throw new AssertionError("no operation " + kind);
    }
    return op.build();
  }

  private static Compare compare(Words words) {
    Compare.Builder compare = Compare.newBuilder();
    String target = words.next();
    compare.setTarget(TARGETS.get(target)).setKey(words.bytes());
    String next = words.next();
    if (next.startsWith("..")) {
      compare.setRangeEnd(Words.bytes(next.substring(2)));
      next = words.next();
    }
    compare.setResult(RESULTS.get(next));
    String operand = words.next();
    if (operand.equals("nothing")) {
      return compare.build();
    }
    switch (target) {
      case "version" -> compare.setVersion(Long.parseLong(operand));
      case "create" -> compare.setCreateRevision(Long.parseLong(operand));
      case "mod" -> compare.setModRevision(Long.parseLong(operand));
      case "lease" -> compare.setLease(Long.parseLong(operand));
      default -> compare.setValue(Words.bytes(operand));
    }
    return compare.build();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Words {
    private final String[] words;
    private int position;

    Words(String line) {
      words = line.replace(",", " , ").trim().split("\\s+");
    }

    String next() {
      return words[position++];
    }

    boolean more() {
      return position < words.length;
    }

    String name() {
      String name = next();
      return name.equals("''") ? "" : name;
    }

    boolean has(String word) {
      if (position < words.length && words[position].equals(word)) {
        position++;
        return true;
      }
      return false;
    }

    long number() {
      return Long.parseLong(next());
    }

    ByteString bytes() {
      return bytes(next());
    }

    static ByteString bytes(String word) {
      return switch (word) {
        case "''" -> ByteString.EMPTY;
        case "00" -> ByteString.copyFrom(new byte[1]);
        default -> ByteString.copyFromUtf8(word);
      };
    }

    /** Takes what belongs to an operation: up to a comma, a bracket or a branch. */
    void options(java.util.function.BiConsumer<String, String> option) {
      while (position < words.length
          && !List.of(",", "]", "then", "else", "if").contains(words[position])) {
        String word = next();
        int equals = word.indexOf('=');
        if (equals > 0) {
          option.accept(word.substring(0, equals), word.substring(equals + 1));
        } else {
          option.accept(word, "");
        }
      }
    }
  }
}
