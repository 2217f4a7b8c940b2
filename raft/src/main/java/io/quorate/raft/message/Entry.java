package io.quorate.raft.message;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the log.
 *
 * @param data the payload, or null, which on the wire differs from an empty one
 */
public record Entry(EntryType type, long term, long index, byte @Nullable [] data) {

  public static Entry normal(long term, long index, byte @Nullable [] data) {
    return new Entry(EntryType.NORMAL, term, index, data);
  }

  /** Bytes of payload: what MaxUncommittedEntriesSize and inflight limits count. */
  public int payloadBytes() {
    return data == null ? 0 : data.length;
  }

  public Entry at(long newTerm, long newIndex) {
    return new Entry(type, newTerm, newIndex, data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Entry that
        && type == that.type
        && term == that.term
        && index == that.index
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, term, index, Arrays.hashCode(data));
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(term) + "/" + Long.toUnsignedString(index) + " " + type;
  }
}
