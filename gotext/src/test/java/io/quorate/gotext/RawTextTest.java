package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RawTextTest {
  @Property(tries = 2_000)
  void everyByteSurvives(@ForAll byte[] bytes) {
    assertThat(RawText.bytes(RawText.of(bytes))).isEqualTo(bytes);
  }

  @Test
  void textIsText() {
    assertThat(RawText.of(new byte[] {'a', (byte) 0xc3, (byte) 0xa9, 'b'})).isEqualTo("aéb");
    assertThat(RawText.bytes("é😀")).hasSize(6);
  }

  @Test
  void goWritesItsBytesAsSuch() {
    String text = RawText.of(new byte[] {'a', (byte) 0xff, (byte) 0xf0, (byte) 0x9f, '"'});
    assertThat(GoQuote.quote(text)).isEqualTo("\"a\\xff\\xf0\\x9f\\\"\"");
    assertThat(GoJson.quote(text)).isEqualTo("\"a\\ufffd\\ufffd\\ufffd\\\"\"");
  }
}
