package io.quorate.server.http;

/** What metrics count of health questions. Any thread. */
public interface HealthListener {
  HealthListener NONE = new HealthListener() {};

  /** {@code /health} was asked. */
  default void health(boolean well) {}

  /** A check read the store, which took {@code nanos}. */
  default void ranged(boolean success, long nanos) {}

  /** Check {@code name} of {@code livez} or {@code readyz} was made. */
  default void check(String type, String name, boolean well) {}
}
