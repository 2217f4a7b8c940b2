package io.quorate.statemachine.request;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A request as etcd's log shows it (spec/server.md 9): protobuf's text form, with the size of a
 * value in its place. Of what belongs to users only the kind is shown: no password, no token.
 */
public final class RequestText {
  private static final String[] ORDERS = {"NONE", "ASCEND", "DESCEND"};
  private static final String[] TARGETS = {"KEY", "VERSION", "CREATE", "MOD", "VALUE"};
  private static final String[] RESULTS = {"EQUAL", "GREATER", "LESS", "NOT_EQUAL"};
  private static final String[] COMPARED = {"VERSION", "CREATE", "MOD", "VALUE", "LEASE"};
  private static final String[] NUMBERS = {
    "version", "create_revision", "mod_revision", "value", "lease"
  };
  private static final String[] ACTIONS = {"GET", "ACTIVATE", "DEACTIVATE"};
  private static final String[] ALARMS = {"NONE", "NOSPACE", "CORRUPT"};

  private final StringBuilder out = new StringBuilder();

  private RequestText() {}

  /** A committed request with its header. */
  public static String of(InternalRequest request) {
    var header = new RequestText();
    header.number("ID", request.id());
    header.text("username", request.username());
    header.number("auth_revision", request.authRevision());
    return "header:<" + header.out + "> " + body(request.request());
  }

  /** A range, as a read alone. */
  public static String of(Range range) {
    var text = new RequestText();
    text.bytes("key", range.key());
    text.bytes("range_end", range.rangeEnd());
    text.number("limit", range.limit());
    text.number("revision", range.revision());
    text.choice("sort_order", range.sortOrder(), ORDERS);
    text.choice("sort_target", range.sortTarget(), TARGETS);
    text.flag("serializable", range.serializable());
    text.flag("keys_only", range.keysOnly());
    text.flag("count_only", range.countOnly());
    text.number("min_mod_revision", range.minModRevision());
    text.number("max_mod_revision", range.maxModRevision());
    text.number("min_create_revision", range.minCreateRevision());
    text.number("max_create_revision", range.maxCreateRevision());
    return text.out.toString();
  }

  /** A put. */
  public static String of(Put put) {
    var text = new RequestText();
    text.bytes("key", put.key());
    text.number("value_size", put.value().length);
    text.number("lease", put.lease());
    text.flag("prev_kv", put.prevKv());
    text.flag("ignore_value", put.ignoreValue());
    text.flag("ignore_lease", put.ignoreLease());
    return text.out.toString();
  }

  /** A deletion. */
  public static String of(DeleteRange delete) {
    var text = new RequestText();
    text.bytes("key", delete.key());
    text.bytes("range_end", delete.rangeEnd());
    text.flag("prev_kv", delete.prevKv());
    return text.out.toString();
  }

  /** A transaction. */
  public static String of(Txn txn) {
    String compares =
        txn.compares().stream().map(RequestText::compare).collect(Collectors.joining(" "));
    return "compare:<%s> success:<%s> failure:<%s>"
        .formatted(compares, ops(txn.success()), ops(txn.failure()));
  }

  private static String ops(List<Op> ops) {
    return ops.stream().map(RequestText::op).collect(Collectors.joining(" "));
  }

  private static String op(Op op) {
    return switch (op) {
      case Put put -> "request_put:<" + of(put) + ">";
      case Txn txn -> "request_txn:<" + of(txn) + ">";
      case Range range -> "request_range:<" + of(range) + "> ";
      case DeleteRange delete -> "request_delete_range:<" + of(delete) + "> ";
      case Op.None _ -> "";
    };
  }

  private static String compare(Compare compare) {
    var text = new RequestText();
    text.choice("result", compare.result(), RESULTS);
    text.choice("target", compare.target(), COMPARED);
    text.bytes("key", compare.key());
    boolean value = compare.target() == COMPARED_VALUE;
    String name =
        compare.target() >= 0 && compare.target() < NUMBERS.length
            ? NUMBERS[compare.target()]
            : "target";
    text.field(
        value ? "value_size" : name,
        Long.toString(value ? compare.value().length : compare.number()));
    text.bytes("range_end", compare.rangeEnd());
    return text.out.toString();
  }

