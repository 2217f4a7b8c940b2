package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.ListenAddress;
import io.quorate.edge.Listener;
import io.quorate.edge.Serving;
import io.quorate.edge.SocketOptions;
import io.quorate.rpc.Code;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.Status;
import io.quorate.rpc.socket.Endpoint;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.helpers.NOPLogger;

/**
 * The rules of the original's client core (spec/ctl.md 9), against a server that obeys the test.
 */
@Timeout(120)
class ClientTest {
  private static final Status UNAVAILABLE = new Status(Code.UNAVAILABLE, "transport is closing");

  private final FakeEtcd etcd = new FakeEtcd();
  private final DirectChannel channel =
      new DirectChannel(etcd.table(), InetSocketAddress.createUnresolved("test", 1));
  private final Client client = Client.over(channel, ClientOptions.of("test:1"));

  @AfterEach
  void close() {
    client.close();
    channel.close();
  }

  // ---- unary

  @Test
  void putAndGet() {
    assertThat(client.kv().put("a", "1").getHeader().getRevision()).isEqualTo(2);
    assertThat(client.kv().get("a").getKvs(0).getValue().toStringUtf8()).isEqualTo("1");
    assertThat(etcd.lastMetadata.first("client-api-version")).contains("3.6");
    assertThat(etcd.lastMetadata.first("token")).isEmpty();
  }

  @Test
  void readsAreRepeatedWhileTheServerIsUnavailableAndWritesAreNot() {
    etcd.fail("/etcdserverpb.KV/Range", UNAVAILABLE, UNAVAILABLE, UNAVAILABLE);
    client.kv().get("a");
    assertThat(etcd.calls.getAndSet(0)).isEqualTo(4);
    etcd.fail("/etcdserverpb.KV/Put", UNAVAILABLE);
    assertThatThrownBy(() -> client.kv().put("a", "1"))
        .isInstanceOf(EtcdException.class)
        .hasMessage("rpc error: code = Unavailable desc = transport is closing");
    assertThat(etcd.calls.get()).isEqualTo(1);
  }

  @Test
  void knownErrorsAreShownBare() {
    etcd.fail(
        "/etcdserverpb.KV/Range",
        new Status(Code.OUT_OF_RANGE, "etcdserver: mvcc: required revision has been compacted"),
        new Status(Code.INVALID_ARGUMENT, "etcdserver: invalid client api version"));
    assertThatThrownBy(() -> client.kv().get("a"))
        .hasMessage("etcdserver: mvcc: required revision has been compacted");
    assertThatThrownBy(() -> client.kv().get("a"))
        .hasMessage(
            "rpc error: code = InvalidArgument desc = etcdserver: invalid client api version");
  }

  @Test
  void theServersCancellationIsRepeatedEvenForWrites() {
    etcd.fail("/etcdserverpb.KV/Put", new Status(Code.CANCELLED, "by the server"));
    client.kv().put("a", "1");
    assertThat(etcd.calls.get()).isEqualTo(2);
  }

  /** It is worded as the end of the client's own deadline would be, which has not passed. */
  @Test
  void theServersDeadlineIsNotTheClients() {
    etcd.fail("/etcdserverpb.KV/Put", Status.DEADLINE_EXCEEDED);
    client.kv().put("a", "1");
    assertThat(etcd.calls.get()).isEqualTo(2);
  }

  @Test
  void credentials() {
    etcd.token = "first";
    try (Client user =
        Client.over(channel, ClientOptions.of("test:1").withCredentials("root", "secret"))) {
      user.kv().put("a", "1");
      assertThat(etcd.lastMetadata.first("token")).contains("first");
      etcd.token = "second"; // the first has expired
      user.kv().put("a", "2");
      assertThat(etcd.lastMetadata.first("token")).contains("second");
    }
    assertThat(new Credentials("root", "secret").toString()).doesNotContain("secret");
  }

  @Test
  void failedAttemptsAreHeardWithTheTextOfTheGoClient() {
    List<String> heard = new ArrayList<>();
    ClientOptions options =
        ClientOptions.of("test:1")
            .withAttempts((method, attempt, why) ->
                heard.add(method + " " + attempt + " " + why.getMessage()));
    etcd.fail("/etcdserverpb.KV/Range", UNAVAILABLE, new Status(Code.INTERNAL, "x"));
    try (Client listening = Client.over(channel, options)) {
      assertThatThrownBy(() -> listening.kv().get("a")).isInstanceOf(EtcdException.class);
    }
    assertThat(heard)
        .containsExactly(
            "/etcdserverpb.KV/Range 0 rpc error: code = Unavailable desc = transport is closing",
            "/etcdserverpb.KV/Range 1 rpc error: code = Internal desc = x");
  }

