package io.quorate.e2e;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The behaviours of a server as the official Go client sees them; original/checker/kvcheck*.go. */
class GoClientTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @TestFactory
  Stream<DynamicNode> behaviours() {
    return Stream.of(Kind.values())
        .map(kind -> DynamicContainer.dynamicContainer(kind.toString(), behaviours(kind)));
  }

  private Member member(Kind kind) {
    return Member.in(scratch.resolve(kind.toString()))
        .flags("--watch-progress-notify-interval=300ms");
  }

  private Stream<DynamicTest> behaviours(Kind kind) {
    try (Member member = member(kind).start(kind)) {
      return Verdicts.of(member.checker("kvcheck"), 70);
    }
  }
}
