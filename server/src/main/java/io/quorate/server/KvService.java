package io.quorate.server;

import io.quorate.mvcc.MvccException;
import io.quorate.mvcc.RangeWalk;
import io.quorate.mvcc.View;
import io.quorate.node.Member;
import io.quorate.node.RequestTrace;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.server.auth.Callers;
import io.quorate.server.wire.Answers;
import io.quorate.server.wire.RepeatedPayload;
import io.quorate.statemachine.AuthResult;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.apply.AccessChecks;
import io.quorate.statemachine.apply.RangeReading;
import io.quorate.statemachine.apply.TxnReading;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.LoggedForm;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.RequestChecks;
import io.quorate.statemachine.request.RequestError;
import io.quorate.statemachine.request.Txn;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * etcdserverpb.KV (spec/api.md 7). Writes are proposed with the bytes that the client sent, if they
 * are as the log has them ({@link LoggedForm}); ranges are answered with the bytes that lie in the
 * store.
 */
final class KvService {
  private static final String SERVICE = "/etcdserverpb.KV/";

  /** Keys that a range looks at on the event loop before it moves to a thread of its own. */
  private static final int SMALL_RANGE_KEYS = 64;

  private static final long SMALL_RANGE_BYTES = 64 * 1024;

  /** A fraction of a millisecond's work. */
  private static final int SLICE_KEYS = 250;

  private final Member member;
  private final Headers headers;
  private final Callers callers;
  private final ReadPool reads;
  private final Quota quota;
  private final int maxTxnOps;
  private final int maxSendBytes;
  private final SlowRequests slow;
  private final RangeListener listener;
  private final KvTraces traces;

  /** Is told of every range. */
  interface RangeListener {
    void ranged(boolean success, long nanos);
  }

