package io.quorate.e2e;

import com.google.protobuf.MessageLite;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.socket.ChannelOptions;
import io.quorate.rpc.socket.Endpoint;
import io.quorate.rpc.socket.EndpointChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Single calls of a member, without a client's repetitions, so that each counts once. */
final class Grpc implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final EndpointChannel channel;

  Grpc(Member member) {
    channel =
        new EndpointChannel(Endpoint.tcp("127.0.0.1", member.clientPort()), ChannelOptions.PLAIN);
  }

  /** The answer, or how the call ended without one. */
  record Answer(byte[] message, Status status) {}

  Answer call(String method, byte[] request, Metadata metadata) {
    try {
      return new Answer(
          channel.unary(
              method,
              request,
              CallOptions.DEFAULT
                  .withWaitForReady(true)
                  .withDeadlineAfter(LIMIT)
                  .withMetadata(metadata)),
          Status.OK);
    } catch (StatusException e) {
      return new Answer(new byte[0], e.status());
    }
  }

  Answer call(String method, MessageLite request) {
    return call(method, request.toByteArray(), new Metadata());
  }

  /** A stream that is read at once; its messages wait to be taken. */
  Stream stream(String method) {
    return new Stream(method);
  }

  final class Stream implements ClientCallListener, AutoCloseable {
    private final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final ClientCall call;

    private Stream(String method) {
      call = channel.start(method, CallOptions.DEFAULT.withWaitForReady(true), this);
    }

    @Override
    public void message(byte[] message) {
      messages.add(message);
      call.request(1);
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      end.complete(status);
    }

    Stream send(MessageLite request) {
      return send(request.toByteArray());
    }

    Stream send(byte[] request) {
      call.send(request);
      return this;
    }

    Stream halfClose() {
      call.halfClose();
      return this;
    }

    byte[] next() {
      return next(LIMIT).orElseThrow(() -> new AssertionError("no message; ended: " + end));
    }

    Optional<byte[]> next(Duration limit) {
      try {
        return Optional.ofNullable(messages.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    Status end() {
      return end.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Gives the call up; {@link #end} then says how it ended. */
    void cancel() {
      call.cancel();
    }

    @Override
    public void close() {
      cancel();
    }
  }

  @Override
  public void close() {
    channel.close();
  }
}
