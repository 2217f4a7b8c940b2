package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.client.Client;
import io.quorate.client.ClientOptions;
import io.quorate.client.Kv;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code etcdctl make-mirror} (spec/ctl.md 8.1): one source, a destination that the original's
 * etcdctl writes to and one that ours writes to. Both hold the same keys, written in transactions
 * of the same extent; what ends a mirror ends both, in the same words.
 */
class MakeMirrorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MORE_THAN_A_PAGE = 1005;
  private static final int MORE_THAN_A_TXN = 130;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  static Path scratch;

  private static Member source;
  private static Client client;
  private static Side original;
  private static Side ours;

  @BeforeAll
  static void start() {
    source = Member.in(scratch.resolve("source")).flags("--max-txn-ops=300", "--unsafe-no-fsync");
    original = new Side(Kind.ORIGINAL);
    ours = new Side(Kind.OURS);
    source.start(Kind.OURS);
    client = Client.connect(options(source));
  }

  private static ClientOptions options(Member member) {
    return ClientOptions.of(member.hostAndPort()).withRequestTimeout(PATIENCE);
  }

  @AfterAll
  static void stop() {
    client.close();
    source.close();
    original.close();
    ours.close();
  }

  /** One etcdctl, the destination that it writes to, and its mirrors that are running. */
  private static final class Side implements AutoCloseable {
    private final Kind kind;
    private final Member destination;
    private final Client client;
    private final Map<String, Process> mirrors = new HashMap<>();

    Side(Kind kind) {
      this.kind = kind;
      destination = Member.in(scratch.resolve("to-" + kind)).flags("--unsafe-no-fsync").start(kind);
      client = Client.connect(options(destination));
    }

    private Run command(String to, String... flags) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of(kind.etcdctl().toString(), "--endpoints=" + source.hostAndPort()));
      command.add("make-mirror");
      command.addAll(List.of(flags));
      command.add(to);
      return Run.command(command).limit(PATIENCE);
    }

    private Path output(String name) {
      return scratch.resolve(kind + "-" + name + ".out");
    }

    void begin(String name, String... flags) {
      try {
        mirrors.put(name, command(destination.hostAndPort(), flags).background(output(name)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Ends one by SIGTERM; its exit code. */
    int end(String name) {
      try {
        Process mirror = mirrors.remove(name);
        mirror.destroy();
        assertThat(mirror.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return mirror.exitValue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    String printed(String name) {
      try {
        return Files.readString(output(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Waits until the mirrors have got so far. */
    void await(Map<String, String> wanted) {
      wanted.forEach((key, value) ->
          destination.await(() ->
              client.kv().get(key).getKvsList().stream()
                  .anyMatch(pair -> pair.getValue().toStringUtf8().equals(value))));
      mirrors.forEach((name, mirror) -> assertThat(mirror.isAlive()).as(name).isTrue());
    }

    /**
     * All keys, each with its value, version and lease, and which of the writes below its first
     * part ({@code a/}) was its last: the mirrors of different prefixes meet by chance.
     */
    List<String> copy() {
      List<KeyValue> pairs = client.kv().prefix("").getKvsList();
      Map<String, TreeSet<Long>> writes = new HashMap<>();
      for (KeyValue pair : pairs) {
        writes.computeIfAbsent(first(pair), _ -> new TreeSet<>()).add(pair.getModRevision());
      }
      return pairs.stream()
          .map(pair ->
              hex(pair.getKey())
                  + " = "
                  + hex(pair.getValue())
                  + (" v" + pair.getVersion() + " lease " + pair.getLease() + " write ")
                  + writes.get(first(pair)).headSet(pair.getModRevision(), true).size())
          .toList();
    }

    private static String first(KeyValue pair) {
      String key = pair.getKey().toStringUtf8();
      return key.substring(0, key.indexOf('/') + 1);
    }

    private static String hex(ByteString bytes) {
      return bytes.isValidUtf8()
          ? bytes.toStringUtf8()
          : HexFormat.of().formatHex(bytes.toByteArray());
    }

    /** What one says that ends by itself. */
    Run.Result endingAt(String to, String... flags) {
      Run.Result result = command(to, flags).run();
      return new Run.Result(
          result.exitCode(), result.output(), EtcdctlLines.plain(result.error()).strip());
    }

    Run.Result ending(String... flags) {
      return endingAt(destination.hostAndPort(), flags);
    }

    @Override
    public void close() {
      mirrors.values().forEach(Process::destroyForcibly);
      client.close();
      destination.close();
    }
  }

  private static long revision() {
    return client.kv().get("none").getHeader().getRevision();
  }

  private static RequestOp put(String key, String value) {
    return RequestOp.newBuilder()
        .setRequestPut(
            PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value)))
        .build();
  }

  private static RequestOp delete(String key) {
    return RequestOp.newBuilder()
        .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)))
        .build();
  }

  private static void txn(List<RequestOp> operations) {
    client.kv().txn(TxnRequest.newBuilder().addAllSuccess(operations).build());
  }

  private static void txn(RequestOp... operations) {
    txn(List.of(operations));
  }

  private static List<RequestOp> puts(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> put(prefix + i, "v" + i)).toList();
  }

  private static void both(Consumer<Side> action) {
    action.accept(original);
    action.accept(ours);
  }

  @Test
  void copiesAreEqual() {
    for (String name : List.of("a/", "b/", "c/c/", "d/d/", "e/")) {
      txn(puts(name, 4));
    }
    for (int from = 0; from < MORE_THAN_A_PAGE; from += 201) {
      txn(puts("many/" + from + "/", 201));
    }
    long before = revision();
    both(side -> {
      side.begin("same", "--prefix=a/");
      side.begin("renamed", "--prefix=b/", "--dest-prefix=x/");
      side.begin("taken off", "--prefix=c/", "--no-dest-prefix");
      side.begin("changes", "--prefix=d/", "--rev=" + (before + 1));
      side.begin("short", "--prefix=e/", "--max-txn-ops=2");
      side.begin("all", "--dest-prefix=all/");
    });
    both(side ->
        side.await(
            Map.of("a/3", "v3", "x/3", "v3", "c/3", "v3", "e/3", "v3", "all/many/804/99", "v99")));
    assertThat(ours.end("renamed")).isEqualTo(original.end("renamed")).isEqualTo(143);
    long missed = revision() + 1;

    Kv kv = client.kv();
    kv.put("a/1", "again");
    kv.put("a/4", "");
    kv.put(ByteString.copyFromUtf8("a/\0\t"), ByteString.copyFrom(new byte[] {0, -1, '\n'}));
    kv.delete("a/0");
    kv.put("a/5", "soon deleted");
    kv.delete("a/5");
    long lease = client.lease().grant(1000).getID();
    kv.put(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("a/6")).setLease(lease).build());
    client.lease().revoke(lease);
    kv.put(
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("a/7"))
            .setLease(client.lease().grant(1000).getID())
            .build());
    txn(
        put("e/5", "5"),
        put("a/8", "8"),
        delete("e/0"),
        put("e/6", "6"),
        put("b/6", "6"),
        put("d/d/6", "6"),
        put("e/7", "7"),
        put("e/8", "8"),
        put("c/c/8", "8"),
        put("a/9", "9"));
    txn(puts("e/kept/", MORE_THAN_A_TXN));
    txn(puts("b/kept/", MORE_THAN_A_TXN));
    txn(puts("b/gone/", MORE_THAN_A_TXN));
    kv.delete(
        DeleteRangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("b/gone/"))
            .setRangeEnd(ByteString.copyFromUtf8("b/gone0"))
            .build());
    both(side -> side.begin("renamed", "--prefix=b/", "--dest-prefix=x/", "--rev=" + missed));
    Map<String, String> ends = new HashMap<>();
    for (String key : List.of("a/z", "b/z", "c/c/z", "d/d/z", "e/z", "z")) {
      kv.put(key, "end");
    }
    for (String key : List.of("a/z", "x/z", "c/z", "d/z", "e/z", "all/z")) {
      ends.put(key, "end");
    }
    both(side -> side.await(ends));
    List<String> wanted = original.copy();
    assertThat(ours.copy()).isEqualTo(wanted).hasSizeGreaterThan(MORE_THAN_A_PAGE);
    assertThat(wanted)
        .contains("a/1 = again v2 lease 0 write 3", "a/4 =  v1 lease 0 write 4")
        .anyMatch(line -> line.startsWith("d/6 = 6 v1"))
        .noneMatch(line -> line.matches("(a/0|a/5|a/6|c/c/|d/d/|d/3|x/gone/|b/).*"));

    // A destination that is gone for a while is waited for.
    both(side -> side.destination.kill());
    kv.put("a/late", "1");
    both(side -> side.destination.start(side.kind));
    both(side -> side.await(Map.of("a/late", "1", "all/a/late", "1")));
    assertThat(ours.copy()).isEqualTo(original.copy());

    for (String name : original.mirrors.keySet()) {
      if (Boolean.getBoolean("long")) {
        assertThat(count(ours, name)).as(name).isEqualTo(count(original, name));
      }
      both(side -> assertThat(side.printed(name)).as(name).matches("(\\d+\n)*"));
    }
    both(side -> List.copyOf(side.mirrors.keySet()).forEach(side::end));
  }

  /** The number that comes next; it comes every 30 s. */
  private static String count(Side side, String name) {
    int before = side.printed(name).length();
    side.destination.await(() -> side.printed(name).length() > before);
    return side.printed(name).lines().toList().getLast();
  }

  @Test
  void endsAreWordedAlike() {
    long many = revision() + 1;
    txn(puts("t/", MORE_THAN_A_TXN));
    String tooMany = "--max-txn-ops=" + MORE_THAN_A_TXN;
    String from = "--rev=" + many;
    Run.Result refused = original.ending("--prefix=t/", from, tooMany);
    assertThat(ours.ending("--prefix=t/", from, tooMany)).isEqualTo(refused);
    assertThat(refused.error()).endsWith("\nError: etcdserver: too many operations in txn request");
    client.kv().compact(CompactionRequest.newBuilder().setRevision(revision()).build());
    assertThat(ours.ending("--rev=2"))
        .isEqualTo(original.ending("--rev=2"))
        .isEqualTo(
            new Run.Result(1, "", "Error: etcdserver: mvcc: required revision has been compacted"));
  }

  @Test
  void aDestinationThatBreaksOff() {
    for (Door.End end : Door.End.values()) {
      Run.Result wanted = brokenOff(original, end);
      assertThat(brokenOff(ours, end)).isEqualTo(wanted);
      assertThat(wanted.exitCode()).isEqualTo(1);
      assertThat(wanted.error()).contains("\nError: rpc error: code = Unavailable desc = ");
    }
  }

  /** The destination is frozen, a transaction on its way there, and then it is gone. */
  private static Run.Result brokenOff(Side side, Door.End end) {
    String prefix = "door/" + end + "/";
    client.kv().delete(prefix + "large");
    client.kv().put(prefix + "first", side.kind.name());
    try (Door door = Door.before(side.destination)) {
      CompletableFuture<Run.Result> mirror =
          CompletableFuture.supplyAsync(
              () -> side.endingAt(door.hostAndPort(), "--prefix=" + prefix));
      side.await(Map.of(prefix + "first", side.kind.name()));
      door.freeze();
      int bytes = 100_000;
      client.kv().put(prefix + "large", "v".repeat(bytes));
      side.destination.await(() -> door.heldBytes() >= bytes / 4);
      door.breakOff(end);
      return mirror.join();
    }
  }
}
