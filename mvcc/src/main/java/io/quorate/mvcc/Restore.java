package io.quorate.mvcc;

import io.quorate.backend.BackendView;
import io.quorate.backend.RevisionCursor;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.RevisionKey;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Rebuilds the index from the records of a file in one pass (spec/storage.md 3.5). */
final class Restore {
  final KeyIndex index = new KeyIndex();
  final long revision;

  /** The finished compaction; -1 for none. */
  final long finishedCompaction;

  /** The accepted compaction; -1 for none. */
  final long scheduledCompaction;

  private final KeyValueFields fields = new KeyValueFields();
  private final Map<byte[], Long> leases = new TreeMap<>(Arrays::compareUnsigned);

  Restore(BackendView records) {
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
      var _ =
          index.update(
              key,
              before ->
                  before == null
                      ? Generation.firstTombstone(main, sub)
                      : before.tombstone(main, sub));
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

  /** In key order. */
  void attach(LeaseSink sink) {
    leases.forEach(sink::attach);
  }
}
