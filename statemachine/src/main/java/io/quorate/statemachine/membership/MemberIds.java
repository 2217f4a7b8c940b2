package io.quorate.statemachine.membership;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * How ids come about (spec/peer.md 5, spec/observed.md 1): the first 8 bytes of a SHA-1, unsigned.
 */
public final class MemberIds {
  private MemberIds() {}

  /** A founding member: peer URLs in byte order, then the token of the cluster. */
  public static long founding(Collection<String> peerUrls, String clusterToken) {
    return member(peerUrls, clusterToken);
  }

  /** A member added at run time: the second of the request in place of the token. */
  public static long added(Collection<String> peerUrls, long unixSeconds) {
    return member(peerUrls, Long.toString(unixSeconds));
  }

  private static long member(Collection<String> peerUrls, String suffix) {
    MessageDigest sha1 = sha1();
    List<byte[]> urls =
        peerUrls.stream()
            .map(url -> url.getBytes(StandardCharsets.UTF_8))
            .sorted(Arrays::compareUnsigned)
            .toList();
    urls.forEach(sha1::update);
    sha1.update(suffix.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(sha1.digest()).getLong();
  }

  /** The cluster of these founding members, in whatever order. */
  public static long cluster(Collection<Long> memberIds) {
    MessageDigest sha1 = sha1();
    memberIds.stream()
        .sorted(Long::compareUnsigned)
        .forEach(id -> sha1.update(ByteBuffer.allocate(8).putLong(0, id)));
    return ByteBuffer.wrap(sha1.digest()).getLong();
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-1", e);
    }
  }
}
