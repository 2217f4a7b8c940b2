package io.quorate.wal;

import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.codec.HardStateCodec;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Segments that are open, from a snapshot on. Read once, then perhaps written on. One thread at a
 * time.
 */
public final class OpenLog implements AutoCloseable {
  private final WalDirectory directory;
  private final WalSnapshot from;
  private final boolean writable;
  private final List<HeldSegment> segments;
  private final RecordReader reader;
  private boolean read;
  private boolean handedOver;

  // What the records have said so far.
  private byte @Nullable [] metadata;
  private HardState hardState = HardState.EMPTY;
  private long lastIndex;
  private boolean snapshotFound;
  private final List<Entry> entries = new ArrayList<>();
  private long entryCount;

  OpenLog(WalDirectory directory, WalSnapshot from, boolean writable, List<HeldSegment> segments) {
    this.directory = directory;
    this.from = from;
    this.writable = writable;
    this.segments = segments;
    this.reader =
        new RecordReader(
            segments.stream()
                .map(held -> new RecordReader.Segment(held.file(), held.name().toString()))
                .toList());
  }

  /**
   * Reads every record to the end.
   *
   * @throws WalException.UnexpectedEnd if a record is torn and the log is open for writing
   * @throws WalException.Malformed if a checksum is wrong
   * @throws WalException.Inconsistent if records contradict each other
   * @throws WalException.NoSnapshot if it is open for reading and the mark of the snapshot is not
   *     there; for writing, see {@link WalContents#snapshotFound}
   */
  public WalContents readAll() {
    readAll(true);
    return new WalContents(
        Optional.ofNullable(metadata).map(WalMetadata::decode),
        hardState,
        List.copyOf(entries),
        snapshotFound);
  }

  /** As {@link #readAll()}, but the entries are only counted. */
  HardState verify() {
    readAll(false);
    return hardState;
  }

  private void readAll(boolean keepEntries) {
    if (read) {
      throw new IllegalStateException("a log is read once");
    }
    read = true;
    try {
      while (reader.next()) {
        take(keepEntries);
      }
    } catch (WalException.UnexpectedEnd e) {
      if (writable) {
        throw e;
      }
      // A reader may meet a record that is just being written.
    }
    if (!writable && !snapshotFound) {
      throw new WalException.NoSnapshot("wal: snapshot not found");
    }
  }

  private void take(boolean keepEntries) {
    long type = reader.type();
    if (type == RecordType.ENTRY) {
      takeEntry(keepEntries);
    } else if (type == RecordType.STATE) {
      hardState = parse(HardStateCodec::decode);
    } else if (type == RecordType.METADATA) {
      byte[] data = data();
      if (metadata != null && !Arrays.equals(metadata, data)) {
        throw new WalException.Inconsistent("wal: conflicting metadata found");
      }
      metadata = data;
    } else if (type == RecordType.CRC) {
      if (!reader.reseed()) {
        throw new WalException.Malformed("walpb: crc mismatch");
      }
    } else if (type == RecordType.SNAPSHOT) {
      WalSnapshot snapshot =
          WalSnapshot.decode(reader.bytes(), reader.dataAt(), reader.dataLength());
      if (snapshot.index() == from.index()) {
        if (snapshot.term() != from.term()) {
          throw new WalException.Inconsistent("wal: snapshot mismatch");
        }
        snapshotFound = true;
      }
      // The next segment is named after what was saved last, which may be a leader's snapshot.
      if (Long.compareUnsigned(snapshot.index(), lastIndex) > 0) {
        lastIndex = snapshot.index();
      }
    } else {
      throw new WalException.Malformed("unexpected block type " + type);
    }
  }

  private void takeEntry(boolean keepEntries) {
    Entry entry = parse(EntryCodec::decode);
    if (Long.compareUnsigned(entry.index(), from.index()) > 0) {
      // This entry takes the place of any that was written for its index, and ends what followed.
      long position = entry.index() - from.index() - 1;
      if (Long.compareUnsigned(position, entryCount) > 0) {
        throw new WalException.Inconsistent(
            "wal: slice bounds out of range, snapshot[Index: %s, Term: %s], current entry[Index: %s, Term: %s], len(ents): %d"
                .formatted(
                    Long.toUnsignedString(from.index()),
                    Long.toUnsignedString(from.term()),
                    Long.toUnsignedString(entry.index()),
                    Long.toUnsignedString(entry.term()),
                    entryCount));
      }
      entryCount = position + 1;
      if (keepEntries) {
        entries.subList((int) position, entries.size()).clear();
        entries.add(entry);
      }
    } else {
      // Departure: it ended what followed, even if the snapshot covers it by now. The original
      // keeps
      // those entries, so that uncommitted ones of an older term come back behind the snapshot, and
      // the log looks older to a candidate than it is (found by WalModelTest, seed 1098).
      entries.clear();
      entryCount = 0;
    }
    lastIndex = entry.index();
  }

  private interface Decoder<T> {
    T decode(ByteBuffer bytes);
  }

  private <T> T parse(Decoder<T> decoder) {
    try {
      return decoder.decode(ByteBuffer.wrap(reader.bytes(), reader.dataAt(), reader.dataLength()));
    } catch (MalformedException e) {
      throw new WalException.Malformed(
          e.getMessage() + ": in file '" + reader.name() + "' at position: " + reader.offset());
    }
  }

  private byte[] data() {
    return Arrays.copyOfRange(
        reader.bytes(), reader.dataAt(), reader.dataAt() + reader.dataLength());
  }

  /**
   * Hands the segments over for appending after what {@link #readAll} found; ends this object. What
   * stands behind the last record is zeroed, the length of the file is kept.
   *
   * @throws IllegalStateException if the log was not read, or is not open for writing
   */
  public Wal continueWriting() {
    if (!read || !writable || handedOver) {
      throw new IllegalStateException("only a log that was opened for writing and read");
    }
    HeldSegment tail = segments.getLast();
    long length = tail.file().length();
    tail.file().truncate(reader.validOffset());
    tail.file().preallocate(length);
    handedOver = true;
    return new Wal(
        directory,
        segments,
        new RecordWriter(
            tail.file(), reader.validOffset(), reader.crc(), directory.clock, directory.listener),
        metadata == null ? new byte[0] : metadata,
        lastIndex);
  }

  /** Closes and unlocks, unless handed over. */
  @Override
  public void close() {
    if (!handedOver) {
      segments.forEach(segment -> segment.file().close());
    }
  }
}
