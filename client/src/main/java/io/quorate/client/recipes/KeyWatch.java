package io.quorate.client.recipes;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * A watch that one thread takes response by response, waiting for each. It survives lost
 * connections as every watch of a client does.
 */
final class KeyWatch implements AutoCloseable {
  private static final String METHOD = "/etcdserverpb.Watch/Watch";
  private static final String NO_LEADER = "etcdserver: no leader";
  private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";
  private static final long PAUSE_NANOS = 100_000_000;

  private final Channel channel;
  private final WatchCreateRequest.Builder request;
  private Stream stream;

  private KeyWatch(Channel channel, WatchCreateRequest.Builder request) {
    this.channel = channel;
    this.request = request;
    this.stream = open();
  }

  static KeyWatch ofKey(Channel channel, ByteString key, long fromRevision) {
    return new KeyWatch(
        channel, WatchCreateRequest.newBuilder().setKey(key).setStartRevision(fromRevision));
  }

  static KeyWatch ofRange(Channel channel, ByteString key, ByteString end, long fromRevision) {
    return new KeyWatch(
        channel,
        WatchCreateRequest.newBuilder()
            .setKey(key)
            .setRangeEnd(end)
            .setStartRevision(fromRevision));
  }

  /** What arrives: a response, or how the stream ended. */
  private record News(Optional<WatchResponse> response, Status end) {}

  /** One gRPC stream. */
  private static final class Stream implements ClientCallListener {
    final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
    final ClientCall call;

    Stream(Channel channel, WatchCreateRequest request) {
      call = channel.start(METHOD, CallOptions.DEFAULT, this);
      call.send(WatchRequest.newBuilder().setCreateRequest(request).build().toByteArray());
    }

    @Override
    public void message(byte[] message) {
      try {
        news.add(
            new News(Optional.of(Contenders.parse(message, WatchResponse.parser())), Status.OK));
      } catch (StatusException e) {
        news.add(new News(Optional.empty(), e.status()));
      }
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      news.add(new News(Optional.empty(), status));
    }
  }

  /**
   * The next response with events.
   *
   * @throws StatusException when there will be none: the server refused or ended the watch, or the
   *     thread was interrupted (CANCELLED, and it stays interrupted)
   */
  WatchResponse next() {
    while (true) {
      News one = take();
      if (one.response().isEmpty()) {
        pauseIfLost(one.end());
        stream = open();
        continue;
      }
      stream.call.request(1);
      WatchResponse response = one.response().get();
      if (response.getCompactRevision() != 0) {
        throw new StatusException(new Status(Code.OUT_OF_RANGE, COMPACTED));
      }
      if (response.getCanceled()) {
        throw ended(response.getCancelReason());
      }
      if (response.getEventsCount() > 0) {
        long last = response.getEvents(response.getEventsCount() - 1).getKv().getModRevision();
        request.setStartRevision(last + 1);
        return response;
      }
    }
  }

  private News take() {
    try {
      return stream.news.take();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      stream.call.cancel();
      throw new StatusException(Status.CANCELLED);
    }
  }

  /** With credentials that is a call too, which may find the connection lost. */
  private Stream open() {
    while (true) {
      try {
        return new Stream(channel, request.build());
      } catch (StatusException e) {
        pauseIfLost(e.status());
      }
    }
  }

  /** After a lost connection; any other end is passed on. */
  private static void pauseIfLost(Status end) {
    boolean lost =
        (end.code() == Code.UNAVAILABLE || end.code() == Code.INTERNAL)
            && !end.message().equals(NO_LEADER);
    if (!lost) {
      throw end.isOk() ? ended("") : new StatusException(end);
    }
    LockSupport.parkNanos(PAUSE_NANOS);
  }

  private static StatusException ended(String reason) {
    return new StatusException(
        new Status(Code.UNKNOWN, reason.isEmpty() ? "lost watcher waiting for delete" : reason));
  }

  @Override
  public void close() {
    stream.call.cancel();
  }
}
