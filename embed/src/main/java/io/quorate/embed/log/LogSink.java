package io.quorate.embed.log;

/** One place where lines go. Any thread; a line is written whole. */
public interface LogSink extends AutoCloseable {
  /**
   * Writes one line.
   *
   * @param line as text, with its line end
   * @param level of the line
   * @param caller {@code package/File.java:line}
   */
  void write(String line, LogLevel level, String caller);

  /** Whether lines that end up here carry stack traces. */
  default boolean takesStackTraces() {
    return true;
  }

  @Override
  default void close() {}
}
