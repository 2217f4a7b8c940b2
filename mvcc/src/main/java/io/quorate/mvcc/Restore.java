package io.quorate.mvcc;

import io.quorate.backend.BackendView;
import io.quorate.backend.RevisionCursor;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.RevisionKey;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Rebuilds the index from the records of a file in one pass (spec/storage.md 3.5). */
final class Restore {
  final KeyIndex index = new KeyIndex();
  final long revision;

  /** The finished compaction; -1 for none. */
  final long finishedCompaction;

  /** The accepted compaction; -1 for none. */
  final long scheduledCompaction;

  private final Logger log;
  private final KeyValueFields fields = new KeyValueFields();
  private final Map<byte[], Long> leases = new TreeMap<>(Arrays::compareUnsigned);

  Restore(BackendView records, Logger log) {
    this.log = log;
    finishedCompaction = revisionOf(records, MetaKey.FINISHED_COMPACTION);
    scheduledCompaction = revisionOf(records, MetaKey.SCHEDULED_COMPACTION);
    long last = 1;
    RevisionCursor cursor = records.revisions(1, 0);
    while (cursor.next()) {
      last = cursor.main();
      add(cursor);
    }
    // Compaction may have taken the newest record; the revision must not fall behind it.
    revision = Math.max(last, Math.max(finishedCompaction, scheduledCompaction));
  }

  private static long revisionOf(BackendView records, MetaKey key) {
    return records.get(key.bucket(), key.bytes()).map(RevisionKey::main).orElse(-1L);
  }

  private void add(RevisionCursor cursor) {
    fields.read(cursor.value());
    byte[] key = fields.key();
    long main = cursor.main();
    long sub = cursor.sub();
    if (cursor.isTombstone()) {
      var _ = index.update(key, before -> end(before, main, sub));
      leases.remove(key);
      return;
    }
    var _ =
        index.update(
            key,
            before ->
                before == null
                    ? Generation.first(fields.createRevision, fields.version, main, sub)
                    : before.put(main, sub));
    long lease = fields.lease;
    if (lease != 0) {
      leases.put(key, lease);
    } else if (!leases.isEmpty()) {
      leases.remove(key);
    }
  }

  private Generation end(@Nullable Generation before, long main, long sub) {
    if (before == null) {
      return Generation.firstTombstone(main, sub);
    }
    if (before.ended) {
      // No etcd writes that, but it starts from a file where somebody did.
      log.atWarn()
          .addKeyValue("error", "mvcc: revision not found")
          .log("tombstone encountered error");
      return before;
    }
    return before.tombstone(main, sub);
  }

  /** In key order. */
  void attach(LeaseSink sink) {
    leases.forEach(sink::attach);
  }
}
