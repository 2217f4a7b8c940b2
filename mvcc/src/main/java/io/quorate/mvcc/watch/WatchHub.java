package io.quorate.mvcc.watch;

import io.quorate.mvcc.Change;
import io.quorate.mvcc.MvccStore;
import io.quorate.mvcc.PublicationListener;
import io.quorate.mvcc.View;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * All watchers of a member. One owner thread polls it; publications of the store and requests of
 * streams reach it through one queue and are handled in the order they were sent. So a watch asked
 * for after a put was answered never sees that put's event by accident, and a progress request sees
 * every event of what was answered before it.
 *
 * <pre>
 *            start ≤ current                  caught up
 *   watch ────────────────────→ unsynced ───────────────────→ synced
 *     └──────────────────────────────────────────────────────────↑ │
 *                                   ↑      channel full           │ │
 *              room again, behind   └──────── victim ←────────────┼─┘
 *                                               └── room again ───┘
 * </pre>
 *
 * For each watcher: revisions strictly ascend, all events of one revision come in one batch, none
 * is left out and none comes twice.
 */
public final class WatchHub {
  /** Watchers that one pass over history serves. */
  private static final int WATCHERS_PER_PASS = 512;

  private static final long SYNC_INTERVAL_NANOS = 100_000_000;
  private static final long VICTIM_INTERVAL_NANOS = 10_000_000;
  private static final int RECORDS_PER_POLL = 1000;
  private static final int MESSAGES_PER_POLL = 1000;

  /**
   * Changes that may wait in the queue. Beyond, they are dropped and the watchers read them from
   * the store: a hub that is behind must not fill the heap.
   */
  private static final int QUEUED_CHANGES_LIMIT = 100_000;

  private final MvccStore store;
  private final WatchListener listener;
  private final ConcurrentLinkedQueue<Message> messages = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queuedChanges = new AtomicInteger();
  private volatile Runnable wake = () -> {};

  /** Watchers in the hub or on their way: while 0 publications are only counted. */
  private final AtomicInteger interested = new AtomicInteger();

  /** The newest revision that was published without a message. Apply thread writes. */
  private volatile long skippedTo;

  // Owner thread.
  private final WatcherIndex synced = new WatcherIndex();
  private final Set<Watcher> unsynced = new LinkedHashSet<>();
  private final Set<Watcher> victims = new LinkedHashSet<>();

  /** Watchers that were told of a compaction and not cancelled since: etcd still counts them. */
  private int compacted;

  private final List<Watcher> touched = new ArrayList<>();
  private @Nullable CatchUp pass;
  private boolean passMadeProgress;
  private long syncDueNanos;
  private long victimsDueNanos;
  private long revision;

  private sealed interface Message {
    /** No changes where there were too many: then they must be read from the store. */
    record Published(@Nullable List<Change> changes, long revision) implements Message {}

    record Reloaded(long revision) implements Message {}

    record Watch(Watcher watcher, LongConsumer created) implements Message {}

    record Cancel(Watcher watcher, LongConsumer done) implements Message {}

    record Progress(List<Watcher> watchers, LongConsumer synced) implements Message {}

    record Room(WatchChannel channel) implements Message {}
  }

  /** Before the store's first entry is applied. */
  public WatchHub(MvccStore store, WatchListener listener) {
    this.store = store;
    this.listener = listener;
    this.revision = store.publishedRevision();
    this.skippedTo = revision;
    store.addListener(new Publications());
  }

  /** Runs on the apply thread. */
  private final class Publications implements PublicationListener {
    @Override
    public void published(List<Change> changes, long newRevision) {
      if (interested.get() == 0) {
        skippedTo = newRevision;
        // A watcher that came in this moment has seen either the count or the revision.
        if (interested.get() != 0) {
          wake.run();
        }
        return;
      }
      if (queuedChanges.addAndGet(changes.size()) > QUEUED_CHANGES_LIMIT) {
        queuedChanges.addAndGet(-changes.size());
        send(new Message.Published(null, newRevision));
      } else {
        send(new Message.Published(changes, newRevision));
      }
    }

    @Override
    public void reloaded(long newRevision) {
      send(new Message.Reloaded(newRevision));
    }
  }

