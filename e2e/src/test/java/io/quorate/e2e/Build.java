package io.quorate.e2e;

import java.nio.file.Path;
import java.util.List;

/** A program that can be a member of a cluster. */
enum Build {
  OURS(""),
  ORIGINAL(""),
  ORIGINAL_35("experimental-");

  private final String prefix;

  Build(String prefix) {
    this.prefix = prefix;
  }

  Path etcd() {
    return switch (this) {
      case OURS -> Programs.ours("etcd");
      case ORIGINAL -> Programs.original("etcd");
      case ORIGINAL_35 -> Programs.original35("etcd");
    };
  }

  /** With logs so short that whoever was away needs a snapshot. */
  List<String> shortLogs() {
    return List.of("--snapshot-count=100", "--" + prefix + "snapshot-catchup-entries=50");
  }
}
