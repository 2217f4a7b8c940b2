package io.quorate.server;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.watch.WatchEvent;
import io.quorate.node.Member;
import io.quorate.node.watch.WatchCreate;
import io.quorate.node.watch.WatchOutput;
import io.quorate.node.watch.WatchStream;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.server.auth.Callers;
import io.quorate.server.wire.WatchAnswers;
import io.quorate.server.wire.Wire;
import io.quorate.statemachine.auth.Access;
import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.ProtoReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * etcdserverpb.Watch: a {@link WatchStream} for each call, and its outputs as messages (spec/api.md
 * 8). Events go out as they were encoded once for all watchers.
 */
final class WatchService {
  private static final byte[] NO_BYTES = {};

  private final Member member;
  private final Headers headers;
  private final Callers callers;
  private final int fragmentBytes;
  private final Runnable beforeSend;

  /**
   * @param fragmentBytes from which size on a response is split for a watcher that allows it
   * @param beforeSend failpoint beforeSendWatchResponse
   */
  WatchService(
      Member member, Headers headers, Callers callers, int fragmentBytes, Runnable beforeSend) {
    this.member = member;
    this.headers = headers;
    this.callers = callers;
    this.fragmentBytes = fragmentBytes;
    this.beforeSend = beforeSend;
  }

  void addTo(ServiceTable table) {
    table.add("/etcdserverpb.Watch/Watch", Method.Kind.BIDI_STREAM, Session::new);
  }

  /** One stream. All on the call's event loop, but for the hub's wake-up. */
  private final class Session implements CallListener {
    private final ServerCall call;
    private final WatchStream stream;
    private boolean closed;
    // The next message is not asked for: too many answers wait.
    private boolean held;

    private Session(ServerCall call) {
      this.call = call;
      stream =
          new WatchStream(
              member.watches().hub(),
              fragmentBytes,
              WatchService.this::encodedBytes,
              () -> call.execute(this::drain));
      member.watches().add(stream, member.clock().nanos());
    }

    // The next message is taken when this one is done with: they are answered in order.
    @Override
    public void message(byte[] message) {
      try {
        handle(new ProtoReader("WatchRequest", message));
      } catch (DecodeException e) {
        close();
        call.finish(Errors.unmarshallingMessage(String.valueOf(e.getMessage())));
      }
    }

    /** Of several members of the union the last one counts; an unknown one says nothing. */
    private void handle(ProtoReader in) {
      Runnable asked = this::next;
      for (int field; (field = in.next()) != 0; ) {
        switch (field) {
          case 1 -> {
            WatchCreate create = create(in.message("CreateRequest", "WatchCreateRequest"));
            asked = () -> watch(create);
          }
          case 2 -> {
            long id = watchId(in.message("CancelRequest", "WatchCancelRequest"));
            asked =
                () -> {
                  stream.cancel(id);
                  next();
                };
          }
          case 3 -> {
            skipAll(in.message("ProgressRequest", "WatchProgressRequest"));
            asked =
                () -> {
                  stream.requestProgress();
                  next();
                };
          }
          default -> in.skip();
        }
      }
      asked.run();
    }

    /** Rights are looked at once, here; a watcher that lives keeps what it has. */
    private void watch(WatchCreate create) {
      if (create.startRevision() < 0) {
        stream.create(create, headers.revision()); // refused whoever asks
        next();
        return;
      }
      callers.identify(
          call,
          caller -> {
            KeyRange range = create.range();
            Optional<AuthError> error =
                callers.rights().check(caller, Access.READ, range.key(), range.end());
            if (error.isPresent()) {
              refuse(Errors.status(error.get()));
            } else {
              stream.create(create, headers.revision());
              next();
            }
          },
          this::refuse);
    }

    private void refuse(Status why) {
      stream.refuse(Errors.inGo(why), headers.revision());
      next();
    }

    /** The next message; later, where many answers wait for a client that does not read. */
    private void next() {
      held = !stream.takesRequests();
      if (!held) {
        call.request(1);
      }
    }

    @Override
    public void cancelled(Status why) {
      close();
    }

    @Override
    public void writable() {
      drain();
    }

    /** Says what waits, as far as the connection takes it. */
    private void drain() {
      while (!closed && call.isWritable()) {
        WatchOutput output = stream.take();
        if (output == null) {
          break;
        }
        beforeSend.run();
        call.send(payload(output));
      }
      if (held && !closed) {
        next();
      }
    }

    private void close() {
      if (!closed) {
        closed = true;
        member.watches().remove(stream);
        stream.close();
      }
    }
  }

  private static void skipAll(ProtoReader in) {
    while (in.next() != 0) {
      in.skip();
    }
  }

  private static long watchId(ProtoReader in) {
    long id = 0;
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        id = in.number("WatchId");
      } else {
        in.skip();
      }
    }
    return id;
  }

  private static WatchCreate create(ProtoReader in) {
    byte[] key = NO_BYTES;
    byte[] rangeEnd = NO_BYTES;
    long startRevision = 0;
    boolean progressNotify = false;
    boolean noPut = false;
    boolean noDelete = false;
    boolean previous = false;
    long watchId = 0;
    boolean fragment = false;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> key = in.bytes("Key");
        case 2 -> rangeEnd = in.bytes("RangeEnd");
        case 3 -> startRevision = in.number("StartRevision");
        case 4 -> progressNotify = in.bool("ProgressNotify");
        case 5 -> {
          for (long filter : in.numbers("Filters")) {
            noPut |= filter == 0;
            noDelete |= filter == 1;
          }
        }
        case 6 -> previous = in.bool("PrevKv");
        case 7 -> watchId = in.number("WatchId");
        case 8 -> fragment = in.bool("Fragment");
        default -> in.skip();
      }
    }
    // An empty key stands for the first one there can be.
    byte[] first = key.length == 0 ? new byte[1] : key;
    return new WatchCreate(
        watchId,
        new KeyRange(first, rangeEnd),
        startRevision,
        progressNotify,
        noPut,
        noDelete,
        previous,
        fragment);
  }

  private Payload payload(WatchOutput output) {
    return switch (output) {
      case WatchOutput.Created created ->
          whole(start(created.revision(), created.id()).flag(3, true));
      case WatchOutput.Refused refused ->
          whole(
              start(refused.revision(), refused.id())
                  .flag(3, true)
                  .flag(4, true)
                  .text(6, refused.reason()));
      case WatchOutput.Progress progress -> whole(start(progress.revision(), progress.id()));
      case WatchOutput.Cancelled cancelled ->
          whole(start(cancelled.revision(), cancelled.id()).flag(4, true));
      case WatchOutput.Compacted compacted ->
          whole(start(0, compacted.id()).flag(4, true).number(5, compacted.compactRevision()));
      case WatchOutput.Events events -> WatchAnswers.of(head(events), encoded(events));
    };
  }

  private static Payload whole(Wire message) {
    return Payload.of(message.toByteArray());
  }

  private int encodedBytes(WatchOutput.Events events) {
    long bytes = WatchAnswers.encodedBytes(head(events), encoded(events));
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private byte[] head(WatchOutput.Events events) {
    return start(events.revision(), events.id()).flag(7, events.fragment()).toByteArray();
  }

  private static List<byte[]> encoded(WatchOutput.Events events) {
    List<byte[]> encoded = new ArrayList<>(events.events().size());
    for (WatchEvent event : events.events()) {
      encoded.add(event.encoded(events.withPrevious()));
    }
    return encoded;
  }

  private Wire start(long revision, long watchId) {
    return new Wire(64).message(1, headers.at(revision)).number(2, watchId);
  }
}
