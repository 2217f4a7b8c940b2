package io.quorate.edge;

import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the tests serve: one method for everything that a client can see. */
final class Services implements AutoCloseable {
  final Queue<Status> cancelled = new ConcurrentLinkedQueue<>();
  final AtomicInteger released = new AtomicInteger();
  final AtomicLong pulledBytes = new AtomicLong();
  final AtomicLong produced = new AtomicLong();
  final AtomicInteger takenSlowly = new AtomicInteger();
  final CountDownLatch hanging = new CountDownLatch(1);
  private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();

  @Override
  public void close() {
    elsewhere.shutdown();
  }

  ServiceTable table() {
    Executor inPlace = Runnable::run;
    return new ServiceTable()
        .add("/test.Echo/Unary", Method.Kind.UNARY, call -> echo(call, inPlace))
        .add("/test.Echo/UnaryElsewhere", Method.Kind.UNARY, call -> echo(call, elsewhere))
        .add("/test.Echo/UnaryLater", Method.Kind.UNARY, call -> echo(call, call::execute))
        .add("/test.Echo/Fail", Method.Kind.UNARY, Services::fail)
        .add("/test.Echo/FailLate", Method.Kind.SERVER_STREAM, Services::failLate)
        .add(
            "/test.Echo/Throw",
            Method.Kind.UNARY,
            call ->
                message -> {
                  throw new IllegalStateException("thrown");
                })
        .add("/test.Echo/ReadDeadMapping", Method.Kind.UNARY, call -> message -> readDeadMapping())
        .add(
            "/test.Echo/ReadDeadMappingLater",
            Method.Kind.UNARY,
            call -> message -> call.execute(Services::readDeadMapping))
        .add(
            "/test.Echo/ReplyFromDeadMapping",
            Method.Kind.UNARY,
            call -> message -> call.reply(new DeadMapping()))
        .add("/test.Echo/Metadata", Method.Kind.UNARY, Services::metadata)
        .add("/test.Echo/Join", Method.Kind.CLIENT_STREAM, Services::join)
        .add("/test.Echo/Repeat", Method.Kind.SERVER_STREAM, call -> new Repeat(call))
        .add("/test.Echo/Falling", Method.Kind.SERVER_STREAM, Services::falling)
        .add("/test.Echo/Chat", Method.Kind.BIDI_STREAM, call -> chat(call))
        .add("/test.Echo/Hang", Method.Kind.BIDI_STREAM, call -> hang(call))
        .add("/test.Echo/Unread", Method.Kind.BIDI_STREAM, call -> unread(call))
        .add("/test.Echo/Big", Method.Kind.UNARY, call -> big(call))
        .add("/test.Echo/Deadline", Method.Kind.UNARY, call -> deadline(call));
  }

  /** As the JVM does where a page of a mapped file cannot be had. */
  private static void readDeadMapping() {
    throw new InternalError("a fault occurred in an unsafe memory access operation");
  }

  private static final class DeadMapping implements Payload {
    @Override
    public int length() {
      return 100_000;
    }

    @Override
    public void writeTo(ByteBuffer into) {
      readDeadMapping();
    }

    @Override
    public void release() {}
  }

  private CallListener echo(ServerCall call, Executor executor) {
    return new CallListener() {
      @Override
      public void message(byte[] message) {
        executor.execute(() -> call.reply(Payload.of(message)));
      }

      @Override
      public void cancelled(Status why) {
        cancelled.add(why);
      }
    };
  }

  /** The request is "code message". */
  private static CallListener fail(ServerCall call) {
    return message -> {
      String text = new String(message, StandardCharsets.UTF_8);
      int space = text.indexOf(' ');
      call.finish(
          new Status(
              Code.of(Integer.parseInt(text.substring(0, space))), text.substring(space + 1)),
          new Metadata().add("why", "asked").addBinary("raw-bin", new byte[] {0, 1, (byte) 0xff}));
    };
  }

