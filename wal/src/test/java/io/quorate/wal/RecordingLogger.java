package io.quorate.wal;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.spi.LoggingEventAware;

/** Keeps what was logged, as {@code LEVEL text key=value …}. */
final class RecordingLogger extends LegacyAbstractLogger implements LoggingEventAware {
  private static final long serialVersionUID = 1L;

  final transient List<String> lines = new ArrayList<>();

  @Override
  public void log(LoggingEvent event) {
    StringBuilder line = new StringBuilder(event.getLevel() + " " + event.getMessage());
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(p -> line.append(" ").append(p.key + "=" + p.value));
    }
    lines.add(line.toString());
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level, Marker marker, String message, Object[] arguments, Throwable throwable) {
    lines.add(level + " " + message);
  }

  @Override
  protected String getFullyQualifiedCallerName() {
    return RecordingLogger.class.getName();
  }

  @Override
  public boolean isTraceEnabled() {
    return true;
  }

  @Override
  public boolean isDebugEnabled() {
    return true;
  }

  @Override
  public boolean isInfoEnabled() {
    return true;
  }

  @Override
  public boolean isWarnEnabled() {
    return true;
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }
}
