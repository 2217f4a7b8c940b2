package io.quorate.io.memory;

/** What becomes of everything that was not synced when the power went. */
public enum Fate {
  /** All of it is gone. */
  LOST,
  /** All of it had reached the disk by chance. */
  KEPT,
  /**
   * By the disk's seed: of the changed names a first part survives; of each write every 512-byte
   * sector survives or not, independently, in whatever order the writes were made.
   */
  TORN
}
