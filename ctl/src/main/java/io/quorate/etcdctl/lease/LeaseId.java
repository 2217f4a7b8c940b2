package io.quorate.etcdctl.lease;

import io.quorate.cli.command.Failure;
import io.quorate.gotext.GoNumber;

/** A lease as an argument. */
final class LeaseId {
  private LeaseId() {}

  /**
   * @throws Failure if it is not hexadecimal
   */
  static long parse(String text) {
    try {
      return GoNumber.parseInt(text, 16, 64);
    } catch (NumberFormatException e) {
      throw Failure.badArguments("bad lease ID arg (" + e.getMessage() + "), expecting ID in Hex");
    }
  }
}
