package io.quorate.statemachine.alarm;

/** What becomes of alarms. Called on the apply thread, after the change; must not block. */
public interface AlarmListener {
  AlarmListener NONE = new AlarmListener() {};

  /** It was asked for, and is on; it may have been before. */
  default void activated(ActiveAlarm alarm) {}

  /** It was on, and is no more. */
  default void deactivated(ActiveAlarm alarm) {}
}
