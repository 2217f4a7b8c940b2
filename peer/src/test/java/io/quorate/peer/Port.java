package io.quorate.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.ListenAddress;
import io.quorate.edge.Listener;
import io.quorate.edge.Serving;
import io.quorate.edge.SocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
import org.slf4j.helpers.NOPLogger;

/** A port with one handler behind it, and who asks there. */
public final class Port implements AutoCloseable {
  private static final int LIMIT_MILLIS = (int) TimeUnit.SECONDS.toMillis(20);

  public final EdgeServer edge =
      new EdgeServer(
          new EdgeOptions(1, "peer-port-test-", true, false),
          EdgeListener.NONE,
          NOPLogger.NOP_LOGGER);
  private final Listener listener =
      edge.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);

  public void serve(HttpHandler handler) {
    listener.serve(Serving.plain().http(handler));
  }

  /** A connection on which {@code request} was sent. */
  public Socket send(String request) throws IOException {
    var socket = new Socket("127.0.0.1", ((InetSocketAddress) listener.localAddress()).getPort());
    socket.setSoTimeout(LIMIT_MILLIS);
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    return socket;
  }

  /** All that comes back until the connection ends. */
  public String ask(String request) throws IOException {
    try (Socket socket = send(request)) {
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  @Override
  public void close() {
    edge.close();
  }
}
