package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.quorate.rpc.MessageWriter;
import io.quorate.rpc.Payload;
import java.nio.ByteBuffer;

/**
 * A payload on its way into DATA frames, each drawn from it only when windows and socket have room
 * for it. Frame header and bytes share one buffer.
 */
final class OutgoingPayload implements Http2RemoteFlowController.FlowControlled {
  private static final int FRAME_HEADER_BYTES = 9;

  private final ServedStream owner;
  private final Payload payload;
  private final boolean compressed;
  private int prefixBytes;
  private int payloadBytes;
  private boolean released;

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
    return payloadBytes + prefixBytes;
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
    if (prefixBytes + payloadBytes == 0) {
      release();
    }
  }

  private void fill(ByteBuf frame, int length) {
    frame.writeMedium(length).writeByte(0).writeByte(0).writeInt(owner.stream.id());
    int left = length;
    if (prefixBytes > 0) {
      byte[] prefix = MessageWriter.prefix(compressed, payload.length());
      int count = Math.min(left, prefixBytes);
      frame.writeBytes(prefix, prefix.length - prefixBytes, count);
      prefixBytes -= count;
      left -= count;
    }
    if (left > 0) {
      ByteBuffer into = frame.nioBuffer(frame.writerIndex(), left);
      while (into.hasRemaining()) {
        payload.writeTo(into);
      }
      frame.writerIndex(frame.writerIndex() + left);
      payloadBytes -= left;
    }
  }

  @Override
  public void error(ChannelHandlerContext ctx, Throwable cause) {
    if (released) {
      return;
    }
    release();
    owner.taken((long) payloadBytes + prefixBytes);
    if (owner.stream.state() != Http2Stream.State.CLOSED && !owner.session.isClosing()) {
      owner.session.abandon(owner.stream, cause);
    }
  }

  @Override
  public void writeComplete() {
    release();
  }

  private void release() {
    if (!released) {
      released = true;
      payload.release();
    }
  }

  @Override
  public boolean merge(ChannelHandlerContext ctx, Http2RemoteFlowController.FlowControlled next) {
    return false;
  }
}
