package io.quorate.e2e;

import java.nio.file.Path;

/** Whose program it is. Every test runs against the original first, which proves the test. */
enum Kind {
  ORIGINAL {
    @Override
    Path etcd() {
      return Programs.original("etcd");
    }
  },
  OURS {
    @Override
    Path etcd() {
      return Programs.ours("etcd");
    }
  };

  abstract Path etcd();
}
