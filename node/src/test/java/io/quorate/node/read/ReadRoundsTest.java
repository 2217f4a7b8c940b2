package io.quorate.node.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.os.OsClock;
import io.quorate.node.NodeException;
import io.quorate.node.RequestTrace;
import io.quorate.node.propose.RequestIds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

class ReadRoundsTest {
  private static final long MILLI = 1_000_000L;
  private final List<byte[]> asked = new ArrayList<>();
  private final RecordingLogger log = new RecordingLogger();
  private final ReadRounds rounds =
      new ReadRounds(
          new RequestIds(0xffff, 0),
          asked::add,
          7_000 * MILLI,
          ReadRounds.ReadListener.NONE,
          new RequestTrace(new OsClock(), NOPLogger.NOP_LOGGER),
          log);

  private CompletableFuture<Void> reader() {
    var reader = new CompletableFuture<Void>();
    rounds.add(reader);
    return reader;
  }

  @Test
  void readersThatWaitTogetherShareOneRound() {
    CompletableFuture<Void> first = reader();
    CompletableFuture<Void> second = reader();
    rounds.poll(0);
    assertThat(asked).hasSize(1);
    CompletableFuture<Void> late = reader();
    rounds.applied(5);
    rounds.confirmed(asked.getFirst(), 5);
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(late).isNotDone();
    rounds.poll(1);
    rounds.confirmed(asked.getLast(), 5);
    assertThat(late).isCompleted();
  }

  @Test
  void aReaderWaitsUntilItsIndexIsApplied() {
    CompletableFuture<Void> reader = reader();
    rounds.poll(0);
    rounds.confirmed(asked.getFirst(), 9);
    rounds.applied(8);
    assertThat(reader).isNotDone();
    rounds.applied(9);
    assertThat(reader).isCompleted();
  }

  @Test
  void withoutAnAnswerItAsksAgainAndAnyAnswerOfTheRoundCounts() {
    CompletableFuture<Void> reader = reader();
    rounds.poll(0);
    rounds.poll(499 * MILLI);
    assertThat(asked).hasSize(1);
    rounds.poll(500 * MILLI);
    assertThat(asked).hasSize(2);
    rounds.confirmed(asked.getFirst(), 0);
    assertThat(reader).isCompleted();
  }

  /** The fields are those of spec/server.md 9; the id is unsigned. */
  @Test
  void whatTakesLongIsSaid() {
    reader();
    rounds.poll(0);
    rounds.poll(500 * MILLI);
    String first = Long.toUnsignedString(ByteBuffer.wrap(asked.getFirst()).getLong());
    assertThat(log.lines)
        .containsExactly(
            "WARN waiting for ReadIndex response took too long, retrying"
                + " sent-request-id="
                + first
                + " retry-timeout=PT0.5S");
    rounds.poll(7_000 * MILLI);
    assertThat(log.lines)
        .last()
        .isEqualTo(
            "WARN timed out waiting for read index response (local node might have slow network)"
                + " timeout=PT7S");
  }

  @Test
  void anAnswerToAnEarlierRoundIsIgnored() {
    reader();
    rounds.poll(0);
    rounds.confirmed(asked.getFirst(), 0);
    CompletableFuture<Void> next = reader();
    rounds.poll(1);
    rounds.confirmed(asked.getFirst(), 0);
    assertThat(next).isNotDone();
  }

  @Test
  void aNewLeaderAndALostTimeFailTheRound() {
    CompletableFuture<Void> first = reader();
    rounds.poll(0);
    rounds.leaderChanged();
    assertThat(first.exceptionNow()).isInstanceOf(NodeException.LeaderChanged.class);
    CompletableFuture<Void> second = reader();
    rounds.poll(0);
    rounds.poll(7_000 * MILLI);
    assertThat(second.exceptionNow()).isInstanceOf(NodeException.Timeout.class);
  }
}
