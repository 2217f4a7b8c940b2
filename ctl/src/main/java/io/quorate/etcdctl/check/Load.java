package io.quorate.etcdctl.check;

import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.gotext.RawText;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.StatusException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Puts under a prefix, from many clients at once, each with connections of its own. One thread
 * hands out the requests at the wanted rate; whoever is free takes the next.
 */
final class Load {
  private static final byte[] END = {};
  private static final long LOOK_MILLIS = 50;

  private final List<ClusterChannel> clients;
  private final String prefix;
  private final int keyBytes;
  private final byte[] value;
  private final Statistics statistics = new Statistics();
  private final SynchronousQueue<byte[]> requests = new SynchronousQueue<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  Load(List<ClusterChannel> clients, String prefix, int keyBytes, int valueBytes) {
    this.clients = clients;
    this.prefix = prefix;
    this.keyBytes = keyBytes;
    this.value = new byte[valueBytes];
  }

  /** Ends it early; from any thread. */
  void stop() {
    stopped.set(true);
  }

  /**
   * Runs until {@code seconds} have passed or {@code total} requests are out.
   *
   * @param perSecond 0 for as fast as it goes
   * @param progress told how many requests are out, now and then
   */
  Statistics run(int perSecond, long seconds, long total, Progress progress)
      throws InterruptedException {
    Thread[] workers = new Thread[clients.size()];
    for (int i = 0; i < workers.length; i++) {
      ClusterChannel client = clients.get(i);
      workers[i] = Thread.ofVirtual().start(() -> work(client));
    }
    long start = System.nanoTime();
    long end = start + TimeUnit.SECONDS.toNanos(seconds);
    long interval = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
    long next = start;
    long out = 0;
    while (out < total && !stopped.get() && System.nanoTime() - end < 0) {
      long now = System.nanoTime();
      if (next - now > 0) {
        TimeUnit.NANOSECONDS.sleep(next - now);
      }
      if (requests.offer(request(), LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        out++;
        // What was missed while nobody was free is not made up for: the bucket holds one.
        next = Math.max(next + interval, System.nanoTime() - interval);
      }
      progress.at(out, System.nanoTime() - start);
    }
    progress.at(out, System.nanoTime() - start);
    for (int left = workers.length; left > 0; left--) {
      requests.put(END); // each worker takes one, and stops
    }
    for (Thread worker : workers) {
      worker.join();
    }
    return statistics;
  }

  /** Hears how far a load has come. */
  interface Progress {
    void at(long requests, long nanos);
  }

  private void work(ClusterChannel client) {
    try {
      byte[] request = requests.take();
      while (request != END) {
        long start = System.nanoTime();
        try {
          client.unary("/etcdserverpb.KV/Put", request, CallOptions.DEFAULT);
          statistics.succeeded(System.nanoTime() - start);
        } catch (StatusException e) {
          statistics.failed(EtcdException.text(e.status()));
        }
        request = requests.take();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The prefix, a random number as a zig-zag varint, zeros. */
  private byte[] request() {
    byte[] start = RawText.bytes(prefix);
    byte[] key = Arrays.copyOf(start, start.length + keyBytes);
    long number = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE) << 1;
    int at = start.length;
    while ((number & ~0x7fL) != 0) {
      key[at++] = (byte) (number | 0x80);
      number >>>= 7;
    }
    key[at] = (byte) number;
    return new ProtoWriter().bytes(1, key).bytes(2, value).toBytes();
  }
}
