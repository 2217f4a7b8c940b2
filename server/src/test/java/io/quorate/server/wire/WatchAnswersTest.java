package io.quorate.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.rpc.Payload;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Events as one message, whether they are copied into it or not. */
class WatchAnswersTest {
  private static final byte[] HEAD = WatchResponse.newBuilder().setWatchId(7).build().toByteArray();

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 10", "3, 100", "200, 1000", "2, 1000000"})
  void theyAreAllThere(int count, int valueBytes) throws Exception {
    WatchResponse.Builder expected = WatchResponse.newBuilder().setWatchId(7);
    List<byte[]> encoded = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Event event =
          Event.newBuilder()
              .setKv(
                  KeyValue.newBuilder()
                      .setModRevision(i + 1)
                      .setValue(ByteString.copyFrom(new byte[valueBytes])))
              .build();
      expected.addEvents(event);
      encoded.add(event.toByteArray());
    }
    Payload payload = WatchAnswers.of(HEAD, encoded);
    assertThat(payload.length()).isEqualTo(WatchAnswers.encodedBytes(HEAD, encoded));
    ByteBuffer message = ByteBuffer.allocate(payload.length());
    payload.writeTo(message);
    payload.release();
    assertThat(WatchResponse.parseFrom(message.array())).isEqualTo(expected.build());
  }

  /** Whoever deletes much at once must not end a member that has many watchers. */
  @Test
  void aBigOneTakesNoMemoryOfItsOwn() {
    List<byte[]> events = Collections.nCopies(128, new byte[1 << 20]);
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    Payload payload = WatchAnswers.of(HEAD, events);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(payload.length()).isGreaterThan(128 << 20);
    assertThat(allocated).isLessThan(4 << 20);
  }
}