  private void send(Message message) {
    messages.add(message);
    wake.run();
  }

  // ---- any thread ----

  /**
   * Adds a watcher.
   *
   * @param created is told the store's revision on the owner thread, before any event is offered
   */
  public Watcher watch(WatchRequest request, WatchChannel channel, LongConsumer created) {
    Watcher watcher = new Watcher(request, channel);
    interested.incrementAndGet();
    send(new Message.Watch(watcher, created));
    return watcher;
  }

  /** Ends a watcher; {@code done} is told the current revision, nothing is offered after. */
  public void cancel(Watcher watcher, LongConsumer done) {
    send(new Message.Cancel(watcher, done));
  }

  /**
   * Tells {@code informed} the revision up to which all of {@code watchers} have been given
   * everything, if they are synced and it is not below their start; else does nothing. Runs on the
   * owner thread, behind all events up to that revision.
   */
  public void progress(Collection<Watcher> watchers, LongConsumer informed) {
    send(new Message.Progress(List.copyOf(watchers), informed));
  }

  /** A channel that was full has room again. */
  public void roomIn(WatchChannel channel) {
    send(new Message.Room(channel));
  }

  /** {@code newWake} is called, on any thread, when {@link #poll} has something to do. */
  public void onWork(Runnable newWake) {
    wake = newWake;
  }

  // ---- owner thread ----

  /**
   * Distributes what was published, and does a bounded piece of catching up.
   *
   * @return when it wants to be called again: {@code nowNanos} if at once, or {@link
   *     Long#MAX_VALUE}
   */
  public long poll(long nowNanos) {
    for (int i = 0; i < MESSAGES_PER_POLL; i++) {
      Message message = messages.poll();
      if (message == null) {
        break;
      }
      handle(message, nowNanos);
    }
    if (messages.isEmpty()) {
      noteSkipped();
    }
    retryVictims(nowNanos);
    catchUp(nowNanos);
    listener.watchers(
        synced.size() + unsynced.size() + victims.size() + compacted, unsynced.size());
    return nextDue(nowNanos);
  }

  private long nextDue(long nowNanos) {
    if (!messages.isEmpty() || pass != null) {
      return nowNanos;
    }
    long due = Long.MAX_VALUE;
    if (!unsynced.isEmpty()) {
      due = syncDueNanos;
    }
    if (!victims.isEmpty() && (due == Long.MAX_VALUE || victimsDueNanos - due < 0)) {
      due = victimsDueNanos;
    }
    return due != Long.MAX_VALUE && due - nowNanos < 0 ? nowNanos : due;
  }

  private void handle(Message message, long nowNanos) {
    switch (message) {
      case Message.Published published -> distribute(published, nowNanos);
      case Message.Reloaded reloaded -> {
        abandonPass();
        noteSkipped();
        allFallBack(nowNanos);
        revision = reloaded.revision;
      }
      case Message.Watch watch -> add(watch, nowNanos);
      case Message.Cancel cancel -> {
        drop(cancel.watcher);
        cancel.done.accept(revision);
      }
      case Message.Progress progress -> progress(progress);
      case Message.Room room -> {
        for (Watcher victim : victims) {
          if (victim.channel == room.channel) {
            victimsDueNanos = nowNanos;
            break;
          }
        }
      }
    }
  }

  private void add(Message.Watch message, long nowNanos) {
    Watcher watcher = message.watcher;
    if (watcher.state == Watcher.State.GONE) {
      return; // cancelled before it was seen
    }
    noteSkipped();
    message.created.accept(revision);
    long start = watcher.nextRevision;
    if (start == 0 || start > revision) {
      watcher.nextRevision = Math.max(start, revision + 1);
      toSynced(watcher);
    } else {
      toUnsynced(watcher, nowNanos);
    }
  }

  private void toSynced(Watcher watcher) {
    watcher.state = Watcher.State.SYNCED;
    synced.add(watcher);
  }

  private void toUnsynced(Watcher watcher, long nowNanos) {
    watcher.state = Watcher.State.UNSYNCED;
    if (unsynced.isEmpty()) {
      syncDueNanos = nowNanos;
    }
    unsynced.add(watcher);
  }

