package io.quorate.mvcc.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.OneStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Watchers beside the list of all events: random transactions, watches from any revision, consumers
 * of every speed, compactions, cancels, threads in any order. Whatever a watcher was given is
 * exactly the matching events from its start on, a revision at a time, until it was ended.
 */
class WatchModelTest {
  private static final int RUNS = Boolean.getBoolean("long") ? 400 : 15;
  private static final int STEPS = 400;

  private record Event(String key, long main, boolean delete) {}

  /** One stream: room for a few batches, emptied when the test feels like it. */
  private static final class Stream implements WatchChannel {
    final ArrayDeque<WatchBatch> waiting = new ArrayDeque<>();
    int capacity;

    @Override
    public boolean offer(WatchBatch batch) {
      if (waiting.size() >= capacity) {
        return false;
      }
      waiting.add(batch);
      return true;
    }
  }

  private static final class Watched {
    WatchRequest request;
    Stream stream;
    Watcher watcher;
    long created = -1;
    long createdAtMost;
    boolean cancelled;
    long compactedAt;
    final List<Event> got = new ArrayList<>();
    long lastRevision;
  }

  private final List<Event> history = new ArrayList<>();
  private final List<Watched> all = new ArrayList<>();
  private final List<Stream> streams = new ArrayList<>();
  private OneStore one;
  private WatchHub hub;
  private long compacted;

