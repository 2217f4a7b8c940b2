package io.quorate.edge;

import io.quorate.rpc.Payload;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The messages of one call on their way through gzip. A long one is compressed in slices, between
 * which the loop serves others; what its handler gives meanwhile waits {@link #behind} it. On the
 * loop.
 */
final class Compression {
  /** Of messages that are compressed at once. */
  private static final int SHORT_BYTES = 64 * 1024;

  private record Current(GzipPayload message, Consumer<Payload> ready) {}

  private final Outbox outbox;
  private final ArrayDeque<Runnable> behind = new ArrayDeque<>();
  private @Nullable Current current;

  Compression(Outbox outbox) {
    this.outbox = outbox;
  }

  /** Whether a message is being compressed; nothing may overtake it. */
  boolean isBusy() {
    return current != null;
  }

  /** Runs {@code step} when the message is compressed, or was dropped. Only while busy. */
  void behind(Runnable step) {
    behind.add(step);
  }

  /** Hands {@code plain} over compressed, at once or later. Only while not busy. */
  void compress(Payload plain, Consumer<Payload> ready) {
    var message = new GzipPayload(plain);
    if (plain.length() > SHORT_BYTES) {
      current = new Current(message, ready);
      sliceLater();
      return;
    }
    boolean whole = false;
    try {
      while (message.advance()) {}
      whole = true;
    } finally {
      if (!whole) {
        message.release();
      }
    }
    ready.accept(message);
  }

  private void sliceLater() {
    // By the clock, if only just: the loop looks at its sockets before it looks at the clock again,
    // but runs a mere task as soon as it is given.
    outbox.loop().schedule(() -> outbox.later(this::slice), 1, TimeUnit.NANOSECONDS);
  }

  private void slice() {
    Current its = current;
    if (its == null) {
      return; // dropped
    }
    if (its.message.advance()) {
      sliceLater();
      return;
    }
    current = null;
    its.ready.accept(its.message);
    goOn();
  }

  private void goOn() {
    while (current == null && !behind.isEmpty()) {
      behind.remove().run();
    }
  }

  /** The call is over: gives back what it still holds. */
  void drop() {
    Current its = current;
    if (its != null) {
      current = null;
      its.message.release();
      goOn();
    }
  }
}
