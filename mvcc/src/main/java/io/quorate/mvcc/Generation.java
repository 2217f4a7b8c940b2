package io.quorate.mvcc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One life of a key, from its creation to its tombstone, and a link to the life before. Puts at 1.0
 * and 2.0, a tombstone at 3.0, a put at 4.0, a tombstone at 5.0 are
 *
 * <pre>
 *   {4.0, 5.0 t} → {1.0, 2.0, 3.0 t}
 * </pre>
 *
 * The value in the index is the newest one; the key is alive where that has not ended. (etcd writes
 * an ended key as a further, empty generation; here that is the flag.)
 *
 * <p>A generation never changes, but for this: {@link #revisions} is shared by all states of one
 * generation and each state knows its own length. The newest state appends behind that length,
 * where no older state looks; so 10⁶ puts to one key copy nothing but the doublings. Readers get to
 * a state only through a root published after the append.
 *
 * <p>Compacting at R keeps, of each key, the newest revision ≤ R and all above; a tombstone only
 * where it lies exactly at R. The example compacted at 2: {4.0, 5.0t} → {2.0, 3.0t}; at 4: {4.0,
 * 5.0t}; at 5: {5.0t}; at 6 the key is gone.
 *
 * <p>Memory for a key put once: this object 40 bytes, the array 32, beside the key itself.
 */
final class Generation {
  /** Main revision of the put that began it; 0 where history begins with the tombstone. */
  final long created;

  /** Puts and tombstones ever in this generation, also those compacted away. */
  final long version;

  // main and sub in turn.
  private final long[] revisions;
  private final int length;
  final boolean ended;
  private final @Nullable Generation older;

  private Generation(
      long created,
      long version,
      long[] revisions,
      int length,
      boolean ended,
      @Nullable Generation older) {
    this.created = created;
    this.version = version;
    this.revisions = revisions;
    this.length = length;
    this.ended = ended;
    this.older = older;
  }

  /** The first revision known of a key: {@code created} and {@code version} as in its record. */
  static Generation first(long created, long version, long main, long sub) {
    return new Generation(created, version, new long[] {main, sub}, 1, false, null);
  }

  /** A key whose history begins with a tombstone, the rest being compacted away. */
  static Generation firstTombstone(long main, long sub) {
    return new Generation(0, 1, new long[] {main, sub}, 1, true, null);
  }

  /** A put of a key that has this history. */
  Generation put(long main, long sub) {
    checkAscends(main, sub);
    return ended
        ? new Generation(main, 1, new long[] {main, sub}, 1, false, this)
        : append(main, sub, false);
  }

  /** A delete of a key that is alive. */
  Generation tombstone(long main, long sub) {
    checkAscends(main, sub);
    if (ended) {
      throw new AssertionError("mvcc: revision not found: deleted twice at " + main);
    }
    return append(main, sub, true);
  }

  private void checkAscends(long main, long sub) {
    long lastMain = main(length - 1);
    if (main < lastMain || (main == lastMain && sub <= sub(length - 1))) {
      throw new AssertionError(
          "revision " + main + "." + sub + " after " + lastMain + "." + sub(length - 1));
    }
  }

  private Generation append(long main, long sub, boolean end) {
    long[] array = revisions;
    if (2 * length == array.length) {
      array = Arrays.copyOf(array, array.length * 2);
    }
    array[2 * length] = main;
    array[2 * length + 1] = sub;
    return new Generation(created, version + 1, array, length + 1, end, older);
  }

  int length() {
    return length;
  }

  long main(int i) {
    return revisions[2 * i];
  }

  long sub(int i) {
    return revisions[2 * i + 1];
  }

  /** The version a reader sees in revision {@code i}. */
  long version(int i) {
    return version - (length - 1 - i);
  }

  /** The generation that is alive at {@code revision}, or null. */
  @Nullable Generation at(long revision) {
    for (Generation g = this; g != null; g = g.older) {
      if (g.ended && g.main(g.length - 1) <= revision) {
        return null;
      }
      if (g.main(0) <= revision) {
        return g;
      }
    }
    return null;
  }

  /** The index of the newest revision whose main is ≤ {@code revision}, or -1. */
  int newestAt(long revision) {
    if (main(length - 1) <= revision) {
      return length - 1;
    }
    int low = 0;
    int high = length - 1;
    while (low < high) { // the first above revision
      int middle = (low + high) >>> 1;
      if (main(middle) <= revision) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  /**
   * What is left after compacting at {@code revision}, null if nothing. The newest revision ≤ it,
   * if there is one, is added to {@code keep}.
   */
  @Nullable Generation compact(long revision, RevisionSet keep) {
    List<Generation> lives = oldestFirst();
    int first = firstKept(lives, revision);
    if (first == lives.size()) {
      return null; // it ended before revision, and nothing came after
    }
    // Departure from etcd: a transaction can delete a key and put it again (delete "from key" and
    // a put pass the check for duplicates). Compacted at exactly that revision etcd keeps the
    // tombstone alone, and dies when the key is read. Here each life that began by then stays.
    boolean changed = first > 0;
    Generation left = null;
    for (int i = first; i < lives.size(); i++) {
      Generation life = lives.get(i);
      int from = life.newestAt(revision);
      if (from >= 0) {
        keep.add(life.main(from), life.sub(from));
      }
      changed |= from > 0;
      left = life.withoutBefore(Math.max(0, from), left);
    }
    return changed ? left : this;
  }

  /** Adds to {@code keep} what of this key is visible at {@code revision}; changes nothing. */
  void keep(long revision, RevisionSet keep) {
    List<Generation> lives = oldestFirst();
    int first = firstKept(lives, revision);
    if (first == lives.size()) {
      return;
    }
    Generation kept = lives.get(first);
    int at = kept.newestAt(revision);
    boolean tombstone = kept.ended && at == kept.length - 1;
    if (at >= 0 && !tombstone) {
      keep.add(kept.main(at), kept.sub(at));
    }
  }

  /** The first life that has not ended before {@code revision}; the number of lives if none. */
  private static int firstKept(List<Generation> lives, long revision) {
    int i = 0;
    while (i < lives.size()) {
      Generation life = lives.get(i);
      if (!life.ended || life.main(life.length - 1) >= revision) {
        break;
      }
      i++;
    }
    return i;
  }

  private List<Generation> oldestFirst() {
    if (older == null) {
      return List.of(this);
    }
    List<Generation> lives = new ArrayList<>();
    for (Generation g = this; g != null; g = g.older) {
      lives.add(g);
    }
    Collections.reverse(lives);
    return lives;
  }

  private Generation withoutBefore(int from, @Nullable Generation previous) {
    long[] array = from == 0 ? revisions : Arrays.copyOfRange(revisions, 2 * from, 2 * length);
    return new Generation(created, version, array, length - from, ended, previous);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Generation g : oldestFirst()) {
      text.append('{');
      for (int i = 0; i < g.length; i++) {
        text.append(i == 0 ? "" : ", ").append(g.main(i)).append('.').append(g.sub(i));
      }
      text.append(g.ended ? "t}" : "}");
    }
    return text.toString();
  }
}