  @Test
  void everyStreamIsTheHistory() {
    int events = 0;
    for (int seed = 1; seed <= RUNS; seed++) {
      try {
        run(seed);
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
      events += all.stream().mapToInt(w -> w.got.size()).sum();
    }
    assertThat(events).isGreaterThan(1000);
  }

  private void run(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    history.clear();
    all.clear();
    streams.clear();
    compacted = -1;
    one = new OneStore();
    hub = new WatchHub(one.store, WatchListener.NONE);
    for (int i = 0; i < 3; i++) {
      Stream stream = new Stream();
      stream.capacity = 1 + random.nextInt(4);
      streams.add(stream);
    }
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(12)) {
        case 0 -> watch(random);
        case 1 -> {
          if (!all.isEmpty() && random.nextInt(3) == 0) {
            cancel(all.get(random.nextInt(all.size())));
          }
        }
        case 2 -> {
          if (random.nextInt(4) == 0 && one.store.revision() > compacted + 1) {
            compacted = random.nextLong(compacted + 1, one.store.revision() + 1);
            one.compact(compacted);
          }
        }
        case 3, 4 -> drain(streams.get(random.nextInt(streams.size())), random.nextInt(3), true);
        case 5 -> one.now += random.nextLong(60_000_000);
        case 6 -> one.turn(random.nextBoolean());
        case 7 -> progress(random);
        case 8, 9 -> hub.poll(one.now);
        default -> transaction(random);
      }
    }
    finish();
  }

  private void watch(SplittableRandom random) {
    Watched w = new Watched();
    byte[] key = OneStore.bytes(key(random));
    KeyRange range =
        switch (random.nextInt(4)) {
          case 0, 1 -> KeyRange.single(key);
          case 2 -> new KeyRange(key, new byte[] {0});
          default -> new KeyRange(key, OneStore.bytes("kz"));
        };
    long start = random.nextBoolean() ? 0 : random.nextLong(1, one.store.revision() + 4);
    w.request =
        new WatchRequest(
            all.size(),
            range,
            start,
            random.nextInt(5) == 0,
            random.nextInt(5) == 0,
            random.nextBoolean());
    w.stream = streams.get(random.nextInt(streams.size()));
    long published = one.store.publishedRevision();
    w.createdAtMost = Long.MAX_VALUE;
    w.watcher =
        hub.watch(
            w.request,
            w.stream,
            now -> {
              assertThat(now).isGreaterThanOrEqualTo(published);
              w.created = now;
            });
    all.add(w);
  }

  private void cancel(Watched w) {
    if (!w.cancelled) {
      w.cancelled = true;
      hub.cancel(w.watcher, now -> {});
      hub.poll(one.now);
      // Nothing is offered after the cancel; what waits in the channel still counts.
      w.createdAtMost = w.stream.waiting.size();
    }
  }

  private void progress(SplittableRandom random) {
    if (all.isEmpty()) {
      return;
    }
    Watched w = all.get(random.nextInt(all.size()));
    hub.progress(
        List.of(w.watcher),
        now -> {
          // Every event up to there has been given: taken by the test, or waiting in the channel.
          List<Event> given = new ArrayList<>(w.got);
          for (WatchBatch batch : w.stream.waiting) {
            if (batch.watcher() == w.watcher) {
              batch.events().forEach(e -> given.add(event(e)));
            }
          }
          assertThat(now).isGreaterThanOrEqualTo(w.request.startRevision());
          assertThat(given.stream().filter(e -> e.main <= now).toList())
              .isEqualTo(expected(w, now));
        });
  }

  private static String key(SplittableRandom random) {
    return "k" + (char) ('a' + random.nextInt(6));
  }

  private void transaction(SplittableRandom random) {
    boolean wide = random.nextInt(10) == 0;
    List<Event> events = new ArrayList<>();
    long main = one.store.revision() + 1;
    one.apply(t -> {
      TreeSet<String> used = new TreeSet<>();
      for (int i = random.nextInt(1, 4); i > 0; i--) {
        String key = key(random);
        if (wide) {
          // Alone: no key comes twice in a transaction, as requests are checked.
          KeyRange range = new KeyRange(OneStore.bytes(key), new byte[] {0});
          t.deleteRange(range, k -> events.add(new Event(OneStore.text(k), main, true)));
          return;
        }
        if (!used.add(key)) {
          continue;
        }
        if (random.nextInt(4) == 0) {
          KeyRange range = KeyRange.single(OneStore.bytes(key));
          t.deleteRange(range, k -> events.add(new Event(OneStore.text(k), main, true)));
        } else {
          t.put(OneStore.bytes(key), OneStore.bytes("v" + main), 0);
          events.add(new Event(key, main, false));
        }
      }
    });
    history.addAll(events);
    if (random.nextBoolean()) {
      one.store.publish();
    }
  }

  private static Event event(WatchEvent event) {
    return new Event(OneStore.text(event.key()), event.modRevision(), event.isDelete());
  }

  private void drain(Stream stream, int batches, boolean tell) {
    for (int i = 0; i < batches && !stream.waiting.isEmpty(); i++) {
      WatchBatch batch = stream.waiting.remove();
      Watched w = all.get((int) batch.watcher().id());
      assertThat(w.created).as("created before its first event").isNotNegative();
      if (batch.compactRevision() != 0) {
        assertThat(batch.events()).isEmpty();
        w.compactedAt = batch.compactRevision();
        continue;
      }
      assertThat(batch.events()).isNotEmpty();
      List<Event> events = batch.events().stream().map(WatchModelTest::event).toList();
      assertThat(events.getFirst().main).as("atomic by revision").isGreaterThan(w.lastRevision);
      w.lastRevision = events.getLast().main;
      assertThat(batch.revision()).isGreaterThanOrEqualTo(w.lastRevision);
      for (WatchEvent event : batch.events()) {
        assertThat(event.encoded(w.request.previous())).isNotEmpty();
      }
      w.got.addAll(events);
    }
    if (tell) {
      hub.roomIn(stream);
    }
  }

  private void finish() {
    one.store.publish();
    for (int i = 0; i < 10_000; i++) {
      one.turn(true);
      one.turn(false);
      long due = hub.poll(one.now);
      streams.forEach(s -> drain(s, 100, false));
      if (due == Long.MAX_VALUE) {
        break;
      }
      one.now = Math.max(one.now, due);
    }
    assertThat(hub.poll(one.now)).isEqualTo(Long.MAX_VALUE);
    streams.forEach(s -> drain(s, 100, false));
    for (Watched w : all) {
      assertThat(w.created).isNotNegative();
      List<Event> expected = expected(w, Long.MAX_VALUE);
      if (w.cancelled || w.compactedAt != 0) {
        // Ended: a beginning of it, cut between revisions.
        assertThat(expected.subList(0, Math.min(w.got.size(), expected.size()))).isEqualTo(w.got);
        if (w.compactedAt != 0) {
          long next = w.got.isEmpty() ? w.request.startRevision() : w.lastRevision + 1;
          assertThat(w.compactedAt).isGreaterThan(next > 0 ? 0 : -1);
        }
      } else {
        assertThat(w.got).as("%s created at %d", w.request, w.created).isEqualTo(expected);
      }
    }
    one.close();
  }

  private List<Event> expected(Watched w, long upTo) {
    long start = w.request.startRevision() == 0 ? w.created + 1 : w.request.startRevision();
    return history.stream()
        .filter(e -> e.main >= start && e.main <= upTo)
        .filter(e -> w.request.range().contains(OneStore.bytes(e.key)))
        .filter(e -> e.delete ? !w.request.noDelete() : !w.request.noPut())
        .toList();
  }
}
