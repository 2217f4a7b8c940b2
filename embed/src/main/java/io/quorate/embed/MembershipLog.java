package io.quorate.embed;

import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipListener;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** The lines that etcd writes about members that come and go. */
final class MembershipLog implements MembershipListener {
  private final String clusterId;
  private final String memberId;
  private final Logger log;

  MembershipLog(long clusterId, long memberId, Logger log) {
    this.clusterId = Long.toHexString(clusterId);
    this.memberId = Long.toHexString(memberId);
    this.log = log;
  }

  /** What the database knows beyond the raft snapshot at a start. */
  void missingInSnapshot(List<Member> members) {
    for (Member member : members) {
      log.atInfo()
          .addKeyValue("member", member.logText())
          .log("Detected member only in v3store but missing in v2store");
    }
  }

  @Override
  public void addedBefore(Member member) {
    added(member).log("ignore already added member");
  }

  private LoggingEventBuilder added(Member member) {
    return log.atInfo()
        .addKeyValue("cluster-id", clusterId)
        .addKeyValue("local-member-id", memberId)
        .addKeyValue("added-peer-id", Long.toHexString(member.id()))
        .addKeyValue("added-peer-peer-urls", member.peerUrls())
        .addKeyValue("added-peer-is-learner", member.isLearner());
  }

  @Override
  public void clusterVersionSetBefore(Version now, Version then) {
    log.atInfo()
        .addKeyValue("cluster-id", clusterId)
        .addKeyValue("local-member-id", memberId)
        .addKeyValue("from", now.major() + "." + now.minor())
        .addKeyValue("to", then.major() + "." + then.minor())
        .log("updated cluster version");
  }

  @Override
  public void recovered(MembershipView view) {
    view.clusterVersion()
        .ifPresent(version ->
            log.atInfo()
                .addKeyValue("cluster-version", version.major() + "." + version.minor())
                .log("enabled capabilities for version"));
    for (Member member : view.members().values()) {
      log.atInfo()
          .addKeyValue("cluster-id", clusterId)
          .addKeyValue("local-member-id", memberId)
          .addKeyValue("recovered-remote-peer-id", Long.toHexString(member.id()))
          .addKeyValue("recovered-remote-peer-urls", member.peerUrls())
          .addKeyValue("recovered-remote-peer-is-learner", member.isLearner())
          .log("recovered/added member from store");
    }
    view.clusterVersion()
        .ifPresent(version ->
            log.atInfo()
                .addKeyValue("cluster-version", version.major() + "." + version.minor())
                .log("set cluster version from store"));
  }

  private void changed(Member before, Member after) {
    if (before.isLearner() && !after.isLearner()) {
      log.atInfo()
          .addKeyValue("cluster-id", clusterId)
          .addKeyValue("local-member-id", memberId)
          .addKeyValue("promoted-member-id", Long.toHexString(after.id()))
          .log("promote member");
    }
  }

  @Override
  public void updated(Member member) {
    log.atInfo()
        .addKeyValue("cluster-id", clusterId)
        .addKeyValue("local-member-id", memberId)
        .addKeyValue("updated-remote-peer-id", Long.toHexString(member.id()))
        .addKeyValue("updated-remote-peer-urls", member.peerUrls())
        .addKeyValue("updated-remote-peer-is-learner", member.isLearner())
        .log("updated member");
  }

  @Override
  public void changed(MembershipView before, MembershipView after) {
    after
        .members()
        .values()
        .forEach(member -> {
          if (before.member(member.id()).isEmpty()) {
            added(member).log("added member");
          } else {
            changed(before.member(member.id()).get(), member);
          }
        });
    before
        .members()
        .values()
        .forEach(member -> {
          if (after.member(member.id()).isEmpty()) {
            log.atInfo()
                .addKeyValue("cluster-id", clusterId)
                .addKeyValue("local-member-id", memberId)
                .addKeyValue("removed-remote-peer-id", Long.toHexString(member.id()))
                .addKeyValue("removed-remote-peer-urls", member.peerUrls())
                .addKeyValue("removed-remote-peer-is-learner", member.isLearner())
                .log("removed member");
          }
        });
  }

  @Override
  public void promotedBefore(long id) {
    log.atInfo()
        .addKeyValue("cluster-id", clusterId)
        .addKeyValue("local-member-id", memberId)
        .addKeyValue("promoted-member-id", Long.toHexString(id))
        .log("ignore already promoted member in v3store");
  }
}
