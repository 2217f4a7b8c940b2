package io.quorate.mvcc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Hashes of finished compactions, the ten of the highest revisions. Any thread; memory only. */
final class HashStore {
  private static final int CAPACITY = 10;

  private volatile List<StoredHash> byDescendingRevision = List.of();

  /** Backend thread only. */
  void add(StoredHash hash) {
    List<StoredHash> next = new ArrayList<>(byDescendingRevision);
    next.add(hash);
    next.sort(Comparator.comparingLong(StoredHash::revision).reversed());
    byDescendingRevision = List.copyOf(next.subList(0, Math.min(CAPACITY, next.size())));
  }

  List<StoredHash> all() {
    return byDescendingRevision;
  }

  Optional<StoredHash> at(long revision) {
    return byDescendingRevision.stream().filter(h -> h.revision() == revision).findFirst();
  }
}
