package io.quorate.peer;

import java.time.Duration;
import java.util.List;

/**
 * Who we are to the other members, and how long we wait for them.
 *
 * @param clusterId what both ends must agree on
 * @param serverVersion plain {@code X.Y.Z}: anything else crashes a Go peer (spec/peer.md 1.4)
 * @param peerUrls our own, as others reach us
 * @param dialTimeout 1 s and an election timeout
 * @param readTimeout {@code --raft-read-timeout}: a stream on which nothing comes is given up
 * @param writeTimeout {@code --raft-write-timeout}: a stream that takes nothing is given up
 * @param requestTimeout for questions
 */
public record PeerOptions(
    long memberId,
    long clusterId,
    String serverVersion,
    List<String> peerUrls,
    Duration dialTimeout,
    Duration readTimeout,
    Duration writeTimeout,
    Duration requestTimeout) {
  public PeerOptions {
    peerUrls = peerUrls.stream().sorted().toList();
  }
}
