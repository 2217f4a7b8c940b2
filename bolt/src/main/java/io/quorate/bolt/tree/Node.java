package io.quorate.bolt.tree;

import static io.quorate.bolt.page.Layout.ELEMENT_BYTES;
import static io.quorate.bolt.page.Layout.HEADER_BYTES;

import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Pages;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A page that a write transaction changes: its elements as parallel arrays. An element is either
 * given ({@code keys[i]} and, in a leaf, {@code values[i]}) or still the one in the mapping ({@code
 * keys[i]} is null; the key stands at {@code keyAt[i]}, a leaf's value right behind it). So a page
 * that gets one more key copies none of the others before it is written.
 *
 * <p>A node may grow without bound; it becomes several pages when it is spilled.
 */
public final class Node {
  private static final int SMALLEST_CAPACITY = 16;

  final Pages pages;
  final boolean leaf;
  int count;
  byte[][] keys;
  long[] keyAt;
  int[] keySize;

  /** Leaves only. */
  byte[][] values;

  /** Leaves only. */
  int[] valueSize;

  /** Leaves only: 0 or {@link Layout#BUCKET_ELEMENT}. */
  int[] flags;

  /** Branches only. */
  long[] childPage;

  /** Branches only; null for a child that has not changed. */
  Node[] children;

  /** The page this was read from, or 0. */
  long page;

  /** How many pages that was. */
  long pageCount;

  /** Whether an element was removed since rebalancing looked here. */
  boolean shrunk;

  private Node(Pages pages, boolean leaf, int capacity) {
    this.pages = pages;
    this.leaf = leaf;
    keys = new byte[capacity][];
    keyAt = new long[capacity];
    keySize = new int[capacity];
    int leafCapacity = leaf ? capacity : 0;
    values = new byte[leafCapacity][];
    valueSize = new int[leafCapacity];
    flags = new int[leafCapacity];
    childPage = new long[capacity - leafCapacity];
    children = new Node[capacity - leafCapacity];
  }

  static Node emptyLeaf(Pages pages) {
    return new Node(pages, true, SMALLEST_CAPACITY);
  }

  static Node branch(Pages pages, int capacity) {
    return new Node(pages, false, capacity);
  }

  /** Reads the tree page {@code id}. */
  static Node read(Pages pages, long id) {
    long at = pages.treePage(id);
    Node node = read(pages, at, pages.end(at));
    node.page = id;
    node.pageCount = pages.overflow(at) + 1;
    return node;
  }

  /** Reads the page image at {@code [at, end)}. */
  static Node read(Pages pages, long at, long end) {
    int count = pages.count(at);
    Node node = new Node(pages, pages.isLeaf(at), count + SMALLEST_CAPACITY);
    node.count = count;
    for (int i = 0; i < count; i++) {
      if (node.leaf) {
        node.keyAt[i] = pages.leafKey(at, end, i);
        node.keySize[i] = pages.leafKeySize(at, i);
        node.valueSize[i] = pages.leafValueSize(at, i);
        node.flags[i] = pages.leafFlags(at, i);
      } else {
        node.keyAt[i] = pages.branchKey(at, end, i);
        node.keySize[i] = pages.branchKeySize(at, i);
        node.childPage[i] = pages.branchChild(at, i);
      }
    }
    return node;
  }

  int compare(int i, byte[] key) {
    byte[] own = keys[i];
    return own == null
        ? pages.compare(keyAt[i], keySize[i], key)
        : Arrays.compareUnsigned(own, key);
  }

  /** The first element whose key is ≥ {@code key}; {@code count} if none is. */
  int search(byte[] key) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(middle, key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The element of this branch below which {@code key} belongs. */
  int searchChild(byte[] key) {
    int i = search(key);
    return i < count && compare(i, key) == 0 ? i : Math.max(0, i - 1);
  }

  MemorySegment key(int i) {
    byte[] own = keys[i];
    return own == null
        ? pages.bytes().asSlice(keyAt[i], keySize[i])
        : MemorySegment.ofArray(own).asReadOnly();
  }

  MemorySegment value(int i) {
    return keys[i] == null
        ? pages.bytes().asSlice(keyAt[i] + keySize[i], valueSize[i])
        : MemorySegment.ofArray(values[i]).asReadOnly();
  }

  byte[] keyBytes(int i) {
    byte[] own = keys[i];
    return own == null ? pages.copy(keyAt[i], keySize[i]) : own;
  }

  /** Where the value of element {@code i} stands in the mapping; -1 if it is given. */
  long mappedValue(int i) {
    return keys[i] == null ? keyAt[i] + keySize[i] : -1;
  }

  void insert(int i, byte[] key, byte[] value, int flag) {
    open(i);
    set(i, key, value, flag);
  }

  void set(int i, byte[] key, byte[] value, int flag) {
    keys[i] = key;
    keySize[i] = key.length;
    values[i] = value;
    valueSize[i] = value.length;
    flags[i] = flag;
  }

  /** Makes room for one element at {@code i}. */
  private void open(int i) {
    reserve(count + 1);
    move(this, i, i + 1, count - i);
    count++;
  }

  void remove(int i) {
    move(this, i + 1, i, count - i - 1);
    count--;
    keys[count] = null;
    if (leaf) {
      values[count] = null;
    } else {
      children[count] = null;
    }
    shrunk = true;
  }

  /** Appends all elements of {@code right}, which is of the same kind. */
  void append(Node right) {
    reserve(count + right.count);
    move(right, 0, count, right.count);
    count += right.count;
  }

  /** Copies {@code length} elements of {@code source} into this node; both may be one. */
  void move(Node source, int from, int to, int length) {
    System.arraycopy(source.keys, from, keys, to, length);
    System.arraycopy(source.keyAt, from, keyAt, to, length);
    System.arraycopy(source.keySize, from, keySize, to, length);
    if (leaf) {
      System.arraycopy(source.values, from, values, to, length);
      System.arraycopy(source.valueSize, from, valueSize, to, length);
      System.arraycopy(source.flags, from, flags, to, length);
    } else {
      System.arraycopy(source.childPage, from, childPage, to, length);
      System.arraycopy(source.children, from, children, to, length);
    }
  }

  void reserve(int wanted) {
    if (wanted <= keys.length) {
      return;
    }
    int capacity = Math.max(wanted, keys.length * 2);
    keys = Arrays.copyOf(keys, capacity);
    keyAt = Arrays.copyOf(keyAt, capacity);
    keySize = Arrays.copyOf(keySize, capacity);
    if (leaf) {
      values = Arrays.copyOf(values, capacity);
      valueSize = Arrays.copyOf(valueSize, capacity);
      flags = Arrays.copyOf(flags, capacity);
    } else {
      childPage = Arrays.copyOf(childPage, capacity);
      children = Arrays.copyOf(children, capacity);
    }
  }

  /** Appends to this branch the page {@code page}, whose first key is that of {@code of[first]}. */
  void appendChild(Node of, int first, long page) {
    reserve(count + 1);
    keys[count] = of.keys[first];
    keyAt[count] = of.keyAt[first];
    keySize[count] = of.keySize[first];
    childPage[count] = page;
    count++;
  }

  /** What element {@code i} takes in a page. */
  long elementBytes(int i) {
    return ELEMENT_BYTES + (long) keySize[i] + (leaf ? valueSize[i] : 0);
  }

  /** What the whole node would take as one page. */
  long sizeBytes() {
    long size = HEADER_BYTES;
    for (int i = 0; i < count; i++) {
      size += elementBytes(i);
    }
    return size;
  }

  /**
   * Writes elements {@code [from, to)} as page {@code id} at {@code at}.
   *
   * @return the offset behind the last byte
   */
  public long write(
      MemorySegment to, long at, int fromElement, int toElement, long id, int overflow) {
    int elements = toElement - fromElement;
    Layout.writeHeader(to, at, id, leaf ? Layout.LEAF : Layout.BRANCH, elements, overflow);
    long element = at + HEADER_BYTES;
    long data = element + (long) elements * ELEMENT_BYTES;
    for (int i = fromElement; i < toElement; i++) {
      int position = (int) (data - element);
      if (leaf) {
        Layout.writeLeafElement(to, element, flags[i], position, keySize[i], valueSize[i]);
      } else {
        Layout.writeBranchElement(to, element, position, keySize[i], childPage[i]);
      }
      data = writeData(to, data, i);
      element += ELEMENT_BYTES;
    }
    return data;
  }

  private long writeData(MemorySegment to, long at, int i) {
    byte[] key = keys[i];
    int valueBytes = leaf ? valueSize[i] : 0;
    if (key == null) {
      long length = (long) keySize[i] + valueBytes;
      MemorySegment.copy(pages.bytes(), keyAt[i], to, at, length);
      return at + length;
    }
    MemorySegment.copy(key, 0, to, ValueLayout.JAVA_BYTE, at, key.length);
    if (leaf) {
      MemorySegment.copy(values[i], 0, to, ValueLayout.JAVA_BYTE, at + key.length, valueBytes);
    }
    return at + key.length + valueBytes;
  }

  /** The node of child {@code i}, read if need be. */
  Node child(int i) {
    @Nullable Node child = children[i];
    if (child == null) {
      child = read(pages, childPage[i]);
      children[i] = child;
    }
    return child;
  }
}
