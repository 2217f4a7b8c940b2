package io.quorate.peer;

import io.quorate.edge.HttpDialer;
import io.quorate.edge.HttpReply;
import io.quorate.edge.OutgoingRequest;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Message;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Messages one by one, each in a request of its own: for a peer without streams (spec/peer.md 2.6).
 * Any thread.
 */
final class Pipeline {
  static final String PATH = "/raft";
  private static final int WORKERS = 4;
  private static final int QUEUE_LIMIT = 64;
  private static final int ANSWER_LIMIT_BYTES = 64 * 1024;

  /** What becomes of messages. */
  interface Outcome {
    void arrived(Message message);

    /**
     * @param removed whether the answer was that we are no member any more
     */
    void failed(Message message, String error, boolean removed);
  }

  private final PeerOptions options;
  private final PeerUrls urls;
  private final HttpDialer dialer;
  private final Outcome outcome;
  private final Logger log;
  // Guarded by this.
  private final ArrayDeque<Message> queue = new ArrayDeque<>();
  private final IdentityHashMap<Message, CompletableFuture<HttpReply>> posts =
      new IdentityHashMap<>();
  private int running;
  private boolean closed;

  Pipeline(PeerOptions options, PeerUrls urls, HttpDialer dialer, Outcome outcome, Logger log) {
    this.options = options;
    this.urls = urls;
    this.dialer = dialer;
    this.outcome = outcome;
    this.log = log;
  }

  /** Sends {@code message} soon; false if too many wait. */
  boolean offer(Message message) {
    synchronized (this) {
      if (closed || queue.size() >= QUEUE_LIMIT) {
        return false;
      }
      queue.add(message);
    }
    work();
    return true;
  }

  private void work() {
    for (Message next = begin(); next != null; next = begin()) {
      post(next);
    }
  }

  private synchronized @Nullable Message begin() {
    if (running == WORKERS || queue.isEmpty()) {
      return null;
    }
    running++;
    return queue.remove();
  }

  private void post(Message message) {
    URI url = urls.pick();
    var request =
        OutgoingRequest.post(
            PATH,
            PeerHeaders.of(options).add("Content-Type", "application/protobuf"),
            MessageCodec.encode(message));
    CompletableFuture<HttpReply> post = dialer.ask(url, request, ANSWER_LIMIT_BYTES, Duration.ZERO);
    boolean late;
    synchronized (this) {
      posts.put(message, post);
      late = closed;
    }
    post.whenComplete((reply, failure) -> {
      finished(message, url, reply, failure);
      synchronized (this) {
        posts.remove(message);
        running--;
      }
      work();
    });
    if (late) {
      giveUp(post);
    }
  }

  private static void giveUp(CompletableFuture<HttpReply> post) {
    post.completeExceptionally(new IOException("context canceled"));
  }

  private void finished(
      Message message, URI url, @Nullable HttpReply reply, @Nullable Throwable failure) {
    if (reply == null) {
      urls.failed(url);
      outcome.failed(message, failure == null ? "" : String.valueOf(failure.getMessage()), false);
    } else if (reply.status() == 204) {
      outcome.arrived(message);
    } else {
      urls.failed(url);
      String error = error(reply, url);
      if (error.equals("cluster ID mismatch")) {
        log.atError()
            .addKeyValue("remote-peer-id", Long.toHexString(message.to()))
            .addKeyValue(
                "remote-peer-cluster-id", reply.headers().first(PeerHeaders.CLUSTER_ID).orElse(""))
            .addKeyValue("local-member-cluster-id", Long.toHexString(options.clusterId()))
            .log("request sent was ignored due to cluster ID mismatch");
      }
      outcome.failed(message, error, reply.status() == 403);
    }
  }

  /** What an answer other than 204 means. */
  static String error(HttpReply reply, URI url) {
    return switch (reply.status()) {
      case 403 -> "the member has been permanently removed from the cluster";
      case 412 ->
          switch (reply.text()) {
            case "incompatible version", "cluster ID mismatch" -> reply.text();
            default -> "unhandled error \"" + reply.text() + "\" when precondition failed";
          };
      default ->
          "unexpected http status " + reply.status() + " while posting to \"" + url + PATH + "\"";
    };
  }

  /** Sends nothing any more, and waits for no answer. */
  void close() {
    List<CompletableFuture<HttpReply>> left;
    synchronized (this) {
      closed = true;
      queue.clear();
      left = List.copyOf(posts.values());
    }
    left.forEach(Pipeline::giveUp);
  }
}