  private static CallListener failLate(ServerCall call) {
    return message -> {
      call.send(Payload.of(message));
      call.finish(new Status(Code.DATA_LOSS, "after one"));
    };
  }

  private static CallListener metadata(ServerCall call) {
    return message -> {
      var text = new StringBuilder();
      Metadata sent = call.metadata();
      for (int i = 0; i < sent.size(); i++) {
        text.append(sent.name(i)).append('=').append(sent.value(i)).append('\n');
      }
      call.reply(Payload.of(text.toString().getBytes(StandardCharsets.UTF_8)));
    };
  }

  private static CallListener join(ServerCall call) {
    return new CallListener() {
      private int count;
      private long bytes;

      @Override
      public void message(byte[] message) {
        count++;
        bytes += message.length;
        call.request(1);
      }

      @Override
      public void halfClosed() {
        call.reply(Payload.of((count + " " + bytes).getBytes(StandardCharsets.UTF_8)));
      }
    };
  }

  /** The request is "count size"; sends that many, whenever there is room. */
  private final class Repeat implements CallListener {
    private final ServerCall call;
    private int left;
    private int size;

    Repeat(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] message) {
      String[] words = new String(message, StandardCharsets.UTF_8).split(" ");
      left = Integer.parseInt(words[0]);
      size = Integer.parseInt(words[1]);
      writable();
    }

    @Override
    public void writable() {
      while (left > 0 && call.isWritable() && !call.isEnded()) {
        left--;
        produced.incrementAndGet();
        call.send(Payload.of(new byte[size]));
      }
      if (left == 0 && !call.isEnded()) {
        call.finish(Status.OK);
      }
    }

    @Override
    public void cancelled(Status why) {
      cancelled.add(why);
    }
  }

  /** The request is a size; each message is half as long as the one before. */
  private static CallListener falling(ServerCall call) {
    return message -> {
      int first = Integer.parseInt(new String(message, StandardCharsets.UTF_8));
      for (int size = first; size > 0; size /= 2) {
        call.send(Payload.of(new byte[size]));
      }
      call.finish(Status.OK);
    };
  }

  private CallListener chat(ServerCall call) {
    return new CallListener() {
      @Override
      public void message(byte[] message) {
        call.send(Payload.of(message));
        call.request(1);
      }

      @Override
      public void halfClosed() {
        call.finish(Status.OK);
      }

      @Override
      public void cancelled(Status why) {
        cancelled.add(why);
      }
    };
  }

  private CallListener hang(ServerCall call) {
    return new CallListener() {
      @Override
      public void message(byte[] message) {
        call.send(Payload.of(message));
        hanging.countDown();
      }

      @Override
      public void cancelled(Status why) {
        cancelled.add(why);
      }
    };
  }

  /** Takes one message and no more. */
  private CallListener unread(ServerCall call) {
    return new CallListener() {
      @Override
      public void message(byte[] message) {
        takenSlowly.incrementAndGet();
      }

      @Override
      public void cancelled(Status why) {
        cancelled.add(why);
      }
    };
  }

  /** The request is a length; the answer is that long but stands nowhere in memory. */
  private CallListener big(ServerCall call) {
    return message -> {
      int length = Integer.parseInt(new String(message, StandardCharsets.UTF_8));
      call.reply(
          new Payload() {
            @Override
            public int length() {
              return length;
            }

            @Override
            public void writeTo(ByteBuffer into) {
              pulledBytes.addAndGet(into.remaining());
              into.put(new byte[into.remaining()]);
            }

            @Override
            public void release() {
              released.incrementAndGet();
            }
          });
    };
  }

  private CallListener deadline(ServerCall call) {
    return message -> {
      long left = call.deadlineNanos().orElseThrow() - System.nanoTime();
      call.reply(Payload.of(Long.toString(left).getBytes(StandardCharsets.UTF_8)));
    };
  }
}
