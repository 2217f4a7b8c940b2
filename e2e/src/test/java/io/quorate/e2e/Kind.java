package io.quorate.e2e;

import java.nio.file.Path;

/** Whose program it is. Every test runs against the original first, which proves the test. */
enum Kind {
  ORIGINAL {
    @Override
    Path etcd() {
      return Programs.original("etcd");
    }

    @Override
    Path etcdctl() {
      return Programs.original("etcdctl");
    }
  },
  OURS {
    @Override
    Path etcd() {
      return Programs.ours("etcd");
    }

    @Override
    Path etcdctl() {
      return Programs.ours("etcdctl");
    }
  };

  abstract Path etcd();

  abstract Path etcdctl();
}
