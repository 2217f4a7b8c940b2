package io.quorate.bolt.check;

import static io.quorate.bolt.page.Layout.BUCKET_ELEMENT;
import static io.quorate.bolt.page.Layout.BUCKET_HEADER_BYTES;
import static io.quorate.bolt.page.Layout.U64;

import io.quorate.bolt.BoltException;
import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Meta;
import io.quorate.bolt.page.Pages;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * What {@code bbolt check} verifies, in its words (storage.md 1.13): every page below the
 * high-water mark is reachable exactly once or free, page types and ids are right, keys ascend.
 *
 * <p>What bbolt reports goes to a consumer, one text for each finding; where it panics, {@link
 * BoltException.Corrupt} is thrown with the text of the panic.
 */
public final class Check {
  private static final int DEPTH_LIMIT = 64;
  private static final HexFormat HEX = HexFormat.of();

  private final Pages pages;
  private final Meta meta;
  private final Consumer<String> findings;
  private final BitSet reachable = new BitSet();
  private final BitSet freed = new BitSet();

  private Check(Pages pages, Meta meta, Consumer<String> findings) {
    this.pages = pages;
    this.meta = meta;
    this.findings = findings;
  }

  /**
   * Verifies the state {@code meta}.
   *
   * @param free the ids of the free list in the order they are stored or known
   */
  public static void run(Pages pages, Meta meta, long[] free, Consumer<String> findings) {
    Check check = new Check(pages, meta, findings);
    check.freed(free);
    pages.page(0);
    pages.page(1);
    check.reachable.set(0, 2);
    if (meta.hasFreelist()) {
      long at = pages.page(meta.freelist());
      check.reachable.set((int) meta.freelist(), (int) (meta.freelist() + pages.overflow(at) + 1));
    }
    check.tree(meta.root());
    for (int id = 0; id < meta.highWaterMark(); id++) {
      if (!check.reachable.get(id) && !check.freed.get(id)) {
        findings.accept("page " + id + ": unreachable unfreed");
      }
    }
  }

  /**
   * The pages that the root bucket of {@code meta} needs, when the file lists no free ones.
   *
   * @throws BoltException.Corrupt at the first finding
   */
  public static BitSet reachable(Pages pages, Meta meta) {
    Check check =
        new Check(
            pages,
            meta,
            finding -> {
              throw new BoltException.Corrupt(
                  "freepages: failed to get all reachable pages (" + finding + ")");
            });
    check.tree(meta.root());
    return check.reachable;
  }

  private void freed(long[] free) {
    for (long id : free) {
      if (id < 0 || id > Integer.MAX_VALUE) {
        findings.accept(
            "page " + Long.toUnsignedString(id) + ": out of bounds: " + meta.highWaterMark());
        continue;
      }
      if (freed.get((int) id)) {
        findings.accept("page " + id + ": already freed");
      }
      freed.set((int) id);
    }
  }

  /** The path of page ids from a bucket's root. */
  private static final class Path {
    private final long[] ids = new long[DEPTH_LIMIT];
    private int length;

    void enter(long id) {
      if (length == DEPTH_LIMIT) {
        throw new BoltException.Corrupt(
            "page " + id + ": the tree is deeper than " + DEPTH_LIMIT + " levels");
      }
      ids[length++] = id;
    }

    void leave() {
      length--;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("[");
      for (int i = 0; i < length; i++) {
        text.append(i == 0 ? "" : " ").append(Long.toUnsignedString(ids[i]));
      }
      return text.append(']').toString();
    }
  }

  private void tree(long root) {
    if (visit(root, new Path())) {
      keys(root, NONE, NONE, new Path());
      buckets(root);
    }
  }

  /** Marks the pages below {@code id}; false if that page does not exist. */
  private boolean visit(long id, Path path) {
    path.enter(id);
    if (!pages.contains(id)) {
      findings.accept(outOfBounds(id, path));
      path.leave();
      return false;
    }
    long at = pages.page(id);
    if (id > meta.highWaterMark()) {
      findings.accept(outOfBounds(id, path));
    }
    boolean seenBefore = false;
    for (long i = id; i <= id + pages.overflow(at); i++) {
      if (reachable.get((int) i)) {
        findings.accept("page " + i + ": multiple references (stack: " + path + ")");
        seenBefore = true;
      }
      reachable.set((int) i);
    }
    int flags = pages.flags(at);
    if (freed.get((int) id)) {
      findings.accept("page " + id + ": reachable freed");
    } else if (flags != Layout.BRANCH && flags != Layout.LEAF) {
      findings.accept(
          "page " + id + ": invalid type: " + Layout.typeName(flags) + " (stack: " + path + ")");
    }
    // A page seen before is not entered again: its subtree may lead back here.
    if (flags == Layout.BRANCH && !seenBefore) {
      for (int i = 0; i < pages.count(at); i++) {
        visit(pages.branchChild(at, i), path);
      }
    }
    path.leave();
    return true;
  }

