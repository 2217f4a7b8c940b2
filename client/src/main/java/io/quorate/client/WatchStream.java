package io.quorate.client;

import io.quorate.api.etcdserverpb.WatchCancelRequest;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchProgressRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The watchers that share one gRPC stream, and that stream's successors (spec/ctl.md 9.8).
 *
 * <p>A watcher waits in {@code toCreate}; the first of it is sent, and the next only when the
 * server has answered, since the answers carry no other mark. From then on it is found by the
 * server's id. When the stream breaks, all of them wait again, each with the revision it goes on
 * from.
 *
 * <p>Guarded by its monitor; listeners are told outside of it, in the order of the stream.
 */
final class WatchStream {
  private static final String METHOD = "/etcdserverpb.Watch/Watch";
  private static final long NO_ID = -1;
  private static final double BACKOFF_GROWTH = 1.25;
  private static final long FIRST_BACKOFF_NANOS = 1_000_000;
  private static final long MAX_BACKOFF_NANOS = 100_000_000;

  private final Messages calls;
  private final boolean requireLeader;

  // All below is guarded by this.
  private final ArrayDeque<Entry> toCreate = new ArrayDeque<>();
  private final Map<Long, Entry> active = new HashMap<>();
  private final Set<Long> cancelSent = new HashSet<>();
  private @Nullable Connection stream;
  private long backoffNanos = FIRST_BACKOFF_NANOS;
  private boolean createSent;
  private boolean progressWanted; // sent as soon as all watchers are created
  private boolean closed;

  WatchStream(Messages calls, boolean requireLeader) {
    this.calls = calls;
    this.requireLeader = requireLeader;
  }

  /** One watcher. */
  private final class Entry implements Watcher {
    final WatchCreateRequest request;
    final WatchListener listener;
    long nextRevision;
    boolean announced;
    boolean done;
    long id = NO_ID;
    WatchResponse.@Nullable Builder fragments;

    Entry(WatchCreateRequest request, WatchListener listener) {
      this.request = request;
      this.listener = listener;
      this.nextRevision = request.getStartRevision();
    }

    @Override
    public void close() {
      if (forget(this)) {
        listener.closed(Optional.empty());
      }
    }
  }

  /** One gRPC stream; what it says after its successor has begun is not heard. */
  private final class Connection implements ClientCallListener {
    @Nullable ClientCall call;

    @Override
    public void message(byte[] message) {
      receive(this, message);
      ClientCall current = call;
      if (current != null) {
        current.request(1);
      }
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      broken(this, status);
    }

    void send(WatchRequest request) {
      ClientCall current = call;
      if (current != null) {
        current.send(request.toByteArray());
      }
    }
  }

  // ---- the callers' side

  Watcher watch(WatchCreateRequest request, WatchListener listener) {
    Entry entry = new Entry(request, listener);
    synchronized (this) {
      if (closed) {
        entry.done = true;
      } else {
        toCreate.add(entry);
        if (stream == null) {
          open(0);
        } else {
          createNext();
        }
        return entry;
      }
    }
    listener.closed(Optional.of(new EtcdException(Status.CHANNEL_CLOSED)));
    return entry;
  }

  synchronized void requestProgress() {
    progressWanted = stream != null;
    createNext();
  }

  void close() {
    List<Entry> all;
    ClientCall call;
    synchronized (this) {
      closed = true;
      all = everybody();
      for (Entry entry : all) {
        entry.done = true;
      }
      call = stream == null ? null : stream.call;
      clear();
    }
    if (call != null) {
      call.cancel();
    }
    for (Entry entry : all) {
      entry.listener.closed(Optional.empty());
    }
  }

  /** The watcher's own wish; false if it had ended already. */
  private boolean forget(Entry entry) {
    ClientCall last = null;
    synchronized (this) {
      if (entry.done) {
        return false;
      }
      entry.done = true;
      if (entry.id != NO_ID) {
        active.remove(entry.id);
        askToCancel(entry.id);
      } else if (!(createSent && toCreate.peek() == entry)) {
        toCreate.remove(entry); // else its answer is awaited, and cancelled then
      }
      last = leftByAll();
    }
    if (last != null) {
      last.cancel();
    }
    return true;
  }

