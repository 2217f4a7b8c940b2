package io.quorate.server.wire;

import io.quorate.rpc.Payload;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Events as WatchResponse (spec/api.md 8): they go out as they were encoded for all watchers. */
public final class WatchAnswers {
  private static final int EVENTS = 11;

  /** What is longer is not copied for each watcher. */
  private static final int COPIED_BYTES = 16 * 1024;

  private WatchAnswers() {}

  /** Bytes of a response that begins with {@code head}; it may be too long for one message. */
  public static long encodedBytes(byte[] head, List<byte[]> events) {
    long total = head.length;
    for (byte[] event : events) {
      total += Wire.framedBytes(EVENTS, event.length);
    }
    return total;
  }

  /**
   * @param head what stands before the events, encoded
   * @param events encoded; not to be changed
   */
  public static Payload of(byte[] head, List<byte[]> events) {
    int length = Math.toIntExact(encodedBytes(head, events));
    if (length > COPIED_BYTES) {
      List<MemorySegment> shared = new ArrayList<>(events.size());
      events.forEach(event -> shared.add(MemorySegment.ofArray(event)));
      return RepeatedPayload.of(head, EVENTS, shared, new byte[0], length, () -> {});
    }
    Wire out = new Wire(length).fields(head);
    events.forEach(event -> out.message(EVENTS, event));
    return Payload.of(out.toByteArray());
  }
}
