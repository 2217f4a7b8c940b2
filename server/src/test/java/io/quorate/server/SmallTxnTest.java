package io.quorate.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Txn;
import org.junit.jupiter.api.Test;

/** Which transactions that only read may do so on an event loop. */
class SmallTxnTest {
  private static final byte[] KEY = "a".getBytes(UTF_8);
  private static final byte[] END = "b".getBytes(UTF_8);
  private static final ProtoWriter GET = range(new ProtoWriter().bytes(1, KEY));
  private static final ProtoWriter ALL_OF_A = range(new ProtoWriter().bytes(1, KEY).bytes(2, END));

  private static ProtoWriter range(ProtoWriter fields) {
    return new ProtoWriter().message(1, fields);
  }

  private static boolean isSmall(ProtoWriter txn) {
    return KvService.isSmall(Txn.decode(txn.toByteArray()));
  }

  @Test
  void aFewSingleKeysAreSmall() {
    assertThat(isSmall(new ProtoWriter())).isTrue();
    assertThat(
            isSmall(
                new ProtoWriter()
                    .message(1, new ProtoWriter().bytes(3, KEY))
                    .message(2, GET)
                    .message(3, GET)))
        .isTrue();
  }

  /** A limit does not bound how many deleted keys are looked at. */
  @Test
  void aRangeOnEitherPathIsNot() {
    assertThat(isSmall(new ProtoWriter().message(2, GET).message(2, ALL_OF_A))).isFalse();
    assertThat(isSmall(new ProtoWriter().message(3, ALL_OF_A))).isFalse();
    ProtoWriter limited = range(new ProtoWriter().bytes(1, KEY).bytes(2, END).number(3, 1));
    assertThat(isSmall(new ProtoWriter().message(2, limited))).isFalse();
  }

  @Test
  void aConditionOnARangeIsNot() {
    ProtoWriter compare = new ProtoWriter().bytes(3, KEY).bytes(64, END);
    assertThat(isSmall(new ProtoWriter().message(1, compare))).isFalse();
  }

  @Test
  void manyKeysAreNot() {
    var txn = new ProtoWriter();
    for (int i = 0; i < 64; i++) {
      txn.message(2, GET);
    }
    assertThat(isSmall(txn)).isTrue();
    assertThat(isSmall(txn.message(3, GET))).isFalse();
  }
}
