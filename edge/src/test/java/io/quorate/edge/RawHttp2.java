package io.quorate.edge;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** HTTP/2 by hand over a socket: every frame, also those that nobody should send. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  record Frame(int type, int flags, int stream, byte[] payload) {
    int errorCode() {
      return ByteBuffer.wrap(payload).getInt(type == GOAWAY ? 4 : 0);
    }

    String debug() {
      return new String(payload, 8, payload.length - 8, StandardCharsets.US_ASCII);
    }
  }

  final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, 1 << 20);

  RawHttp2(int port) throws IOException {
    this(port, 0);
  }

  private RawHttp2(int port, int receiveBuffer) throws IOException {
    socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(40_000);
    in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
    out = socket.getOutputStream();
  }

  static RawHttp2 open(int port) throws IOException {
    return open(port, 0);
  }

  /** With a small receive buffer, so that what is not read stands in the server soon. */
  static RawHttp2 open(int port, int receiveBuffer) throws IOException {
    var raw = new RawHttp2(port, receiveBuffer);
    raw.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    raw.frame(SETTINGS, 0, 0);
    return raw;
  }

  void write(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  void frame(int type, int flags, int stream, byte... payload) throws IOException {
    out.write(bytes(type, flags, stream, payload));
  }

  static byte[] bytes(int type, int flags, int stream, byte... payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** A header block without any compression. */
  static byte[] block(String... namesAndValues) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      for (int j = 0; j < 2; j++) {
        byte[] text = namesAndValues[i + j].getBytes(StandardCharsets.ISO_8859_1);
        if (text.length < 127) {
          block.write(text.length);
        } else {
          block.write(127);
          int rest = text.length - 127;
          while (rest >= 128) {
            block.write(rest & 127 | 128);
            rest >>= 7;
          }
          block.write(rest);
        }
        block.writeBytes(text);
      }
    }
    return block.toByteArray();
  }

  static byte[] request(String path, String... more) {
    var block = new ByteArrayOutputStream();
    block.writeBytes(
        block(
            ":method",
            "POST",
            ":scheme",
            "http",
            ":path",
            path,
            ":authority",
            "x",
            "te",
            "trailers"));
    block.writeBytes(block(more));
    return block.toByteArray();
  }

  static byte[] grpc(String path) {
    return request(path, "content-type", "application/grpc");
  }

  static byte[] message(int flag, int length, byte... body) {
    return ByteBuffer.allocate(5 + body.length).put((byte) flag).putInt(length).put(body).array();
  }

  /** The next frame; null when the server has closed. */
  Frame read() throws IOException {
    try {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      return new Frame(type, flags, stream, payload);
    } catch (EOFException | SocketException e) {
      return null;
    }
  }

  Frame await(Predicate<Frame> wanted) throws IOException {
    Frame frame = read();
    while (frame != null && !wanted.test(frame)) {
      frame = read();
    }
    return frame;
  }

  /** Until the server has dealt with all that was sent. */
  void settle() throws IOException {
    frame(PING, 0, 0, new byte[8]);
    await(frame -> frame.type == PING && frame.flags == ACK);
  }

  Frame await(int type) throws IOException {
    Frame frame = await(any -> any.type == type);
    if (frame == null) {
      throw new AssertionError("closed before a frame of type " + type);
    }
    return frame;
  }

  Http2Headers awaitHeaders(int stream) throws IOException, Http2Exception {
    Frame frame = await(any -> any.type == HEADERS);
    if (frame == null || frame.stream != stream) {
      throw new AssertionError("instead of headers of " + stream + ": " + frame);
    }
    return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(frame.payload));
  }

  /** Headers, data and trailers, or trailers alone: the trailers. */
  Http2Headers awaitTrailers(int stream) throws IOException, Http2Exception {
    while (true) {
      Http2Headers headers = awaitHeaders(stream);
      if (headers.contains("grpc-status")) {
        return headers;
      }
    }
  }

  /** How {@code streams} calls end, by stream, in whatever order. */
  Map<Integer, String> awaitStatuses(int streams) throws IOException, Http2Exception {
    Map<Integer, String> statuses = new TreeMap<>();
    while (statuses.size() < streams) {
      Frame frame = await(HEADERS);
      Http2Headers headers =
          decoder.decodeHeaders(frame.stream, Unpooled.wrappedBuffer(frame.payload));
      if (headers.contains("grpc-status")) {
        statuses.put(frame.stream, headers.get("grpc-status").toString());
      }
    }
    return statuses;
  }

  boolean awaitClose() throws IOException {
    try {
      while (in.read() >= 0) {}
    } catch (SocketException e) {
      return true;
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
