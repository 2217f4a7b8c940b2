package io.quorate.raft.message;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EntryTest {
  @Test
  void anEmptyPayloadDiffersFromNone() {
    assertThat(Entry.normal(1, 1, null)).isNotEqualTo(Entry.normal(1, 1, new byte[0]));
  }

  @Property
  void equalsComparesThePayload(@ForAll byte[] data) {
    assertThat(Entry.normal(1, 2, data)).isEqualTo(Entry.normal(1, 2, data.clone()));
  }
}