  KvService(
      Member member,
      Headers headers,
      Callers callers,
      ReadPool reads,
      Quota quota,
      int maxTxnOps,
      int maxSendBytes,
      RangeListener listener,
      SlowRequests slow,
      RequestTrace trace) {
    this.member = member;
    this.headers = headers;
    this.callers = callers;
    this.reads = reads;
    this.quota = quota;
    this.maxTxnOps = maxTxnOps;
    this.maxSendBytes = maxSendBytes;
    this.listener = listener;
    this.slow = slow;
    this.traces = new KvTraces(trace);
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "Range", Method.Kind.UNARY, Unary.of(this::range));
    table.add(SERVICE + "Put", Method.Kind.UNARY, Unary.of(this::put));
    table.add(SERVICE + "DeleteRange", Method.Kind.UNARY, Unary.of(this::deleteRange));
    table.add(SERVICE + "Txn", Method.Kind.UNARY, Unary.of(this::txn));
    table.add(SERVICE + "Compact", Method.Kind.UNARY, Unary.of(this::compact));
  }

  /** When a range came, and when it might be read. */
  private record Times(long came, long start) {}

  private void range(byte[] bytes, ServerCall call) {
    Range range = Range.decode(bytes);
    refuse(RequestChecks.check(range));
    long came = member.clock().nanos();
    if (range.serializable() || member.readsAreLocal()) {
      read(range, came, call);
      return;
    }
    member
        .linearizable()
        .whenComplete((ready, failure) -> {
          if (failure != null) {
            long nanos = member.clock().nanos() - came;
            slow.notReady(range, failure, nanos);
            traces.refused(range, nanos);
            call.finish(Errors.status(failure));
          } else {
            // Off the raft thread; each connection reads for itself.
            call.execute(() -> guarded(call, () -> read(range, came, call)));
          }
        });
  }

  private void read(Range range, long came, ServerCall call) {
    callers.identify(
        call,
        caller -> {
          Errors.refuse(access(caller).check(range));
          var times = new Times(came, member.clock().nanos());
          try {
            read(range, caller, times, call);
          } catch (MvccException e) {
            long end = member.clock().nanos();
            slow.refused(range, Errors.status(e).message(), end - times.came);
            traces.refused(range, end - came);
            throw e;
          }
        });
  }

  private AccessChecks access(Identity caller) {
    return new AccessChecks(callers.rights(), member.stores().lessor(), caller);
  }

  private void read(Range range, Identity caller, Times times, ServerCall call) {
    View view = member.stores().mvcc().view();
    boolean handedOver = false;
    boolean success = false;
    try {
      RangeWalk walk = view.walk(RangeReading.keys(range), RangeReading.options(range));
      var found = new Found();
      if (walk.step(SMALL_RANGE_KEYS, found::add) && found.bytes <= SMALL_RANGE_BYTES) {
        callers.stillCurrent(caller);
        byte[] answer =
            Answers.range(headers.at(view.revision()), found.keyValues, walk.more(), walk.count());
        success = true;
        ranged(range, found, walk, view.revision(), answer.length, times, call);
        Unary.reply(call, answer);
        return;
      }
      handedOver = true;
      readOn(view, range, walk, found, caller, times, call);
    } finally {
      if (!handedOver) {
        ended(view, success, times);
        view.close();
      }
    }
  }

  private void ended(View view, boolean success, Times times) {
    view.ranged(1);
    listener.ranged(success, member.clock().nanos() - times.start);
  }

  /** Goes on where the event loop stopped. The view is closed when the answer is sent. */
  private void readOn(
      View view,
      Range range,
      RangeWalk walk,
      Found found,
      Identity caller,
      Times times,
      ServerCall call) {
    reads.run(
        () -> {
          if (call.isEnded()) {
            ended(view, false, times);
            view.close();
            return true;
          }
          if (!walk.step(SLICE_KEYS, found::add)) {
            return false;
          }
          callers.stillCurrent(caller);
          ended(view, true, times);
          send(view, range, walk, found, times, call);
          return true;
        },
        failure -> {
          ended(view, false, times);
          view.close();
          call.finish(Errors.status(failure));
        });
  }

  private void ranged(
      Range range,
      Found found,
      RangeWalk walk,
      long revision,
      long bytes,
      Times times,
      ServerCall call) {
    long end = member.clock().nanos();
    int count = found.keyValues.size();
    slow.ranged(range, count, bytes, end - times.came);
    traces.ranged(range, count, revision, times.start - times.came, end - times.start);
    RequestStats.counted(call, walk.count(), true);
  }

  private void send(
      View view, Range range, RangeWalk walk, Found found, Times times, ServerCall call) {
    byte[] head = Answers.rangeHead(headers.at(view.revision()));
    byte[] tail = Answers.rangeTail(walk.more(), walk.count());
    long length = RepeatedPayload.encodedBytes(head, Answers.KEY_VALUES, found.keyValues, tail);
    if (length > maxSendBytes) {
      view.close();
      call.finish(
          new Status(
              Code.RESOURCE_EXHAUSTED,
              "trying to send message larger than max (" + length + " vs. " + maxSendBytes + ")"));
      return;
    }
    ranged(range, found, walk, view.revision(), length, times, call);
    call.reply(
        RepeatedPayload.of(
            head, Answers.KEY_VALUES, found.keyValues, tail, (int) length, view::close));
  }

  /** What a walk has come across. */
  private static final class Found {
    private final List<MemorySegment> keyValues = new ArrayList<>();
    private long bytes;

    private void add(MemorySegment keyValue) {
      keyValues.add(keyValue);
      bytes += keyValue.byteSize();
    }
  }

  private void put(byte[] bytes, ServerCall call) {
    Put put = Put.decode(bytes);
    if (isFull(Quota.cost(put), call)) {
      return;
    }
    refuse(RequestChecks.check(put));
    long came = member.clock().nanos();
    propose(
        Put.FIELD,
        bytes,
        call,
        outcome -> traces.put(put, bytes.length, outcome, member.clock().nanos() - came));
  }

  private void deleteRange(byte[] bytes, ServerCall call) {
    refuse(RequestChecks.check(DeleteRange.decode(bytes)));
    propose(DeleteRange.FIELD, bytes, call, outcome -> {});
  }

  private void txn(byte[] bytes, ServerCall call) {
    Txn txn = Txn.decode(bytes);
    if (isFull(Quota.cost(txn), call)) {
      return;
    }
    refuse(RequestChecks.check(txn, maxTxnOps));
    if (!txn.readOnly()) {
      long came = member.clock().nanos();
      propose(
          Txn.FIELD, bytes, call, outcome -> traces.txn(outcome, member.clock().nanos() - came));
      return;
    }
    if (txn.serializable() || member.readsAreLocal()) {
      readTxn(txn, call);
      return;
    }
    member
        .linearizable()
        .whenComplete((ready, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            // Off the raft thread, as a range.
            call.execute(() -> guarded(call, () -> readTxn(txn, call)));
          }
        });
  }

  /** As with ranges, one that may look at many keys leaves the event loop to others. */
  private void readTxn(Txn txn, ServerCall call) {
    callers.identify(
        call,
        caller -> {
          Errors.refuse(access(caller).check(txn));
          readTxn(txn, caller, call);
        });
  }

  private void readTxn(Txn txn, Identity caller, ServerCall call) {
    long start = member.clock().nanos();
    View view = member.stores().mvcc().view();
    var reading = new TxnReading(txn, view);
    if (isSmall(txn)) {
      try {
        reading.step(Integer.MAX_VALUE);
        answer(txn, reading.outcome(), caller, start, call);
      } finally {
        ended(view, reading);
      }
      return;
    }
    reads.run(
        () -> {
          boolean done = call.isEnded();
          if (!done && reading.step(SLICE_KEYS)) {
            answer(txn, reading.outcome(), caller, start, call);
            done = true;
          }
          if (done) {
            ended(view, reading);
          }
          return done;
        },
        failure -> {
          ended(view, reading);
          call.finish(Errors.status(failure));
        });
  }

  private static void ended(View view, TxnReading reading) {
    view.ranged(reading.ranges());
    view.close();
  }

  private void answer(Txn txn, Outcome outcome, Identity caller, long start, ServerCall call) {
    callers.stillCurrent(caller);
    long nanos = member.clock().nanos() - start;
    if (outcome instanceof OpResult.TxnDone done) {
      slow.read(txn, done, nanos);
      traces.readTxn(done, nanos);
    } else if (outcome instanceof Outcome.Refused refused) {
      slow.refused(txn, refused.error(), nanos);
    }
    answer(outcome, call);
  }

  /** Whether {@code txn}, which only reads, looks at no more keys than a small range. */
  static boolean isSmall(Txn txn) {
    int keys = txn.compares().size() + txn.success().size() + txn.failure().size();
    return keys <= SMALL_RANGE_KEYS
        && txn.compares().stream().allMatch(compare -> compare.rangeEnd().length == 0)
        && Stream.concat(txn.success().stream(), txn.failure().stream())
            .allMatch(op -> op instanceof Range range && range.rangeEnd().length == 0);
  }

  private void compact(byte[] bytes, ServerCall call) {
    Compaction compaction = Compaction.decode(bytes);
    long came = member.clock().nanos();
    callers.identifyAdmin(
        call,
        caller ->
            propose(
                caller,
                Compaction.FIELD,
                bytes,
                call,
                outcome -> traces.compacted(compaction, outcome, member.clock().nanos() - came)));
  }

  private void propose(int field, byte[] bytes, ServerCall call, Consumer<Outcome> traced) {
    callers.identify(call, caller -> propose(caller, field, bytes, call, traced));
  }

  private void propose(
      Identity caller, int field, byte[] bytes, ServerCall call, Consumer<Outcome> traced) {
    member
        .propose(caller, field, LoggedForm.of(field, bytes))
        .whenComplete((outcome, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            guarded(call, () -> answer(outcome, call));
            traced.accept(outcome);
          }
        });
  }

  private void answer(Outcome outcome, ServerCall call) {
    byte[] header = headers.at(outcome.revision());
    switch (outcome) {
      case OpResult.PutDone put -> Unary.reply(call, Answers.put(header, put));
      case OpResult.Deleted deleted -> {
        RequestStats.counted(call, deleted.count(), true);
        Unary.reply(call, Answers.deleted(header, deleted));
      }
      case OpResult.TxnDone txn -> {
        RequestStats.counted(call, txn.responses().size(), txn.succeeded());
        Unary.reply(call, Answers.txn(header, txn));
      }
      case OpResult.Ranged ranged ->
          Unary.reply(
              call, Answers.range(header, ranged.keyValues(), ranged.more(), ranged.count()));
      case Outcome.Compaction compaction -> {
        if (compaction.error().isPresent()) {
          call.finish(Errors.status(compaction.error().get()));
        } else {
          Unary.reply(call, Answers.only(header));
        }
      }
      case Outcome.Refused refused -> call.finish(Errors.status(refused.error()));
      case Outcome.Done done -> Unary.reply(call, Answers.only(header));
      case Outcome.PassedOver passed -> throw new AssertionError("nobody waited");
      case Outcome.LeaseGranted granted -> throw new AssertionError(granted.toString());
      case Outcome.LeaseRevoked revoked -> throw new AssertionError(revoked.toString());
      case Outcome.Alarms alarms -> throw new AssertionError(alarms.toString());
      case Outcome.Members members -> throw new AssertionError(members.toString());
      case AuthResult auth -> throw new AssertionError(auth.toString());
    }
  }

  /** Whether the database has no room for {@code cost}; then the call is answered, and all told. */
  private boolean isFull(long cost, ServerCall call) {
    return isFull(member, quota, cost, call::finish);
  }

  /** The check of spec/api.md 5.3, which comes before any other. */
  static boolean isFull(Member member, Quota quota, long cost, Consumer<Status> refuse) {
    if (quota.fits(member.stores().backend().sizeBytes(), cost)) {
      return false;
    }
    member.raiseNoSpace().whenComplete((done, failure) -> refuse.accept(Errors.NO_SPACE));
    return true;
  }

  static void refuse(Optional<RequestError> error) {
    if (error.isPresent()) {
      throw new StatusException(Errors.status(error.get()));
    }
  }

  /** Runs {@code work}; what it throws ends the call instead of the thread. */
  private static void guarded(ServerCall call, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      call.finish(Errors.status(e));
    }
  }
}
