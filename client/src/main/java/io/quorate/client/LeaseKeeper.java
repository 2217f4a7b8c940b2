package io.quorate.client;

import io.quorate.api.etcdserverpb.LeaseKeepAliveRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Renews leases over one stream that is opened with the first of them and again after each loss
 * (spec/ctl.md 9.6). A virtual thread looks twice a second which are due and which are lost; it
 * lives as long as there are leases.
 */
final class LeaseKeeper {
  private static final String METHOD = "/etcdserverpb.Lease/LeaseKeepAlive";
  private static final long LOOK_NANOS = 500_000_000;
  private static final long SECOND_NANOS = 1_000_000_000;

  private final Messages calls;
  private final long firstDeadlineNanos;

  // All below is guarded by this.
  private final Map<Long, Lease> leases = new LinkedHashMap<>();
  private @Nullable Connection stream;
  private @Nullable Thread looker;
  private long openNotBefore;
  private boolean closed;

  LeaseKeeper(Messages calls) {
    this.calls = calls;
    Duration dial = calls.options().dialTimeout();
    this.firstDeadlineNanos = dial.isZero() ? 5 * SECOND_NANOS : dial.toNanos() + SECOND_NANOS;
    this.openNotBefore = System.nanoTime();
  }

  /** One lease and all who asked for it. */
  private static final class Lease {
    final List<KeepAliveListener> listeners = new ArrayList<>(1);
    long nextSend;
    long deadline;
  }

  /** One gRPC stream. */
  private final class Connection implements ClientCallListener {
    volatile @Nullable ClientCall call;

    @Override
    public void message(byte[] message) {
      receive(Messages.parse(message, LeaseKeepAliveResponse.parser()));
      ClientCall current = call;
      if (current != null) {
        current.request(1);
      }
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      broken(this);
    }
  }

  KeepAlive keep(long id, KeepAliveListener listener) {
    Thread toStart = null;
    synchronized (this) {
      if (closed) {
        throw new EtcdException(Status.CHANNEL_CLOSED);
      }
      Lease lease = leases.get(id);
      if (lease == null) {
        lease = new Lease();
        lease.nextSend = System.nanoTime();
        lease.deadline = lease.nextSend + firstDeadlineNanos;
        leases.put(id, lease);
      }
      lease.listeners.add(listener);
      if (looker == null) {
        toStart = Thread.ofVirtual().unstarted(this::look);
        looker = toStart;
      } else {
        LockSupport.unpark(looker);
      }
    }
    if (toStart != null) {
      toStart.start();
    }
    return () -> stop(id, listener);
  }

  private synchronized void stop(long id, KeepAliveListener listener) {
    Lease lease = leases.get(id);
    if (lease != null && lease.listeners.remove(listener) && lease.listeners.isEmpty()) {
      leases.remove(id);
    }
  }

  void close() {
    ClientCall call;
    synchronized (this) {
      closed = true;
      leases.clear();
      call = stream == null ? null : stream.call;
      stream = null;
      if (looker != null) {
        LockSupport.unpark(looker);
      }
    }
    if (call != null) {
      call.cancel();
    }
  }

  /** Whatever ends it, no holder is left without word. */
  private void look() {
    try {
      lookWhileThereAreLeases();
    } finally {
      List<KeepAliveListener> forsaken = new ArrayList<>();
      synchronized (this) {
        if (looker == Thread.currentThread()) {
          looker = null;
          leases.values().forEach(lease -> forsaken.addAll(lease.listeners));
          leases.clear();
        }
      }
      forsaken.forEach(LeaseKeeper::tellLost);
    }
  }

  /** One holder's failure is not the others'. */
  private static void tellLost(KeepAliveListener listener) {
    try {
      listener.lost();
    } catch (RuntimeException | Error e) {
      report(e);
    }
  }

  private static void tellRenewed(KeepAliveListener listener, LeaseKeepAliveResponse response) {
    try {
      listener.renewed(response);
    } catch (RuntimeException | Error e) {
      report(e);
    }
  }

  private static void report(Throwable e) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
  }

  private void lookWhileThereAreLeases() {
    while (true) {
      List<KeepAliveListener> lost = new ArrayList<>();
      Connection toOpen = null;
      ClientCall idle = null;
      boolean done = false;
      long pause = LOOK_NANOS;
      long now = System.nanoTime();
      synchronized (this) {
        dropOverdue(now, lost);
        if (leases.isEmpty()) {
          looker = null;
          done = true;
          idle = stream == null ? null : stream.call;
          stream = null;
        } else if (stream == null && now - openNotBefore >= 0) {
          toOpen = new Connection();
          stream = toOpen;
        } else if (stream == null) {
          pause = openNotBefore - now;
        } else {
          sendDue(now);
        }
      }
      lost.forEach(LeaseKeeper::tellLost);
      if (idle != null) {
        idle.cancel();
      }
      if (done) {
        return;
      }
      if (toOpen != null) {
        open(toOpen);
      }
      LockSupport.parkNanos(this, pause);
    }
  }

  private void dropOverdue(long now, List<KeepAliveListener> lost) {
    for (Iterator<Lease> all = leases.values().iterator(); all.hasNext(); ) {
      Lease lease = all.next();
      if (now - lease.deadline >= 0) {
        lost.addAll(lease.listeners);
        all.remove();
      }
    }
  }

  private void sendDue(long now) {
    ClientCall call = stream == null ? null : stream.call;
    if (call == null) {
      return;
    }
    for (Map.Entry<Long, Lease> entry : leases.entrySet()) {
      if (now - entry.getValue().nextSend >= 0) {
        call.send(LeaseKeepAliveRequest.newBuilder().setID(entry.getKey()).build().toByteArray());
        // Until it is answered it is sent again each time, as the original does.
      }
    }
  }

  /** On a thread of its own: it may wait for authentication, and deadlines do not. */
  private void open(Connection connection) {
    Thread.ofVirtual().start(() -> openNow(connection));
  }

  private void openNow(Connection connection) {
    try {
      ClientCall call = calls.stream(METHOD, true, connection);
      connection.call = call;
      boolean wanted;
      synchronized (this) {
        wanted = stream == connection;
        if (wanted) {
          sendDue(System.nanoTime());
        }
      }
      if (!wanted) {
        call.cancel();
      }
    } catch (EtcdException _) {
      broken(connection);
    }
  }

  private synchronized void broken(Connection from) {
    if (stream == from) {
      stream = null;
      openNotBefore = System.nanoTime() + LOOK_NANOS;
      if (looker != null) {
        LockSupport.unpark(looker);
      }
    }
  }

  private void receive(LeaseKeepAliveResponse response) {
    List<KeepAliveListener> listeners;
    boolean lost = response.getTTL() <= 0;
    synchronized (this) {
      Lease lease = leases.get(response.getID());
      if (lease == null) {
        return;
      }
      listeners = List.copyOf(lease.listeners);
      if (lost) {
        leases.remove(response.getID());
      } else {
        long now = System.nanoTime();
        long ttl = response.getTTL() * SECOND_NANOS;
        lease.nextSend = now + ttl / 3;
        lease.deadline = now + ttl;
      }
    }
    for (KeepAliveListener listener : listeners) {
      if (lost) {
        tellLost(listener);
      } else {
        tellRenewed(listener, response);
      }
    }
  }
}
