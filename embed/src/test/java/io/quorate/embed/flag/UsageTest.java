package io.quorate.embed.flag;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class UsageTest {
  @Test
  void helpNamesFlagsThatExist() {
    Set<String> named = new TreeSet<>();
    Pattern.compile("^  --([a-z0-9-]+)", Pattern.MULTILINE)
        .matcher(Usage.listing())
        .results()
        .forEach(flag -> named.add(flag.group(1)));
    assertThat(named).hasSizeGreaterThan(120);
    assertThat(new ServerFlags().set().flags().keySet()).containsAll(named);
  }

  @Test
  void helpListsTheGates() {
    assertThat(Usage.listing())
        .contains(
            "\n    AllAlpha=true|false (ALPHA - default=false)\n",
            "\n    TxnModeWriteWithSharedBuffer=true|false (BETA - default=true)\n\nClustering:");
  }
}
