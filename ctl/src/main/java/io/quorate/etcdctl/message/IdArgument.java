package io.quorate.etcdctl.message;

import io.quorate.cli.command.Failure;
import io.quorate.gotext.GoNumber;
import java.util.List;

/** A member's id on the command line: hexadecimal, without {@code 0x}. */
public final class IdArgument {
  private static final int BASE = 16;

  private IdArgument() {}

  /** The only argument, of commands about one member. */
  public static long only(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("member ID is not provided");
    }
    try {
      return parse(arguments.getFirst());
    } catch (NumberFormatException e) {
      throw Failure.badArguments("bad member ID arg (" + e.getMessage() + "), expecting ID in Hex");
    }
  }

  /**
   * The id that {@code text} is.
   *
   * @throws NumberFormatException with Go's message
   */
  public static long parse(String text) {
    return GoNumber.parseUint(text, BASE, 64);
  }
}
