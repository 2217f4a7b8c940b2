package io.quorate.statemachine;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/**
 * What an operation on keys found or did. Every key-value is the encoded {@code mvccpb.KeyValue},
 * which is how the answer carries it too; the segments of a write stay valid, those of a read as
 * long as the view it was made on.
 */
public sealed interface OpResult extends Outcome {
  /** For the header (spec/api.md 6). */
  @Override
  long revision();

  /**
   * A range.
   *
   * @param count keys in the range, whatever limit and filters say
   * @param more the limit cut something off
   */
  record Ranged(long revision, List<MemorySegment> keyValues, boolean more, long count)
      implements OpResult {}

  /**
   * A put.
   *
   * @param previous what the key was, if it was and the request asks
   */
  record PutDone(long revision, Optional<MemorySegment> previous) implements OpResult {}

  /**
   * A deletion.
   *
   * @param previous what the keys were, in their order, if the request asks
   */
  record Deleted(long revision, long count, List<MemorySegment> previous) implements OpResult {}

  /**
   * A transaction.
   *
   * @param revision in a nested one 0: its header is there but empty
   * @param succeeded whether all compares held
   * @param responses one for each operation of the chosen branch
   */
  record TxnDone(long revision, boolean succeeded, List<OpResult> responses) implements OpResult {}
}
