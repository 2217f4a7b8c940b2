package io.quorate.node.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.memory.MemoryDisk;
import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.watch.WatchChannel;
import io.quorate.mvcc.watch.WatchEvent;
import io.quorate.node.LoneMember;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client hears on one stream, rule by rule (spec/api.md 8). */
class WatchStreamTest {
  private static final KeyRange ALL = new KeyRange(new byte[] {0}, new byte[] {0});
  private static final int FRAGMENT_BYTES = 1_000;

  private final LoneMember lone = new LoneMember(new MemoryDisk(1), LoneMember.Setup.DEFAULT);
  private int wakes;
  private final WatchStream stream =
      new WatchStream(
          lone.member().watches().hub(),
          FRAGMENT_BYTES,
          events ->
              20
                  + events.events().stream()
                      .mapToInt(event -> event.encoded(events.withPrevious()).length + 3)
                      .sum(),
          () -> wakes++);

  @BeforeEach
  void start() {
    lone.await(lone.member().publish());
  }

  @AfterEach
  void close() {
    stream.close();
    lone.close();
  }

  private static WatchCreate create(long id, KeyRange range, long start) {
    return new WatchCreate(id, range, start, false, false, false, false, false);
  }

  private static KeyRange key(String key) {
    return KeyRange.single(key.getBytes(StandardCharsets.UTF_8));
  }

  private void put(String key, String value) {
    lone.await(lone.put(key, value));
  }

  /** All that is said by now, a line each. */
  private List<String> heard() {
    lone.run(30);
    List<String> heard = new ArrayList<>();
    for (WatchOutput said = stream.take(); said != null; said = stream.take()) {
      heard.add(
          switch (said) {
            case WatchOutput.Created c -> "created " + c.id() + " @" + c.revision();
            case WatchOutput.Refused r -> "refused " + r.id() + ": " + r.reason();
            case WatchOutput.Events e ->
                "events "
                    + e.id()
                    + " "
                    + e.events().stream().map(WatchEvent::modRevision).toList()
                    + (e.fragment() ? " more" : "");
            case WatchOutput.Progress p -> "progress " + p.id() + " @" + p.revision();
            case WatchOutput.Cancelled c -> "cancelled " + c.id();
            case WatchOutput.Compacted c -> "compacted " + c.id() + " @" + c.compactRevision();
          });
    }
    return heard;
  }

  @Test
  void idsAreGivenInOrderOrChosenAndNeverTwice() {
    stream.create(create(0, ALL, 0), 1);
    stream.create(create(2, ALL, 0), 1);
    stream.create(create(0, ALL, 0), 1);
    stream.create(create(0, ALL, 0), 1);
    stream.create(create(2, ALL, 0), 1);
    assertThat(heard())
        .containsExactlyInAnyOrder(
            "created 0 @1",
            "created 2 @1",
            "created 1 @1",
            "created 3 @1",
            "refused -1: mvcc: duplicate watch ID provided on the WatchStream");
    assertThat(stream.size()).isEqualTo(4);
    stream.cancel(2);
    stream.cancel(77);
    assertThat(heard()).containsExactly("cancelled 2");
    stream.create(create(2, ALL, 0), 1);
    assertThat(heard()).containsExactly("created 2 @1");
  }

  @Test
  void aRangeThatIsEmptyAndAStartBelowZeroAreRefused() {
    stream.create(create(0, new KeyRange(new byte[] {'b'}, new byte[] {'a'}), 0), 1);
    stream.create(create(0, ALL, -1), 1);
    assertThat(heard())
        .containsExactly(
            "refused -1: mvcc: watcher range is empty",
            "refused -1: etcdserver: mvcc: required revision has been compacted");
    assertThat(stream.size()).isZero();
  }

  @Test
  void creationComesBeforeEventsAndNothingAfterCancellation() {
    put("a", "1");
    stream.create(create(0, key("a"), 2), 2);
    stream.create(create(0, key("b"), 0), 2);
    put("b", "1");
    List<String> heard = heard();
    assertThat(heard).containsSubsequence("created 0 @2", "events 0 [2]");
    assertThat(heard).containsSubsequence("created 1 @2", "events 1 [3]").hasSize(4);
    put("b", "2");
    stream.cancel(1);
    put("b", "3");
    assertThat(heard()).containsExactly("events 1 [4]", "cancelled 1");
  }

  @Test
  void aCompactedStartIsToldAndTheStreamCountsItUntilItIsCancelled() {
    for (int i = 0; i < 5; i++) {
      put("a", "x");
    }
    lone.await(
        lone.member().propose(Compaction.FIELD, new ProtoWriter().number(1, 4).toByteArray()));
    stream.create(create(0, ALL, 3), 6);
    assertThat(heard()).containsExactly("created 0 @6", "compacted 0 @4");
    stream.requestProgress();
    assertThat(heard()).isEmpty();
    stream.cancel(0);
    stream.create(create(0, ALL, 0), 6);
    stream.requestProgress();
    assertThat(heard()).containsExactly("cancelled 0", "created 1 @6", "progress -1 @6");
  }

  @Test
  void progressIsToldOnRequestIfAllAreSynced() {
    stream.requestProgress();
    assertThat(heard()).as("without watchers").isEmpty();
    stream.create(create(0, key("a"), 0), 1);
    put("elsewhere", "1");
    stream.requestProgress();
    assertThat(heard()).containsExactly("created 0 @1", "progress -1 @2");
    stream.create(create(0, key("a"), 10), 2);
    stream.requestProgress();
    assertThat(heard()).as("one begins in the future").containsExactly("created 1 @2");
  }