  private void drop(Watcher watcher) {
    switch (watcher.state) {
      case NEW, GONE -> {}
      case SYNCED -> synced.remove(watcher);
      case UNSYNCED -> unsynced.remove(watcher);
      case VICTIM -> victims.remove(watcher);
      case COMPACTED -> compacted--;
    }
    if (watcher.state != Watcher.State.GONE && watcher.state != Watcher.State.COMPACTED) {
      interested.decrementAndGet();
    }
    watcher.state = Watcher.State.GONE;
    watcher.parked = null;
  }

  private void progress(Message.Progress message) {
    for (Watcher watcher : message.watchers) {
      if (watcher.state != Watcher.State.SYNCED || revision < watcher.request().startRevision()) {
        return;
      }
    }
    if (!message.watchers.isEmpty()) {
      message.synced.accept(revision);
    }
  }

  /** Publications that came while nobody watched; if somebody does by now, he reads them. */
  private void noteSkipped() {
    long skipped = skippedTo;
    if (skipped > revision) {
      lost(skipped);
    }
  }

  /** Events up to {@code newRevision} will not come by message: read them from the store. */
  private void lost(long newRevision) {
    List<Watcher> behind = new ArrayList<>();
    synced.forEach(watcher -> {
      if (watcher.nextRevision <= newRevision) {
        behind.add(watcher);
      }
    });
    for (Watcher watcher : behind) {
      synced.remove(watcher);
      watcher.nextRevision = Math.max(watcher.nextRevision, revision + 1);
      toUnsynced(watcher, syncDueNanos);
    }
    revision = newRevision;
  }

  private void allFallBack(long nowNanos) {
    List<Watcher> all = new ArrayList<>();
    synced.forEach(all::add);
    synced.clear();
    for (Watcher watcher : all) {
      watcher.nextRevision = Math.max(watcher.nextRevision, revision + 1);
      toUnsynced(watcher, nowNanos);
    }
  }

  private void distribute(Message.Published message, long nowNanos) {
    List<Change> changes = message.changes;
    if (changes != null) {
      queuedChanges.addAndGet(-changes.size());
    }
    if (message.revision <= revision) {
      return; // a reload was faster
    }
    if (changes == null || changes.getFirst().main() > revision + 1) {
      lost(message.revision);
      return;
    }
    if (synced.size() > 0) {
      try (View view = store.view()) {
        int from = 0;
        while (from < changes.size()) {
          long main = changes.get(from).main();
          int to = from;
          while (to < changes.size() && changes.get(to).main() == main) {
            to++;
          }
          if (main > revision) {
            distribute(changes.subList(from, to), main, view, nowNanos);
          }
          from = to;
        }
      }
    }
    revision = message.revision;
  }

  /** One revision, to all synced watchers that match. */
  private void distribute(List<Change> changes, long main, View view, long nowNanos) {
    for (Change change : changes) {
      WatchEvent event = new WatchEvent(change);
      synced.matching(
          change.key(),
          watcher -> {
            if (main < watcher.nextRevision || !watcher.wants(event)) {
              return;
            }
            event.prepare(watcher.wantsPrevious(), view);
            if (watcher.found.isEmpty()) {
              touched.add(watcher);
            }
            watcher.found.add(event);
          });
    }
    for (Watcher watcher : touched) {
      List<WatchEvent> events = watcher.takeFound();
      watcher.nextRevision = main + 1;
      WatchBatch batch = new WatchBatch(watcher, main, 0, events);
      if (offer(batch)) {
        continue;
      }
      synced.remove(watcher);
      toVictim(watcher, batch, nowNanos);
    }
    touched.clear();
  }

  private boolean offer(WatchBatch batch) {
    boolean taken = batch.watcher().channel.offer(batch);
    if (taken) {
      listener.events(batch.events().size());
      if (batch.watcher().wantsPrevious()) {
        listener.previousValues(
            (int) batch.events().stream().filter(WatchEvent::followsAnother).count());
      }
    }
    return taken;
  }

