package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServiceTable;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Work that lasts as long as its caller waits. */
class GivenUpTest {
  private static final String METHOD = "/s.S/Wait";
  private final CompletableFuture<byte[]> work = new CompletableFuture<>();
  private final CompletableFuture<GivenUp> began = new CompletableFuture<>();
  private final DirectChannel channel =
      new DirectChannel(services(), InetSocketAddress.createUnresolved("here", 1));
  private boolean late;

  private ServiceTable services() {
    var table = new ServiceTable();
    table.add(
        METHOD,
        Method.Kind.UNARY,
        GivenUp.of((bytes, call, until) -> {
          began.complete(until);
          if (!late) {
            until.cancels(work).thenAccept(answer -> Unary.reply(call, answer));
          }
        }));
    return table;
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private CompletableFuture<byte[]> call(CallOptions options) {
    return channel.unaryAsync(METHOD, new byte[0], options);
  }

  @Test
  void itIsCancelledWithTheCall() {
    CompletableFuture<byte[]> call = call(CallOptions.DEFAULT);
    assertThat(work).isNotDone();
    call.cancel(false);
    assertThat(work).isCancelled();
  }

  @Test
  void itIsCancelledWhenTheClientsTimeIsOver() {
    CompletableFuture<byte[]> call =
        call(CallOptions.DEFAULT.withDeadlineAfter(Duration.ofMillis(500)));
    assertThat(began).isCompleted();
    assertThat(work)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableOfType(CancellationException.class);
    assertThat(call)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("context deadline exceeded");
  }

  /** The rights of the caller took so long to be known. */
  @Test
  void whatBeginsTooLateIsCancelledAtOnce() {
    late = true;
    call(CallOptions.DEFAULT).cancel(false);
    began.join().cancels(work);
    assertThat(work).isCancelled();
  }

  @Test
  void whatIsDoneInTimeIsAnswered() {
    CompletableFuture<byte[]> call = call(CallOptions.DEFAULT);
    work.complete(new byte[] {1});
    assertThat(call.join()).containsExactly(1);
    call.cancel(false);
    assertThat(work).isCompleted();
  }
}
