package io.quorate.wal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The head of a log of a single member, as the original wrote it (spec/storage.md 4.9). */
class GoldenBytesTest {
  private static final String HEAD =
      """
      0400000000000084 0804100000000000
      2000000000000000 080110a0b4ab8f07 1a1608f5c6dc87ff 9bcabdb201108dd6 f6ab869affc6e101
      0e00000000000082 080510d4a083ff05 1a04080010000000
      7000000000000000 08021099a3b6aa09 1a66
      080110011801225e 0800100018f5c6dc87ff9bcabdb201224d
      """;

  @Test
  void aNewLogBeginsAsTheOriginalWritesIt() {
    MemoryDisk disk = new MemoryDisk(1);
    long node = WalFixture.METADATA.nodeId();
    byte[] member =
        "{\"id\":12860918103172129653,\"peerURLs\":[\"http://127.0.0.1:37902\"],\"name\":\"m1\"}"
            .getBytes(UTF_8);
    byte[] change =
        ConfChangeCodec.encode(new ConfChange(0, ConfChangeType.ADD_NODE, node, member));
    RecordingLogger log = new RecordingLogger();
    try (Wal wal =
        WalFixture.directory(disk, WalOptions.DEFAULT, log).create(WalFixture.METADATA)) {
      wal.append(new HardState(1, 0, 1), List.of(new Entry(EntryType.CONF_CHANGE, 1, 1, change)));
      wal.append(HardState.EMPTY, List.of(Entry.normal(2, 2, null)));
      wal.append(new HardState(2, node, 2), List.of());
      wal.sync();
    }
    String name = "0000000000000000-0000000000000000.wal";
    assertThat(disk.list(WalFixture.FOLDER)).containsExactly(name);
    assertThat(disk.length(WalFixture.FOLDER.resolve(name))).isEqualTo(64_000_000);
    byte[] content = disk.contents(WalFixture.FOLDER.resolve(name));
    String hex = HexFormat.of().formatHex(content, 0, 0x120);
    String head = HEAD.replaceAll("\\s", "");
    assertThat(hex).startsWith(head);
    assertThat(new String(content, head.length() / 2, member.length, UTF_8))
        .isEqualTo(new String(member, UTF_8));
    String rest =
        "0f0000000000008108031094fefe3e1a0608011000180100"
            + "1000000000000000"
            + "0802108fbdede60b1a06080010021802"
            + "19000000000000870803"
            + "10a9b79fd1061a0f080210f5c6dc87ff9bcabdb201180200000000000000";
    assertThat(hex.substring(0x0c8 * 2)).startsWith(rest);
    int end = 0xc8 + rest.length() / 2;
    assertThat(
            Arrays.equals(
                content, end, content.length, new byte[64_000_000 - end], 0, 64_000_000 - end))
        .isTrue();
  }
}
