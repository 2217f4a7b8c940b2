package io.quorate.io.memory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a name stands for: now, and after a power cut. */
sealed interface Node {

  /** Names as they are seen, and as they are certain to be found again. */
  final class Directory implements Node {
    final TreeMap<String, Node> names = new TreeMap<>();
    final TreeMap<String, Node> durable = new TreeMap<>();
  }

  /** A symbolic link to an absolute path. */
  record Link(Path target) implements Node {}

  /** A file without its name. */
  final class Content implements Node {
    SparseBytes bytes = new SparseBytes();

    /** What is certain; {@code unsynced} leads from here to {@code bytes}. */
    SparseBytes durable = new SparseBytes();

    final List<Change> unsynced = new ArrayList<>();
    final List<byte[]> mappings = new ArrayList<>();
    final Set<MemoryFile> flockShared = new HashSet<>();
    @Nullable MemoryFile flockExclusive;
    @Nullable MemoryFile ofdLock;

    void write(byte[] from, long position) {
      bytes.write(from, 0, from.length, position);
      for (byte[] mapping : mappings) {
        long count = Math.min(from.length, mapping.length - position);
        if (count > 0) {
          System.arraycopy(from, 0, mapping, (int) position, (int) count);
        }
      }
      unsynced.add(new Change(position, from));
    }

    void setLength(long length) {
      long before = bytes.length();
      bytes.setLength(length);
      for (byte[] mapping : mappings) {
        if (length < before && length < mapping.length) {
          int end = (int) Math.min(before, mapping.length);
          Arrays.fill(mapping, (int) length, end, (byte) 0);
        }
      }
      unsynced.add(new Change(length, null));
    }

    /** Everything unsynced reaches the disk. */
    void sync() {
      for (Change change : unsynced) {
        change.apply(durable);
      }
      unsynced.clear();
    }

    /** What is seen now is certain. */
    void settle() {
      durable = bytes.copy();
      unsynced.clear();
    }

    /** Some of what is unsynced reaches the disk, the rest never will. */
    void tear(SplittableRandom random) {
      for (Change change : unsynced) {
        change.tear(durable, random);
      }
      unsynced.clear();
    }

    /** The file as it is found after a power cut. */
    Content survive(Fate fate, SplittableRandom random) {
      Content survivor = new Content();
      survivor.durable = durable.copy();
      survivor.unsynced.addAll(unsynced);
      switch (fate) {
        case LOST -> survivor.unsynced.clear();
        case KEPT -> survivor.sync();
        case TORN -> survivor.tear(random);
      }
      survivor.bytes = survivor.durable.copy();
      return survivor;
    }
  }

  /** A write, or with no data a change of length. */
  record Change(long position, byte @Nullable [] data) {
    static final int SECTOR_BYTES = 512;

    void apply(SparseBytes to) {
      if (data == null) {
        to.setLength(position);
      } else {
        to.write(data, 0, data.length, position);
      }
    }

    void tear(SparseBytes to, SplittableRandom random) {
      // Half of the time the choice is by the write, so that whole survivors are common too.
      int choice = random.nextInt(4);
      if (choice == 0) {
        return;
      }
      if (choice == 1 || data == null) {
        apply(to);
        return;
      }
      int offset = 0;
      while (offset < data.length) {
        int within = (int) ((position + offset) % SECTOR_BYTES);
        int count = Math.min(data.length - offset, SECTOR_BYTES - within);
        if (random.nextBoolean()) {
          to.write(data, offset, count, position + offset);
        } else if (random.nextBoolean() && to.length() < position + offset + count) {
          // The new length survived, the sector did not.
          to.setLength(position + offset + count);
        }
        offset += count;
      }
    }
  }
}
