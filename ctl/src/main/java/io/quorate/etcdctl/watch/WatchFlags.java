package io.quorate.etcdctl.watch;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import io.quorate.client.Kv;
import io.quorate.gotext.RawText;
import java.util.List;

/** The flags of one {@code watch}, and the request that they make. */
final class WatchFlags {
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);

  final Flag.Bool interactive;
  private final Flag.Bool prefix;
  private final Flag.Int rev;
  private final Flag.Bool prevKv;
  private final Flag.Bool progressNotify;

  WatchFlags(Flags flags) {
    interactive = flags.bool("interactive", "i", false, "take watches from stdin, line by line");
    prefix = flags.bool("prefix", false, "all keys that begin with the key");
    rev = flags.int64("rev", 0, "from this revision on");
    prevKv = flags.bool("prev-kv", false, "show what the key was before");
    progressNotify = flags.bool("progress-notify", false, "hear of revisions without events too");
  }

  /**
   * @throws WatchWords.Unfit if words and flags contradict each other
   */
  WatchCreateRequest request(List<String> keys) {
    if (keys.isEmpty()) {
      throw new WatchWords.Unfit("bad number of arguments", false);
    }
    if (keys.size() == 2 && prefix.value()) {
      throw new WatchWords.Unfit("`range_end` and `--prefix` are mutually exclusive", false);
    }
    ByteString key = bytes(keys.getFirst());
    WatchCreateRequest.Builder request =
        WatchCreateRequest.newBuilder()
            .setStartRevision(rev.value())
            .setPrevKv(prevKv.value())
            .setProgressNotify(progressNotify.value());
    if (keys.size() == 2) {
      request.setKey(key).setRangeEnd(bytes(keys.get(1)));
    } else if (!prefix.value()) {
      request.setKey(key);
    } else if (key.isEmpty()) {
      request.setKey(ZERO).setRangeEnd(ZERO);
    } else {
      request.setKey(key).setRangeEnd(Kv.endOfPrefix(key));
    }
    return request.build();
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFrom(RawText.bytes(text));
  }
}
