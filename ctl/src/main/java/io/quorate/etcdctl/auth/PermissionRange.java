package io.quorate.etcdctl.auth;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.etcdctl.message.KeyPrefix;
import io.quorate.gotext.RawText;
import java.util.List;

/** The keys that a permission is about: {@code <key> [endkey]} with {@code --prefix}, and so on. */
final class PermissionRange {
  private static final byte[] ZERO = {0};
  private static final byte[] NOTHING = {};

  private final Flag.Bool fromKey;
  private final Flag.Bool prefix;
  private byte[] key = NOTHING;
  private byte[] end = NOTHING;

  PermissionRange(Flags flags) {
    fromKey = flags.bool("from-key", false, "all keys from this one on");
    prefix = flags.bool("prefix", false, "all keys that begin with this one");
  }

  /**
   * Takes the arguments, which are one or more.
   *
   * @throws Failure if they contradict the flags
   */
  void take(List<String> arguments) {
    if (arguments.size() > 1 && prefix.value()) {
      throw Failure.badArguments("unexpected endkey argument with --prefix flag");
    }
    if (arguments.size() > 1 && fromKey.value()) {
      throw Failure.badArguments("unexpected endkey argument with --from-key flag");
    }
    if (fromKey.value() && prefix.value()) {
      throw Failure.badArguments("--from-key and --prefix flags are mutually exclusive");
    }
    key = RawText.bytes(arguments.getFirst());
    if (key.length == 0) {
      key = ZERO;
      end = prefix.value() || fromKey.value() ? ZERO : NOTHING;
    } else if (prefix.value()) {
      end = KeyPrefix.end(key);
    } else if (fromKey.value()) {
      end = ZERO;
    } else {
      end = arguments.size() > 1 ? RawText.bytes(arguments.get(1)) : NOTHING;
    }
  }

  byte[] key() {
    return key;
  }

  /** Exclusive; empty for the one key, a zero byte for all from the key on. */
  byte[] end() {
    return end;
  }
}
