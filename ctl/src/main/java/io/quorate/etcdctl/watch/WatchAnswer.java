package io.quorate.etcdctl.watch;

import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.client.wire.ProtoReader;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.message.KeyValue;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code WatchResponse}. */
final class WatchAnswer extends Answer {
  private static final int DELETE = 1;

  /**
   * @param bytes the event as it came
   * @param previous empty unless it was asked for and there was one
   */
  record Event(byte[] bytes, int kind, KeyValue keyValue, Optional<KeyValue> previous) {
    static Event read(byte[] bytes) {
      int kind = 0;
      KeyValue keyValue = KeyValue.NONE;
      Optional<KeyValue> previous = Optional.empty();
      ProtoReader in = new ProtoReader(bytes);
      while (in.next()) {
        switch (in.number()) {
          case 1 -> kind = (int) in.value();
          case 2 -> keyValue = KeyValue.read(in.message());
          case 3 -> previous = Optional.of(KeyValue.read(in.message()));
          default -> {}
        }
      }
      return new Event(bytes, kind, keyValue, previous);
    }

    String type() {
      return kind == DELETE ? "DELETE" : "PUT";
    }
  }

  private final List<Event> events = new ArrayList<>();
  private final boolean local;
  private Header header = Header.NONE;
  private boolean created;
  private boolean cancelled;
  private long compactRevision;

  private WatchAnswer(byte[] response, boolean local) {
    this.local = local;
    this.cancelled = local;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 3 -> created = in.flag();
        case 4 -> cancelled = in.flag();
        case 5 -> compactRevision = in.value();
        case 11 -> events.add(Event.read(in.bytes()));
        default -> {}
      }
    }
  }

  static WatchAnswer of(WatchResponse response) {
    return new WatchAnswer(response.toByteArray(), false);
  }

  /** What stands for the end of a watch that the server never answered, or no more. */
  static WatchAnswer ended() {
    return new WatchAnswer(new byte[0], true);
  }

  long revision() {
    return header.revision();
  }

  boolean isProgress() {
    return events.isEmpty()
        && !cancelled
        && !created
        && compactRevision == 0
        && header.revision() != 0;
  }

  void forEachEvent(Consumer<Event> action) {
    events.forEach(action);
  }

  @Override
  public void simple(SimpleText out) {
    for (Event event : events) {
      out.line(event.type());
      event.previous.ifPresent(previous -> previous.simple(out));
      event.keyValue.simple(out);
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject().beginObject("Header");
    header.flatJson(out);
    out.endObject();
    if (local) {
      out.raw("Events", "null");
    } else {
      out.beginArray("Events");
      for (Event event : events) {
        out.beginObject().number("type", event.kind).beginObject("kv");
        event.keyValue.json(out);
        out.endObject();
        if (event.previous.isPresent()) {
          out.beginObject("prev_kv");
          event.previous.get().json(out);
          out.endObject();
        }
        out.endObject();
      }
      out.endArray();
    }
    out.always().number("CompactRevision", compactRevision);
    out.always().flag("Canceled", cancelled);
    out.always().flag("Created", created).endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    for (Event event : events) {
      out.raw("Type", event.type());
      event.previous.ifPresent(previous -> previous.fields(out, "Prev"));
      event.keyValue.fields(out, "");
    }
  }

  /** Without watch id and reason, as the original has it. */
  @Override
  public byte[] protobuf() {
    ProtoWriter out =
        new ProtoWriter()
            .element(1, header.toBytes())
            .flag(3, created)
            .flag(4, cancelled)
            .number(5, compactRevision);
    for (Event event : events) {
      out.element(11, event.bytes);
    }
    return out.toBytes();
  }
}
