package io.quorate.e2e;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Python's grpcio with stubs generated from our .proto files; python/check.py. */
class PythonClientTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @TestFactory
  Stream<DynamicNode> behaviours() {
    return Stream.of(Kind.values())
        .map(kind -> DynamicContainer.dynamicContainer(kind.toString(), behaviours(kind)));
  }

  private Stream<DynamicTest> behaviours(Kind kind) {
    Path python = Programs.python();
    try (Member member = Member.in(scratch.resolve(kind.toString())).start(kind)) {
      return Verdicts.of(
          Run.command(
                  python,
                  Programs.ROOT.resolve("e2e/python/check.py").toString(),
                  member.hostAndPort())
              .with("PYTHONPATH", Programs.pythonStubs().toString())
              .run(),
          10);
    }
  }
}
