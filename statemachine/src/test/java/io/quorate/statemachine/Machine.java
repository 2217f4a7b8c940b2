package io.quorate.statemachine;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendListener;
import io.quorate.backend.BackendOptions;
import io.quorate.backend.schema.BucketName;
import io.quorate.bolt.BoltOptions;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.mvcc.MvccListener;
import io.quorate.mvcc.MvccOptions;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.InternalRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.slf4j.helpers.NOPLogger;

/**
 * The state machine of one member on a disk in memory, with all loops polled by hand: the real
 * store, the real file, and a raft that commits whatever it is given.
 */
public final class Machine implements AutoCloseable {
  public static final Path FILE = Path.of("/data/member/snap/db");
  public static final long MEMBER = 0x1234;

  /** A batch is sealed when the test says so, not before. */
  public static final BackendOptions BY_HAND =
      new BackendOptions(
          Duration.ofHours(1),
          1_000_000,
          Long.MAX_VALUE,
          1L << 20,
          false,
          false,
          true,
          BoltOptions.LockWait.NEVER);

  public final MemoryDisk disk;
  public final Backend backend;
  public final StateMachine state;
  private final StateMachineOptions options;
  private final BackendOptions backendOptions;
  private final TreeSet<Long> voters = new TreeSet<>(Long::compareUnsigned);
  private final TreeSet<Long> learners = new TreeSet<>(Long::compareUnsigned);
  private long now;
  private long nextId;

  public static StateMachineOptions options(Quota quota) {
    return new StateMachineOptions(
        MEMBER,
        quota,
        2,
        false,
        new Membership.Options(1, new Version(3, 6, 14, "")),
        MvccOptions.DEFAULT,
        4);
  }

  public Machine() {
    this(new MemoryDisk(1), BY_HAND, options(new Quota(-1)), MembershipView.EMPTY);
  }

  public Machine(
      MemoryDisk disk,
      BackendOptions backendOptions,
      StateMachineOptions options,
      MembershipView v2) {
    this.disk = disk;
    this.options = options;
    this.backendOptions = backendOptions;
    disk.createDirectories(FILE.getParent());
    Clock clock =
        new Clock() {
          @Override
          public long nanos() {
            return now;
          }

          @Override
          public long epochMillis() {
            return 1_700_000_000_000L;
          }
        };
    this.backend =
        Backend.open(
            disk,
            FILE,
            backendOptions,
            clock,
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            new BackendListener() {});
    this.state =
        StateMachine.open(
            backend,
            v2,
            options,
            clock,
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            ApplyListener.NONE,
            new MvccListener() {});
  }

  /** Proposes, commits and applies a request; its answer. */
  public Outcome apply(int field, byte[] body) {
    return apply(field, body, true);
  }

  public Outcome apply(int field, byte[] body, boolean awaited) {
    return apply(Identity.NONE, field, body, awaited);
  }

  /** As {@code caller}. */
  public Outcome apply(Identity caller, int field, byte[] body, boolean awaited) {
    byte[] data =
        InternalRequest.encode(++nextId, caller.user(), caller.authRevision(), field, body);
    Entry entry = Entry.normal(1, state.appliedIndex() + 1, data);
    return switch (apply(entry, awaited)) {
      case ApplyResult.Applied applied -> applied.outcome();
      case ApplyResult.Empty _, ApplyResult.Known _, ApplyResult.Reconfigured _ ->
          throw new AssertionError("a request was proposed");
    };
  }

  public Outcome apply(ConfChange change) {
    Entry entry =
        new Entry(
            EntryType.CONF_CHANGE, 1, state.appliedIndex() + 1, ConfChangeCodec.encode(change));
    return ((ApplyResult.Reconfigured) apply(entry, true)).outcome();
  }

  /** Applies an entry of a log, of any type. */
  public ApplyResult apply(Entry entry, boolean awaited) {
    ApplyResult result;
    if (entry.type() == EntryType.CONF_CHANGE) {
      Membership.Decision decision = state.decide(entry);
      raft(decision.change());
      ConfState confState =
          new ConfState(
              voters.stream().toList(),
              learners.stream().toList(),
              java.util.List.of(),
              java.util.List.of(),
              false);
      result = state.apply(entry, decision, confState);
    } else {
      result = state.apply(entry, _ -> awaited);
    }
    state.stores().mvcc().publish();
    return result;
  }

  private void raft(ConfChange change) {
    if (change.nodeId() == 0) {
      return;
    }
    voters.remove(change.nodeId());
    learners.remove(change.nodeId());
    switch (change.type()) {
      case ADD_NODE -> voters.add(change.nodeId());
      case ADD_LEARNER_NODE -> learners.add(change.nodeId());
      case REMOVE_NODE -> {}
      case UPDATE_NODE -> voters.add(change.nodeId());
    }
  }

  /** Time passes for the loops. */
  public void poll(Duration elapsed) {
    now += elapsed.toNanos();
    backend.poll(now);
    backend.commitLoop().poll(now);
    state.stores().mvcc().pollCompaction();
    backend.poll(now);
  }

  /** Everything applied so far is in the file when this returns. */
  public void commit() {
    await(backend.forceCommit());
  }

  public void await(CompletableFuture<?> future) {
    for (int i = 0; !future.isDone(); i++) {
      if (i == 100_000) {
        throw new AssertionError("nothing comes of polling");
      }
      poll(Duration.ofMillis(20));
    }
    future.join();
  }

  /** An orderly stop and a start. */
  public Machine restart() {
    close();
    return new Machine(disk, backendOptions, options, state.stores().membership().view());
  }

  /** The power fails; the member starts again on what is left. */
  public Machine crash(Fate fate, long seed, MembershipView v2) {
    return new Machine(disk.restart(fate, seed), backendOptions, options, v2);
  }

  /** Every record of every bucket, as it is in memory: equal dumps are equal states. */
  public Map<String, String> dump() {
    Map<String, String> all = new TreeMap<>();
    for (BucketName bucket : BucketName.values()) {
      backend.forEach(bucket, (key, value) -> all.put(bucket + "/" + hex(key), hex(value)));
    }
    return all;
  }

  static String hex(MemorySegment segment) {
    return HexFormat.of().formatHex(segment.toArray(ValueLayout.JAVA_BYTE));
  }

  @Override
  public void close() {
    state.stores().mvcc().close();
    backend.close();
  }
}
