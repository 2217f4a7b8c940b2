package io.quorate.statemachine.alarm;

import io.quorate.backend.Backend;
import io.quorate.backend.schema.BucketName;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The alarms that are on. Written on the apply thread; read from any. */
public final class AlarmStore {
  private static final byte[] EMPTY = {};

  private final Backend backend;
  private AlarmListener listener = AlarmListener.NONE;
  private volatile List<ActiveAlarm> active = List.of();

  public AlarmStore(Backend backend) {
    this.backend = backend;
  }

  /** Set once, before the first entry. */
  public void listen(AlarmListener newListener) {
    listener = newListener;
  }

  /** Forgets everything and reads the bucket. */
  public void recover() {
    List<ActiveAlarm> found = new ArrayList<>();
    backend.forEach(
        BucketName.ALARM,
        (key, _) -> found.add(ActiveAlarm.decode(key.toArray(ValueLayout.JAVA_BYTE))));
    active = List.copyOf(found);
  }

  /** All alarms, oldest first; after a restart by their record. */
  public List<ActiveAlarm> active() {
    return active;
  }

  /** Those of one type; {@link ActiveAlarm#NONE} asks for all. */
  public List<ActiveAlarm> active(int type) {
    return type == ActiveAlarm.NONE
        ? active
        : active.stream().filter(alarm -> alarm.type() == type).toList();
  }

  /** Whether an alarm of this type is on, raised by whomever. */
  public boolean any(int type) {
    for (ActiveAlarm alarm : active) {
      if (alarm.type() == type) {
        return true;
      }
    }
    return false;
  }

  /** Turns it on; no effect if it is. */
  public void activate(ActiveAlarm alarm) {
    if (!active.contains(alarm)) {
      List<ActiveAlarm> changed = new ArrayList<>(active);
      changed.add(alarm);
      active = List.copyOf(changed);
      backend.put(BucketName.ALARM, alarm.encode(), EMPTY);
    }
    listener.activated(alarm);
  }

  /**
   * Turns off this very alarm: no other member's, no other type.
   *
   * @return whether it was on
   */
  public boolean deactivate(ActiveAlarm alarm) {
    List<ActiveAlarm> changed = new ArrayList<>(active);
    if (!changed.remove(alarm)) {
      return false;
    }
    active = List.copyOf(changed);
    backend.delete(BucketName.ALARM, alarm.encode());
    listener.deactivated(alarm);
    return true;
  }
}
