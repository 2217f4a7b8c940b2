package io.quorate.peer.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.OtherMembers;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes of a lease's time between members (spec/peer.md 10). */
class LeaseQuestionTest {
  @Test
  void theAnswerHasAnEmptyHeader() {
    byte[] answer = new LeaseQuestion(7, true).answer(new OtherMembers.LeaseTime(5, 9, List.of()));
    assertThat(hex(answer)).isEqualTo("0a08" + "0a00" + "1007" + "1805" + "2009");
    assertThat(LeaseQuestion.decodeAnswer(answer).ttlSeconds()).isEqualTo(5);
  }

  @Test
  void theQuestionIsThereAlsoForLeaseZero() {
    assertThat(hex(new LeaseQuestion(0, false).encode())).isEqualTo("0a00");
    assertThat(hex(new LeaseQuestion(7, true).encode())).isEqualTo("0a04" + "0807" + "1001");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
