package io.quorate.peer;

import io.quorate.edge.HttpDialer;
import io.quorate.edge.OutgoingCall;
import io.quorate.edge.OutgoingRequest;
import io.quorate.edge.ReplyListener;
import io.quorate.peer.codec.FrameDecoder;
import io.quorate.peer.codec.StreamException;
import io.quorate.raft.message.Message;
import io.quorate.rpc.Metadata;
import io.quorate.statemachine.membership.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Dials one stream of one peer, decodes what comes, and dials again when it ends: at most ten times
 * a second (spec/peer.md 2.5).
 */
final class StreamReader {
  private static final long REDIAL_MILLIS = 100;
  private static final int GONE = 410;
  private static final Version FIRST_STREAMED = Version.of(2, 1);

  private final StreamKind kind;
  private final long peerId;
  private final PeerOptions options;
  private final PeerUrls urls;
  private final HttpDialer dialer;
  private final PeerActivity activity;
  private final ScheduledExecutorService timer;
  private final Consumer<Message> inbox;
  private final Runnable removed;
  private final Logger log;
  // Guarded by this.
  private @Nullable OutgoingCall call;
  private boolean stopped;
  private boolean connected;

  StreamReader(
      StreamKind kind,
      long peerId,
      PeerOptions options,
      PeerUrls urls,
      HttpDialer dialer,
      PeerActivity activity,
      ScheduledExecutorService timer,
      Consumer<Message> inbox,
      Runnable removed,
      Logger log) {
    this.kind = kind;
    this.peerId = peerId;
    this.options = options;
    this.urls = urls;
    this.dialer = dialer;
    this.activity = activity;
    this.timer = timer;
    this.inbox = inbox;
    this.removed = removed;
    this.log = log;
  }

  void start() {
    line(log.atInfo()).log("started stream reader with remote peer");
    dial();
  }

  private void dial() {
    URI url = urls.pick();
    Metadata headers = PeerHeaders.of(options).add("X-Raft-To", Long.toHexString(peerId));
    String path = StreamKind.PATH + kind.segment() + "/" + Long.toHexString(options.memberId());
    synchronized (this) {
      if (!stopped) {
        call = dialer.call(url, OutgoingRequest.get(path, headers), new Incoming(url));
      }
    }
  }

  private synchronized void redial() {
    if (!stopped) {
      timer.schedule(this::dial, REDIAL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void stop() {
    boolean wasConnected;
    synchronized (this) {
      stopped = true;
      wasConnected = connected;
      if (call != null) {
        call.cancel();
      }
    }
    if (wasConnected) {
      lost("context canceled", true);
    }
    line(log.atInfo()).log("stopped stream reader with remote peer");
  }

  private LoggingEventBuilder line(LoggingEventBuilder at) {
    return at.addKeyValue("stream-reader-type", kind)
        .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
        .addKeyValue("remote-peer-id", Long.toHexString(peerId));
  }

  private void lost(String text, boolean unexpected) {
    line(log.atWarn())
        .addKeyValue("error", text)
        .log("lost TCP streaming connection with remote peer");
    if (unexpected) {
      activity.deactivate("read", kind.toString(), text);
    }
  }

  /** Whether the end of a connection is news; not once this reader is stopped. */
  private synchronized boolean ends() {
    connected = false;
    return !stopped;
  }

  private synchronized void cut() {
    if (call != null) {
      call.cancel();
    }
  }

  /** One connection, on its event loop. */
  private final class Incoming implements ReplyListener {
    private final URI url;
    private final FrameDecoder decoder = kind.decoder(peerId, options.memberId());
    private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
    private int status;
    private String cluster = "";
    private boolean over;

    Incoming(URI url) {
      this.url = url;
    }

    @Override
    public void head(int newStatus, Metadata headers) {
      status = newStatus;
      cluster = headers.first(PeerHeaders.CLUSTER_ID).orElse("");
      if (status != 200) {
        return;
      }
      if (!speaksStreams(headers)) {
        finish("unsupported stream type", false);
        return;
      }
      synchronized (StreamReader.this) {
        connected = !stopped;
      }
      line(log.atInfo()).log("established TCP streaming connection with remote peer");
      activity.activate();
    }

    private boolean speaksStreams(Metadata headers) {
      Optional<Version> theirs =
          Version.parse(headers.first(PeerHeaders.SERVER_VERSION).orElse("2.0.0"));
      return theirs.isPresent() && theirs.get().compareTo(FIRST_STREAMED) >= 0;
    }

    @Override
    public void data(byte[] piece) {
      if (over) {
        return;
      }
      if (status != 200) {
        if (refusal.size() < 1024) {
          refusal.writeBytes(piece);
        }
        return;
      }
      try {
        decoder.feed(piece, inbox);
      } catch (StreamException e) {
        finish(String.valueOf(e.getMessage()), true);
      }
    }

    @Override
    public void end() {
      if (!ends()) {
        return;
      }
      if (status == 200) {
        lost("EOF", false);
      } else {
        refused(refusal.toString(StandardCharsets.UTF_8).strip());
      }
    }

    @Override
    public void failed(IOException cause) {
      if (!ends()) {
        return;
      }
      String text = String.valueOf(cause.getMessage());
      if (status == 200) {
        lost(text, !text.contains("EOF") && !text.contains("closed"));
      } else {
        urls.failed(url);
        activity.deactivate("dial", kind.toString(), text);
        redialOnce();
      }
    }

    private void refused(String text) {
      urls.failed(url);
      String error;
      if (status == GONE) {
        line(log.atWarn()).log("rejected stream from remote peer because it was removed");
        error = "the member has been permanently removed from the cluster";
        removed.run();
      } else if (status == 404) {
        error =
            "peer "
                + Long.toHexString(peerId)
                + " failed to find local node "
                + Long.toHexString(options.memberId());
      } else {
        error = status == 412 ? text : "unhandled http status " + status;
        if (status == 412 && text.equals("cluster ID mismatch")) {
          log.atWarn()
              .addKeyValue("remote-peer-id", Long.toHexString(peerId))
              .addKeyValue("remote-peer-cluster-id", cluster)
              .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
              .addKeyValue("local-member-cluster-id", Long.toHexString(options.clusterId()))
              .addKeyValue("error", text)
              .log("request sent was ignored by remote peer due to cluster ID mismatch");
        } else if (status == 412) {
          line(log.atWarn())
              .addKeyValue("error", text)
              .log("request sent was ignored by remote peer due to server version incompatibility");
        }
      }
      activity.deactivate("dial", kind.toString(), error);
      redialOnce();
    }

    private void lost(String text, boolean unexpected) {
      StreamReader.this.lost(text, unexpected);
      redialOnce();
    }

    /** Gives this connection up from our side. */
    private void finish(String error, boolean inactive) {
      if (!over) {
        cut();
        lost(error, inactive);
      }
    }

    private void redialOnce() {
      if (!over) {
        over = true;
        redial();
      }
    }
  }
}