  private String outOfBounds(long id, Path path) {
    return "page "
        + Long.toUnsignedString(id)
        + ": out of bounds: "
        + meta.highWaterMark()
        + " (stack: "
        + path
        + ")";
  }

  /** A mapped key, or none. */
  private record Key(long at, int size) {}

  private static final Key NONE = new Key(-1, 0);

  /**
   * Verifies the order of the keys below page {@code id}.
   *
   * @return the last key there, or {@code previous} if there is none
   */
  private Key keys(long id, Key previous, Key limit, Path path) {
    path.enter(id);
    Key last = previous;
    if (pages.contains(id)) {
      long at = pages.page(id);
      switch (pages.flags(at)) {
        case Layout.BRANCH -> last = branchKeys(at, previous, limit, path);
        case Layout.LEAF -> last = leafKeys(id, at, previous, limit, path);
        default ->
            findings.accept(
                "unexpected page type (flags: %x) for pgId:%d".formatted(pages.flags(at), id));
      }
    }
    path.leave();
    return last;
  }

  private Key branchKeys(long at, Key previous, Key limit, Path path) {
    long end = pages.end(at);
    int count = pages.count(at);
    Key last = previous;
    for (int i = 0; i < count; i++) {
      Key key = branchKey(at, end, i);
      long child = pages.branchChild(at, i);
      order(child, "branch", i, key, last, limit, path);
      Key next = i + 1 < count ? branchKey(at, end, i + 1) : limit;
      last = keys(child, key, next, path);
    }
    return last;
  }

  private Key branchKey(long at, long end, int i) {
    return new Key(pages.branchKey(at, end, i), pages.branchKeySize(at, i));
  }

  private Key leafKeys(long id, long at, Key previous, Key limit, Path path) {
    long end = pages.end(at);
    Key last = previous;
    for (int i = 0; i < pages.count(at); i++) {
      Key key = new Key(pages.leafKey(at, end, i), pages.leafKeySize(at, i));
      order(id, "leaf", i, key, last, limit, path);
      last = key;
    }
    return last;
  }

  private void order(long page, String type, int i, Key key, Key previous, Key limit, Path path) {
    if (previous.at >= 0) {
      int order = compare(previous, key);
      if (i == 0 && order > 0) {
        findings.accept(
            "the first key[0]=(hex)%s on %s page(%d) needs to be >= the key in the ancestor (%s). Stack: %s"
                .formatted(hex(key), type, page, hex(previous), path));
      }
      if (i > 0 && order >= 0) {
        findings.accept(
            "key[%d]=(hex)%s on %s page(%d) needs to be > (found %s) than previous element (hex)%s. Stack: %s"
                .formatted(i, hex(key), type, page, order > 0 ? "<" : "=", hex(previous), path));
      }
    }
    if (limit.at >= 0 && compare(key, limit) >= 0) {
      findings.accept(
          "key[%d]=(hex)%s on %s page(%d) needs to be < than key of the next element in ancestor (hex)%s. Pages stack: %s"
              .formatted(i, hex(key), type, page, previous.at < 0 ? "" : hex(previous), path));
    }
  }

  private int compare(Key a, Key b) {
    return pages.compare(a.at, a.size, b.at, b.size);
  }

  private String hex(Key key) {
    return HEX.formatHex(pages.copy(key.at, key.size));
  }

  /** Goes on with the buckets that have pages of their own, in the leaves below {@code id}. */
  private void buckets(long id) {
    if (!pages.contains(id)) {
      return;
    }
    long at = pages.page(id);
    long end = pages.end(at);
    for (int i = 0; i < pages.count(at); i++) {
      if (!pages.isLeaf(at)) {
        buckets(pages.branchChild(at, i));
      } else if (pages.leafFlags(at, i) == BUCKET_ELEMENT) {
        long value = pages.leafKey(at, end, i) + pages.leafKeySize(at, i);
        if (pages.leafValueSize(at, i) < BUCKET_HEADER_BYTES) {
          throw new BoltException.Corrupt(
              "page " + id + ": element " + i + " is no bucket: its value is too short");
        }
        long root = pages.bytes().get(U64, value);
        if (root != 0) {
          tree(root);
        }
      }
    }
  }
}
