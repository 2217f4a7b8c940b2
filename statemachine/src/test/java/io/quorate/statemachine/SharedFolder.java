package io.quorate.statemachine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * The fixtures that the original etcd wrote, which stay outside the project: {@code
 * QUORATE_SHARED}, default {@code ../shared}. Without them a test says so and is skipped, unless
 * they were named or this is CI.
 */
public final class SharedFolder {
  private SharedFolder() {}

  /** The path of a fixture, or the test is skipped. */
  public static Path fixture(String name) {
    Optional<String> named = Optional.ofNullable(System.getenv("QUORATE_SHARED"));
    Path root = Path.of(System.getProperty("quorate.root", ".."));
    Path shared = named.map(Path::of).orElse(root.resolve("../shared")).normalize();
    Path file = shared.resolve("fixtures").resolve(name);
    if (!Files.exists(file)) {
      if (named.isPresent() || "true".equals(System.getenv("CI"))) {
        throw new AssertionError(file + " is missing");
      }
      Assumptions.abort(file + " is not on this machine: skipped");
    }
    return file;
  }

  /** Hands over each regular file of a .tar.gz (ustar, short names): path and bytes. */
  public static void untar(String name, BiConsumer<String, byte[]> file) {
    try (InputStream in =
        new BufferedInputStream(
            new GZIPInputStream(Files.newInputStream(fixture(name)), 1 << 16), 1 << 16)) {
      byte[] header = new byte[512];
      while (in.readNBytes(header, 0, 512) == 512 && header[0] != 0) {
        String path = text(header, 0, 100);
        int size = Integer.parseInt(text(header, 124, 12).trim(), 8);
        byte[] data = in.readNBytes(size);
        in.skipNBytes((512 - size % 512) % 512);
        if (header[156] != '5') {
          file.accept(path, data);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOfRange(header, offset, end), StandardCharsets.US_ASCII);
  }
}
