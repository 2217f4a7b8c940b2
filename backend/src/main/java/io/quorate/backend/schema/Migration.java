package io.quorate.backend.schema;

import java.util.Optional;

/**
 * Which layout a database has, and what makes another of it (spec/storage.md 7). Only one step is
 * known: 3.6 added {@code meta/storageVersion}.
 */
public final class Migration {
  private Migration() {}

  /** The records of a database, wherever they are. */
  @FunctionalInterface
  public interface Records {
    Optional<byte[]> get(MetaKey key);
  }

  /** A database that may be changed. */
  public interface WritableRecords extends Records {
    void put(MetaKey key, byte[] value);

    void delete(MetaKey key);
  }

  /** A layout that cannot be told or reached. The text is etcd's. */
  public static final class Refused extends RuntimeException {
    Refused(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * The version of a database.
   *
   * @throws Refused {@code missing term information} where it is older than 3.5
   */
  public static StorageVersion detect(Records records) {
    Optional<StorageVersion> stored =
        records.get(MetaKey.STORAGE_VERSION).flatMap(StorageVersion::parse);
    if (stored.isPresent()) {
      return stored.get();
    }
    boolean applied = records.get(MetaKey.CONSISTENT_INDEX).isPresent();
    boolean term = records.get(MetaKey.TERM).filter(Migration::isNotZero).isPresent();
    if (!applied || !term) {
      throw new Refused("missing term information");
    }
    return StorageVersion.V3_5;
  }

  private static boolean isNotZero(byte[] number) {
    for (byte b : number) {
      if (b != 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks that {@code from} can be led to {@code to}.
   *
   * @throws Refused where a step on the way is not known
   */
  public static void checkPlan(StorageVersion from, StorageVersion to) {
    if (from.major() != to.major()) {
      throw new Refused("changing major storage version is not supported");
    }
    StorageVersion at = from;
    while (!at.equals(to)) {
      // A step up is known by the version above, a step down by the version left.
      boolean up = at.minor() < to.minor();
      StorageVersion step = up ? at.up() : at;
      if (!step.equals(StorageVersion.V3_6)) {
        throw new Refused("version \"" + step + "\" is not supported");
      }
      at = up ? step : at.down();
    }
  }

  /**
   * Brings a database to {@code to}; to be written in one transaction.
   *
   * @throws Refused before anything is changed
   */
  public static void migrate(WritableRecords records, StorageVersion to) {
    StorageVersion from;
    try {
      from = detect(records);
    } catch (Refused e) {
      throw new Refused("cannot detect storage schema version: " + e.getMessage());
    }
    try {
      checkPlan(from, to);
    } catch (Refused e) {
      throw new Refused("cannot create migration plan: " + e.getMessage());
    }
    set(records, to);
  }

  /** Writes what makes a database one of version {@code to}, whatever it was. */
  public static void set(WritableRecords records, StorageVersion to) {
    if (to.minor() >= StorageVersion.V3_6.minor()) {
      records.put(MetaKey.STORAGE_VERSION, to.bytes());
    } else {
      records.delete(MetaKey.STORAGE_VERSION);
    }
  }
}
