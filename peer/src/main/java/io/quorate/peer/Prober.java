package io.quorate.peer;

import io.quorate.edge.HttpDialer;
import io.quorate.edge.HttpReply;
import io.quorate.edge.OutgoingRequest;
import io.quorate.gotext.JsonReader;
import io.quorate.io.Clock;
import io.quorate.rpc.Metadata;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Asks one peer every four seconds how it is, for the metrics and for the operator's eyes; nothing
 * depends on the answer (spec/peer.md 4).
 */
final class Prober {
  static final String PATH = "/raft/probing";
  private static final long INTERVAL_SECONDS = 4;
  private static final long FIRST_LOOK_SECONDS = 5;
  private static final long HEALTHY_LOOK_SECONDS = 30;
  private static final long MAX_CLOCK_DRIFT_NANOS = 1_000_000_000L;
  private static final Duration ANSWER_TIME = Duration.ofSeconds(10);
  private static final int ANSWER_LIMIT_BYTES = 4096;

  private final String name;
  private final long peerId;
  private final PeerUrls urls;
  private final HttpDialer dialer;
  private final Clock clock;
  private final ScheduledExecutorService timer;
  private final PeerListener listener;
  private final Logger log;
  // Guarded by this.
  private boolean healthy;
  private String error = "";
  private long smoothedNanos;
  private long clockDriftNanos;
  private @Nullable ScheduledFuture<?> asking;
  private @Nullable ScheduledFuture<?> looking;

  Prober(
      String name,
      long peerId,
      PeerUrls urls,
      HttpDialer dialer,
      Clock clock,
      ScheduledExecutorService timer,
      PeerListener listener,
      Logger log) {
    this.name = name;
    this.peerId = peerId;
    this.urls = urls;
    this.dialer = dialer;
    this.clock = clock;
    this.timer = timer;
    this.listener = listener;
    this.log = log;
  }

  synchronized void start() {
    asking =
        timer.scheduleAtFixedRate(this::ask, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    looking = timer.schedule(this::look, FIRST_LOOK_SECONDS, TimeUnit.SECONDS);
  }

  private void ask() {
    URI url = urls.pick();
    long began = clock.nanos();
    dialer
        .ask(url, OutgoingRequest.get(PATH, new Metadata()), ANSWER_LIMIT_BYTES, ANSWER_TIME)
        .whenComplete((reply, failure) -> {
          String problem = failure == null ? "" : String.valueOf(failure.getMessage());
          if (reply == null || !isOk(reply)) {
            urls.failed(url);
            failed(problem.isEmpty() ? "the probe was not answered with OK" : problem);
          } else {
            answered(reply, clock.nanos() - began);
          }
        });
  }

  private static boolean isOk(HttpReply reply) {
    boolean[] ok = {false};
    if (reply.status() != 200) {
      return false;
    }
    try {
      JsonReader in = new JsonReader(reply.body());
      in.object(field -> {
        if (field.equals("ok")) {
          ok[0] = in.bool();
        } else {
          in.skip();
        }
      });
    } catch (JsonReader.MalformedException e) {
      return false;
    }
    return ok[0];
  }

  private synchronized void failed(String problem) {
    healthy = false;
    error = problem;
  }

  private synchronized void answered(HttpReply reply, long roundTripNanos) {
    healthy = true;
    error = "";
    smoothedNanos = smoothedNanos * 7 / 8 + roundTripNanos / 8;
    String[] now = {""};
    JsonReader in = new JsonReader(reply.body());
    in.object(field -> {
      if (field.equals("now")) {
        now[0] = in.text();
      } else {
        in.skip();
      }
    });
    try {
      Instant theirs = java.time.OffsetDateTime.parse(now[0]).toInstant();
      Instant ours = Instant.ofEpochMilli(clock.epochMillis());
      clockDriftNanos =
          Duration.between(theirs, ours).toNanos() - roundTripNanos / 2 - smoothedNanos;
    } catch (DateTimeParseException e) {
      clockDriftNanos = 0;
    }
  }

  private synchronized void look() {
    if (asking == null) {
      return;
    }
    if (!healthy) {
      log.atWarn()
          .addKeyValue("round-tripper-name", name)
          .addKeyValue("remote-peer-id", Long.toHexString(peerId))
          .addKeyValue("rtt", Duration.ofNanos(smoothedNanos))
          .addKeyValue("error", error)
          .log("prober detected unhealthy status");
    }
    if (clockDriftNanos > MAX_CLOCK_DRIFT_NANOS) {
      log.atWarn()
          .addKeyValue("round-tripper-name", name)
          .addKeyValue("remote-peer-id", Long.toHexString(peerId))
          .addKeyValue("clock-drift", Duration.ofNanos(clockDriftNanos))
          .addKeyValue("rtt", Duration.ofNanos(smoothedNanos))
          .log("prober found high clock drift");
    }
    listener.roundTrip(peerId, smoothedNanos / 1e9);
    looking =
        timer.schedule(
            this::look, healthy ? HEALTHY_LOOK_SECONDS : FIRST_LOOK_SECONDS, TimeUnit.SECONDS);
  }

  synchronized void stop() {
    if (asking != null) {
      asking.cancel(false);
      asking = null;
    }
    if (looking != null) {
      looking.cancel(false);
    }
  }
}
