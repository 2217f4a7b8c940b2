package io.quorate.server.auth;

import io.quorate.rpc.ServerCall;
import io.quorate.server.Errors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code etcd-password}: bcrypt takes tens of milliseconds of a processor, on purpose; here they
 * hold up nobody but others who log in. The threads end when idle.
 */
public final class PasswordPool implements AutoCloseable {
  private static final int IDLE_SECONDS = 30;

  private final ThreadPoolExecutor threads;

  public PasswordPool(int size) {
    var number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task ->
                Thread.ofPlatform()
                    .name("etcd-password-" + number.getAndIncrement())
                    .daemon(true)
                    .unstarted(task));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Runs {@code work} unless {@code call} ends before its turn; what it throws ends the call. */
  public void run(ServerCall call, Runnable work) {
    threads.execute(() -> {
      if (call.isEnded()) {
        return;
      }
      try {
        work.run();
      } catch (RuntimeException e) {
        call.finish(Errors.status(e));
      }
    });
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
