package io.quorate.node;

import io.quorate.backend.Backend;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.Migration;
import io.quorate.backend.schema.StorageVersion;
import io.quorate.node.duty.Versions;
import io.quorate.node.port.OtherMembers;
import io.quorate.statemachine.apply.Stores;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.ClusterVersionSet;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;

/**
 * The version of the cluster, which a leader decides by what all members say of themselves, and
 * that of this member's storage, which follows it (spec/peer.md 9.1).
 */
final class VersionKeeper {
  private static final CompletableFuture<?> NOTHING = CompletableFuture.completedFuture(null);

  private final MemberOptions options;
  private final Stores stores;
  private final OtherMembers others;
  private final BooleanSupplier decides;
  private final Function<ClusterVersionSet, CompletableFuture<?>> propose;
  private final Logger log;
  private final AtomicBoolean deciding = new AtomicBoolean();
  private volatile Optional<Version> storage = Optional.empty();

  /**
   * @param decides whether this member leads and goes on
   */
  VersionKeeper(
      MemberOptions options,
      Stores stores,
      OtherMembers others,
      BooleanSupplier decides,
      Function<ClusterVersionSet, CompletableFuture<?>> propose,
      Logger log) {
    this.options = options;
    this.stores = stores;
    this.others = others;
    this.decides = decides;
    this.propose = propose;
    this.log = log;
  }

  /** The version of the storage, as far as it can be told (spec/storage.md 7.1). Any thread. */
  Optional<Version> storage() {
    return storage;
  }

  /**
   * Proposes another version of the cluster, if this member leads and another is due; one at a
   * time, however often it is asked.
   */
  void decide() {
    if (decides.getAsBoolean() && deciding.compareAndSet(false, true)) {
      lowest(stores.membership().view())
          .thenCompose(this::decide)
          .whenComplete((done, failure) -> deciding.set(false));
    }
  }

  /** The lowest version of all members; empty if one of them does not say. */
  private CompletableFuture<Optional<Version>> lowest(MembershipView membership) {
    CompletableFuture<Optional<Version>> lowest =
        CompletableFuture.completedFuture(Optional.of(Versions.SERVER));
    for (var other : membership.list()) {
      if (other.id() != options.memberId()) {
        lowest =
            lowest.thenCombine(
                others.versions(other),
                (sofar, theirs) ->
                    sofar.flatMap(low ->
                        theirs
                            .flatMap(OtherMembers.Versions::server)
                            .map(version -> version.compareTo(low) < 0 ? version : low)));
      }
    }
    return lowest;
  }

  private CompletableFuture<?> decide(Optional<Version> lowest) {
    var membership = stores.membership().view();
    if (!decides.getAsBoolean() || membership.members().isEmpty()) {
      return NOTHING;
    }
    return Versions.decide(membership, lowest)
        .<CompletableFuture<?>>map(version -> {
          if (membership.clusterVersion().isEmpty()) {
            log.atInfo()
                .addKeyValue("cluster-version", shortOf(version))
                .log("setting up initial cluster version using v3 API");
          } else {
            log.atInfo()
                .addKeyValue("from", shortOf(membership.clusterVersion().get()))
                .addKeyValue("to", shortOf(version))
                .log("updating cluster version using v3 API");
          }
          return propose
              .apply(new ClusterVersionSet(version.toString()))
              .thenRun(() ->
                  log.atInfo()
                      .addKeyValue("cluster-version", shortOf(version))
                      .log("cluster version is updated"));
        })
        .orElse(NOTHING);
  }

  /** The cluster has another version. */
  void changed(Optional<Version> before, Version now) {
    var line =
        log.atInfo()
            .addKeyValue("cluster-id", Long.toHexString(options.clusterId()))
            .addKeyValue("local-member-id", Long.toHexString(options.memberId()));
    if (before.isEmpty()) {
      line.addKeyValue("cluster-version", shortOf(now)).log("set initial cluster version");
    } else {
      line.addKeyValue("from", shortOf(before.get()))
          .addKeyValue("to", shortOf(now))
          .log("updated cluster version");
    }
    log.atInfo()
        .addKeyValue("cluster-version", shortOf(now))
        .log("enabled capabilities for version");
  }

  private static String shortOf(Version version) {
    return version.major() + "." + version.minor();
  }

  /** Detects the version of the storage, and moves it up to the cluster's. Apply thread. */
  void checkStorage() {
    Backend backend = stores.backend();
    Optional<Version> stored =
        backend
            .get(MetaKey.STORAGE_VERSION.bucket(), MetaKey.STORAGE_VERSION.bytes())
            .flatMap(bytes -> Version.parse(new String(bytes, StandardCharsets.UTF_8)));
    if (stored.isEmpty() && backend.appliedTerm() != 0) {
      stored = Optional.of(Version.of(3, 5));
    }
    storage = stored;
    Optional<Version> current = stored;
    Versions.migrateTo(stores.membership().view(), stored)
        .ifPresent(target -> {
          log.atInfo()
              .addKeyValue("cluster-version", target.toString())
              .addKeyValue("storage-version", current.map(Version::toString).orElse(""))
              .log("cluster version differs from storage version.");
          migrate(backend, target);
        });
  }

  private void migrate(Backend backend, Version target) {
    Migration.set(backend.metaRecords(), new StorageVersion(target.major(), target.minor()));
    backend.endUpkeep();
    storage = Optional.of(target);
    log.atInfo()
        .addKeyValue("new-storage-version", target.toString())
        .log("updated storage version");
  }
}