  /** Under the monitor. The stream ends with its last watcher: returns what is to be cancelled. */
  private @Nullable ClientCall leftByAll() {
    if (!active.isEmpty() || !toCreate.isEmpty() || stream == null) {
      return null;
    }
    ClientCall last = stream.call;
    clear();
    return last;
  }

  private List<Entry> everybody() {
    List<Entry> all = new ArrayList<>(active.values());
    all.addAll(toCreate);
    all.removeIf(entry -> entry.done);
    return all;
  }

  private void clear() {
    active.clear();
    toCreate.clear();
    cancelSent.clear();
    createSent = false;
    progressWanted = false;
    stream = null;
  }

  // ---- the stream

  /** Under the monitor. Opening may wait for authentication, hence the thread. */
  private void open(long pauseNanos) {
    Connection next = new Connection();
    stream = next;
    createSent = false;
    cancelSent.clear();
    Thread.ofVirtual()
        .start(() -> {
          if (pauseNanos > 0) {
            LockSupport.parkNanos(pauseNanos);
          }
          try {
            ClientCall call = calls.stream(METHOD, requireLeader, next);
            boolean wanted;
            synchronized (this) {
              next.call = call;
              wanted = stream == next;
              if (wanted) {
                createNext();
              }
            }
            if (!wanted) {
              call.cancel();
            }
          } catch (EtcdException e) {
            broken(next, e.status());
          }
        });
  }

  /** Under the monitor. */
  private void createNext() {
    Connection current = stream;
    while (!createSent && !toCreate.isEmpty() && toCreate.getFirst().done) {
      toCreate.removeFirst();
    }
    if (current == null || current.call == null || createSent) {
      return;
    }
    if (toCreate.isEmpty()) {
      if (progressWanted) {
        progressWanted = false;
        current.send(
            WatchRequest.newBuilder()
                .setProgressRequest(WatchProgressRequest.getDefaultInstance())
                .build());
      }
      return;
    }
    Entry entry = toCreate.getFirst();
    createSent = true;
    current.send(
        WatchRequest.newBuilder()
            .setCreateRequest(
                entry.request.toBuilder().setStartRevision(entry.nextRevision).build())
            .build());
  }

