package io.quorate.etcdctl.kv;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.cli.command.Output;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.gotext.GoQuote;
import java.util.List;

/** What {@code del} asks, as a command of its own and within a transaction. */
final class DeleteRequest {
  private static final long SECOND_THOUGHTS_MILLIS = 2_000;

  private final Flag.Bool prefix;
  private final Flag.Bool prevKv;
  private final Flag.Bool fromKey;
  private final Flag.Bool range;

  DeleteRequest(Flags flags) {
    prefix = flags.bool("prefix", false, "all keys that begin with the key");
    prevKv = flags.bool("prev-kv", false, "show what is deleted");
    fromKey = flags.bool("from-key", false, "all keys from the key on, in the order of bytes");
    range = flags.bool("range", false, "delete a range without waiting for second thoughts");
  }

  /**
   * Warns of ranges, and waits.
   *
   * @throws Failure for arguments and flags that do not fit
   */
  byte[] bytes(List<String> arguments, Output err) {
    if (arguments.isEmpty() || arguments.size() > 2) {
      throw Failure.badArguments(
          "del command needs one argument as key and an optional argument as range_end");
    }
    if (prefix.value() && fromKey.value()) {
      throw Failure.badArguments(
          "`--prefix` and `--from-key` cannot be set at the same time, choose one");
    }
    if (arguments.size() > 1 && (prefix.value() || fromKey.value())) {
      throw Failure.badArguments(
          "too many arguments, only accept one argument when `--prefix` or `--from-key` is set");
    }
    KeyRange keys = keys(arguments);
    if (arguments.size() > 1 && !range.value()) {
      warn(arguments, err);
    }
    return new ProtoWriter()
        .bytes(1, keys.key())
        .bytes(2, keys.end())
        .flag(3, prevKv.value())
        .toBytes();
  }

  private KeyRange keys(List<String> arguments) {
    String key = arguments.getFirst();
    if (arguments.size() > 1) {
      return KeyRange.between(key, arguments.get(1));
    }
    if (prefix.value()) {
      return KeyRange.prefix(key);
    }
    return fromKey.value() ? KeyRange.from(key) : KeyRange.one(key);
  }

  private static void warn(List<String> arguments, Output err) {
    err.line(
        "Warning: Keys between "
            + GoQuote.quote(arguments.get(0))
            + " and "
            + GoQuote.quote(arguments.get(1))
            + " will be deleted. Please interrupt the command within next 2 seconds to cancel."
            + " You can provide `--range` flag to avoid the delay.");
    err.flush();
    try {
      Thread.sleep(SECOND_THOUGHTS_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
