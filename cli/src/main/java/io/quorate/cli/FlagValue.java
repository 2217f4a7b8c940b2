package io.quorate.cli;

/** How one flag takes its text. */
public interface FlagValue {
  /** Takes {@code text}, in place of what it had. */
  void set(String text);

  /** The value as Go prints it. */
  String text();

  /** Whether {@code --f} alone means {@code --f=true}. */
  default boolean isBoolean() {
    return false;
  }

  /** The text was refused; the message follows {@code invalid value "x" for flag -f: }. */
  final class Refused extends RuntimeException {
    public Refused(String message) {
      super(message, null, false, false);
    }
  }
}
