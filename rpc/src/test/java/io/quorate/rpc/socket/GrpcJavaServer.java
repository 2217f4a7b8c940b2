package io.quorate.rpc.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.quorate.rpc.ChannelContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The services of {@link ChannelContract}, served by somebody else's gRPC. */
final class GrpcJavaServer implements AutoCloseable {
  private static final MethodDescriptor.Marshaller<byte[]> BYTES =
      new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] value) {
          return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
          try {
            return stream.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        }
      };

  private static final int MAX_PORTS_TRIED = 100;

  final Semaphore cancelled = new Semaphore(0);
  final Semaphore hanging = new Semaphore(0);
  final Semaphore begun = new Semaphore(0);
  private final Server server;
  private final int port;

  GrpcJavaServer(NettyServerBuilder builder, UnaryOperator<NettyServerBuilder> settings)
      throws IOException {
    server =
        settings
            .apply(builder)
            .maxInboundMessageSize(64 << 20)
            .addService(
                ServerServiceDefinition.builder("test.T")
                    .addMethod(method("Echo"), (call, headers) -> begin(call, new Echo(call)))
                    .addMethod(method("Fail"), (call, headers) -> begin(call, new Fail(call)))
                    .addMethod(method("Hang"), (call, headers) -> begin(call, new Hang()))
                    .addMethod(method("Count"), (call, headers) -> begin(call, new Count(call)))
                    .addMethod(method("Many"), (call, headers) -> begin(call, new Many(call)))
                    .addMethod(method("Chat"), (call, headers) -> begin(call, new Chat(call)))
                    .addMethod(method("Meta"), meta())
                    .build())
            .build()
            .start();
    port = server.getPort();
  }

  /**
   * On a port below those that the system gives to outgoing connections: a test that starts a
   * server again on the same port must find it free.
   */
  static GrpcJavaServer plain(UnaryOperator<NettyServerBuilder> settings) throws IOException {
    for (int attempt = 1; ; attempt++) {
      int candidate = ThreadLocalRandom.current().nextInt(10_000, 32_000);
      try {
        return new GrpcJavaServer(NettyServerBuilder.forPort(candidate), settings);
      } catch (IOException e) {
        if (attempt == MAX_PORTS_TRIED) {
          throw e;
        }
      }
    }
  }

  int port() {
    return port;
  }

  Server server() {
    return server;
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(BYTES, BYTES)
        .setFullMethodName("test.T/" + name)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .build();
  }

  private ServerCall.Listener<byte[]> begin(
      ServerCall<byte[], byte[]> call, ServerCall.Listener<byte[]> listener) {
    call.setCompression("gzip");
    call.setMessageCompression(call.getAttributes() != null && compress);
    call.sendHeaders(new Metadata());
    call.request(1);
    begun.release();
    return listener;
  }

  /** Whether answers are compressed. */
  volatile boolean compress;

  private static ServerCallHandler<byte[], byte[]> meta() {
    return (call, headers) -> {
      call.sendHeaders(headers);
      call.request(1);
      return new ServerCall.Listener<>() {
        @Override
        public void onHalfClose() {
          Metadata back = new Metadata();
          back.merge(headers);
          call.close(Status.OK, back);
        }
      };
    };
  }

  private static final class Echo extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Echo(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onMessage(byte[] message) {
      call.sendMessage(message);
      call.close(Status.OK, new Metadata());
    }
  }

  private static final class Fail extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Fail(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onMessage(byte[] message) {
      String text = new String(message, UTF_8);
      int space = text.indexOf(' ');
      call.close(
          Status.fromCodeValue(Integer.parseInt(text.substring(0, space)))
              .withDescription(text.substring(space + 1)),
          new Metadata());
    }
  }

  private final class Hang extends ServerCall.Listener<byte[]> {
    @Override
    public void onMessage(byte[] message) {
      hanging.release();
    }

    @Override
    public void onCancel() {
      cancelled.release();
    }
  }

  private static final class Count extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private int count;
    private long bytes;

    Count(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onMessage(byte[] message) {
      count++;
      bytes += message.length;
      call.request(1);
    }

    @Override
    public void onHalfClose() {
      call.sendMessage((count + " " + bytes).getBytes(UTF_8));
      call.close(Status.OK, new Metadata());
    }
  }

  private static final class Many extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;
    private int next;
    private int count = -1;
    private int size;

    Many(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onMessage(byte[] message) {
      String[] words = new String(message, UTF_8).split(" ");
      count = Integer.parseInt(words[0]);
      size = Integer.parseInt(words[1]);
      onReady();
    }

    @Override
    public void onReady() {
      while (next < count && call.isReady()) {
        call.sendMessage(Contract.message(size, next++));
      }
      if (next == count) {
        next = Integer.MAX_VALUE;
        call.close(Status.OK, new Metadata());
      }
    }
  }

  private static final class Chat extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Chat(ServerCall<byte[], byte[]> call) {
      this.call = call;
    }

    @Override
    public void onMessage(byte[] message) {
      call.sendMessage(message);
      call.request(1);
    }

    @Override
    public void onHalfClose() {
      call.close(Status.OK, new Metadata());
    }
  }

  private abstract static class Contract extends ChannelContract {
    static byte[] message(int size, int seed) {
      return bytes(size, seed);
    }
  }
}
