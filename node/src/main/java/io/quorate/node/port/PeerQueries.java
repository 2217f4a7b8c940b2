package io.quorate.node.port;

import io.quorate.statemachine.membership.Member;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a member asks of others before it is one itself. Blocks; the starting thread only. */
public interface PeerQueries {
  /** Nobody answers. */
  PeerQueries NONE = (peerUrls, timeout, logged) -> Optional.empty();

  /** A cluster as one of its members describes it ({@code GET /members}). */
  record RemoteCluster(long id, List<Member> members) {}

  /**
   * The first good answer of {@code peerUrls}, in this order. All are asked at once and have {@code
   * timeout} together.
   *
   * @param logged whether the log says who did not answer
   */
  Optional<RemoteCluster> cluster(List<String> peerUrls, Duration timeout, boolean logged);
}
