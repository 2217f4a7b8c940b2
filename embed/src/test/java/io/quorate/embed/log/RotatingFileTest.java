package io.quorate.embed.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** lumberjack's ways with a log file. */
class RotatingFileTest {
  @TempDir Path folder;

  private Instant now = Instant.parse("2026-01-02T15:04:05.678Z");

  private RotatingFile open(long maxBytes, long maxAgeDays, long maxBackups, boolean compress) {
    return new RotatingFile(
        folder.resolve("etcd.log"),
        new Rotation(maxBytes, maxAgeDays, maxBackups, false, compress),
        () -> now,
        Runnable::run);
  }

  private void write(RotatingFile file, String line) throws IOException {
    file.write(line.getBytes(StandardCharsets.US_ASCII));
    now = now.plusSeconds(1);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> String.valueOf(path.getFileName())).sorted().toList();
    }
  }

  @Test
  void aFullFileIsPutAsideUnderItsTime() throws IOException {
    try (RotatingFile file = open(10, 0, 0, false)) {
      write(file, "123456789\n");
      write(file, "next\n");
      assertThat(files()).containsExactly("etcd-2026-01-02T15-04-06.678.log", "etcd.log");
      assertThat(folder.resolve("etcd.log")).hasContent("next\n");
      assertThat(Files.getPosixFilePermissions(folder.resolve("etcd.log"))).hasSize(2);
    }
  }

  @Test
  void anExistingFileIsContinuedIfThereIsRoom() throws IOException {
    Files.writeString(folder.resolve("etcd.log"), "old\n");
    try (RotatingFile file = open(10, 0, 0, false)) {
      write(file, "new\n");
    }
    assertThat(folder.resolve("etcd.log")).hasContent("old\nnew\n");
    try (RotatingFile file = open(10, 0, 0, false)) {
      write(file, "x\n");
    }
    assertThat(files()).hasSize(2);
    assertThat(folder.resolve("etcd.log")).hasContent("x\n");
  }

  @Test
  void whereTheFileWasMovedAwayANewOneBegins() throws IOException {
    try (RotatingFile file = open(10, 0, 0, false)) {
      write(file, "123456789\n");
      Files.move(folder.resolve("etcd.log"), folder.resolve("mine"));
      write(file, "next\n");
      write(file, "more\n");
    }
    assertThat(files()).containsExactly("etcd.log", "mine");
    assertThat(folder.resolve("etcd.log")).hasContent("next\nmore\n");
  }

  @Test
  void whatCouldNotBeOpenedIsTriedAgainAtTheNextLine() throws IOException {
    try (RotatingFile file = open(10, 0, 0, false)) {
      write(file, "123456789\n");
      // The backup's name is taken by a folder that is not empty: the file cannot be put aside.
      Path taken = folder.resolve("etcd-2026-01-02T15-04-06.678.log");
      Files.createDirectories(taken.resolve("inside"));
      assertThatThrownBy(() -> file.write("lost\n".getBytes(StandardCharsets.US_ASCII)))
          .isInstanceOf(IOException.class);
      now = now.plusSeconds(1);
      write(file, "next\n");
    }
    assertThat(folder.resolve("etcd.log")).hasContent("next\n");
    assertThat(folder.resolve("etcd-2026-01-02T15-04-07.678.log")).hasContent("123456789\n");
  }

  @Test
  void aLineBeyondTheLimitIsRefused() throws IOException {
    try (RotatingFile file = open(4, 0, 0, false)) {
      assertThatThrownBy(() -> file.write("12345".getBytes(StandardCharsets.US_ASCII)))
          .hasMessage("write length 5 exceeds maximum file size 4");
    }
  }

  @Test
  void onlySoManyAreKept() throws IOException {
    Files.writeString(folder.resolve("etcd-other.log"), "not ours");
    try (RotatingFile file = open(2, 0, 2, false)) {
      for (int i = 0; i < 6; i++) {
        write(file, i + "\n");
      }
    }
    assertThat(files())
        .containsExactly(
            "etcd-2026-01-02T15-04-09.678.log",
            "etcd-2026-01-02T15-04-10.678.log",
            "etcd-other.log",
            "etcd.log");
  }

  @Test
  void oldOnesGo() throws IOException {
    try (RotatingFile file = open(2, 3, 0, false)) {
      write(file, "1\n");
      write(file, "2\n");
      now = now.plus(4, ChronoUnit.DAYS);
      write(file, "3\n");
    }
    assertThat(files()).containsExactly("etcd-2026-01-06T15-04-07.678.log", "etcd.log");
  }

  @Test
  void oldOnesArePacked() throws IOException {
    try (RotatingFile file = open(2, 0, 0, true)) {
      write(file, "1\n");
      write(file, "2\n");
    }
    assertThat(files()).containsExactly("etcd-2026-01-02T15-04-06.678.log.gz", "etcd.log");
    try (InputStream packed =
        new GZIPInputStream(
            Files.newInputStream(folder.resolve("etcd-2026-01-02T15-04-06.678.log.gz")))) {
      assertThat(new String(packed.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("1\n");
    }
  }
}
