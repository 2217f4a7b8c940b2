package io.quorate.dist;

import io.quorate.rpc.Channel;
import io.quorate.rpc.socket.ChannelOptions;
import io.quorate.rpc.socket.Endpoint;
import io.quorate.rpc.socket.EndpointChannel;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts the assembled server, gives it an ordinary life of a few seconds, some of it through the
 * assembled etcdctl, and stops it, while their JVMs record which classes they load and which
 * methods are hot. The class archives are made from the recordings, so what is not done here starts
 * cold at the user's.
 *
 * <p>Arguments: the folder of the launchers; a folder for data and for the recordings, {@code
 * etcd.aotconf} and {@code etcdctl.aotconf}.
 */
public final class TrainingRun {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private TrainingRun() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path launchers = Path.of(args[0]).toAbsolutePath();
    Path scratch = Path.of(args[1]).toAbsolutePath();
    int clientPort = freePort();
    String peer = "http://127.0.0.1:" + freePort();
    Path log = scratch.resolve("server.log");
    ProcessBuilder builder =
        member(launchers, scratch.resolve("data"), "training", clientPort, peer);
    builder.command().add("--initial-cluster=training=" + peer);
    builder
        .environment()
        .put(
            "QUORATE_JVM_OPTIONS",
            "-XX:AOTMode=record -XX:AOTConfiguration=" + scratch.resolve("etcd.aotconf"));
    Process server = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      awaitReady(server, log);
      live(clientPort);
      EtcdctlSession.record(launchers.resolve("etcdctl"), "127.0.0.1:" + clientPort, scratch);
      liveWithAnother(launchers, scratch, clientPort, peer, () -> endRecording(server));
      server.destroy();
      if (!server.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the server did not stop; see " + log);
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private static ProcessBuilder member(
      Path launchers, Path data, String name, int clientPort, String peer) {
    String client = "http://127.0.0.1:" + clientPort;
    List<String> command =
        new ArrayList<>(
            List.of(
                launchers.resolve("etcd").toString(),
                "--name=" + name,
                "--data-dir=" + data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer));
    return new ProcessBuilder(command);
  }

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** A second member joins, so that a start among others is not cold; it is not recorded. */
  private static void liveWithAnother(
      Path launchers, Path scratch, int clientPort, String peer, Step last)
      throws IOException, InterruptedException {
    String otherPeer = "http://127.0.0.1:" + freePort();
    Process added =
        new ProcessBuilder(
                launchers.resolve("etcdctl").toString(),
                "--endpoints=127.0.0.1:" + clientPort,
                "member",
                "add",
                "other",
                "--peer-urls=" + otherPeer)
            .redirectErrorStream(true)
            .redirectOutput(scratch.resolve("member-add.log").toFile())
            .start();
    if (!added.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || added.exitValue() != 0) {
      added.destroyForcibly();
      throw new IOException("no second member; see " + scratch.resolve("member-add.log"));
    }
    Path log = scratch.resolve("other.log");
    ProcessBuilder builder =
        member(launchers, scratch.resolve("other"), "other", freePort(), otherPeer);
    builder.command().add("--initial-cluster=training=" + peer + ",other=" + otherPeer);
    builder.command().add("--initial-cluster-state=existing");
    Process other = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      awaitReady(other, log);
      try (Channel channel = channel(clientPort)) {
        ClientsDay.putAndRead(channel);
      }
      last.run();
    } finally {
      other.destroyForcibly();
    }
  }

  /**
   * Before the end of the process: a server that is sent SIGTERM dies of that signal when all is
   * closed, as etcd does, and would leave no recording.
   */
  private static void endRecording(Process server) throws IOException, InterruptedException {
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process end =
        new ProcessBuilder(jcmd.toString(), Long.toString(server.pid()), "AOT.end_recording")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!end.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || end.exitValue() != 0) {
      end.destroyForcibly();
      throw new IOException("the recording could not be ended: jcmd AOT.end_recording");
    }
  }

  private static void live(int port) throws IOException, InterruptedException {
    for (int i = 0; i < 3; i++) {
      probes("http://127.0.0.1:" + port);
    }
    try (Channel channel = channel(port)) {
      ClientsDay.live(channel);
    }
  }

  private static Channel channel(int port) {
    return new EndpointChannel(Endpoint.tcp("127.0.0.1", port), ChannelOptions.PLAIN);
  }

  /** What operators' probes and monitoring ask. */
  private static void probes(String client) throws IOException, InterruptedException {
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
