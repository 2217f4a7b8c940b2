/**
 * Alarms, which restrict what the whole cluster accepts until somebody disarms them, and the quota
 * whose excess raises one (spec/server.md 6). Written by {@code apply} only; the list is immutable
 * and may be read from any thread. Imports {@code backend}. Start at {@link
 * io.quorate.statemachine.alarm.AlarmStore}.
 */
@NullMarked
package io.quorate.statemachine.alarm;

import org.jspecify.annotations.NullMarked;
