package io.quorate.edge;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** grpc-java as an independent client; messages are bytes. */
public final class JavaClient implements AutoCloseable {
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

  public final ManagedChannel channel;

  JavaClient(ManagedChannel channel) {
    this.channel = channel;
  }

  public static JavaClient plain(int port) {
    return new JavaClient(
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE)
            .build());
  }

  public static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder(BYTES, BYTES)
        .setType(type)
        .setFullMethodName(name)
        .build();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  byte[] unary(String name, byte[] request) {
    return unary(channel, name, request, CallOptions.DEFAULT);
  }

  static byte[] unary(Channel over, String name, byte[] request, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
        over, method(MethodType.UNARY, name), options.withWaitForReady(), request);
  }

  /** How a unary call fails. */
  StatusRuntimeException failure(String name, byte[] request, CallOptions options) {
    try {
      unary(channel, name, request, options);
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError(name + " did not fail");
  }

  StatusRuntimeException failure(String name, byte[] request) {
    return failure(name, request, CallOptions.DEFAULT);
  }

  ClientCall<byte[], byte[]> call(MethodType type, String name) {
    return channel.newCall(method(type, name), CallOptions.DEFAULT);
  }

  /** Collects what a stream sends. */
  static final class Collector implements StreamObserver<byte[]> {
    final List<byte[]> messages = new ArrayList<>();
    final CountDownLatch done = new CountDownLatch(1);
    final CountDownLatch first = new CountDownLatch(1);
    volatile Status status;

    @Override
    public void onNext(byte[] message) {
      synchronized (messages) {
        messages.add(message);
      }
      first.countDown();
    }

    @Override
    public void onError(Throwable error) {
      status = Status.fromThrowable(error);
      done.countDown();
    }

    @Override
    public void onCompleted() {
      status = Status.OK;
      done.countDown();
    }

    Collector await() throws InterruptedException {
      if (!done.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the stream does not end");
      }
      return this;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
