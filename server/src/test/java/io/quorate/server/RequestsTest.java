package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quorate.statemachine.request.DecodeException;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that do not decode, in the words of 3.6.14 (seen by the differential test). */
class RequestsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          LeaseTimeToLive | 0a06             | proto: wrong wireType = 2 for field ID
          LeaseTimeToLive | 08020affffffff0f | proto: wrong wireType = 2 for field ID
          KeepAlive       | 0a0178           | proto: wrong wireType = 2 for field ID
          MemberList      | 080180           | unexpected EOF
          HashKV          | 00               | proto: HashKVRequest: illegal tag 0 (wire type 0)
          MoveLeader      | 0b0c             | proto: wrong wireType = 3 for field TargetID
          Status          | 07               | proto: StatusRequest: illegal tag 0 (wire type 7)
          Status          | a00607           | ''
          """)
  void refusedInEtcdsWords(String message, String bytes, String words) {
    byte[] data = HexFormat.of().parseHex(bytes);
    Consumer<byte[]> decode =
        switch (message) {
          case "LeaseTimeToLive" -> Requests.LeaseTimeToLive::decode;
          case "KeepAlive" -> Requests::keepAliveId;
          case "MemberList" -> Requests.MemberList::decode;
          case "HashKV" -> Requests::hashRevision;
          case "MoveLeader" -> Requests::leaderTarget;
          default -> empty -> Requests.empty(message + "Request", empty);
        };
    if (words.isEmpty()) {
      decode.accept(data);
    } else {
      assertThatExceptionOfType(DecodeException.class)
          .isThrownBy(() -> decode.accept(data))
          .withMessage(words);
    }
  }

  @Test
  void theLastOfAFieldCounts() {
    assertThat(Requests.hashRevision(new byte[] {8, 1, 8, 2})).isEqualTo(2);
    assertThat(Requests.LeaseTimeToLive.decode(new byte[] {8, 7, 16, 1}))
        .isEqualTo(new Requests.LeaseTimeToLive(7, true));
  }
}