  @Test
  void anExpiredTokenIsRenewedForReadsWritesAndStreams() {
    etcd.token = "first";
    ClientOptions options = ClientOptions.of("test:1").withCredentials("root", "secret");
    try (Client user = Client.over(channel, options)) {
      for (String text :
          new String[] {
            "etcdserver: invalid auth token",
            "etcdserver: revision of auth store is old",
            "etcdserver: user name is empty"
          }) {
        etcd.fail("/etcdserverpb.KV/Put", new Status(Code.UNAUTHENTICATED, text));
        user.kv().put("a", "1");
      }
      etcd.token = "second";
      Seen seen = new Seen();
      user.watch().watch(on("a"), seen);
      seen.created();
      user.kv().put("a", "2");
      assertThat(etcd.lastMetadata.first("token")).contains("second");
    }
  }

  @Test
  void aWatchOnAStreamWhoseTokenHasExpiredMovesAllToANewOne() throws Exception {
    etcd.token = "first";
    ClientOptions options = ClientOptions.of("test:1").withCredentials("root", "secret");
    try (Client user = Client.over(channel, options)) {
      Seen early = new Seen();
      user.watch().watch(on("a"), early);
      early.created();
      etcd.token = "second";
      Seen late = new Seen();
      user.watch().watch(on("b"), late);
      late.created();
      user.kv().put("a", "1");
      assertThat(early.nextRevision()).isEqualTo(2);
      eventually(() -> etcd.streams.size() == 1);
    }
  }

  @Test
  void aServerWithoutAuthTakesCredentialsAndARefusalEndsTheConnecting() {
    ClientOptions options = ClientOptions.of("test:1").withCredentials("root", "secret");
    etcd.fail(
        "/etcdserverpb.Auth/Authenticate",
        new Status(Code.FAILED_PRECONDITION, "etcdserver: authentication is not enabled"));
    try (Client user = Client.over(channel, options)) {
      user.kv().put("a", "1");
      assertThat(etcd.lastMetadata.first("token")).isEmpty();
    }
    String wrong = "etcdserver: authentication failed, invalid user ID or password";
    etcd.fail("/etcdserverpb.Auth/Authenticate", new Status(Code.INVALID_ARGUMENT, wrong));
    assertThatThrownBy(() -> Client.over(channel, options)).hasMessage(wrong);
  }

