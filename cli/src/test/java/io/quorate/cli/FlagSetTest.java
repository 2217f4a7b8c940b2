package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlagSetTest {
  private final FlagSet flags = new FlagSet();
  private final GoValues.Text name = flags.add("name", new GoValues.Text("default"));
  private final GoValues.Flag preVote = flags.add("pre-vote", new GoValues.Flag(true));
  private final GoValues.Int count = flags.add("snapshot-count", GoValues.Int.unsigned(10_000));
  private final GoValues.Time time = flags.add("time", new GoValues.Time(Duration.ZERO));

  FlagSetTest() {
    flags.add("max-concurrent-streams", new GoValues.Uint32(1));
    flags.add("initial-cluster-state", new GoValues.Choice("new", "existing"));
  }

  @Test
  void oneDashOrTwoWithOrWithoutEquals() {
    assertThat(flags.parse(List.of("-name", "a", "--snapshot-count=0x10", "--time", "1m")))
        .isEmpty();
    assertThat(name.value()).isEqualTo("a");
    assertThat(count.value()).isEqualTo(16);
    assertThat(time.value()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void theLastWins() {
    flags.parse(List.of("--name=a", "--name=b"));
    assertThat(name.value()).isEqualTo("b");
  }

  @Test
  void aBooleanTakesItsValueBehindEqualsOnly() {
    assertThat(flags.parse(List.of("--pre-vote", "false"))).containsExactly("false");
    assertThat(preVote.value()).isTrue();
    flags.parse(List.of("--pre-vote=F"));
    assertThat(preVote.value()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "--foo, 'flag provided but not defined: -foo'",
    "--name, 'flag needs an argument: -name'",
    "---x, 'bad flag syntax: ---x'",
    "--snapshot-count=abc, 'invalid value \"abc\" for flag -snapshot-count: parse error'",
    "--snapshot-count=-1, 'invalid value \"-1\" for flag -snapshot-count: parse error'",
    "--snapshot-count=18446744073709551616,"
        + " 'invalid value \"18446744073709551616\" for flag -snapshot-count: value out of range'",
    "--pre-vote=maybe, 'invalid boolean value \"maybe\" for -pre-vote: parse error'",
    "--time=5, 'invalid value \"5\" for flag -time: parse error'",
    "--max-concurrent-streams=zz, 'invalid value \"zz\" for flag -max-concurrent-streams:"
        + " strconv.ParseUint: parsing \"zz\": invalid syntax'",
    "--initial-cluster-state=xx,"
        + " 'invalid value \"xx\" for flag -initial-cluster-state: invalid value'"
  })
  void refusesInGosWords(String argument, String message) {
    assertThatThrownBy(() -> flags.parse(List.of(argument)))
        .isInstanceOf(FlagException.class)
        .hasMessage(message);
  }

  @Test
  void anEmptyTextIsOneEmptyWord() {
    GoValues.Words words = flags.add("words", new GoValues.Words(true, ""));
    assertThat(words.value()).isEmpty();
    flags.parse(List.of("--words="));
    assertThat(words.value()).containsExactly("");
  }

  @Test
  void integersTakeGosPrefixesAndUnderscores() {
    for (String text :
        List.of(
            "0x2710", "0b10011100010000", "0o23420", "023420", "0x27_10", "10_000", "0_23420")) {
      flags.parse(List.of("--snapshot-count=" + text));
      assertThat(count.value()).as(text).isEqualTo(10_000);
    }
    for (String text : List.of("_1", "1_", "1__0", "0x_")) {
      assertThatThrownBy(() -> flags.parse(List.of("--snapshot-count=" + text)))
          .as(text)
          .isInstanceOf(FlagException.class);
    }
  }
}