  @Test
  void quietWatchersThatWantToAreToldOnceAPeriod() {
    stream.create(new WatchCreate(0, key("a"), 0, true, false, false, false, false), 1);
    stream.create(create(0, key("a"), 0), 1);
    assertThat(heard()).containsExactly("created 0 @1", "created 1 @1");
    stream.tick();
    assertThat(heard()).as("quiet from the beginning").containsExactly("progress 0 @1");
    put("a", "1");
    assertThat(heard()).containsExactlyInAnyOrder("events 0 [2]", "events 1 [2]");
    stream.tick();
    assertThat(heard()).as("not quiet since the last tick").isEmpty();
    put("elsewhere", "1");
    stream.tick();
    assertThat(heard()).containsExactly("progress 0 @3");
  }

  @Test
  void theClockOfAStreamStrikesOnceAPeriodAndATenth() {
    stream.create(new WatchCreate(0, key("a"), 0, true, false, false, false, false), 1);
    lone.member().watches().add(stream, lone.member().clock().nanos());
    heard();
    lone.run(59_900);
    assertThat(heard()).as("before ten minutes are over").isEmpty();
    lone.run(6_100);
    assertThat(heard()).containsExactly("progress 0 @1");
    lone.member().watches().remove(stream);
    lone.run(67_000);
    assertThat(heard()).isEmpty();
  }

  @Test
  void largeAnswersAreSplitWhereThatWasAllowed() {
    for (int i = 0; i < 7; i++) {
      put("a" + i, "x".repeat(300));
    }
    stream.create(new WatchCreate(0, ALL, 1, false, false, false, false, true), 8);
    stream.create(create(0, ALL, 1), 8);
    assertThat(heard())
        .containsSubsequence(
            "created 0 @8", "events 0 [2, 3, 4] more", "events 0 [5, 6, 7] more", "events 0 [8]")
        .containsSubsequence("created 1 @8", "events 1 [2, 3, 4, 5, 6, 7, 8]")
        .hasSize(6);
  }

  /** Many small events may wait, and few large ones. */
  @ParameterizedTest
  @CsvSource({
    3 * WatchChannel.CAPACITY + ", 1, " + WatchChannel.CAPACITY,
    "130, 100000, 42",
  })
  void whoDoesNotListenIsParkedAndLosesNothing(int puts, int valueBytes, long waiting) {
    stream.create(create(0, key("a"), 0), 1);
    var others = new ArrayList<WatchOutput>();
    var other =
        new WatchStream(lone.member().watches().hub(), FRAGMENT_BYTES, events -> 1, () -> wakes++);
    other.create(create(0, key("a"), 0), 1);
    String value = "x".repeat(valueBytes);
    for (int i = 0; i < puts; i++) {
      put("a", value);
      lone.run(2);
      for (WatchOutput said = other.take(); said != null; said = other.take()) {
        others.add(said);
      }
    }
    assertThat(others).as("another stream").hasSizeGreaterThanOrEqualTo(puts);
    assertThat(stream.pendingEvents()).isEqualTo(waiting);
    assertThat(wakes).isGreaterThan(1);
    List<Long> revisions = new ArrayList<>();
    for (List<String> some = heard(); !some.isEmpty(); some = heard()) {
      some.stream()
          .filter(line -> line.startsWith("events 0"))
          .flatMap(line -> Stream.of(line.substring(10, line.length() - 1).split(", ")))
          .map(Long::parseLong)
          .forEach(revisions::add);
    }
    assertThat(revisions)
        .containsExactlyElementsOf(LongStream.rangeClosed(2, puts + 1).boxed().toList());
    other.close();
  }

  /** Whoever only asks is answered no further than this until it listens, and misses nothing. */
  @Test
  void noMoreIsAskedThanSomeAnswersMayWait() {
    List<String> heard = new ArrayList<>();
    long asked = 0;
    for (int i = 0; i < 5; i++) {
      long before = asked;
      while (stream.takesRequests()) {
        long id = asked / 3 + 1;
        switch ((int) (asked++ % 3)) {
          case 0 -> stream.create(create(id, key("a"), 0), 1);
          case 1 -> stream.refuse("no " + id, 1);
          default -> stream.cancel(id);
        }
      }
      assertThat(asked - before).isEqualTo(128);
      lone.run(30);
      assertThat(stream.takesRequests()).as("before it listens").isFalse();
      heard.addAll(heard());
    }
    assertThat(heard).hasSize(640).doesNotHaveDuplicates();
  }

  @Test
  void whoAsksForProgressAndDoesNotListenIsHeldBackToo() {
    stream.create(create(0, key("a"), 0), 1);
    int asked = 0;
    while (stream.takesRequests()) {
      stream.requestProgress();
      lone.run(1);
      asked++;
    }
    assertThat(asked).isEqualTo(127);
    assertThat(heard()).hasSize(128);
  }

  /** The clock strikes in vain, and when the client listens again it is told as before. */
  @Test
  void progressIsNotToldToWhoIsFarBehind() {
    stream.create(new WatchCreate(0, key("a"), 0, true, false, false, false, false), 1);
    for (int i = 0; i < 1_000; i++) {
      stream.tick();
      lone.run(1);
    }
    assertThat(heard()).hasSize(128);
    stream.tick();
    assertThat(heard()).containsExactly("progress 0 @1");
  }

  @Test
  void theOwnerIsWokenOnceUntilTheQueueWasEmpty() {
    stream.create(create(0, key("a"), 0), 1);
    lone.run(10);
    put("a", "1");
    put("a", "2");
    lone.run(10);
    assertThat(wakes).isEqualTo(1);
    assertThat(heard()).containsExactly("created 0 @1", "events 0 [2]", "events 0 [3]");
    put("a", "3");
    lone.run(10);
    assertThat(wakes).isEqualTo(2);
  }
}
