package io.quorate.backend.schema;

import java.nio.charset.StandardCharsets;

/** The top-level buckets of a member's database, in the order of their names in the file. */
public enum BucketName {
  ALARM("alarm"),
  AUTH("auth"),
  AUTH_ROLES("authRoles"),
  AUTH_USERS("authUsers"),
  CLUSTER("cluster"),
  KEY("key"),
  LEASE("lease"),
  MEMBERS("members"),
  MEMBERS_REMOVED("members_removed"),
  META("meta");

  private final byte[] bytes;

  BucketName(String text) {
    this.bytes = text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The name as it stands in the file. Not to be changed. */
  public byte[] bytes() {
    return bytes;
  }
}
