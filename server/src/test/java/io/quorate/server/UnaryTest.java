package io.quorate.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.rpc.CallHandler;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a call with one request is handled. */
class UnaryTest {
  private static final String UNARY = "/s.S/Unary";
  private static final String STREAM = "/s.S/Stream";

  private final List<String> handled = new ArrayList<>();
  private final List<String> heard = new ArrayList<>();
  private final DirectChannel channel =
      new DirectChannel(services(), InetSocketAddress.createUnresolved("here", 1));

  private ServiceTable services() {
    CallHandler echo =
        Unary.of((bytes, call) -> {
          handled.add(new String(bytes, UTF_8));
          Unary.reply(call, bytes);
        });
    var table = new ServiceTable();
    table.add(UNARY, Method.Kind.UNARY, echo);
    table.add(STREAM, Method.Kind.SERVER_STREAM, WholeRequest.of(echo));
    return table;
  }

  private final class Client implements ClientCallListener {
    @Override
    public void message(byte[] message) {
      heard.add(new String(message, UTF_8));
    }

    @Override
    public void closed(Status status, Metadata trailers) {
      heard.add(status.code() + " " + status.message());
    }
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private ClientCall start(String method) {
    return channel.start(method, CallOptions.DEFAULT, new Client());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void aUnaryRequestIsHandledWhenItIsThere() {
    start(UNARY).send(utf8("a"));
    assertThat(heard).containsExactly("a", "OK ");
  }

  /** As with grpc-go, nobody looks at it. */
  @Test
  void anotherUnaryRequestIsNotHandled() {
    ClientCall call = start(UNARY);
    call.send(utf8("a"));
    call.send(utf8("b"));
    call.halfClose();
    assertThat(handled).containsExactly("a");
    assertThat(heard).containsExactly("a", "OK ");
  }

  @Test
  void withoutARequestAUnaryCallFails() {
    start(UNARY).halfClose();
    assertThat(heard).containsExactly("INTERNAL EOF");
  }

  @Test
  void theRequestOfAStreamIsHandledWhenItIsTheOnlyOne() {
    ClientCall call = start(STREAM);
    call.send(utf8("a"));
    assertThat(handled).isEmpty();
    call.halfClose();
    assertThat(heard).containsExactly("a", "OK ");
  }

  @Test
  void twoRequestsOfAStreamAreAnError() {
    ClientCall call = start(STREAM);
    call.send(utf8("a"));
    call.send(utf8("b"));
    call.halfClose();
    assertThat(handled).isEmpty();
    assertThat(heard).containsExactly("INTERNAL grpc: received more than one request message");
  }
}
