package io.quorate.raft.message;

/** What identifies an entry, and with it the whole log before it: Log Matching, thesis §3.5. */
public record EntryId(long term, long index) {
  public static final EntryId NONE = new EntryId(0, 0);

  public static EntryId of(Entry entry) {
    return new EntryId(entry.term(), entry.index());
  }
}
