package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;

/** The PASS and FAIL lines of a checker as tests of their own. */
final class Verdicts {
  private Verdicts() {}

  /** Fails at once if the checker gave fewer verdicts than {@code atLeast}: then it broke off. */
  static Stream<DynamicTest> of(Run.Result result, int atLeast) {
    List<DynamicTest> tests = new ArrayList<>();
    for (String line : result.lines()) {
      if (line.startsWith("PASS ")) {
        tests.add(
            DynamicTest.dynamicTest(line.substring(5).replaceAll(" \\(\\d+ ms\\)$", ""), () -> {}));
      } else if (line.startsWith("FAIL ")) {
        tests.add(DynamicTest.dynamicTest(line.substring(5), () -> Assertions.fail(line)));
      }
    }
    assertThat(tests)
        .as("verdicts in: " + result.output() + result.error())
        .hasSizeGreaterThanOrEqualTo(atLeast);
    return tests.stream();
  }
}
