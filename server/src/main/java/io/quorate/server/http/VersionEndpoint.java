package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.node.Member;
import io.quorate.node.duty.Versions;
import io.quorate.rpc.Metadata;
import io.quorate.statemachine.membership.Version;
import java.nio.charset.StandardCharsets;

/** {@code /version}: of the program, the cluster and the storage. */
record VersionEndpoint(Member member) {
  void answer(HttpExchange exchange) {
    String json =
        "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\"}"
            .formatted(
                Versions.SERVER,
                member
                    .stores()
                    .membership()
                    .view()
                    .clusterVersion()
                    .map(Version::toString)
                    .orElse("not_decided"),
                member.storageVersion().map(Version::toString).orElse("unknown"));
    exchange.respond(
        200,
        new Metadata().add("content-type", "application/json"),
        json.getBytes(StandardCharsets.UTF_8));
  }
}
