package io.quorate.client.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A place in a queue outlasts the loss of whatever carries its watch. */
@Timeout(120)
class KeyWatchTest {
  private static final Status LOST = new Status(Code.UNAVAILABLE, "transport is closing");
  private static final Status REFUSED = new Status(Code.PERMISSION_DENIED, "not you");

  /** Each call that is started meets the next of these. */
  private static Channel meeting(List<Consumer<ClientCallListener>> fates) {
    Queue<Consumer<ClientCallListener>> left = new ArrayDeque<>(fates);
    return new Channel() {
      @Override
      public byte[] unary(String method, byte[] request, CallOptions options) {
        throw new AssertionError(method);
      }

      @Override
      public ClientCall start(String method, CallOptions options, ClientCallListener listener) {
        left.remove().accept(listener);
        return new Deaf();
      }

      @Override
      public void close() {}
    };
  }

  private static final class Deaf implements ClientCall {
    @Override
    public void send(byte[] message) {}

    @Override
    public void halfClose() {}

    @Override
    public void request(int count) {}

    @Override
    public void cancel() {}

    @Override
    public boolean isWritable() {
      return true;
    }
  }

  private static void losesItsConnection(ClientCallListener listener) {
    listener.closed(LOST, new Metadata());
  }

  /** With credentials a stream begins with a call that asks for a token. */
  private static void findsNobodyToAuthenticateAt(ClientCallListener listener) {
    throw new StatusException(LOST);
  }

  private static void isRefused(ClientCallListener listener) {
    throw new StatusException(REFUSED);
  }

  private static void hearsAnEvent(ClientCallListener listener) {
    listener.message(
        WatchResponse.newBuilder().addEvents(Event.getDefaultInstance()).build().toByteArray());
  }

  @Test
  void opensAgainAsOftenAsTheConnectionIsLost() {
    Channel channel =
        meeting(
            List.of(
                KeyWatchTest::findsNobodyToAuthenticateAt,
                KeyWatchTest::losesItsConnection,
                KeyWatchTest::findsNobodyToAuthenticateAt,
                KeyWatchTest::findsNobodyToAuthenticateAt,
                KeyWatchTest::hearsAnEvent));
    try (KeyWatch watch = KeyWatch.ofKey(channel, ByteString.copyFromUtf8("a"), 1)) {
      assertThat(watch.next().getEventsCount()).isEqualTo(1);
    }
  }

  @Test
  void endsWithAnyOtherError() {
    Channel channel = meeting(List.of(KeyWatchTest::losesItsConnection, KeyWatchTest::isRefused));
    try (KeyWatch watch = KeyWatch.ofKey(channel, ByteString.copyFromUtf8("a"), 1)) {
      assertThatThrownBy(watch::next)
          .isInstanceOfSatisfying(
              StatusException.class, e -> assertThat(e.status()).isEqualTo(REFUSED));
    }
  }
}
