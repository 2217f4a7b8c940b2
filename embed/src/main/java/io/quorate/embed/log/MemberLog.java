package io.quorate.embed.log;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/**
 * The log of one member: an SLF4J logger whose lines are etcd's. Key-value pairs of the fluent API
 * become fields, in the order in which they were added; null values are left out. Any thread.
 */
public final class MemberLog extends LegacyAbstractLogger implements LoggingEventAware {
  private static final StackWalker WALKER = StackWalker.getInstance();

  private final transient LogSink output;
  private final transient LineFormat format;
  private final LogLevel threshold;
  private final transient Sampler sampler;

  public MemberLog(LogSink output, LineFormat format, LogLevel threshold) {
    this("", output, format, threshold, new Sampler());
  }

  private MemberLog(
      String name, LogSink output, LineFormat format, LogLevel threshold, Sampler sampler) {
    this.name = name;
    this.output = output;
    this.format = format;
    this.threshold = threshold;
    this.sampler = sampler;
  }

  /** The same log under a name that its lines show, for example {@code raft}. */
  public Logger named(String newName) {
    return new MemberLog(newName, output, format, threshold, sampler);
  }

  /**
   * A line at any level, those that SLF4J lacks included; ending the process is the caller's part.
   */
  public void write(LogLevel level, String message, Map<String, ?> fields) {
    write(
        level,
        message,
        fields.entrySet().stream()
            .map(field -> new KeyValuePair(field.getKey(), field.getValue()))
            .toList());
  }

  @Override
  public void log(LoggingEvent event) {
    List<KeyValuePair> fields = event.getKeyValuePairs();
    Throwable thrown = event.getThrowable();
    String message = event.getMessage();
    Object[] arguments = event.getArgumentArray();
    if (arguments != null && arguments.length > 0) {
      message = MessageFormatter.basicArrayFormat(message, arguments);
    }
    if (fields == null) {
      fields = List.of();
    }
    if (thrown != null) {
      fields =
          java.util.stream.Stream.concat(
                  fields.stream(), java.util.stream.Stream.of(new KeyValuePair("error", thrown)))
              .toList();
    }
    write(LogLevel.of(event.getLevel()), message, fields);
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null;
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String message,
      Object @Nullable [] arguments,
      @Nullable Throwable thrown) {
    List<KeyValuePair> fields =
        thrown == null ? List.of() : List.of(new KeyValuePair("error", thrown));
    write(LogLevel.of(level), MessageFormatter.basicArrayFormat(message, arguments), fields);
  }

  private void write(LogLevel level, String message, List<KeyValuePair> fields) {
    Instant now = Instant.now();
    if (level.compareTo(threshold) < 0 || !sampler.passes(level, message, now.toEpochMilli())) {
      return;
    }
    boolean grave = level.compareTo(LogLevel.ERROR) >= 0;
    List<StackWalker.StackFrame> frames = callers(grave ? 32 : 1);
    String caller = frames.isEmpty() ? "" : place(frames.getFirst());
    var line = new StringBuilder(256);
    format.append(
        line,
        new LogRecord(
            level,
            now,
            String.valueOf(name),
            caller,
            message,
            fields,
            grave && output.takesStackTraces() ? stackTrace(frames) : null));
    output.write(line.toString(), level, caller);
  }

  private static List<StackWalker.StackFrame> callers(int most) {
    return WALKER.walk(frames ->
        frames
            .dropWhile(frame ->
                frame.getClassName().startsWith("org.slf4j.")
                    || frame.getClassName().startsWith("io.quorate.embed.log."))
            .limit(most)
            .collect(Collectors.toList()));
  }

  private static String place(StackWalker.StackFrame frame) {
    String owner = frame.getClassName();
    int end = owner.lastIndexOf('.');
    int start = owner.lastIndexOf('.', end - 1);
    return owner.substring(start + 1, Math.max(end, start + 1))
        + "/"
        + frame.getFileName()
        + ":"
        + frame.getLineNumber();
  }

  /** As Go prints one: the function, then its place on a line of its own. */
  private static String stackTrace(List<StackWalker.StackFrame> frames) {
    return frames.stream()
        .map(f -> f.getClassName() + "." + f.getMethodName() + "\n\t" + place(f))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return threshold == LogLevel.DEBUG;
  }

  @Override
  public boolean isInfoEnabled() {
    return threshold.compareTo(LogLevel.INFO) <= 0;
  }

  @Override
  public boolean isWarnEnabled() {
    return threshold.compareTo(LogLevel.WARN) <= 0;
  }

  @Override
  public boolean isErrorEnabled() {
    return threshold.compareTo(LogLevel.ERROR) <= 0;
  }
}