  /** Under the monitor; once per id and stream. */
  private void askToCancel(long id) {
    if (stream != null && cancelSent.add(id)) {
      stream.send(
          WatchRequest.newBuilder()
              .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(id))
              .build());
    }
  }

  /** Under the monitor. All go on with a new stream. */
  private void resume(long pauseNanos) {
    List<Entry> all = everybody();
    boolean progress = progressWanted;
    clear();
    for (Entry entry : all) {
      entry.id = NO_ID;
      entry.fragments = null; // what came of them is sent again
      toCreate.add(entry);
    }
    if (!toCreate.isEmpty()) {
      open(pauseNanos);
      progressWanted = progress;
    }
  }

  private void broken(Connection from, Status status) {
    List<Entry> finished;
    synchronized (this) {
      if (stream != from) {
        return;
      }
      boolean resume =
          (status.code() == Code.UNAVAILABLE || status.code() == Code.INTERNAL || status.isOk())
              && !status.message().equals(EtcdException.NO_LEADER);
      if (resume) {
        resume(status.code() == Code.UNAVAILABLE ? backoffNanos : FIRST_BACKOFF_NANOS);
        backoffNanos = Math.min((long) (backoffNanos * BACKOFF_GROWTH), MAX_BACKOFF_NANOS);
        return;
      }
      List<Entry> all = everybody();
      clear();
      for (Entry entry : all) {
        entry.done = true;
      }
      finished = all;
    }
    for (Entry entry : finished) {
      entry.listener.closed(Optional.of(new EtcdException(status)));
    }
  }

  // ---- what the server says

  private void receive(Connection from, byte[] message) {
    WatchResponse response = Messages.parse(message, WatchResponse.parser());
    synchronized (this) {
      if (stream != from) {
        return;
      }
      backoffNanos = FIRST_BACKOFF_NANOS;
    }
    if (response.getCreated() && response.getCanceled() && lacksToken(response)) {
      renewToken(from);
    } else if (response.getCreated()) {
      created(response);
    } else if (response.getCanceled()) {
      cancelled(response);
    } else if (response.getWatchId() == NO_ID) {
      List<Entry> all;
      synchronized (this) {
        all = new ArrayList<>(active.values());
      }
      for (Entry entry : all) {
        tell(entry, response);
      }
    } else {
      Entry entry;
      synchronized (this) {
        entry = active.get(response.getWatchId());
        if (entry == null) {
          askToCancel(response.getWatchId());
        }
      }
      if (entry != null) {
        tell(entry, response);
      }
    }
  }

  /** Whether the token has become too old with which the stream was opened. */
  private boolean lacksToken(WatchResponse response) {
    String reason = response.getCancelReason();
    return calls.options().credentials().isPresent()
        && (reason.endsWith(EtcdException.INVALID_TOKEN)
            || reason.endsWith(EtcdException.OLD_AUTH_REVISION));
  }

  /** A new stream authenticates anew. One that has just done so had better wait a little. */
  private void renewToken(Connection from) {
    ClientCall old;
    synchronized (this) {
      if (stream != from) {
        return;
      }
      old = from.call;
      resume(active.isEmpty() ? MAX_BACKOFF_NANOS : 0);
    }
    if (old != null) {
      old.cancel();
    }
  }

  private void created(WatchResponse response) {
    Entry entry;
    boolean announce = false;
    EtcdException refusal = null;
    ClientCall last;
    synchronized (this) {
      entry = toCreate.poll();
      createSent = false;
      if (entry != null) {
        if (response.getWatchId() == NO_ID || response.getCanceled()) {
          refusal = entry.done ? null : refusal(response);
          entry.done = true;
        } else if (entry.done) {
          askToCancel(response.getWatchId());
        } else {
          entry.id = response.getWatchId();
          active.put(entry.id, entry);
          if (entry.nextRevision == 0) {
            // The original resumes at this revision itself, and then hears what happened before
            // it began to watch.
            entry.nextRevision = response.getHeader().getRevision() + 1;
          }
          announce = !entry.announced;
          entry.announced = true;
        }
      }
      createNext();
      last = leftByAll();
    }
    if (last != null) {
      last.cancel();
    }
    if (entry != null && announce) {
      entry.listener.created(response.getHeader().getRevision());
    }
    if (entry != null && refusal != null) {
      entry.listener.closed(Optional.of(refusal));
    }
  }

  private static EtcdException refusal(WatchResponse response) {
    String reason =
        response.getCancelReason().isEmpty()
            ? EtcdException.FUTURE_REVISION
            : response.getCancelReason();
    return new EtcdException(new Status(Code.UNKNOWN, reason));
  }

  private void cancelled(WatchResponse response) {
    Entry entry;
    ClientCall last;
    synchronized (this) {
      entry = active.remove(response.getWatchId());
      if (entry == null || entry.done) {
        return;
      }
      entry.done = true;
      if (response.getCompactRevision() != 0) {
        askToCancel(response.getWatchId()); // the server keeps a watcher that it cannot serve
      }
      last = leftByAll();
    }
    if (last != null) {
      last.cancel();
    }
    if (response.getCompactRevision() == 0) {
      entry.listener.closed(Optional.empty());
      return;
    }
    entry.listener.response(response);
    entry.listener.closed(
        Optional.of(new EtcdException(new Status(Code.OUT_OF_RANGE, EtcdException.COMPACTED))));
  }

  private void tell(Entry entry, WatchResponse response) {
    WatchResponse whole;
    synchronized (this) {
      if (entry.done) {
        return;
      }
      if (response.getFragment() || entry.fragments != null) {
        if (entry.fragments == null) {
          entry.fragments = response.toBuilder();
        } else {
          entry.fragments.addAllEvents(response.getEventsList());
        }
        if (response.getFragment()) {
          return;
        }
        whole = entry.fragments.clearFragment().build();
        entry.fragments = null;
      } else {
        whole = response;
      }
      int events = whole.getEventsCount();
      entry.nextRevision =
          events > 0
              ? whole.getEvents(events - 1).getKv().getModRevision() + 1
              : Math.max(entry.nextRevision, whole.getHeader().getRevision() + 1);
    }
    entry.listener.response(whole);
  }
}
