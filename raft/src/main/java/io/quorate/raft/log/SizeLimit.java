package io.quorate.raft.log;

import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.message.Entry;
import java.util.List;

/** Limits on lists of entries, in encoded bytes; one entry always passes. */
final class SizeLimit {
  private SizeLimit() {}

  /** The longest prefix within {@code maxBytes}, and at least one entry: a view. */
  static List<Entry> prefix(List<Entry> entries, long maxBytes) {
    if (maxBytes == Long.MAX_VALUE) {
      return entries;
    }
    long size = 0;
    for (int i = 0; i < entries.size(); i++) {
      size += EntryCodec.encodedSize(entries.get(i));
      if (size > maxBytes && i > 0) {
        return entries.subList(0, i);
      }
    }
    return entries;
  }
}
