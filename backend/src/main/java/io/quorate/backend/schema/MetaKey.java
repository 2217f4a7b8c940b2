package io.quorate.backend.schema;

import java.nio.charset.StandardCharsets;

/** The keys of our own in the buckets {@code meta}, {@code cluster} and {@code auth}. */
public enum MetaKey {
  /** Raft index of the last applied entry, 8 bytes big-endian; never written when 0. */
  CONSISTENT_INDEX(BucketName.META, "consistent_index"),
  /** Term of that entry, 8 bytes big-endian; never written when 0. */
  TERM(BucketName.META, "term"),
  /** JSON of the raft ConfState. */
  CONF_STATE(BucketName.META, "confState"),
  /** For example {@code 3.6.0}. */
  STORAGE_VERSION(BucketName.META, "storageVersion"),
  /** 17-byte revision up to which a compaction was accepted. */
  SCHEDULED_COMPACTION(BucketName.META, "scheduledCompactRev"),
  /** 17-byte revision up to which history is physically gone. */
  FINISHED_COMPACTION(BucketName.META, "finishedCompactRev"),
  CLUSTER_VERSION(BucketName.CLUSTER, "clusterVersion"),
  DOWNGRADE(BucketName.CLUSTER, "downgrade"),
  AUTH_ENABLED(BucketName.AUTH, "authEnabled"),
  AUTH_REVISION(BucketName.AUTH, "authRevision");

  private final BucketName bucket;
  private final byte[] bytes;

  MetaKey(BucketName bucket, String text) {
    this.bucket = bucket;
    this.bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  public BucketName bucket() {
    return bucket;
  }

  /** The key as it stands in the file. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }
}
