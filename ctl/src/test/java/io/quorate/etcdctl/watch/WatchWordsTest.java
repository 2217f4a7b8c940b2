package io.quorate.etcdctl.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** spec/ctl.md 4.6: what is watched and what is run. */
class WatchWordsTest {
  @ParameterizedTest
  @ValueSource(strings = {"watch", "wat"})
  void theSeparatorCountsHoweverTheCommandWasTyped(String typed) {
    List<String> words = List.of("--endpoints=a:1", typed, "a", "--", "echo", "hi");
    WatchWords parsed =
        WatchWords.of(WatchWords.behind("watch", words), List.of("a", "echo", "hi"), Map.of());
    assertThat(parsed).isEqualTo(new WatchWords(List.of("a"), List.of("echo", "hi")));
  }
}
