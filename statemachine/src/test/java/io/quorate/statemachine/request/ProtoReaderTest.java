package io.quorate.statemachine.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProtoReaderTest {
  /** Field 5, packed, as Go's client sends the filters of a watch; then field 6. */
  @Test
  void packedNumbersEndWhereTheirLengthSays() {
    ProtoReader in =
        new ProtoReader("WatchCreateRequest", new byte[] {0x2a, 3, 0, (byte) 0x80, 1, 0x30, 1});
    assertThat(in.next()).isEqualTo(5);
    assertThat(in.numbers("Filters")).containsExactly(0, 128);
    assertThat(in.next()).isEqualTo(6);
    assertThat(in.bool("PrevKv")).isTrue();
    assertThat(in.next()).isZero();
  }

  @Test
  void unpackedNumbersComeOneByOne() {
    ProtoReader in = new ProtoReader("WatchCreateRequest", new byte[] {0x28, 1, 0x28, 0});
    assertThat(in.next()).isEqualTo(5);
    assertThat(in.numbers("Filters")).containsExactly(1);
    assertThat(in.next()).isEqualTo(5);
    assertThat(in.numbers("Filters")).containsExactly(0);
  }
}
