package io.quorate.rpc;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A listener for tests: keeps all it hears, and lets the test wait for it. */
public final class Heard implements ClientCallListener {
  /** Generous: the machine may be busy with others. */
  public static final int LIMIT_SECONDS = 40;

  private final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch writable = new CountDownLatch(1);
  private volatile Metadata headers;
  private volatile Status status;
  private volatile Metadata trailers;

  @Override
  public void headers(Metadata received) {
    headers = received;
  }

  @Override
  public void message(byte[] message) {
    messages.add(message);
  }

  @Override
  public void writable() {
    writable.countDown();
  }

  @Override
  public void closed(Status end, Metadata with) {
    if (status != null) {
      throw new AssertionError("closed twice: " + status + ", " + end);
    }
    trailers = with;
    status = end;
    closed.countDown();
  }

  public byte[] next() {
    try {
      byte[] message = messages.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message within the limit; the call ended with " + status);
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public Status end() {
    await(closed, "the call did not end within the limit");
    return status;
  }

  public void awaitWritable() {
    await(writable, "not writable within the limit");
  }

  private static void await(CountDownLatch latch, String otherwise) {
    try {
      if (!latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(otherwise);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public List<byte[]> rest() {
    List<byte[]> rest = new ArrayList<>();
    messages.drainTo(rest);
    return rest;
  }

  public int waiting() {
    return messages.size();
  }

  public boolean hasEnded() {
    return status != null;
  }

  public Metadata headers() {
    return headers;
  }

  public Metadata trailers() {
    return trailers;
  }
}