  @Test
  void aSnapshotBecomesAFileOnlyIfItIsWholeAndItsHashIsRight(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("db");
    assertThatThrownBy(() -> client.maintenance().saveSnapshot(file))
        .hasMessage("sha256 checksum not found [bytes: 30]");
    etcd.snapshot = FakeEtcd.database(4096, false);
    assertThatThrownBy(() -> client.maintenance().saveSnapshot(file))
        .hasMessageStartingWith("expected sha256 [");
    assertThat(folder).isEmptyDirectory();
    etcd.snapshot = FakeEtcd.database(4096, true);
    assertThat(client.maintenance().saveSnapshot(file).sizeBytes()).isEqualTo(4096 + 32);
    assertThat(folder).isDirectoryContaining(found -> found.equals(file));
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void snapshotIsTriedAgainUntilItBegins() {
    etcd.fail("Snapshot", UNAVAILABLE, UNAVAILABLE);
    List<String> pieces = new ArrayList<>();
    client.maintenance().snapshot(piece -> pieces.add(piece.toStringUtf8()));
    assertThat(pieces).containsExactly("piece0", "piece1", "piece2", "piece3", "piece4");
  }

  @Test
  void endpoints() {
    assertThat(Endpoints.parse("127.0.0.1:2379")).isEqualTo(Endpoint.tcp("127.0.0.1", 2379));
    assertThat(Endpoints.parse("http://a:1/x")).isEqualTo(Endpoint.tcp("a", 1));
    assertThat(Endpoints.parse("https://[::1]:2")).isEqualTo(Endpoint.tcp("::1", 2));
    assertThat(Endpoints.parse("unix:///run/s")).isEqualTo(Endpoint.unix(Path.of("/run/s")));
    assertThat(Endpoints.parse("unix:s")).isEqualTo(Endpoint.unix(Path.of("s")));
    assertThat(Endpoints.parse("unixs://s:1")).isEqualTo(Endpoint.unix(Path.of("s:1")));
    assertThat(Endpoints.parse("a:b").fault()).isEqualTo("lookup tcp/b: unknown port");
    assertThat(Endpoints.parse("foo").fault()).isEqualTo("address foo: missing port in address");
    assertThat(Endpoints.parse("::1:2").fault())
        .isEqualTo("address ::1:2: too many colons in address");
    assertThat(Kv.endOfPrefix(ByteString.copyFrom(new byte[] {1, -1, -1})))
        .isEqualTo(ByteString.copyFrom(new byte[] {2}));
    assertThat(Kv.endOfPrefix(ByteString.copyFrom(new byte[] {-1})))
        .isEqualTo(ByteString.copyFrom(new byte[] {0}));
  }

  // ---- watch

  private static final class Seen implements WatchListener {
    final LinkedBlockingQueue<WatchResponse> responses = new LinkedBlockingQueue<>();
    final CompletableFuture<Long> created = new CompletableFuture<>();
    final CompletableFuture<Optional<EtcdException>> closed = new CompletableFuture<>();

    @Override
    public void created(long revision) {
      assertThat(created.complete(revision)).as("created only once").isTrue();
    }

    @Override
    public void response(WatchResponse response) {
      responses.add(response);
    }

    @Override
    public void closed(Optional<EtcdException> why) {
      assertThat(closed.complete(why)).as("closed only once").isTrue();
    }

    long created() {
      return created.orTimeout(40, TimeUnit.SECONDS).join();
    }

    Optional<EtcdException> end() {
      return closed.orTimeout(40, TimeUnit.SECONDS).join();
    }

    WatchResponse next() throws InterruptedException {
      WatchResponse response = responses.poll(40, TimeUnit.SECONDS);
      assertThat(response).as("a response within 40 s; ended: %s", closed).isNotNull();
      return response;
    }

    long nextRevision() throws InterruptedException {
      return next().getEvents(0).getKv().getModRevision();
    }
  }

  /** For what other threads do in their own time. */
  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(40);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static WatchCreateRequest on(String key) {
    return WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build();
  }

  @Test
  void watchersShareOneStreamAndHearTheirOwn() throws Exception {
    Seen a = new Seen();
    Seen b = new Seen();
    client.watch().watch(on("a"), a);
    Watcher watcherB = client.watch().watch(on("b"), b);
    assertThat(a.created()).isEqualTo(1);
    b.created();
    assertThat(etcd.streams).hasSize(1);
    client.kv().put("a", "1");
    client.kv().put("b", "2");
    assertThat(a.nextRevision()).isEqualTo(2);
    assertThat(b.nextRevision()).isEqualTo(3);
    watcherB.close();
    assertThat(b.end()).isEmpty();
    assertThat(etcd.cancels.poll(40, TimeUnit.SECONDS)).isEqualTo(1);
    client.kv().put("b", "3");
    client.kv().put("a", "4");
    assertThat(a.nextRevision()).isEqualTo(5);
    assertThat(b.responses).isEmpty();
  }

  @Test
  void aBrokenStreamIsResumedWithoutGapOrRepetition() throws Exception {
    Seen seen = new Seen();
    client.watch().watch(on("a"), seen);
    seen.created();
    for (int round = 0; round < 5; round++) {
      client.kv().put("a", "x");
      long expected = etcd.revision();
      assertThat(seen.nextRevision()).isEqualTo(expected);
      etcd.streams.getFirst().end(round % 2 == 0 ? UNAVAILABLE : new Status(Code.INTERNAL, "x"));
      client.kv().put("a", "while away");
      assertThat(seen.nextRevision()).isEqualTo(expected + 1);
    }
    assertThat(seen.responses).isEmpty();
    assertThat(etcd.creates.getLast().getStartRevision()).isEqualTo(etcd.revision());
  }

  @Test
  void aWatchThatHasHeardNothingResumesBehindItsCreation() {
    client.kv().put("a", "before");
    Seen seen = new Seen();
    client.watch().watch(on("a"), seen);
    assertThat(seen.created()).isEqualTo(2);
    etcd.streams.getFirst().end(UNAVAILABLE);
    Seen second = new Seen();
    client.watch().watch(on("b"), second);
    second.created();
    assertThat(etcd.creates.get(1).getStartRevision()).isEqualTo(3);
    assertThat(seen.responses).isEmpty();
  }

  @Test
  void otherErrorsEndAllWatches() {
    for (Status status :
        new Status[] {
          new Status(Code.PERMISSION_DENIED, "etcdserver: permission denied"),
          new Status(Code.UNAVAILABLE, "etcdserver: no leader")
        }) {
      Seen seen = new Seen();
      client.watch().watch(on("a"), seen);
      seen.created();
      etcd.streams.getFirst().end(status);
      assertThat(seen.end().orElseThrow()).hasMessage(status.message());
    }
  }

  @Test
  void aRefusedWatchDoesNotHoldUpTheNext() {
    Seen forbidden = new Seen();
    Seen allowed = new Seen();
    client.watch().watch(on("forbidden"), forbidden);
    client.watch().watch(on("a"), allowed);
    assertThat(forbidden.end().orElseThrow().status().message())
        .isEqualTo("etcdserver: permission denied");
    allowed.created();
  }

  @Test
  void cancelledByCompaction() throws Exception {
    Seen seen = new Seen();
    Seen other = new Seen();
    client.watch().watch(on("a"), seen);
    Watcher last = client.watch().watch(on("b"), other);
    other.created();
    etcd.streams
        .getFirst()
        .send(WatchResponse.newBuilder().setWatchId(0).setCanceled(true).setCompactRevision(7));
    assertThat(seen.next().getCompactRevision()).isEqualTo(7);
    assertThat(seen.end().orElseThrow())
        .hasMessage("etcdserver: mvcc: required revision has been compacted");
    assertThat(etcd.cancels.poll(40, TimeUnit.SECONDS)).isZero(); // the server still has it
    last.close();
    eventually(etcd.streams::isEmpty);
  }

  @Test
  void theStreamEndsWithItsLastWatcherWhoeverEndsThat() {
    Seen forbidden = new Seen();
    client.watch().watch(on("forbidden"), forbidden);
    assertThat(forbidden.end()).isPresent();
    eventually(etcd.streams::isEmpty);
    Seen silent = new Seen();
    client.watch().watch(on("a"), silent);
    silent.created();
    etcd.streams.getFirst().send(WatchResponse.newBuilder().setWatchId(0).setCanceled(true));
    assertThat(silent.end()).isEmpty();
    eventually(etcd.streams::isEmpty);
  }

  @Test
  void fragmentsAreJoinedAndProgressMovesTheResumption() throws Exception {
    Seen seen = new Seen();
    client.watch().watch(on("a"), seen);
    seen.created();
    FakeEtcd.Watching stream = etcd.streams.getFirst();
    for (int i = 0; i < 3; i++) {
      stream.send(
          WatchResponse.newBuilder()
              .setWatchId(0)
              .setFragment(i < 2)
              .addEvents(
                  io.quorate.api.mvccpb.Event.newBuilder()
                      .setKv(io.quorate.api.mvccpb.KeyValue.newBuilder().setModRevision(2 + i))));
    }
    assertThat(seen.next().getEventsList()).hasSize(3);
    client.kv().put("other", "x");
    client.watch().requestProgress();
    assertThat(seen.next().getEventsCount()).isZero();
    stream.end(UNAVAILABLE);
    Seen second = new Seen();
    client.watch().watch(on("b"), second);
    second.created();
    assertThat(etcd.creates.get(1).getStartRevision()).isEqualTo(5);
  }

  @Test
  void progressIsAskedForAsSoonAsTheStreamIsOpen() throws Exception {
    Seen first = new Seen();
    Seen second = new Seen();
    client.watch().watch(on("a"), first);
    client.watch().watch(on("b"), second);
    client.watch().requestProgress();
    assertThat(first.next().getEventsCount()).isZero();
    assertThat(second.next().getEventsCount()).isZero();
  }

  @Test
  void theStreamEndsWithItsLastWatcher() {
    Seen seen = new Seen();
    Watcher watcher = client.watch().watch(on("a"), seen);
    seen.created();
    watcher.close();
    watcher.close();
    assertThat(seen.end()).isEmpty();
    eventually(etcd.streams::isEmpty);
  }

  // ---- leases

  @Test
  void aLeaseIsRenewedAndItsLossIsTold() throws Exception {
    LinkedBlockingQueue<LeaseKeepAliveResponse> renewed = new LinkedBlockingQueue<>();
    CountDownLatch lost = new CountDownLatch(1);
    KeepAliveListener listener =
        new KeepAliveListener() {
          @Override
          public void renewed(LeaseKeepAliveResponse response) {
            renewed.add(response);
          }

          @Override
          public void lost() {
            lost.countDown();
          }
        };
    etcd.leaseTtl = 6; // time for a stream that is lost in between
    client.lease().keepAlive(5, listener);
    assertThat(renewed.poll(40, TimeUnit.SECONDS).getID()).isEqualTo(5);
    etcd.fail("LeaseKeepAlive", UNAVAILABLE);
    assertThat(renewed.poll(40, TimeUnit.SECONDS)).isNotNull(); // the stream came back
    etcd.leaseTtl = 0;
    assertThat(lost.await(40, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void holdersAreToldOfTheLossWhileTheServerDoesNotEvenAuthenticate() throws Exception {
    ClientOptions options =
        ClientOptions.of("test:1")
            .withCredentials("root", "secret")
            .withDialTimeout(Duration.ofSeconds(1));
    try (Client user = Client.over(channel, options)) {
      etcd.silent = true;
      CountDownLatch told = new CountDownLatch(2);
      user.lease()
          .keepAlive(
              5,
              () -> {
                told.countDown();
                throw new IllegalStateException("a holder that fails");
              });
      user.lease().keepAlive(5, told::countDown);
      assertThat(told.await(40, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void keepAliveOnce() {
    etcd.fail("LeaseKeepAlive", UNAVAILABLE);
    assertThat(client.lease().keepAliveOnce(9).getTTL()).isEqualTo(30);
    etcd.leaseTtl = 0;
    assertThatThrownBy(() -> client.lease().keepAliveOnce(9))
        .hasMessage("etcdserver: requested lease not found");
  }

  // ---- several endpoints, real sockets

  private static EdgeServer edge() {
    return new EdgeServer(
        new EdgeOptions(1, "client-test-", false, false), EdgeListener.NONE, NOPLogger.NOP_LOGGER);
  }

  private static Listener serve(EdgeServer edge, FakeEtcd served, int port) {
    Listener listener = edge.bind(ListenAddress.tcp("127.0.0.1", port), SocketOptions.DEFAULT);
    listener.serve(Serving.plain().grpc(served.table()));
    return listener;
  }

  private static int port(Listener listener) {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Test
  void callsGoRoundAndPassByWhatIsDown() throws Exception {
    FakeEtcd second = new FakeEtcd();
    EdgeServer edgeA = edge();
    EdgeServer edgeB = edge();
    try {
      Listener a = serve(edgeA, etcd, 0);
      Listener b = serve(edgeB, second, 0);
      ClientOptions options =
          ClientOptions.of("127.0.0.1:" + port(a), "http://127.0.0.1:" + port(b), "127.0.0.1:1")
              .withRequestTimeout(Duration.ofSeconds(60));
      try (Client several = Client.connect(options)) {
        for (int i = 0; i < 200 && (etcd.calls.get() < 5 || second.calls.get() < 5); i++) {
          several.kv().get("a");
        }
        assertThat(etcd.calls.get()).isGreaterThanOrEqualTo(5);
        assertThat(second.calls.get()).isGreaterThanOrEqualTo(5);
        Seen seen = new Seen();
        several.watch().watch(on("a"), seen);
        seen.created();
        edgeA.close(); // with it one of the three is left
        for (int i = 0; i < 20; i++) {
          several.kv().get("a");
        }
        eventually(() -> second.streams.size() + etcd.streams.size() > 0); // it is resumed
        assertThat(several.maintenance().status("127.0.0.1:" + port(b)).getVersion())
            .isEqualTo("3.6.14");
      }
    } finally {
      edgeB.close();
    }
  }

  @Test
  void noDialTimeoutIsNoLimitForTheAuthentication() {
    etcd.token = "first";
    EdgeServer edge = edge();
    try {
      String endpoint = "127.0.0.1:" + port(serve(edge, etcd, 0));
      ClientOptions options =
          ClientOptions.of(endpoint)
              .withCredentials("root", "secret")
              .withDialTimeout(Duration.ZERO);
      try (Client user = Client.connect(options)) {
        user.kv().put("a", "1");
        assertThat(etcd.lastMetadata.first("token")).contains("first");
      }
    } finally {
      edge.close();
    }
  }

  @Test
  void withoutAnyServerTheDeadlineDecides() {
    try (Client nobody =
        Client.connect(
            ClientOptions.of("127.0.0.1:1", "127.0.0.1:2")
                .withRequestTimeout(Duration.ofMillis(150)))) {
      assertThatThrownBy(() -> nobody.kv().get("a")).hasMessage("context deadline exceeded");
    }
    try (Client nobody =
        Client.connect(
            ClientOptions.of("127.0.0.1:1").withRequestTimeout(Duration.ofMillis(150)))) {
      assertThatThrownBy(() -> nobody.kv().put("a", "b")).hasMessage("context deadline exceeded");
    }
  }
}
