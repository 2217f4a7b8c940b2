package io.quorate.embed;

import io.quorate.embed.config.MemberConfig;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import io.quorate.metrics.MemberMetrics;
import org.slf4j.Logger;

/** What a member is told, the world it runs in, and who hears of it. */
record Setting(
    MemberConfig config,
    Disk disk,
    Clock clock,
    Failpoints failpoints,
    MemberMetrics metrics,
    Etcd.Logs logs) {
  /** The member's own. */
  Logger log() {
    return logs.member();
  }
}
