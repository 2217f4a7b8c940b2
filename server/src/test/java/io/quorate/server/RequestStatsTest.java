package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Every call here took too long. */
class RequestStatsTest {
  private static final String METHOD = "/s.S/Wait";

  private final RecordingLogger log = new RecordingLogger();
  private final CompletableFuture<ServerCall> began = new CompletableFuture<>();

  private DirectChannel channel() {
    var table = new ServiceTable();
    table.add(
        METHOD,
        Method.Kind.UNARY,
        new RequestStats(Duration.ofNanos(-1), log)
            .timed(call -> {
              began.complete(call);
              return new CallListener() {
                @Override
                public void message(byte[] message) {}
              };
            }));
    return new DirectChannel(table, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
  }

  @Test
  void whoseClientGaveItUpIsToldOnce() {
    try (DirectChannel channel = channel()) {
      channel.unaryAsync(METHOD, new byte[0], CallOptions.DEFAULT).cancel(false);
      assertThat(log.lines).singleElement().asString().startsWith("WARN request stats");
      began.join().finish(Status.OK);
      assertThat(log.lines).hasSize(1);
    }
  }

  @Test
  void whatIsAnsweredIsToldOnce() {
    try (DirectChannel channel = channel()) {
      var call = channel.unaryAsync(METHOD, new byte[0], CallOptions.DEFAULT);
      began.join().finish(Status.OK);
      call.cancel(false);
      assertThat(log.lines).hasSize(1);
    }
  }
}
