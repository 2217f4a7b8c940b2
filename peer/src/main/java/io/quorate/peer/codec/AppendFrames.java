package io.quorate.peer.codec;

import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The stream of appends alone, {@code msgappv2} (spec/peer.md 2.4). Where one append follows on the
 * last, in the same term, its head is left out, since both ends know it:
 *
 * <pre>
 *   00                                          link heartbeat
 *   01  u64 n  n × (u64 size, entry)  u64 commit   goes on from (term, index)
 *   02  u64 size  message                          says (term, index) anew
 * </pre>
 */
public final class AppendFrames {
  private static final byte LINK_HEARTBEAT = 0;
  private static final byte ENTRIES = 1;
  private static final byte WHOLE = 2;

  private AppendFrames() {}

  /** What both ends know: where the last append ended. */
  private static final class State {
    private long term;
    private long index;

    private boolean goesOnWith(Message.Append append) {
      return index == append.previous().index()
          && term == append.previous().term()
          && append.previous().term() == append.term();
    }

    private void restart(Message.Append append) {
      term = append.term();
      List<Entry> entries = append.entries();
      index = entries.isEmpty() ? append.previous().index() : entries.getLast().index();
    }
  }

  public static FrameEncoder encoder() {
    State state = new State();
    return new FrameEncoder() {
      @Override
      public void write(Message message, ByteArrayOutputStream out) {
        if (!(message instanceof Message.Append append)) {
          throw new IllegalArgumentException("not an append: " + message);
        }
        if (state.goesOnWith(append)) {
          out.writeBytes(entries(append));
          state.index += append.entries().size();
        } else {
          byte[] whole = MessageFrames.encode(append);
          out.write(WHOLE);
          out.writeBytes(whole);
          state.restart(append);
        }
      }

      @Override
      public void writeLinkHeartbeat(ByteArrayOutputStream out) {
        out.write(LINK_HEARTBEAT);
      }
    };
  }

  private static byte[] entries(Message.Append append) {
    List<Entry> entries = append.entries();
    long size = 1 + Long.BYTES + Long.BYTES;
    for (int i = 0; i < entries.size(); i++) {
      size += Long.BYTES + EntryCodec.encodedSize(entries.get(i));
    }
    ByteBuffer frame = ByteBuffer.allocate(Math.toIntExact(size));
    frame.put(ENTRIES).putLong(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      frame.putLong(EntryCodec.encodedSize(entry));
      EntryCodec.write(entry, frame);
    }
    return frame.putLong(append.commit()).array();
  }

  /**
   * @param from who sends, {@code to} who reads: short frames do not say
   */
  public static FrameDecoder decoder(long from, long to) {
    return new Decoder(from, to);
  }

  private static final class Decoder implements FrameDecoder {
    private final long from;
    private final long to;
    private final Gathered gathered = new Gathered();
    private final State state = new State();

    Decoder(long from, long to) {
      this.from = from;
      this.to = to;
    }

    @Override
    public void feed(byte[] piece, Consumer<Message> messages) {
      gathered.add(piece);
      try {
        while (gathered.size() > 0) {
          byte type = gathered.byteAt(0);
          switch (type) {
            case LINK_HEARTBEAT -> {
              gathered.skip(1);
              messages.accept(MessageFrames.LINK_HEARTBEAT);
            }
            case ENTRIES -> {
              Message.Append append = entries();
              if (append == null) {
                return;
              }
              state.index += append.entries().size();
              messages.accept(append);
            }
            case WHOLE -> {
              Message message = whole();
              if (message == null) {
                return;
              }
              if (!(message instanceof Message.Append append)) {
                throw new StreamException("a " + message.type() + " in msgappv2 stream");
              }
              state.restart(append);
              messages.accept(append);
            }
            default ->
                throw new StreamException(
                    "failed to parse type " + (type & 0xff) + " in msgappv2 stream");
          }
        }
      } catch (MalformedException e) {
        throw new StreamException(String.valueOf(e.getMessage()));
      }
    }

    private Message.@Nullable Append entries() {
      int end = entriesEnd();
      if (end < 0) {
        return null;
      }
      int count = (int) gathered.longAt(1);
      List<Entry> entries = new ArrayList<>(count);
      int position = 1 + Long.BYTES;
      for (int i = 0; i < count; i++) {
        int size = (int) gathered.longAt(position);
        position += Long.BYTES;
        entries.add(EntryCodec.decode(gathered.view(position, size)));
        position += size;
      }
      long commit = gathered.longAt(position);
      gathered.skip(end);
      return new Message.Append(
          from, to, state.term, new EntryId(state.term, state.index), entries, commit);
    }

    /** Where the frame of entries ends, or -1 if it is not all there. */
    private int entriesEnd() {
      long position = 1 + Long.BYTES;
      if (gathered.size() < position) {
        return -1;
      }
      long count = gathered.longAt(1);
      if (count < 0 || count > MessageFrames.STREAM_LIMIT_BYTES) {
        throw new StreamException("rafthttp: error limit exceeded");
      }
      for (long i = 0; i < count; i++) {
        if (gathered.size() < position + Long.BYTES) {
          return -1;
        }
        long size = gathered.longAt((int) position);
        if (size < 0 || size > MessageFrames.STREAM_LIMIT_BYTES) {
          throw new StreamException("rafthttp: error limit exceeded");
        }
        position += Long.BYTES + size;
      }
      position += Long.BYTES;
      return position <= gathered.size() ? (int) position : -1;
    }

    private @Nullable Message whole() {
      int head = 1 + Long.BYTES;
      if (gathered.size() < head) {
        return null;
      }
      long size = gathered.longAt(1);
      if (Long.compareUnsigned(size, MessageFrames.STREAM_LIMIT_BYTES) > 0) {
        throw new StreamException("rafthttp: error limit exceeded");
      }
      if (gathered.size() < head + size) {
        return null;
      }
      Message message = MessageCodec.decode(gathered.view(head, (int) size));
      gathered.skip(head + (int) size);
      return message;
    }
  }
}
