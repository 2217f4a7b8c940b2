package io.quorate.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetSocketAddress;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;

/** The channel without a wire keeps the same promises. */
class DirectChannelTest extends ChannelContract {
  private final Semaphore hanging = new Semaphore(0);
  private final Semaphore cancelled = new Semaphore(0);
  private final DirectChannel channel =
      new DirectChannel(services(), InetSocketAddress.createUnresolved("here", 1));

  @Override
  protected Channel channel() {
    return channel;
  }

  @Override
  protected Semaphore hanging() {
    return hanging;
  }

  @Override
  protected Semaphore cancelled() {
    return cancelled;
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private ServiceTable services() {
    return new ServiceTable()
        .add("/test.T/Echo", Method.Kind.UNARY, call -> message -> call.reply(Payload.of(message)))
        .add("/test.T/Fail", Method.Kind.UNARY, call -> message -> fail(call, message))
        .add("/test.T/Hang", Method.Kind.UNARY, call -> new Hang())
        .add("/test.T/Count", Method.Kind.CLIENT_STREAM, Count::new)
        .add("/test.T/Many", Method.Kind.SERVER_STREAM, Many::new)
        .add("/test.T/Chat", Method.Kind.BIDI_STREAM, Chat::new)
        .add(
            "/test.T/Meta",
            Method.Kind.UNARY,
            call ->
                message -> {
                  call.send(Payload.of(message));
                  call.finish(Status.OK, call.metadata());
                });
  }

  private static void fail(ServerCall call, byte[] message) {
    String text = new String(message, UTF_8);
    int space = text.indexOf(' ');
    call.finish(
        new Status(Code.of(Integer.parseInt(text.substring(0, space))), text.substring(space + 1)));
  }

  private final class Hang implements CallListener {
    @Override
    public void message(byte[] message) {
      hanging.release();
    }

    @Override
    public void cancelled(Status why) {
      cancelled.release();
    }
  }

  private static final class Count implements CallListener {
    private final ServerCall call;
    private int count;
    private long bytes;

    Count(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] message) {
      count++;
      bytes += message.length;
      call.request(1);
    }

    @Override
    public void halfClosed() {
      call.reply(Payload.of((count + " " + bytes).getBytes(UTF_8)));
    }
  }

  private static final class Many implements CallListener {
    private final ServerCall call;
    private int next;
    private int count;
    private int size;

    Many(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] message) {
      String[] words = new String(message, UTF_8).split(" ");
      count = Integer.parseInt(words[0]);
      size = Integer.parseInt(words[1]);
      writable();
    }

    @Override
    public void writable() {
      while (next < count && call.isWritable()) {
        call.send(Payload.of(bytes(size, next++)));
      }
      if (next == count) {
        call.finish(Status.OK);
      }
    }
  }

  private static final class Chat implements CallListener {
    private final ServerCall call;

    Chat(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] message) {
      call.send(Payload.of(message));
      call.request(1);
    }

    @Override
    public void halfClosed() {
      call.finish(Status.OK);
    }
  }
}
