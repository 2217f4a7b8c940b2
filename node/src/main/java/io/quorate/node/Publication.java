package io.quorate.node;

import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.ClusterMemberAttrSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;

/** The member's name and client URLs, proposed until the cluster knows them. */
final class Publication {
  private final MemberOptions options;
  private final Function<ClusterMemberAttrSet, CompletableFuture<Outcome>> propose;
  private final Runnable beforePublishing;
  private final BooleanSupplier stopping;
  private final Logger log;
  private final CompletableFuture<Void> done = new CompletableFuture<>();

  Publication(
      MemberOptions options,
      Function<ClusterMemberAttrSet, CompletableFuture<Outcome>> propose,
      Runnable beforePublishing,
      BooleanSupplier stopping,
      Logger log) {
    this.options = options;
    this.propose = propose;
    this.beforePublishing = beforePublishing;
    this.stopping = stopping;
    this.log = log;
  }

  /** Completes when the attributes are applied. */
  CompletableFuture<Void> done() {
    return done;
  }

  void begin() {
    beforePublishing.run();
    propose
        .apply(new ClusterMemberAttrSet(options.memberId(), options.name(), options.clientUrls()))
        .whenComplete((outcome, failure) -> {
          if (failure == null) {
            log.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
                .addKeyValue("local-member-attributes", attributesText())
                .addKeyValue("cluster-id", Long.toHexString(options.clusterId()))
                .addKeyValue("publish-timeout", options.requestTimeout())
                .log("published local member to cluster through raft");
            done.complete(null);
          } else if (!stopping.getAsBoolean()) {
            log.atWarn()
                .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
                .addKeyValue("local-member-attributes", attributesText())
                .addKeyValue("publish-timeout", options.requestTimeout())
                .addKeyValue("error", failure)
                .log("failed to publish local member to cluster through raft");
            begin();
          }
        });
  }

  private String attributesText() {
    return "{Name:%s ClientURLs:[%s]}"
        .formatted(options.name(), String.join(" ", options.clientUrls()));
  }
}
