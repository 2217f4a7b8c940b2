package io.quorate.etcdctl.concurrency;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.Client;
import io.quorate.client.KeepAliveListener;
import io.quorate.etcdctl.ClientLog;
import io.quorate.etcdctl.Invocation;
import java.util.concurrent.CountDownLatch;

/** A lease that is renewed while the program runs. Nobody revokes it: it ends by itself. */
final class Session {
  static final long DEFAULT_TTL_SECONDS = 60;

  private final long lease;
  private final CountDownLatch lost = new CountDownLatch(1);

  private Session(long lease) {
    this.lease = lease;
  }

  /**
   * @param ttlSeconds what is not positive is said to be wrong, and not used
   */
  static Session open(Invocation invocation, Client client, long ttlSeconds) {
    long ttl = ttlSeconds;
    if (ttl <= 0) {
      ttl = DEFAULT_TTL_SECONDS;
      ClientLog.of(invocation, ClientLog.DEFAULT)
          .write(
              "warn",
              "WithTTL(): TTL should be > 0, preserving current TTL",
              "current-session-ttl",
              ttl);
    }
    Session session = new Session(client.lease().grant(ttl).getID());
    client
        .lease()
        .keepAlive(
            session.lease,
            new KeepAliveListener() {
              @Override
              public void lost() {
                session.lost.countDown();
              }
            });
    return session;
  }

  long lease() {
    return lease;
  }

  /**
   * Waits, in the thread that {@code signal} interrupts, until it does, and gives back what was
   * held.
   *
   * @param loss what a lease that is lost before is called
   */
  void holdUntil(EndBySignal signal, Runnable giveBack, String loss) {
    try {
      lost.await();
    } catch (InterruptedException _) {
      if (signal.isWished()) {
        giveBack.run();
        return;
      }
      Thread.currentThread().interrupt();
    }
    throw new Failure(ExitCode.ERROR, loss);
  }
}
