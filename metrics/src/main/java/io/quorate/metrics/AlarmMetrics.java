package io.quorate.metrics;

import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Labelled;
import io.quorate.metrics.registry.Registry;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.alarm.AlarmListener;

/**
 * Alarms: one more for each activation, of an active one too, and one less for each that was taken
 * back; nothing is counted of those found at a start (spec/server.md 8).
 */
final class AlarmMetrics implements AlarmListener {
  private final Labelled<Gauge> alarms;

  AlarmMetrics(Registry registry) {
    alarms =
        registry.gauges(
            "etcd_debugging_server_alarms",
            "Alarms for every member in cluster. 1 for 'server_id' label with current ID. 2 for"
                + " 'alarm_type' label with type of this alarm",
            "alarm_type",
            "server_id");
  }

  @Override
  public void activated(ActiveAlarm alarm) {
    of(alarm).add(1);
  }

  @Override
  public void deactivated(ActiveAlarm alarm) {
    of(alarm).add(-1);
  }

  private Gauge of(ActiveAlarm alarm) {
    return alarms.with(alarm.typeName(), Long.toHexString(alarm.memberId()));
  }
}
