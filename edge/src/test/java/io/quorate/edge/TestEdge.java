package io.quorate.edge;

import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;
import org.slf4j.helpers.NOPLogger;

/** A server on a free port of the loopback. */
public final class TestEdge implements AutoCloseable {
  static {
    Leaks.watch();
  }

  final Services services = new Services();
  final EdgeServer server;
  final Listener listener;

  private TestEdge(boolean nativeTransport, EdgeListener events, UnaryOperator<Serving> serving) {
    server =
        new EdgeServer(
            new EdgeOptions(2, "edge-test-", nativeTransport, false), events, NOPLogger.NOP_LOGGER);
    listener = server.bind(ListenAddress.tcp("127.0.0.1", 0), SocketOptions.DEFAULT);
    listener.serve(serving.apply(Serving.plain().grpc(services.table())));
  }

  public static TestEdge start() {
    return start(serving -> serving);
  }

  static TestEdge start(UnaryOperator<Serving> serving) {
    return new TestEdge(true, EdgeListener.NONE, serving);
  }

  static TestEdge start(EdgeListener events, UnaryOperator<Serving> serving) {
    return new TestEdge(true, events, serving);
  }

  static TestEdge onNio(UnaryOperator<Serving> serving) {
    return new TestEdge(false, EdgeListener.NONE, serving);
  }

  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  @Override
  public void close() {
    server.close();
    services.close();
  }
}
