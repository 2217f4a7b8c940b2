package io.quorate.peer.http;

import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpTable;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import io.quorate.node.Member;
import io.quorate.node.port.OtherMembers;
import io.quorate.peer.PeerNetwork;
import io.quorate.rpc.Status;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.slf4j.Logger;

/** Everything that the peer port serves. No client traffic; any path else is 404. */
public final class PeerHttp {
  private PeerHttp() {}

  /**
   * @param databases where the database received with the snapshot of an index is kept
   * @param hashes makes the checksum of all keys at a revision
   * @param administrators says what is wrong with a token, if an administrator is wanted
   */
  public static HttpHandler of(
      PeerNetwork network,
      Member member,
      Disk disk,
      LongFunction<Path> databases,
      LongFunction<CompletableFuture<OtherMembers.PeerHash>> hashes,
      Function<Optional<String>, CompletableFuture<Optional<Status>>> administrators,
      Clock clock,
      Failpoints failpoints,
      Logger log) {
    var check = new SenderCheck(network, log);
    var table =
        new HttpTable()
            .add("/raft", new RaftHandler(network, check, log))
            .add("/raft/snapshot", new SnapshotHandler(network, check, disk, databases, clock, log))
            .add("/raft/stream/", new StreamHandler(network, check, log));
    new Questions(network, member, hashes, administrators, failpoints, log).addTo(table);
    return table;
  }
}