  /** Its position is behind the batch already. */
  private void toVictim(Watcher watcher, WatchBatch batch, long nowNanos) {
    watcher.state = Watcher.State.VICTIM;
    watcher.parked = new WatchBatch(watcher, watcher.nextRevision - 1, 0, batch.events());
    if (victims.isEmpty()) {
      victimsDueNanos = nowNanos + VICTIM_INTERVAL_NANOS;
    }
    victims.add(watcher);
  }

  private void retryVictims(long nowNanos) {
    if (victims.isEmpty() || victimsDueNanos - nowNanos > 0) {
      return;
    }
    victimsDueNanos = nowNanos + VICTIM_INTERVAL_NANOS;
    for (Iterator<Watcher> i = victims.iterator(); i.hasNext(); ) {
      Watcher victim = i.next();
      WatchBatch parked = victim.parked;
      if (parked == null) {
        throw new AssertionError("a victim without a batch: " + victim);
      }
      if (offer(parked)) {
        i.remove();
        victim.parked = null;
        placeByPosition(victim, nowNanos);
      }
    }
  }

  private void placeByPosition(Watcher watcher, long nowNanos) {
    if (watcher.nextRevision <= revision) {
      toUnsynced(watcher, nowNanos);
    } else {
      toSynced(watcher);
    }
  }

  private void catchUp(long nowNanos) {
    if (pass == null) {
      if (unsynced.isEmpty() || syncDueNanos - nowNanos > 0) {
        return;
      }
      pass = begin();
    }
    CatchUp running = pass;
    if (running != null) {
      if (!running.step(RECORDS_PER_POLL)) {
        return;
      }
      pass = null;
      for (Watcher watcher : running.watchers) {
        caughtUp(watcher, running.view.revision(), nowNanos);
      }
      running.close();
    }
    syncDueNanos = passMadeProgress ? nowNanos : nowNanos + SYNC_INTERVAL_NANOS;
  }

  /** Chooses who takes part in the next pass; ends those whose history is gone. */
  private @Nullable CatchUp begin() {
    passMadeProgress = false;
    View view = store.view();
    List<Watcher> chosen = new ArrayList<>();
    List<Watcher> tooLate = new ArrayList<>();
    for (Watcher watcher : unsynced) {
      if (chosen.size() + tooLate.size() == WATCHERS_PER_PASS) {
        break;
      }
      (watcher.nextRevision < view.compactedRevision() ? tooLate : chosen).add(watcher);
    }
    for (Watcher watcher : tooLate) {
      WatchBatch end = new WatchBatch(watcher, 0, view.compactedRevision(), List.of());
      if (offer(end)) {
        passMadeProgress = true;
        drop(watcher);
        watcher.state = Watcher.State.COMPACTED;
        compacted++;
      } else {
        requeue(watcher);
      }
    }
    if (chosen.isEmpty()) {
      view.close();
      return null;
    }
    return new CatchUp(view, chosen);
  }

  /** Behind all others, so that nobody who can move waits for one who cannot. */
  private void requeue(Watcher watcher) {
    unsynced.remove(watcher);
    unsynced.add(watcher);
  }

  private void caughtUp(Watcher watcher, long upTo, long nowNanos) {
    long next = watcher.stoppedAt != 0 ? watcher.stoppedAt : upTo + 1;
    List<WatchEvent> events = watcher.takeFound();
    if (watcher.state != Watcher.State.UNSYNCED) {
      return; // cancelled meanwhile
    }
    unsynced.remove(watcher);
    if (next > watcher.nextRevision) {
      passMadeProgress = true;
    }
    watcher.nextRevision = Math.max(watcher.nextRevision, next);
    WatchBatch batch = new WatchBatch(watcher, upTo, 0, events);
    if (!events.isEmpty() && !offer(batch)) {
      toVictim(watcher, batch, nowNanos);
    } else {
      placeByPosition(watcher, nowNanos);
    }
  }

  private void abandonPass() {
    CatchUp running = pass;
    if (running != null) {
      pass = null;
      running.watchers.forEach(Watcher::takeFound);
      running.close();
    }
  }

  /** Ends all watchers without a word; the member stops. */
  public void close() {
    abandonPass();
    messages.clear();
  }
}
