package io.quorate.dist;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Starts the assembled server, gives it an ordinary life of a few seconds, and stops it, while its
 * JVM records which classes it loads and which methods are hot. The class archive is made from that
 * recording, so what is not done here starts cold at the user's.
 *
 * <p>Arguments: the launcher of the server; a folder for its data and for the recording, {@code
 * etcd.aotconf}.
 */
public final class TrainingRun {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private TrainingRun() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path launcher = Path.of(args[0]).toAbsolutePath();
    Path scratch = Path.of(args[1]).toAbsolutePath();
    int clientPort = freePort();
    int peerPort = freePort();
    String client = "http://127.0.0.1:" + clientPort;
    String peer = "http://127.0.0.1:" + peerPort;
    Path log = scratch.resolve("server.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            launcher.toString(),
            "--name=training",
            "--data-dir=" + scratch.resolve("data"),
            "--listen-client-urls=" + client,
            "--advertise-client-urls=" + client,
            "--listen-peer-urls=" + peer,
            "--initial-advertise-peer-urls=" + peer,
            "--initial-cluster=training=" + peer);
    builder
        .environment()
        .put(
            "QUORATE_JVM_OPTIONS",
            "-XX:AOTMode=record -XX:AOTConfiguration=" + scratch.resolve("etcd.aotconf"));
    Process server = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      awaitReady(server, log);
      live(client);
    } finally {
      server.destroy(); // SIGTERM: the recording is written on the way out
      if (!server.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        server.destroyForcibly();
        throw new IOException("the server did not stop; see " + log);
      }
    }
  }

  /** What operators' probes and monitoring ask. */
  private static void live(String client) throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      for (String path : new String[] {"/version", "/health", "/livez", "/readyz", "/metrics"}) {
        http.send(
            HttpRequest.newBuilder(URI.create(client + path)).timeout(LIMIT).build(),
            HttpResponse.BodyHandlers.discarding());
      }
    }
  }

  private static void awaitReady(Process server, Path log)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      try (BufferedReader lines = Files.newBufferedReader(log)) {
        if (lines.lines().anyMatch(line -> line.contains("ready to serve client requests"))) {
          return;
        }
      }
      if (server.waitFor(50, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new IOException("the server did not become ready; see " + log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
