package io.quorate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.embed.config.ConfigReader;
import io.quorate.embed.config.DefaultHost;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.io.Disk;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import io.quorate.io.os.OsDisk;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.helpers.NOPLogger;

/** Whoever embeds a member may start it again, whatever ended the first start. */
class FailedStartTest {
  @TempDir private Path directory;

  private MemberConfig config() {
    var flags = new ServerFlags();
    flags
        .set()
        .parse(
            List.of(
                "--data-dir=" + directory.resolve("data"),
                "--listen-peer-urls=http://127.0.0.1:0",
                "--listen-client-urls=http://127.0.0.1:0",
                "--advertise-client-urls=http://127.0.0.1:1"));
    return DefaultHost.apply(ConfigReader.read(flags, ConfigReader.Source.FLAGS, warning -> {}))
        .config();
  }

  private boolean isFree(String file) {
    try (DiskFile opened =
        new OsDisk().open(directory.resolve("data/member").resolve(file), Disk.Mode.WRITE)) {
      return opened.tryFlock(true);
    }
  }

  /** Where the state machine is opened, where the engine is made, and where its loops run. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "beforeApplyOneEntryNormal",
        "raftBeforeLeaderSend",
        "beforeLookupWhenForwardLeaseTimeToLive"
      })
  void anErrorLeavesNothingLocked(String place) {
    Failpoints failing =
        name -> {
          if (name.equals(place)) {
            throw new OutOfMemoryError(name);
          }
          return Failpoints.Point.INACTIVE;
        };
    var nobody = NOPLogger.NOP_LOGGER;
    assertThatThrownBy(() ->
            Etcd.start(config(), new Etcd.Logs(nobody, nobody, nobody), List.of("etcd"), failing))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(isFree("snap/db")).isTrue();
    assertThat(isFree("wal/0000000000000000-0000000000000000.wal")).isTrue();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .doesNotContain("etcd-raft", "etcd-apply", "etcd-wal");
  }
}
