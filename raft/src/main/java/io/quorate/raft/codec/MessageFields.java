package io.quorate.raft.codec;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.MessageType;
import io.quorate.raft.message.Snapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A message of any kind as the wire has it: all kinds share these fields. Filled once, by {@link
 * MessageCodec} or from bytes.
 */
final class MessageFields {
  private static final MessageType[] TYPES = MessageType.values();

  MessageType type = MessageType.HUP;
  long to;
  long from;
  long term;
  long logTerm;
  long index;
  List<Entry> entries = List.of();
  long commit;
  @Nullable Snapshot snapshot;
  boolean reject;
  long rejectHint;
  byte @Nullable [] context;
  long vote;
  List<Message> responses = List.of();

  int size() {
    int size =
        Wire.varintFieldSize(type.ordinal())
            + Wire.varintFieldSize(to)
            + Wire.varintFieldSize(from)
            + Wire.varintFieldSize(term)
            + Wire.varintFieldSize(logTerm)
            + Wire.varintFieldSize(index)
            + Wire.varintFieldSize(commit)
            + Wire.varintFieldSize(reject ? 1 : 0)
            + Wire.varintFieldSize(rejectHint)
            + Wire.varintFieldSize(vote);
    for (int i = 0; i < entries.size(); i++) {
      size = Math.addExact(size, Wire.bytesFieldSize(EntryCodec.encodedSize(entries.get(i))));
    }
    if (snapshot != null) {
      size = Math.addExact(size, Wire.bytesFieldSize(SnapshotCodec.encodedSize(snapshot)));
    }
    if (context != null) {
      size = Math.addExact(size, Wire.bytesFieldSize(context.length));
    }
    for (Message response : responses) {
      size = Math.addExact(size, Wire.bytesFieldSize(MessageCodec.encodedSize(response)));
    }
    return size;
  }

  void write(ByteBuffer out) {
    WireWriter writer = new WireWriter(out);
    writer.varintField(1, type.ordinal());
    writer.varintField(2, to);
    writer.varintField(3, from);
    writer.varintField(4, term);
    writer.varintField(5, logTerm);
    writer.varintField(6, index);
    for (int i = 0; i < entries.size(); i++) {
      writer.messageField(7, EntryCodec.encodedSize(entries.get(i)));
      EntryCodec.write(entries.get(i), out);
    }
    writer.varintField(8, commit);
    if (snapshot != null) {
      writer.messageField(9, SnapshotCodec.encodedSize(snapshot));
      SnapshotCodec.write(snapshot, out);
    }
    writer.boolField(10, reject);
    writer.varintField(11, rejectHint);
    writer.bytesField(12, context);
    writer.varintField(13, vote);
    for (Message response : responses) {
      writer.messageField(14, MessageCodec.encodedSize(response));
      MessageCodec.write(response, out);
    }
  }

  static MessageFields read(WireReader reader) {
    MessageFields read = new MessageFields();
    List<Entry> entries = new ArrayList<>();
    List<Message> responses = new ArrayList<>();
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> read.type = reader.constant(TYPES);
        case 2 -> read.to = reader.number();
        case 3 -> read.from = reader.number();
        case 4 -> read.term = reader.number();
        case 5 -> read.logTerm = reader.number();
        case 6 -> read.index = reader.number();
        case 7 -> entries.add(EntryCodec.read(reader.message()));
        case 8 -> read.commit = reader.number();
        case 9 -> read.snapshot = SnapshotCodec.read(reader.message());
        case 10 -> read.reject = reader.bool();
        case 11 -> read.rejectHint = reader.number();
        case 12 -> read.context = reader.bytes();
        case 13 -> read.vote = reader.number();
        case 14 -> responses.add(MessageCodec.toMessage(read(reader.message())));
        default -> reader.skip();
      }
    }
    read.entries = entries;
    read.responses = responses;
    return read;
  }

  EntryId log() {
    return new EntryId(logTerm, index);
  }

  void log(EntryId id) {
    logTerm = id.term();
    index = id.index();
  }

  /** Absent where all of it is zero. */
  Optional<HardState> hardState() {
    HardState state = new HardState(term, vote, commit);
    return state.isEmpty() ? Optional.empty() : Optional.of(state);
  }

  /** 3.5 writes an empty one where there is none. */
  Optional<Snapshot> presentSnapshot() {
    return snapshot == null || snapshot.isEmpty() ? Optional.empty() : Optional.of(snapshot);
  }
}
