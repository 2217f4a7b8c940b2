package io.quorate.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.etcdserverpb.TxnResponse;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.LoneMember;
import io.quorate.node.RequestTrace;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.ServiceTable;
import io.quorate.server.auth.Callers;
import io.quorate.server.auth.Tokens;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.request.ProtoWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

/** Transactions that read many keys. */
@Timeout(60)
class LongTxnTest {
  private static final int KEYS = 2_000;
  private static final byte[] KEY = "k".getBytes(UTF_8);
  private static final byte[] END = "l".getBytes(UTF_8);

  private final LoneMember lone = new LoneMember(new MemoryDisk(1), LoneMember.Setup.DEFAULT);
  private final CompletableFuture<Throwable> death = new CompletableFuture<>();
  private final AtomicInteger slicesLeft = new AtomicInteger();
  private final ReadPool reads =
      new ReadPool(
          1,
          () -> {
            slicesLeft.incrementAndGet();
            return false;
          },
          death::complete);
  private final DirectChannel channel =
      new DirectChannel(services(), InetSocketAddress.createUnresolved("here", 1));

  private ServiceTable services() {
    var table = new ServiceTable();
    new KvService(
            lone.member(),
            new Headers(lone.member()),
            new Callers(lone.member(), Tokens.NONE, NOPLogger.NOP_LOGGER),
            reads,
            Quota.of(0),
            128,
            Integer.MAX_VALUE,
            (success, nanos) -> {},
            SlowRequests.of(
                Duration.ofHours(1), 0, 0, SlowRequests.SlowListener.NONE, NOPLogger.NOP_LOGGER),
            new RequestTrace(lone.member().clock(), NOPLogger.NOP_LOGGER))
        .addTo(table);
    return table;
  }

  @BeforeEach
  void start() {
    lone.await(lone.member().publish());
    CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < KEYS; i++) {
      last = lone.put("k" + i, "v");
      if (i % 100 == 0) {
        lone.await(last);
      }
    }
    lone.await(last);
  }

  @AfterEach
  void close() {
    channel.close();
    reads.close();
    lone.close();
    assertThat(death).isNotDone();
  }

  private static ProtoWriter range() {
    return new ProtoWriter()
        .message(1, new ProtoWriter().bytes(1, KEY).bytes(2, END).number(7, 1)); // serializable
  }

  /** Whether all keys have version {@code version}. */
  private static ProtoWriter versions(long version) {
    return new ProtoWriter().bytes(3, KEY).number(4, version).bytes(64, END);
  }

  private TxnResponse txn(ProtoWriter request) throws Exception {
    byte[] answer =
        channel
            .unaryAsync("/etcdserverpb.KV/Txn", request.toByteArray(), CallOptions.DEFAULT)
            .get(60, TimeUnit.SECONDS);
    return TxnResponse.parseFrom(answer);
  }

  /** Otherwise a few of them would make every other range wait. */
  @Test
  void theyLeaveTheThreadToOthersAfterEachSlice() throws Exception {
    TxnResponse answer =
        txn(
            new ProtoWriter()
                .message(1, versions(1))
                .message(2, range())
                .message(2, range())
                .message(3, range()));
    assertThat(answer.getSucceeded()).isTrue();
    assertThat(answer.getResponsesList())
        .extracting(each -> each.getResponseRange().getKvsCount())
        .containsExactly(KEYS, KEYS);
    assertThat(slicesLeft).hasValueGreaterThanOrEqualTo(3 * KEYS / 250 - 1);
  }

  @Test
  void aCompareThatDoesNotHoldForAllKeysTakesTheOtherBranch() throws Exception {
    TxnResponse answer =
        txn(
            new ProtoWriter()
                .message(1, versions(1))
                .message(1, versions(2))
                .message(2, range())
                .message(2, range())
                .message(3, range()));
    assertThat(answer.getSucceeded()).isFalse();
    assertThat(answer.getResponsesCount()).isEqualTo(1);
    assertThat(answer.getResponses(0).getResponseRange().getKvsCount()).isEqualTo(KEYS);
  }
}
