package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.client.Client;
import io.quorate.client.ClientOptions;
import io.quorate.client.EtcdException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member that has more than 5,000 entries committed but not applied takes no more requests
 * (spec/api.md 5.2): clients that put and put again while it is slow to apply are told so, and
 * whoever was let in is answered well.
 */
class ApplyLagTest {
  private static final int AT_ONCE = 10_000;
  private static final int KEYS = 20_000;
  private static final int KEYS_OF_A_TXN = 100;
  private static final int RANGES = 100;
  private static final String REFUSED = "UNKNOWN etcdserver: too many requests";

  /** Less than a request may take, so that those that are let in are answered in time. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** Its failpoints are in builds of its own: a transaction that sorts all keys over and over. */
  @Test
  void theOriginal() {
    try (Member member = Member.in(scratch).flags("--unsafe-no-fsync").start(Kind.ORIGINAL);
        Client client = client(member)) {
      for (int i = 0; i < KEYS; i += KEYS_OF_A_TXN) {
        TxnRequest.Builder some = TxnRequest.newBuilder();
        IntStream.range(i, i + KEYS_OF_A_TXN).forEach(k -> some.addSuccess(put("k" + k)));
        client.kv().txn(some.build());
      }
      TxnRequest.Builder slow = TxnRequest.newBuilder().addSuccess(put("slow"));
      RequestOp range =
          RequestOp.newBuilder()
              .setRequestRange(
                  RangeRequest.newBuilder()
                      .setKey(ByteString.copyFromUtf8("k"))
                      .setRangeEnd(ByteString.copyFromUtf8("l"))
                      .setSortOrder(RangeRequest.SortOrder.DESCEND)
                      .setSortTarget(RangeRequest.SortTarget.VALUE)
                      .setLimit(1))
              .build();
      for (int i = 0; i < RANGES; i++) {
        slow.addSuccess(range);
      }
      Thread.ofVirtual().start(() -> client.kv().txn(slow.build()));
      assertRefused(client, () -> {});
    }
  }

  @Test
  void ours() {
    String control = "127.0.0.1:" + Member.freePort();
    try (Member member =
            Member.in(scratch)
                .flags("--unsafe-no-fsync")
                .environment("GOFAIL_HTTP", control)
                .start(Kind.OURS);
        Client client = client(member)) {
      set(control, "PUT", "1*sleep(1500)->sleep(1)");
      assertRefused(client, () -> set(control, "DELETE", ""));
    }
  }

  private static void set(String control, String method, String term) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + control + "/beforeApplyOneEntryNormal"))
            .method(method, HttpRequest.BodyPublishers.ofString(term))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
          .isEqualTo(204);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Client client(Member member) {
    return Client.connect(
        ClientOptions.of(member.hostAndPort()).withRequestTimeout(Duration.ofSeconds(60)));
  }

  private static RequestOp put(String key) {
    ByteString bytes = ByteString.copyFromUtf8(key);
    return RequestOp.newBuilder()
        .setRequestPut(PutRequest.newBuilder().setKey(bytes).setValue(bytes))
        .build();
  }

  /** Puts by many clients at once, and then by one after the other until somebody is refused. */
  private static void assertRefused(Client client, Runnable speedUp) {
    Map<String, Integer> answers = new ConcurrentSkipListMap<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Runnable put = () -> answers.merge(answer(client), 1, Integer::sum);
      for (int i = 0; i < AT_ONCE; i++) {
        clients.execute(put);
      }
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (!answers.containsKey(REFUSED) && System.nanoTime() - end < 0) {
        clients.execute(put);
        Thread.sleep(2);
      }
      speedUp.run();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(answers).containsOnlyKeys("OK", REFUSED);
  }

  private static String answer(Client client) {
    try {
      client.kv().put("k", "v");
      return "OK";
    } catch (EtcdException e) {
      return e.code() + " " + e.getMessage();
    }
  }
}
