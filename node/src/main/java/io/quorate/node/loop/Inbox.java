package io.quorate.node.loop;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a loop is told, in the order it was told. Offers come from any thread and never block; one
 * loop takes.
 */
public final class Inbox<T> {
  private final ConcurrentLinkedQueue<T> queue = new ConcurrentLinkedQueue<>();
  private volatile Runnable wake = () -> {};

  /** Sets what is run after every offer: how the loop's thread learns of it. */
  public void onOffer(Runnable newWake) {
    wake = newWake;
  }

  public void offer(T message) {
    queue.add(message);
    wake.run();
  }

  /** The oldest message, or null. The owning loop only. */
  public @Nullable T take() {
    return queue.poll();
  }

  public boolean isEmpty() {
    return queue.isEmpty();
  }
}
