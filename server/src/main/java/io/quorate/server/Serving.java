package io.quorate.server;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** What {@code grpc.health.v1} says of this server as a whole. Any thread. */
public final class Serving {
  /** Numbers of HealthCheckResponse.ServingStatus. */
  public enum State {
    UNKNOWN,
    SERVING,
    NOT_SERVING
  }

  private final Logger log;
  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
  private volatile State state = State.NOT_SERVING;

  public Serving(Logger log) {
    this.log = log;
  }

  public State state() {
    return state;
  }

  /**
   * Serves from now on.
   *
   * @param listeners how many of them: each has a line of its own, as in etcd
   */
  public void begin(int listeners) {
    for (int i = 1; i < listeners; i++) {
      say(State.SERVING, "");
    }
    change(State.SERVING, "");
  }

  /**
   * @param reason for the log where the server stops serving
   */
  public void change(State now, String reason) {
    state = now;
    say(now, reason);
    listeners.forEach(listener -> listener.accept(now));
  }

  private void say(State now, String reason) {
    if (now == State.NOT_SERVING) {
      log.atWarn()
          .addKeyValue("service", "")
          .addKeyValue("status", now.name())
          .addKeyValue("reason", reason)
          .log("grpc service status changed");
    } else {
      log.atInfo()
          .addKeyValue("service", "")
          .addKeyValue("status", now.name())
          .log("grpc service status changed");
    }
  }

  void listen(Consumer<State> listener) {
    listeners.add(listener);
  }

  void forget(Consumer<State> listener) {
    listeners.remove(listener);
  }
}
