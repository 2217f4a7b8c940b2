package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.LoneMember;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.server.auth.Callers;
import io.quorate.server.auth.Tokens;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** A client that asks for watchers and does not read what it is answered. */
class UnreadWatchTest {
  private static final int FAR_TOO_MANY = 50_000;

  private final LoneMember lone = new LoneMember(new MemoryDisk(1), LoneMember.Setup.DEFAULT);
  private final DirectChannel channel =
      new DirectChannel(services(), InetSocketAddress.createUnresolved("here", 1));
  private final List<WatchResponse> heard = new ArrayList<>();

  private ServiceTable services() {
    var table = new ServiceTable();
    var headers = new Headers(lone.member());
    var callers = new Callers(lone.member(), Tokens.NONE, NOPLogger.NOP_LOGGER);
    new WatchService(lone.member(), headers, callers, 1 << 20, () -> {}).addTo(table);
    return table;
  }

  private final class Client implements ClientCallListener {
    @Override
    public void message(byte[] message) {
      try {
        heard.add(WatchResponse.parseFrom(message));
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void closed(Status status, Metadata trailers) {}
  }

  @BeforeEach
  void start() {
    lone.await(lone.member().publish());
  }

  @AfterEach
  void close() {
    channel.close();
    lone.close();
  }

  private static byte[] create(long id) {
    return WatchRequest.newBuilder()
        .setCreateRequest(
            WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8("a")).setWatchId(id))
        .build()
        .toByteArray();
  }

  /** Flow control stops it; when it reads, the stream goes on, and nothing is missing. */
  @Test
  void itIsHeldBackUntilItReads() {
    ClientCall call = channel.start("/etcdserverpb.Watch/Watch", CallOptions.DEFAULT, new Client());
    int asked = 0;
    while (call.isWritable() && asked < FAR_TOO_MANY) {
      asked++;
      call.send(create(asked));
      if (asked % 50 == 0) {
        lone.run(1);
      }
    }
    assertThat(asked).isLessThan(FAR_TOO_MANY);
    assertThat(heard).as("a call starts with one taken").hasSize(1);
    for (int turn = 0; turn < FAR_TOO_MANY && heard.size() < asked; turn++) {
      call.request(10);
      lone.run(1);
    }
    assertThat(heard)
        .extracting(WatchResponse::getWatchId)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, asked).boxed().toList());
    call.send(create(asked + 1));
    lone.run(1);
    assertThat(heard).as("and it still answers").hasSize(asked + 1);
  }
}
