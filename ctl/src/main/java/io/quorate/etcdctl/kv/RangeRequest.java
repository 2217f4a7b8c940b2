package io.quorate.etcdctl.kv;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.client.wire.ProtoWriter;
import java.util.List;
import java.util.Locale;

/** What {@code get} asks, as a command of its own and within a transaction. */
final class RangeRequest {
  private static final int ASCEND = 1;
  private static final int DESCEND = 2;
  private static final int BY_KEY = 0;

  final Flag.Bool keysOnly;
  final Flag.Bool countOnly;
  final Flag.Bool printValueOnly;
  private final Flag.Text consistency;
  private final Flag.Text order;
  private final Flag.Text sortBy;
  private final Flag.Int limit;
  private final Flag.Bool prefix;
  private final Flag.Bool fromKey;
  private final Flag.Int rev;
  private final Flag.Int minCreateRev;
  private final Flag.Int maxCreateRev;
  private final Flag.Int minModRev;
  private final Flag.Int maxModRev;

  RangeRequest(Flags flags) {
    consistency =
        flags.text("consistency", "l", "l to ask a majority, s for what the member knows itself");
    order = flags.text("order", "", "sort ASCEND (the default) or DESCEND");
    sortBy = flags.text("sort-by", "", "sort by CREATE, KEY, MODIFY, VALUE or VERSION");
    consistency.offer("l", "s");
    order.offer("ASCEND", "DESCEND");
    sortBy.offer("CREATE", "KEY", "MODIFY", "VALUE", "VERSION");
    limit = flags.int64("limit", 0, "largest number of keys (0 for all)");
    prefix = flags.bool("prefix", false, "all keys that begin with the key");
    fromKey = flags.bool("from-key", false, "all keys from the key on, in the order of bytes");
    rev = flags.int64("rev", 0, "as it was at this revision");
    keysOnly = flags.bool("keys-only", false, "without the values");
    countOnly = flags.bool("count-only", false, "only how many there are");
    printValueOnly =
        flags.bool("print-value-only", false, "show values alone, in the output mode simple");
    minCreateRev = flags.int64("min-create-rev", 0, "created at this revision or later");
    maxCreateRev = flags.int64("max-create-rev", 0, "created at this revision or earlier");
    minModRev = flags.int64("min-mod-rev", 0, "last modified at this revision or later");
    maxModRev = flags.int64("max-mod-rev", 0, "last modified at this revision or earlier");
  }

  /**
   * @throws Failure for arguments and flags that do not fit
   */
  byte[] bytes(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw Failure.badArguments(
          "get command needs one argument as key and an optional argument as range_end");
    }
    if (prefix.value() && fromKey.value()) {
      throw Failure.badArguments(
          "`--prefix` and `--from-key` cannot be set at the same time, choose one");
    }
    if (keysOnly.value() && countOnly.value()) {
      throw Failure.badArguments(
          "`--keys-only` and `--count-only` cannot be set at the same time, choose one");
    }
    boolean serializable = isSerializable();
    if (arguments.size() > 1 && (prefix.value() || fromKey.value())) {
      throw Failure.badArguments(
          "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
    }
    int sortOrder = sortOrder();
    int sortTarget = sortTarget();
    if (sortOrder == ASCEND && sortTarget == BY_KEY) {
      sortOrder = 0; // the order in which keys come anyway
    }
    refuseReversed("CreateRev", minCreateRev.value(), maxCreateRev.value());
    refuseReversed("ModRev", minModRev.value(), maxModRev.value());
    KeyRange range = range(arguments);
    return new ProtoWriter()
        .bytes(1, range.key())
        .bytes(2, range.end())
        .number(3, limit.value())
        .number(4, Math.max(rev.value(), 0))
        .number(5, sortOrder)
        .number(6, sortTarget)
        .flag(7, serializable)
        .flag(8, keysOnly.value())
        .flag(9, countOnly.value())
        .number(10, Math.max(minModRev.value(), 0))
        .number(11, Math.max(maxModRev.value(), 0))
        .number(12, Math.max(minCreateRev.value(), 0))
        .number(13, Math.max(maxCreateRev.value(), 0))
        .toBytes();
  }

  private KeyRange range(List<String> arguments) {
    String key = arguments.getFirst();
    if (arguments.size() > 1) {
      return KeyRange.between(key, arguments.get(1));
    }
    if (prefix.value()) {
      return KeyRange.prefix(key);
    }
    return fromKey.value() ? KeyRange.from(key) : KeyRange.one(key);
  }

  private boolean isSerializable() {
    return switch (consistency.value()) {
      case "l" -> false;
      case "s" -> true;
      default -> throw badFeature("unknown consistency flag \"" + consistency.value() + "\"");
    };
  }

  private int sortOrder() {
    return switch (order.value().toUpperCase(Locale.ROOT)) {
      case "" -> 0;
      case "ASCEND" -> ASCEND;
      case "DESCEND" -> DESCEND;
      default -> throw badFeature("bad sort order " + order.value());
    };
  }

  private int sortTarget() {
    return switch (sortBy.value().toUpperCase(Locale.ROOT)) {
      case "", "KEY" -> BY_KEY;
      case "VERSION" -> 1;
      case "CREATE" -> 2;
      case "MODIFY" -> 3;
      case "VALUE" -> 4;
      default -> throw badFeature("bad sort target " + sortBy.value());
    };
  }

  private static void refuseReversed(String what, long min, long max) {
    if (max > 0 && min > max) {
      throw badFeature("getMin" + what + "(=" + min + ") > getMax" + what + "(=" + max + ")");
    }
  }

  private static Failure badFeature(String message) {
    return new Failure(ExitCode.BAD_FEATURE, message);
  }
}
