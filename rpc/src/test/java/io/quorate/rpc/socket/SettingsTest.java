package io.quorate.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.DeadlineTimer;
import io.quorate.rpc.Heard;
import io.quorate.rpc.Status;
import io.quorate.rpc.http2.Frames;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server says of windows holds for it from our acknowledgement on, not before. */
@Timeout(60)
class SettingsTest {
  private static final int DATA = 0;
  private static final int SETTINGS = 4;
  private static final int ACK = 1;
  private static final int MESSAGE_BYTES = 100_000;

  @Test
  void aWiderWindowIsNotUsedBeforeItIsAcknowledged() throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Endpoint endpoint = Endpoint.tcp("127.0.0.1", listener.getLocalPort());
      Wire wire = Wire.connect(endpoint, ChannelOptions.PLAIN, System.nanoTime() + 40_000_000_000L);
      try (Socket server = listener.accept()) {
        var connection =
            new Connection(
                wire, endpoint, ChannelOptions.PLAIN, new NoOwner(), new DeadlineTimer("settings"));
        var stream = new Stream("/test.T/Echo", CallOptions.DEFAULT, new Heard(), null);
        stream.send(new byte[MESSAGE_BYTES]);
        connection.settingsEnd(); // the server's first, which say nothing
        connection.windowUpdate(0, 1 << 20);
        connection.open(stream, true);
        connection.setting(Frames.SETTING_INITIAL_WINDOW_SIZE, 1 << 20);
        connection.wantSend(stream); // somebody writes while the frame is being read
        connection.settingsEnd();
        connection.wantSend(stream);
        connection.close(Status.CANCELLED);
        assertThat(dataAroundAcknowledgements(server))
            .containsExactly(0, Frames.DEFAULT_WINDOW, MESSAGE_BYTES + 5 - Frames.DEFAULT_WINDOW);
      }
    }
  }

  /** How many bytes of DATA came before the first acknowledgement, and after each. */
  private static List<Integer> dataAroundAcknowledgements(Socket server) throws IOException {
    var in = new DataInputStream(server.getInputStream());
    in.skipNBytes(24);
    List<Integer> sums = new ArrayList<>(List.of(0));
    for (int high; (high = in.read()) >= 0; ) {
      int length = high << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      in.skipNBytes(4L + length);
      if (type == DATA) {
        sums.addLast(sums.removeLast() + length);
      } else if (type == SETTINGS && flags == ACK) {
        sums.addLast(0);
      }
    }
    return sums;
  }

  private static final class NoOwner implements Connection.Owner {
    @Override
    public void draining(Connection connection, boolean tooManyPings) {}

    @Override
    public void closed(Connection connection, boolean wasReady, Status why) {}

    @Override
    public void ready(Connection connection) {}

    @Override
    public void again(Stream stream, boolean wasReady, Status why) {}
  }
}
