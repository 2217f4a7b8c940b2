package io.quorate.server;

import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.RequestText;
import io.quorate.statemachine.request.Txn;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * The lines about requests that took long to apply or were refused (spec/server.md 9). Any thread.
 *
 * @param expected how long a request may take
 * @param memberHeaderBytes of an answer's header: the ids of cluster and member
 * @param listener hears of each that took longer
 */
public record SlowRequests(
    Duration expected, int memberHeaderBytes, SlowListener listener, Logger log) {
  /** What is counted. */
  @FunctionalInterface
  public interface SlowListener {
    SlowListener NONE = () -> {};

    /** A request took too long, and that was said. */
    void slow();
  }

  private static final int ID_FIELD_BYTES = 1;

  /** For the member of these ids. */
  public static SlowRequests of(
      Duration expected, long clusterId, long memberId, SlowListener listener, Logger log) {
    int bytes = 2 * ID_FIELD_BYTES + varintBytes(clusterId) + varintBytes(memberId);
    return new SlowRequests(expected, bytes, listener, log);
  }

  /** A committed request was applied in {@code nanos}. */
  public void applied(InternalRequest request, Outcome outcome, long term, long nanos) {
    Optional<ApplyError> error = error(outcome);
    if (nanos > expected.toNanos()) {
      String words = error.map(SlowRequests::words).orElse("");
      warn("", RequestText.of(request), response(request, outcome, term), words, nanos);
    }
    if (error.isPresent() && !(error.get() instanceof ApplyError.Compacted)) {
      log.atWarn()
          .addKeyValue("took", Duration.ofNanos(nanos))
          .addKeyValue("request", RequestText.of(request))
          .addKeyValue("response", response(request, outcome, term))
          .addKeyValue("error", words(error.get()))
          .log("failed to apply request");
    }
  }

  /**
   * A range alone found {@code count} keys, in an answer of {@code bytes} with its whole header.
   *
   * @param nanos since it came: what it waited for a leader's word counts, unlike with a
   *     transaction that only reads
   */
  void ranged(Range range, int count, long bytes, long nanos) {
    if (nanos > expected.toNanos()) {
      String response = "range_response_count:" + count + " size:" + (bytes - headerSurplus());
      warn("read-only range ", RequestText.of(range), response, "", nanos);
    }
  }

  /** A range alone found nothing at {@code revision}; asked by the member itself. */
  public void foundNothing(Range range, long revision, long nanos) {
    if (nanos > expected.toNanos()) {
      String response = "range_response_count:0 size:" + header(revision);
      warn("read-only range ", RequestText.of(range), response, "", nanos);
    }
  }

  /** A range alone could not be read: a leader did not confirm in time. */
  public void notReady(Range range, Throwable failure, long nanos) {
    if (nanos > expected.toNanos()) {
      String words = Errors.status(failure).message();
      warn("read-only range ", RequestText.of(range), "", words, nanos);
    }
  }

  /** A range alone was refused. */
  void refused(Range range, String error, long nanos) {
    if (nanos > expected.toNanos()) {
      String words = error.replaceFirst("^etcdserver: ", "");
      warn("read-only range ", RequestText.of(range), "", words, nanos);
    }
  }

  /** A transaction that only reads was answered. */
  void read(Txn txn, OpResult.TxnDone done, long nanos) {
    if (nanos > expected.toNanos()) {
      String counts =
          done.responses().stream()
              .filter(OpResult.Ranged.class::isInstance)
              .map(response ->
                  "range_response_count:" + ((OpResult.Ranged) response).keyValues().size())
              .collect(Collectors.joining(" "));
      warn(
          "read-only txn ",
          RequestText.of(txn),
          "responses:<" + counts + "> size:" + opBytes(done),
          "",
          nanos);
    }
  }

  /** A transaction that only reads was refused. */
  void refused(Txn txn, ApplyError error, long nanos) {
    if (nanos > expected.toNanos()) {
      warn("read-only txn ", RequestText.of(txn), "", words(error), nanos);
    }
  }

  private void warn(String prefix, String request, String response, String error, long nanos) {
    var line =
        log.atWarn()
            .addKeyValue("took", Duration.ofNanos(nanos))
            .addKeyValue("expected-duration", expected)
            .addKeyValue("prefix", prefix)
            .addKeyValue("request", request)
            .addKeyValue("response", response);
    if (!error.isEmpty()) {
      line = line.addKeyValue("error", error);
    }
    line.log("apply request took too long");
    listener.slow();
  }

  private String response(InternalRequest request, Outcome outcome, long term) {
    if (error(outcome).isPresent()) {
      // etcd makes an answer of a lease beside the error.
      return switch (request.request()) {
        case LeaseGrant _ -> "size:0";
        case LeaseRevoke _ -> "size:" + fullHeader(outcome.revision(), term);
        default -> "";
      };
    }
    return outcome instanceof Outcome.Done ? "" : "size:" + bytes(outcome, term);
  }

  private static Optional<ApplyError> error(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused refused -> Optional.of(refused.error());
      case Outcome.Compaction compaction -> compaction.error();
      default -> Optional.empty();
    };
  }

  /** The text of an error inside the member: the stores' own are without the server's name. */
  private static String words(ApplyError error) {
    String message = Errors.status(error).message();
    return switch (error) {
      case ApplyError.LeaseNotFound _ -> "lease not found";
      case ApplyError.NoSpace _ -> "etcdserver: no space";
      case ApplyError.KeyNotFound _, ApplyError.CorruptCluster _ -> message;
      default -> message.replaceFirst("^etcdserver: ", "");
    };
  }

  // ---- sizes of answers, as they are before the server completes their headers ----

  private long bytes(Outcome outcome, long term) {
    return switch (outcome) {
      case OpResult result -> opBytes(result);
      case Outcome.Compaction compaction -> header(compaction.revision());
      case Outcome.LeaseGranted granted ->
          fullHeader(granted.revision(), term) + field(granted.id()) + field(granted.ttlSeconds());
      case Outcome.LeaseRevoked revoked -> fullHeader(revoked.revision(), term);
      case Outcome.Alarms alarms ->
          alarms.alarms().stream().mapToLong(alarm -> nested(field(alarm.memberId()) + 2)).sum();
      case Outcome.Done _, Outcome.PassedOver _, Outcome.Members _, Outcome.Refused _ -> 0;
      default -> fullHeader(outcome.revision(), term);
    };
  }

  /** The encoded size of {@code result} with a header that has a revision alone. */
  private static long opBytes(OpResult result) {
    return switch (result) {
      case OpResult.PutDone put ->
          header(put.revision())
              + put.previous().map(previous -> nested(previous.byteSize())).orElse(0L);
      case OpResult.Deleted deleted ->
          header(deleted.revision()) + field(deleted.count()) + all(deleted.previous());
      case OpResult.Ranged ranged ->
          header(ranged.revision())
              + all(ranged.keyValues())
              + (ranged.more() ? 2 : 0)
              + field(ranged.count());
      case OpResult.TxnDone txn ->
          header(txn.revision())
              + (txn.succeeded() ? 2 : 0)
              + txn.responses().stream()
                  .mapToLong(response -> nested(nested(opBytes(response))))
                  .sum();
    };
  }

  private static long all(List<MemorySegment> keyValues) {
    return keyValues.stream().mapToLong(keyValue -> nested(keyValue.byteSize())).sum();
  }

  /** What cluster, member and a term of one byte add to a header. */
  private long headerSurplus() {
    return memberHeaderBytes + 2L;
  }

  private static long header(long revision) {
    return nested(field(revision));
  }

  private long fullHeader(long revision, long term) {
    return nested(memberHeaderBytes + field(revision) + field(term));
  }

  private static long field(long value) {
    return value == 0 ? 0 : 1 + varintBytes(value);
  }

  private static long nested(long bytes) {
    return 1 + varintBytes(bytes) + bytes;
  }

  private static int varintBytes(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }
}
