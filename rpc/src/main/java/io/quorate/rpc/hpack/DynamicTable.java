package io.quorate.rpc.hpack;

/**
 * The headers lately seen, newest first (RFC 7541 §2.3.2, §4). A ring: entry 0 is the newest. An
 * entry counts its name, its value and 32 bytes more.
 */
final class DynamicTable {
  static final int OVERHEAD_BYTES = 32;

  private String[] names = new String[16];
  private String[] values = new String[16];
  private int newest;
  private int length;
  private int size;
  private int capacity;

  DynamicTable(int capacity) {
    this.capacity = capacity;
  }

  int length() {
    return length;
  }

  int size() {
    return size;
  }

  int capacity() {
    return capacity;
  }

  String name(int i) {
    return names[slot(i)];
  }

  String value(int i) {
    return values[slot(i)];
  }

  private int slot(int i) {
    return (newest - i) & (names.length - 1);
  }

  void capacity(int bytes) {
    capacity = bytes;
    evict(0);
  }

  void add(String name, String value) {
    int bytes = name.length() + value.length() + OVERHEAD_BYTES;
    evict(bytes);
    if (bytes > capacity) {
      return; // an entry larger than the table empties it (§4.4)
    }
    if (length == names.length) {
      grow();
    }
    newest = (newest + 1) & (names.length - 1);
    names[newest] = name;
    values[newest] = value;
    length++;
    size += bytes;
  }

  private void evict(int room) {
    while (length > 0 && size + room > capacity) {
      int oldest = slot(length - 1);
      size -= names[oldest].length() + values[oldest].length() + OVERHEAD_BYTES;
      length--;
    }
  }

  private void grow() {
    String[] moreNames = new String[2 * names.length];
    String[] moreValues = new String[2 * names.length];
    for (int i = 0; i < length; i++) {
      moreNames[length - 1 - i] = name(i);
      moreValues[length - 1 - i] = value(i);
    }
    newest = length - 1;
    names = moreNames;
    values = moreValues;
  }
}
