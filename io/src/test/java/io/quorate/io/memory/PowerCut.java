package io.quorate.io.memory;

/**
 * The power is gone. Not a {@link io.quorate.io.DiskException}: nothing that handles a disk's
 * errors may run any more. Closing files after it is harmless and does nothing.
 */
public final class PowerCut extends RuntimeException {
  PowerCut(String during) {
    super("power cut during or before " + during);
  }
}
