package io.quorate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * From which address a member dials its peers: by feature gate SetMemberLocalAddr from the first
 * advertised one that reaches beyond this machine, as the original does (spec/peer.md 1.2).
 */
class LocalAddressTest {
  private static final String GATE = "--feature-gates=SetMemberLocalAddr=true";
  private static final Set<String> LINES =
      Set.of(
          "searching for a suitable member local address in AdvertisePeerURLs",
          "setting member local address",
          "unable to set a member local address due to lack of suitable local addresses");
  private static final Set<String> QUESTIONS =
      Set.of("/members", "/raft", "/raft/probing", "/raft/stream/msgapp", "/raft/stream/message");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void everyPeerIsDialedFromTheAdvertisedAddress() throws IOException {
    Optional<String> outside = outside();
    assumeTrue(outside.isPresent(), "no address here reaches beyond this machine");
    String own = outside.get();
    Map<String, String> original = answers(Kind.ORIGINAL, own);
    Differences.none(original, answers(Kind.OURS, own));
    for (String question : QUESTIONS) {
      assertThat(original).containsEntry("gate: " + question, "[" + own + "]");
      assertThat(original).containsEntry("no gate: " + question, "[127.0.0.1]");
      assertThat(original).containsEntry("gate, loopback: " + question, "[127.0.0.1]");
    }
    assertThat(original.get("gate: lines")).contains("setting member local address");
  }

  private Map<String, String> answers(Kind kind, String own) throws IOException {
    Path home = scratch.resolve(kind.name());
    try (Peer with = new Peer(kind, home.resolve("with"), own, GATE);
        Peer without = new Peer(kind, home.resolve("without"), own);
        Peer loopback = new Peer(kind, home.resolve("loopback"), "127.0.0.2", GATE)) {
      var answers = new TreeMap<String, String>();
      answers.putAll(with.answers("gate: "));
      answers.putAll(without.answers("no gate: "));
      answers.putAll(loopback.answers("gate, loopback: "));
      return answers;
    }
  }

  private static Optional<String> outside() throws SocketException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(Inet4Address.class::isInstance)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .map(InetAddress::getHostAddress)
        .sorted()
        .findFirst();
  }

  /** The only other member: it sees who dials it, and knows nothing. */
  private static final class Peer implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    private final Map<String, Set<String>> dialed = new ConcurrentHashMap<>();
    private final Member member;

    Peer(Kind kind, Path home, String advertised, String... flags) throws IOException {
      member = Member.in(home);
      String url = "http://" + advertised + ":" + member.peerPort();
      member
          .flags("--listen-peer-urls=" + url, "--initial-advertise-peer-urls=" + url)
          .flags("--initial-cluster=m1=" + url + ",x=http://127.0.0.1:" + door.getLocalPort())
          .flags(flags);
      Thread.ofVirtual().start(this::accept);
      member.launch(kind.etcd(), List.of());
    }

    private void accept() {
      while (!door.isClosed()) {
        try (Socket socket = door.accept()) {
          var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
          String line = in.readLine();
          if (line != null) {
            String path = line.split(" ")[1].replaceAll("/[0-9a-f]{8,16}$", "");
            dialed
                .computeIfAbsent(path, _ -> ConcurrentHashMap.newKeySet())
                .add(socket.getInetAddress().getHostAddress());
          }
          socket
              .getOutputStream()
              .write(
                  "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                      .getBytes(ISO_8859_1));
        } catch (IOException closedOrGone) {
          // The next one then.
        }
      }
    }

    Map<String, String> answers(String prefix) {
      member.await(() -> dialed.keySet().containsAll(QUESTIONS));
      var answers = new TreeMap<String, String>();
      for (String question : QUESTIONS) {
        answers.put(prefix + question, new TreeSet<>(dialed.get(question)).toString());
      }
      answers.put(
          prefix + "lines",
          LogLines.of(member.log(), LINES).stream()
              .map(line -> line.replace(Integer.toString(member.peerPort()), "PORT"))
              .collect(Collectors.joining("\n")));
      return answers;
    }

    @Override
    public void close() {
      member.close();
      try {
        door.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
