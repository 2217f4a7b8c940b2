package io.quorate.rpc.socket;

import io.quorate.rpc.Peer;
import io.quorate.rpc.SocketText;
import io.quorate.rpc.tls.TlsClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connected socket, plain or TLS: bytes in, bytes out. One reader, one writer. */
final class Wire {
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final Endpoint endpoint;
  private final boolean tls;
  private final boolean timed;
  private final @Nullable SocketAddress remote;
  private final @Nullable SocketAddress local;
  private int timeoutMillis;

  private Wire(Socket socket, Endpoint endpoint, boolean tls) throws IOException {
    this.socket = socket;
    this.endpoint = endpoint;
    this.tls = tls;
    this.timed = endpoint.unixPath().isEmpty();
    // A closed socket has forgotten them.
    this.remote = socket.getRemoteSocketAddress();
    this.local = socket.getLocalSocketAddress();
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
    if (timed) {
      socket.setSoTimeout(0);
    }
  }

  /** Connects; every attempt, TLS included, is over at {@code deadlineNanos}. */
  static Wire connect(Endpoint endpoint, ChannelOptions options, long deadlineNanos)
      throws IOException {
    if (options.tls().isEmpty()) {
      return new Wire(dial(endpoint, deadlineNanos), endpoint, false);
    }
    TlsClient tls = options.tls().get();
    boolean timed = endpoint.unixPath().isEmpty();
    while (true) {
      Socket raw = dial(endpoint, deadlineNanos);
      boolean done = false;
      try {
        if (timed) {
          raw.setSoTimeout(millisLeft(deadlineNanos));
        }
        Socket secure = tls.handshake(raw, endpoint.serverName(), endpoint.port());
        done = true;
        return new Wire(secure, endpoint, true);
      } catch (TlsClient.OtherGroupsNeeded _) {
        // once more, on a fresh socket
      } finally {
        if (!done) {
          raw.close();
        }
      }
    }
  }

  private static Socket dial(Endpoint endpoint, long deadlineNanos) throws IOException {
    if (!endpoint.fault().isEmpty()) {
      throw new IOException(endpoint.fault());
    }
    if (endpoint.unixPath().isPresent()) {
      return new UnixSocket(endpoint.unixPath().get());
    }
    return dial(InetAddress.getAllByName(endpoint.host()), endpoint.port(), deadlineNanos);
  }

  /** The first that answers. Each may take its part of the time that is left. */
  static Socket dial(InetAddress[] addresses, int port, long deadlineNanos) throws IOException {
    for (int i = 0; ; i++) {
      int remaining = addresses.length - i;
      Socket socket = new Socket();
      try {
        socket.setTcpNoDelay(true);
        int millis = Math.max(1, millisLeft(deadlineNanos) / remaining);
        socket.connect(new InetSocketAddress(addresses[i], port), millis);
        return socket;
      } catch (IOException e) {
        socket.close();
        if (remaining == 1) {
          throw e;
        }
      }
    }
  }

  private static int millisLeft(long deadlineNanos) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("connect");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  /** Why a connection could not be made, as the Go client words it. */
  static String dialError(Endpoint endpoint, IOException e) {
    if (e instanceof javax.net.ssl.SSLException) {
      return "connection error: desc = \"transport: authentication handshake failed: "
          + reason(e)
          + "\"";
    }
    String dial = "connection error: desc = \"transport: Error while dialing: dial ";
    if (endpoint.unixPath().isPresent()) {
      return dial + "unix " + endpoint.unixPath().get() + ": " + reason(e) + "\"";
    }
    if (!endpoint.fault().isEmpty()) {
      return dial + "tcp: " + endpoint.fault() + "\"";
    }
    if (e instanceof UnknownHostException) {
      return dial + "tcp: lookup " + endpoint.host() + ": no such host\"";
    }
    return dial + "tcp " + endpoint.authority() + ": " + reason(e) + "\"";
  }

  /** Why nothing can be read any more, as the Go client words it. */
  static String readError(IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.equals("Connection reset") ? "connection reset by peer" : message;
  }

  private static String reason(IOException e) {
    if (e instanceof SocketTimeoutException) {
      return "i/o timeout";
    }
    String message = String.valueOf(e.getMessage());
    if (e instanceof ConnectException && message.startsWith("Connection refused")) {
      return "connect: connection refused";
    }
    return message;
  }

  /** The two ends; after it was closed too. */
  Peer peer() {
    if (endpoint.unixPath().isPresent()) {
      return new Peer(endpoint.unixPath().get().toString(), "", tls);
    }
    return new Peer(text(remote), text(local), tls);
  }

  private static String text(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress inet ? SocketText.of(inet) : "";
  }

  /** Whether a read can be limited in time. */
  boolean isTimed() {
    return timed;
  }

  /**
   * Reads what is there, at least one byte.
   *
   * @param millis 0 to wait for ever
   * @return -1 at the end
   */
  int read(byte[] into, int offset, int millis) throws IOException {
    if (timed && millis != timeoutMillis) {
      socket.setSoTimeout(millis);
      timeoutMillis = millis;
    }
    return in.read(into, offset, into.length - offset);
  }

  void write(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
  }

  void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // it is gone either way
    }
  }
}
