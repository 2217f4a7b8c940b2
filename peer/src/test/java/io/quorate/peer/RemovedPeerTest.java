package io.quorate.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.os.OsClock;
import io.quorate.node.port.OutgoingSnapshot;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.membership.Member;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** A peer that takes connections and nothing else, while it is removed. */
class RemovedPeerTest {
  private static final long LIMIT_SECONDS = 20;
  private static final Duration LONG = Duration.ofHours(1);
  private static final long SELF = 0xa;
  private static final long PEER = 0xb;

  private final RecordingLogger log = new RecordingLogger();
  private final CountDownLatch unreachable = new CountDownLatch(1);
  private final CountDownLatch notArrived = new CountDownLatch(1);
  private final EdgeServer edge =
      new EdgeServer(
          new EdgeOptions(1, "removed-peer-test-", true, false),
          EdgeListener.NONE,
          NOPLogger.NOP_LOGGER);
  private final ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final PeerNetwork network =
      new PeerNetwork(
          new PeerOptions(SELF, 0xc, "3.6.14", List.of(), LONG, LONG, LONG, LONG),
          edge,
          Optional.empty(),
          new Raft(),
          new OsClock(),
          PeerListener.NONE,
          log);

  RemovedPeerTest() throws IOException {
    network.add(Member.of(PEER, List.of("http://127.0.0.1:" + silent.getLocalPort()), false));
  }

  @AfterEach
  void close() throws IOException {
    network.close();
    edge.close();
    silent.close();
  }

  private final class Raft implements RaftPort {
    @Override
    public void receive(Message message, Runnable taken) {
      taken.run();
    }

    @Override
    public boolean isRemoved(long memberId) {
      return false;
    }

    @Override
    public void unreachable(long memberId) {
      unreachable.countDown();
    }

    @Override
    public void snapshotSent(long memberId, boolean arrived) {
      if (!arrived) {
        notArrived.countDown();
      }
    }

    @Override
    public void removedByOthers() {}
  }

  /** Else the log would never be compacted again, which waits for snapshots on their way. */
  @Test
  void aSnapshotOnItsWayIsGivenUp() throws Exception {
    var database = new EndlessDatabase();
    network.send(database);
    assertThat(database.waits.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    network.remove(PEER);
    assertThat(notArrived.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(database.closed.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(log.lines)
        .anyMatch(line ->
            line.startsWith("WARN failed to send database snapshot")
                && line.endsWith("error=stopped"));
  }

  @Test
  void aMessageThatIsNotAnsweredIsGivenUp() throws Exception {
    network.send(List.of(new Message.Heartbeat(SELF, PEER, 1, 0, null)));
    network.remove(PEER);
    assertThat(unreachable.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
  }

  private static final class EndlessDatabase implements OutgoingSnapshot {
    final CountDownLatch waits = new CountDownLatch(1);
    final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public Message.InstallSnapshot message() {
      return new Message.InstallSnapshot(SELF, PEER, 1, new Snapshot(null, ConfState.EMPTY, 1, 1));
    }

    @Override
    public long databaseBytes() {
      return 1L << 40;
    }

    @Override
    public boolean read(ByteBuffer into) {
      into.position(into.limit());
      return true;
    }

    @Override
    public void waits() {
      waits.countDown();
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
