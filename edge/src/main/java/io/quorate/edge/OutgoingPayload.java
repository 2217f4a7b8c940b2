package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.quorate.rpc.MessageWriter;
import io.quorate.rpc.Payload;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A payload on its way into DATA frames, each drawn from it only when windows and socket have room
 * for it. Frame header and bytes share one buffer.
 *
 * <p>Small messages of one stream that wait together go on as one, so that a hundred events of a
 * watch are two frames and not a hundred: each is led by its prefix, and where a frame ends means
 * nothing in gRPC.
 */
final class OutgoingPayload implements Http2RemoteFlowController.FlowControlled {
  private static final int FRAME_HEADER_BYTES = 9;

  /** Of what is merged; the smallest frame size that a client may ask for. */
  private static final int MERGED_LIMIT_BYTES = 16 * 1024;

  private final ServedStream owner;
  private final Payload payload;
  private final boolean compressed;
  private int prefixBytes;
  private int payloadBytes;
  private boolean released;
  // What was merged into this one, in order, and the bytes of it all.
  private @Nullable OutgoingPayload next;
  private OutgoingPayload last = this;
  private int mergedBytes;

  /**
   * @param prefixBytes 5 for a gRPC message, 0 for bare bytes
   */
  OutgoingPayload(ServedStream owner, Payload payload, int prefixBytes, boolean compressed) {
    this.owner = owner;
    this.payload = payload;
    this.compressed = compressed;
    this.prefixBytes = prefixBytes;
    this.payloadBytes = payload.length();
  }

  @Override
  public int size() {
    return prefixBytes + payloadBytes + mergedBytes;
  }

  @Override
  public boolean merge(ChannelHandlerContext ctx, Http2RemoteFlowController.FlowControlled frame) {
    if (!(frame instanceof OutgoingPayload more)
        || more.size() == 0
        || size() + more.size() > MERGED_LIMIT_BYTES) {
      return false;
    }
    last.next = more;
    last = more;
    mergedBytes += more.size();
    return true;
  }

  @Override
  public void write(ChannelHandlerContext ctx, int allowedBytes) {
    int left = Math.min(allowedBytes, size());
    owner.session.sent();
    int frameLimit = owner.session.encoder().configuration().frameSizePolicy().maxFrameSize();
    while (left > 0) {
      int length = Math.min(left, frameLimit);
      ByteBuf frame = ctx.alloc().directBuffer(FRAME_HEADER_BYTES + length);
      boolean filled = false;
      try {
        frame.writeMedium(length).writeByte(0).writeByte(0).writeInt(owner.stream.id());
        fill(frame, length);
        filled = true;
      } finally {
        if (!filled) {
          frame.release();
        }
      }
      ctx.write(frame, ctx.voidPromise());
      left -= length;
      owner.taken(length);
    }
    if (size() == 0) {
      release();
    }
  }

  private void fill(ByteBuf frame, int length) {
    int left = length - draw(frame, length);
    for (OutgoingPayload more = next; left > 0 && more != null; more = more.next) {
      int drawn = more.draw(frame, left);
      mergedBytes -= drawn;
      left -= drawn;
    }
  }

  /** Moves up to {@code limit} bytes of this one alone into {@code frame}; how many they were. */
  private int draw(ByteBuf frame, int limit) {
    int fromPrefix = Math.min(limit, prefixBytes);
    if (fromPrefix > 0) {
      byte[] prefix = MessageWriter.prefix(compressed, payload.length());
      frame.writeBytes(prefix, prefix.length - prefixBytes, fromPrefix);
      prefixBytes -= fromPrefix;
    }
    int fromPayload = Math.min(limit - fromPrefix, payloadBytes);
    if (fromPayload > 0) {
      ByteBuffer into = frame.nioBuffer(frame.writerIndex(), fromPayload);
      while (into.hasRemaining()) {
        payload.writeTo(into);
      }
      frame.writerIndex(frame.writerIndex() + fromPayload);
      payloadBytes -= fromPayload;
    }
    return fromPrefix + fromPayload;
  }

  @Override
  public void error(ChannelHandlerContext ctx, Throwable cause) {
    if (released) {
      return;
    }
    release();
    owner.session.listener().failed(cause);
    owner.taken(size());
    if (owner.stream.state() != Http2Stream.State.CLOSED && !owner.session.isClosing()) {
      owner.session.abandon(owner.stream, cause);
    }
  }

  @Override
  public void writeComplete() {
    release();
  }

  private void release() {
    for (OutgoingPayload each = this; each != null; each = each.next) {
      if (!each.released) {
        each.released = true;
        each.payload.release();
      }
    }
  }
}
