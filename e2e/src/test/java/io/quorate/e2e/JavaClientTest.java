package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.quorate.api.authpb.Permission;
import io.quorate.api.etcdserverpb.AlarmRequest;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.client.Client;
import io.quorate.client.ClientOptions;
import io.quorate.client.EtcdException;
import io.quorate.client.KeepAlive;
import io.quorate.client.KeepAliveListener;
import io.quorate.client.WatchListener;
import io.quorate.client.Watcher;
import io.quorate.rpc.Code;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our Java client against the original, which proves the client, and against ours. */
class JavaClientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  private Member member(Kind kind) {
    return Member.in(scratch.resolve(kind.toString())).start(kind);
  }

  private static Client client(Member member) {
    return Client.connect(ClientOptions.of(member.hostAndPort()).withRequestTimeout(PATIENCE));
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  @ParameterizedTest
  @EnumSource
  void keysAndTheirErrors(Kind kind) {
    try (Member member = member(kind);
        Client client = client(member)) {
      long first = client.kv().put("a", "1").getHeader().getRevision();
      client.kv().put(bytes("b"), bytes("2"));
      var previous =
          client
              .kv()
              .put(
                  PutRequest.newBuilder()
                      .setKey(bytes("a"))
                      .setValue(bytes("3"))
                      .setPrevKv(true)
                      .build());
      assertThat(previous.getPrevKv().getValue().toStringUtf8()).isEqualTo("1");
      assertThat(client.kv().get("a").getKvs(0).getVersion()).isEqualTo(2);
      assertThat(client.kv().get("none").getCount()).isZero();
      assertThat(client.kv().prefix("").getCount()).isEqualTo(2);
      RangeRequest old = RangeRequest.newBuilder().setKey(bytes("a")).setRevision(first).build();
      assertThat(client.kv().range(old).getKvs(0).getValue().toStringUtf8()).isEqualTo("1");

      TxnRequest txn =
          TxnRequest.newBuilder()
              .addCompare(
                  Compare.newBuilder()
                      .setKey(bytes("a"))
                      .setTarget(Compare.CompareTarget.VALUE)
                      .setValue(bytes("3")))
              .addSuccess(
                  RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(bytes("c"))))
              .addFailure(
                  RequestOp.newBuilder()
                      .setRequestRange(RangeRequest.newBuilder().setKey(bytes("a"))))
              .build();
      assertThat(client.kv().txn(txn).getSucceeded()).isTrue();
      assertThat(client.kv().delete("c").getDeleted()).isEqualTo(1);
      var rest =
          DeleteRangeRequest.newBuilder()
              .setKey(bytes("b"))
              .setRangeEnd(bytes("\0"))
              .setPrevKv(true)
              .build();
      assertThat(client.kv().delete(rest).getPrevKvsList()).hasSize(1);
      long head = client.kv().get("a").getHeader().getRevision();
      client
          .kv()
          .compact(CompactionRequest.newBuilder().setRevision(head).setPhysical(true).build());

      refused(
          () -> client.kv().range(old),
          Code.OUT_OF_RANGE,
          "etcdserver: mvcc: required revision has been compacted");
      refused(
          () -> client.kv().range(old.toBuilder().setRevision(head + 9).build()),
          Code.OUT_OF_RANGE,
          "etcdserver: mvcc: required revision is a future revision");
      refused(
          () -> client.kv().put("", "x"), Code.INVALID_ARGUMENT, "etcdserver: key is not provided");
      refused(
          () -> client.kv().put(PutRequest.newBuilder().setKey(bytes("a")).setLease(7).build()),
          Code.NOT_FOUND,
          "etcdserver: requested lease not found");
      refused(
          () -> client.kv().put(bytes("large"), ByteString.copyFrom(new byte[1_600_000])),
          Code.INVALID_ARGUMENT,
          "etcdserver: request is too large");
      member.stop();
      EtcdException unreachable =
          catchThrowableOfType(
              EtcdException.class, () -> client.kv().within(Duration.ofSeconds(1)).get("a"));
      assertThat(unreachable.code()).isIn(Code.DEADLINE_EXCEEDED, Code.UNAVAILABLE);
    }
  }

  private static void refused(Runnable request, Code code, String text) {
    EtcdException refusal = catchThrowableOfType(EtcdException.class, request::run);
    assertThat(refusal).as(text).isNotNull();
    assertThat(refusal.code()).isEqualTo(code);
    assertThat(refusal).hasMessage(text);
  }

  /** What a watcher has heard, one line for each. */
  private static final class Heard implements WatchListener {
    final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    @Override
    public void response(WatchResponse response) {
      if (response.getCompactRevision() != 0) {
        lines.add("compacted " + response.getCompactRevision());
      }
      for (Event event : response.getEventsList()) {
        String was = event.hasPrevKv() ? " was " + event.getPrevKv().getValue().toStringUtf8() : "";
        lines.add(
            event.getType()
                + " "
                + event.getKv().getKey().toStringUtf8()
                + "="
                + event.getKv().getValue().toStringUtf8()
                + was);
      }
      if (response.getEventsCount() == 0 && response.getCompactRevision() == 0) {
        lines.add("progress");
      }
    }

    @Override
    public void created(long revision) {
      lines.add("created");
    }

    @Override
    public void closed(Optional<EtcdException> why) {
      lines.add("closed" + why.map(e -> " " + e.getMessage()).orElse(""));
    }

    String next() throws InterruptedException {
      return String.valueOf(lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }
  }

  @ParameterizedTest
  @EnumSource
  void watches(Kind kind) throws Exception {
    try (Member member = member(kind);
        Client client = client(member)) {
      var all = new Heard();
      try (Watcher _ = client.watch().prefix("k", all)) {
        assertThat(all.next()).isEqualTo("created");
        client.kv().put("k1", "a");
        client.kv().put("other", "x");
        client.kv().put("k1", "b");
        client.kv().delete("k1");
        assertThat(List.of(all.next(), all.next(), all.next()))
            .containsExactly("PUT k1=a", "PUT k1=b", "DELETE k1=");
        client.watch().requestProgress();
        assertThat(all.next()).isEqualTo("progress");
      }
      assertThat(all.next()).isEqualTo("closed");

      var past = new Heard();
      WatchCreateRequest.Builder fromStart =
          WatchCreateRequest.newBuilder().setKey(bytes("k1")).setStartRevision(2).setPrevKv(true);
      try (Watcher _ =
          client
              .watch()
              .watch(
                  fromStart.clone().addFilters(WatchCreateRequest.FilterType.NODELETE).build(),
                  past)) {
        assertThat(past.next()).isEqualTo("created");
        assertThat(past.next()).isEqualTo("PUT k1=a");
        assertThat(past.next()).isEqualTo("PUT k1=b was a");
      }
      client.kv().compact(CompactionRequest.newBuilder().setRevision(4).build());
      var late = new Heard();
      client.watch().watch(fromStart.build(), late);
      List<String> ends = new ArrayList<>();
      while (ends.stream().noneMatch(line -> line.startsWith("closed"))) {
        ends.add(late.next());
      }
      assertThat(ends).contains("compacted 4");
    }
  }

  /** Nothing is lost and nothing comes twice while the member is away. */
  @ParameterizedTest
  @EnumSource
  void watchesGoOnAfterARestart(Kind kind) throws Exception {
    try (Member member = member(kind);
        Client client = client(member)) {
      var heard = new Heard();
      try (Watcher _ = client.watch().key("k", heard)) {
        assertThat(heard.next()).isEqualTo("created");
        client.kv().put("k", "before");
        assertThat(heard.next()).isEqualTo("PUT k=before");
        for (int round = 0; round < 2; round++) {
          member.kill();
          member.start(kind);
          try (Client another = client(member)) {
            another.kv().put("k", "round " + round);
          }
          assertThat(heard.next()).isEqualTo("PUT k=round " + round);
        }
        client.kv().put("k", "after");
        assertThat(heard.next()).isEqualTo("PUT k=after");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void leasesAreKeptAlive(Kind kind) throws Exception {
    try (Member member = member(kind);
        Client client = client(member)) {
      long id = client.lease().grant(2).getID();
      client.kv().put(PutRequest.newBuilder().setKey(bytes("held")).setLease(id).build());
      assertThat(client.lease().timeToLive(id, true).getKeysList()).containsExactly(bytes("held"));
      assertThat(client.lease().list().getLeasesCount()).isEqualTo(1);
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      KeepAliveListener listener =
          new KeepAliveListener() {
            @Override
            public void renewed(LeaseKeepAliveResponse response) {
              heard.add("renewed for " + response.getTTL());
            }

            @Override
            public void lost() {
              heard.add("lost");
            }
          };
      try (KeepAlive _ = client.lease().keepAlive(id, listener)) {
        for (int i = 0; i < 3; i++) {
          assertThat(heard.poll(60, TimeUnit.SECONDS)).isEqualTo("renewed for 2");
        }
        assertThat(client.kv().get("held").getCount()).isEqualTo(1);
        client.lease().revoke(id);
        String last = "";
        while (!last.equals("lost")) {
          last = String.valueOf(heard.poll(60, TimeUnit.SECONDS));
          assertThat(last).isIn("renewed for 2", "lost");
        }
      }
      assertThat(client.kv().get("held").getCount()).isZero();
      refused(
          () -> client.lease().revoke(id), Code.NOT_FOUND, "etcdserver: requested lease not found");
      long chosen = client.lease().grant(100, 77).getID();
      assertThat(chosen).isEqualTo(77);
      assertThat(client.lease().keepAliveOnce(77).getTTL()).isEqualTo(100);
      refused(
          () -> client.lease().grant(100, 77),
          Code.FAILED_PRECONDITION,
          "etcdserver: lease already exists");
    }
  }

  /** A restart makes simple tokens worthless; the client gets another by itself. */
  @ParameterizedTest
  @EnumSource
  void usersLogInAgainByThemselves(Kind kind) {
    try (Member member = member(kind)) {
      ClientOptions options = ClientOptions.of(member.hostAndPort()).withRequestTimeout(PATIENCE);
      try (Client anybody = Client.connect(options)) {
        anybody.auth().userAdd("root", "r");
        anybody.auth().roleAdd("root");
        anybody.auth().userGrantRole("root", "root");
        anybody.auth().userAdd("alice", "a");
        anybody.auth().roleAdd("reader");
        anybody
            .auth()
            .roleGrantPermission(
                "reader",
                Permission.newBuilder()
                    .setPermType(Permission.Type.READ)
                    .setKey(bytes("k"))
                    .build());
        anybody.auth().userGrantRole("alice", "reader");
        anybody.auth().enable();
        refused(
            () -> anybody.kv().get("k"), Code.INVALID_ARGUMENT, "etcdserver: user name is empty");
      }
      refused(
          () -> Client.connect(options.withCredentials("alice", "wrong")).close(),
          Code.INVALID_ARGUMENT,
          "etcdserver: authentication failed, invalid user ID or password");
      try (Client root = Client.connect(options.withCredentials("root", "r"));
          Client alice = Client.connect(options.withCredentials("alice", "a"))) {
        root.kv().put("k", "v");
        assertThat(alice.kv().get("k").getCount()).isEqualTo(1);
        refused(
            () -> alice.kv().put("k", "w"),
            Code.PERMISSION_DENIED,
            "etcdserver: permission denied");
        member.kill();
        member.start(kind);
        assertThat(alice.kv().get("k").getKvs(0).getValue().toStringUtf8()).isEqualTo("v");
        root.auth().disable();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void maintenance(Kind kind) {
    try (Member member = member(kind);
        Client client = client(member)) {
      client.kv().put("a", "1");
      assertThat(client.cluster().memberList().getMembersCount()).isEqualTo(1);
      String endpoint = member.hostAndPort();
      var status = client.maintenance().status(endpoint);
      assertThat(status.getLeader()).isEqualTo(status.getHeader().getMemberId());
      assertThat(client.maintenance().hashKv(endpoint, 0).getHash()).isNotZero();
      assertThat(client.maintenance().alarm(AlarmRequest.getDefaultInstance()).getAlarmsCount())
          .isZero();
      client.maintenance().defragment(endpoint);
      var out = new ByteArrayOutputStream();
      client.maintenance().snapshot(piece -> out.writeBytes(piece.toByteArray()));
      assertThat(out.size() % 512).as("a checksum follows the pages").isEqualTo(32);
    }
  }
}
