package io.quorate.wal;

import io.quorate.io.DiskFile;

/** A segment that is open; if for writing, it is locked too until its file is closed. */
record HeldSegment(SegmentName name, DiskFile file) {}
