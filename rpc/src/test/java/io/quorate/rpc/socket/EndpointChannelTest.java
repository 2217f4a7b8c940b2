package io.quorate.rpc.socket;

import io.quorate.rpc.Channel;
import io.quorate.rpc.ChannelContract;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** The channel over a socket, against grpc-java. */
class EndpointChannelTest extends ChannelContract {
  private static GrpcJavaServer server;
  private final EndpointChannel channel =
      new EndpointChannel(Endpoint.tcp("127.0.0.1", server.port()), ChannelOptions.PLAIN);

  @BeforeAll
  static void serve() throws IOException {
    server = GrpcJavaServer.plain(builder -> builder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forgetOtherTests() {
    server.hanging.drainPermits();
    server.cancelled.drainPermits();
  }

  @AfterEach
  void close() {
    channel.close();
  }

  @Override
  protected Channel channel() {
    return channel;
  }

  @Override
  protected Semaphore hanging() {
    return server.hanging;
  }

  @Override
  protected Semaphore cancelled() {
    return server.cancelled;
  }
}