  private static final int COMPARED_VALUE = 3;

  private static String body(Request request) {
    var text = new RequestText();
    return switch (request) {
      case Put put -> "put:<" + of(put) + ">";
      case Txn txn -> "txn:<" + of(txn) + ">";
      case LeaseGrant grant ->
          "lease_grant:<ttl:%d-second id:%016x>".formatted(grant.ttl(), grant.id());
      case LeaseRevoke revoke -> "lease_revoke:<id:%016x>".formatted(revoke.id());
      case Range range -> inner("range", of(range));
      case DeleteRange delete -> inner("delete_range", of(delete));
      case Compaction compaction -> {
        text.number("revision", compaction.revision());
        text.flag("physical", compaction.physical());
        yield inner("compaction", text.out.toString());
      }
      case LeaseCheckpoint checkpoint -> {
        for (LeaseCheckpoint.Remaining remaining : checkpoint.checkpoints()) {
          var one = new RequestText();
          one.number("ID", remaining.id());
          one.number("remaining_TTL", remaining.remainingTtl());
          text.out.append(inner("checkpoints", one.out.toString()));
        }
        yield inner("lease_checkpoint", text.out.toString());
      }
      case Alarm alarm -> {
        text.choice("action", alarm.action(), ACTIONS);
        text.number("memberID", alarm.memberId());
        text.choice("alarm", alarm.alarm(), ALARMS);
        yield inner("alarm", text.out.toString());
      }
      case ClusterVersionSet set -> {
        text.text("ver", set.version());
        yield inner("cluster_version_set", text.out.toString());
      }
      case ClusterMemberAttrSet set -> {
        var attributes = new RequestText();
        attributes.text("name", set.name());
        set.clientUrls().forEach(url -> attributes.text("client_urls", url));
        text.number("member_ID", set.memberId());
        text.out.append(inner("member_attributes", attributes.out.toString()));
        yield inner("cluster_member_attr_set", text.out.toString());
      }
      case DowngradeInfoSet set -> {
        text.flag("enabled", set.enabled());
        text.text("ver", set.version());
        yield inner("downgrade_info_set", text.out.toString());
      }
      case DowngradeVersionTest test -> {
        text.text("ver", test.version());
        yield inner("downgrade_version_test", text.out.toString());
      }
      case AuthRequest auth -> {
        String kind = auth.kind().name().toLowerCase(Locale.ROOT);
        yield inner(kind.startsWith("auth") ? kind : "auth_" + kind, "");
      }
    };
  }

  private static String inner(String name, String fields) {
    return name + ":<" + fields + "> ";
  }

  private void field(String name, String value) {
    out.append(name).append(':').append(value).append(' ');
  }

  private void number(String name, long value) {
    if (value != 0) {
      field(name, name.endsWith("ID") ? Long.toUnsignedString(value) : Long.toString(value));
    }
  }

  private void flag(String name, boolean on) {
    if (on) {
      field(name, "true");
    }
  }

  private void choice(String name, int value, String[] names) {
    if (value != 0) {
      field(name, value > 0 && value < names.length ? names[value] : Integer.toString(value));
    }
  }

  private void text(String name, String value) {
    bytes(name, value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** In quotes; what is not printable ASCII as three octal digits. */
  private void bytes(String name, byte[] value) {
    if (value.length == 0) {
      return;
    }
    out.append(name).append(":\"");
    for (byte b : value) {
      switch (b) {
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '"', '\\' -> out.append('\\').append((char) b);
        default -> {
          if (b >= 0x20 && b < 0x7f) {
            out.append((char) b);
          } else {
            out.append('\\');
            for (int shift = 6; shift >= 0; shift -= 3) {
              out.append((char) ('0' + (b >> shift & 7 & (shift == 6 ? 3 : 7))));
            }
          }
        }
      }
    }
    out.append("\" ");
  }
}
