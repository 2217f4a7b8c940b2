package io.quorate.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Data directories and logs of a test, in {@code e2e/target/scratch}: on the disk that the build is
 * on, and kept when the test fails.
 */
final class Scratch implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
      throws IOException {
    Path parent = Programs.ROOT.resolve("e2e/target/scratch");
    Files.createDirectories(parent);
    String name = test.getTestClass().map(Class::getSimpleName).orElse("test");
    return Files.createTempDirectory(parent, name + "-");
  }
}
