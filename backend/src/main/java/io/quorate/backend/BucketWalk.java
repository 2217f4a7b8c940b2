package io.quorate.backend;

import io.quorate.bolt.BoltException;
import io.quorate.bolt.Bucket;
import io.quorate.bolt.Cursor;
import io.quorate.bolt.ReadTransaction;

/**
 * Every top-level bucket of a file, in the order of the names: also those that no version known to
 * us makes, whose records are somebody's all the same.
 */
final class BucketWalk {
  private final ReadTransaction file;
  private final Cursor names;
  private boolean begun;
  private byte[] name = {};

  BucketWalk(FileSnapshot snapshot) {
    this.file = snapshot.transaction;
    this.names = file.cursor();
  }

  /** Goes to the first bucket, or from one to the next; returns whether there is one. */
  boolean next() {
    boolean there = begun ? names.next() : names.first();
    begun = true;
    if (there) {
      name = names.keyBytes();
    }
    return there;
  }

  /** The name of the bucket here. Not to be changed. */
  byte[] name() {
    return name;
  }

  Bucket bucket() {
    return file.bucket(name).orElseThrow(BoltException.BucketNotFound::new);
  }
}
