package io.quorate.bolt;

import io.quorate.io.Failpoints;

/** The failpoints of this room (spec/failpoints.md), each asked for once. */
record Faults(
    Failpoints.Point beforeBucketPut,
    Failpoints.Point beforeSyncDataPages,
    Failpoints.Point beforeSyncMetaPage,
    Failpoints.Point beforeWriteMetaError,
    Failpoints.Point lackOfDiskSpace,
    Failpoints.Point mapError,
    Failpoints.Point unmapError,
    Failpoints.Point resizeFileError) {
  static Faults of(Failpoints failpoints) {
    return new Faults(
        failpoints.point("beforeBucketPut"),
        failpoints.point("beforeSyncDataPages"),
        failpoints.point("beforeSyncMetaPage"),
        failpoints.point("beforeWriteMetaError"),
        failpoints.point("lackOfDiskSpace"),
        failpoints.point("mapError"),
        failpoints.point("unmapError"),
        failpoints.point("resizeFileError"));
  }

  /** Sleeps, prints or halts here, if {@code point} is told to; it carries no text. */
  static void pass(Failpoints.Point point) {
    point.fire();
  }

  /** Fails with the text of {@code point}, if it is told to. */
  static void fire(Failpoints.Point point) {
    point
        .fire()
        .ifPresent(text -> {
          throw new BoltException.Injected(text);
        });
  }
}
