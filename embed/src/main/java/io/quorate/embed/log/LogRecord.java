package io.quorate.embed.log;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One line before it is text.
 *
 * @param logger the name zap would print, empty for none
 * @param caller {@code package/File.java:line}
 * @param stackTrace of the caller, at level error and above
 */
record LogRecord(
    LogLevel level,
    Instant time,
    String logger,
    String caller,
    String message,
    List<KeyValuePair> fields,
    @Nullable String stackTrace) {}
