package io.quorate.wal;

import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the tests of this room share: a folder, small segments, a clock that stands. */
final class WalFixture {
  static final Path MEMBER = Path.of("/data/member");
  static final Path FOLDER = MEMBER.resolve("wal");
  static final Path SNAP = MEMBER.resolve("snap");
  static final WalMetadata METADATA = new WalMetadata(0xb27b28dff0f72375L, 0xe18dfcd0657dab0dL);
  static final int SMALL_SEGMENT_BYTES = 16_384;

  static final Clock CLOCK =
      new Clock() {
        @Override
        public long nanos() {
          return 0;
        }

        @Override
        public long epochMillis() {
          return 0;
        }
      };

  private WalFixture() {}

  static WalDirectory small(Disk disk) {
    return directory(disk, new WalOptions(SMALL_SEGMENT_BYTES, false), new RecordingLogger());
  }

  static WalDirectory directory(Disk disk, WalOptions options, RecordingLogger log) {
    return new WalDirectory(disk, FOLDER, options, CLOCK, Failpoints.NONE, WalListener.NONE, log);
  }

  static SnapshotDirectory snapshots(Disk disk, RecordingLogger log) {
    return new SnapshotDirectory(disk, SNAP, CLOCK, WalListener.NONE, log);
  }

  static Entry entry(long term, long index, String data) {
    return Entry.normal(term, index, data.getBytes(StandardCharsets.UTF_8));
  }

  static WalSnapshot mark(long index, long term) {
    return new WalSnapshot(index, term, Optional.of(ConfState.ofVoters(List.of(1L))));
  }
}
