package io.quorate.peer.codec;

import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Message;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The stream of all messages, and the head of a snapshot (spec/peer.md 2.3): {@code u64 length},
 * then the message.
 */
public final class MessageFrames {
  /** Longest message on a stream. */
  public static final long STREAM_LIMIT_BYTES = 512L << 20;

  /** Longest message in a request of its own. Departure: etcd takes any, and keeps it in memory. */
  public static final int POST_LIMIT_BYTES = 64 << 20;

  /** Longest message before a snapshot's database. */
  public static final long SNAPSHOT_LIMIT_BYTES = 64L << 20;

  static final Message LINK_HEARTBEAT = new Message.Heartbeat(0, 0, 0, 0, null);

  /** As etcd counts one, on either stream. */
  public static final int LINK_HEARTBEAT_BYTES = MessageCodec.encodedSize(LINK_HEARTBEAT);

  private MessageFrames() {}

  public static byte[] encode(Message message) {
    int size = MessageCodec.encodedSize(message);
    ByteBuffer frame = ByteBuffer.allocate(Long.BYTES + size);
    frame.putLong(size);
    MessageCodec.write(message, frame);
    return frame.array();
  }

  public static FrameEncoder encoder() {
    return new FrameEncoder() {
      @Override
      public void write(Message message, ByteArrayOutputStream out) {
        out.writeBytes(encode(message));
      }

      @Override
      public void writeLinkHeartbeat(ByteArrayOutputStream out) {
        write(LINK_HEARTBEAT, out);
      }
    };
  }

  /** Whether {@code message} only shows that the connection lives. */
  public static boolean isLinkHeartbeat(Message message) {
    return message instanceof Message.Heartbeat && message.from() == 0 && message.to() == 0;
  }

  /** Hands on link heartbeats too. */
  public static FrameDecoder decoder() {
    Gathered gathered = new Gathered();
    return (piece, messages) -> {
      gathered.add(piece);
      for (int length = length(gathered, STREAM_LIMIT_BYTES);
          length >= 0;
          length = length(gathered, STREAM_LIMIT_BYTES)) {
        messages.accept(take(gathered, length));
      }
    };
  }

  /** The length of the first message if it is all there, else -1. */
  private static int length(Gathered gathered, long limitBytes) {
    if (gathered.size() < Long.BYTES) {
      return -1;
    }
    long length = gathered.longAt(0);
    if (Long.compareUnsigned(length, limitBytes) > 0) {
      throw new StreamException("rafthttp: error limit exceeded");
    }
    return gathered.size() - Long.BYTES >= length ? (int) length : -1;
  }

  private static Message take(Gathered gathered, int length) {
    try {
      Message message = MessageCodec.decode(gathered.view(Long.BYTES, length));
      gathered.skip(Long.BYTES + length);
      return message;
    } catch (MalformedException e) {
      String text = String.valueOf(e.getMessage());
      // As a Go member words it.
      throw new StreamException(text.startsWith("unexpected end") ? "unexpected EOF" : text);
    }
  }

  /** Reads the message at the head of a snapshot and leaves what follows. */
  public static final class SnapshotHead {
    private final Gathered gathered = new Gathered();

    /**
     * Takes the next bytes.
     *
     * @return whether the message is there; {@link #message} and {@link #rest} then have it all
     * @throws StreamException if this is no message
     */
    public boolean feed(byte[] piece) {
      gathered.add(piece);
      return length(gathered, SNAPSHOT_LIMIT_BYTES) >= 0;
    }

    /** How long the message is. Before {@link #message}. */
    public int messageBytes() {
      return length(gathered, SNAPSHOT_LIMIT_BYTES);
    }

    public Message message() {
      return take(gathered, length(gathered, SNAPSHOT_LIMIT_BYTES));
    }

    /** What came behind the message. After {@link #message}. */
    public byte[] rest() {
      return gathered.takeAll();
    }

    /** Whether nothing came at all: Go then says EOF, else unexpected EOF. */
    public boolean isEmpty() {
      return gathered.size() == 0;
    }
  }
}
