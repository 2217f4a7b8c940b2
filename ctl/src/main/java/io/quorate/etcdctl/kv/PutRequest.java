package io.quorate.etcdctl.kv;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.gotext.GoNumber;
import io.quorate.gotext.RawText;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** What {@code put} asks, as a command of its own and within a transaction. */
final class PutRequest {
  private static final byte[] NONE = {};

  private final Flag.Text lease;
  private final Flag.Bool prevKv;
  private final Flag.Bool ignoreValue;
  private final Flag.Bool ignoreLease;

  PutRequest(Flags flags) {
    lease = flags.text("lease", "0", "attach the key to this lease (in hexadecimal)");
    prevKv = flags.bool("prev-kv", false, "show what the key was before");
    ignoreValue = flags.bool("ignore-value", false, "keep the value that the key has");
    ignoreLease = flags.bool("ignore-lease", false, "keep the lease that the key has");
  }

  /**
   * @param in where the value comes from if it is no argument
   * @throws Failure for arguments and flags that do not fit
   */
  byte[] bytes(List<String> arguments, InputStream in) {
    if (arguments.isEmpty()) {
      throw wrongCount();
    }
    byte[] value = NONE;
    if (!ignoreValue.value()) {
      value = arguments.size() > 1 ? RawText.bytes(arguments.get(1)) : allOf(in);
    } else if (arguments.size() > 1) {
      throw Failure.badArguments("put command needs only 1 argument when 'ignore-value' is set");
    }
    return new ProtoWriter()
        .bytes(1, RawText.bytes(arguments.getFirst()))
        .bytes(2, value)
        .number(3, leaseId())
        .flag(4, prevKv.value())
        .flag(5, ignoreValue.value())
        .flag(6, ignoreLease.value())
        .toBytes();
  }

  private static byte[] allOf(InputStream in) {
    try {
      byte[] all = in.readAllBytes();
      if (all.length > 0) {
        return all;
      }
    } catch (IOException _) {
      // a closed stdin has nothing to say either
    }
    throw wrongCount();
  }

  private static Failure wrongCount() {
    return Failure.badArguments("put command needs 1 argument and input from stdin or 2 arguments");
  }

  private long leaseId() {
    try {
      return GoNumber.parseInt(lease.value(), 16, 64);
    } catch (NumberFormatException e) {
      throw Failure.badArguments("bad lease ID (" + e.getMessage() + "), expecting ID in Hex");
    }
  }
}
