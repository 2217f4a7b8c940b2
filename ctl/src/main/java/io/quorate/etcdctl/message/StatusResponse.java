package io.quorate.etcdctl.message;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoReader;
import io.quorate.gotext.RawText;
import io.quorate.rpc.CallOptions;
import java.util.ArrayList;
import java.util.List;

/** How one member fares. */
public final class StatusResponse {
  private Header header = Header.NONE;
  private String version = "";
  private long dbSize;
  private long leader;
  private long raftIndex;
  private long raftTerm;
  private long raftAppliedIndex;
  private final List<String> errors = new ArrayList<>(0);
  private long dbSizeInUse;
  private boolean isLearner;
  private String storageVersion = "";
  private long dbSizeQuota;
  private boolean hasDowngradeInfo;
  private boolean downgradeEnabled;
  private String downgradeTargetVersion = "";

  private StatusResponse() {}

  /** Asks the one member of a channel. */
  public static byte[] ask(ClusterChannel channel, CallOptions options) {
    return channel.unary("/etcdserverpb.Maintenance/Status", new byte[0], options);
  }

  public static StatusResponse read(byte[] bytes) {
    StatusResponse status = new StatusResponse();
    ProtoReader in = new ProtoReader(bytes);
    while (in.next()) {
      status.take(in);
    }
    return status;
  }

  private void take(ProtoReader in) {
    switch (in.number()) {
      case 1 -> header = Header.read(in.message());
      case 2 -> version = RawText.of(in.bytes());
      case 3 -> dbSize = in.value();
      case 4 -> leader = in.value();
      case 5 -> raftIndex = in.value();
      case 6 -> raftTerm = in.value();
      case 7 -> raftAppliedIndex = in.value();
      case 8 -> errors.add(RawText.of(in.bytes()));
      case 9 -> dbSizeInUse = in.value();
      case 10 -> isLearner = in.flag();
      case 11 -> storageVersion = RawText.of(in.bytes());
      case 12 -> dbSizeQuota = in.value();
      case 13 -> takeDowngradeInfo(in.message());
      default -> {}
    }
  }

  private void takeDowngradeInfo(ProtoReader in) {
    hasDowngradeInfo = true;
    while (in.next()) {
      switch (in.number()) {
        case 1 -> downgradeEnabled = in.flag();
        case 2 -> downgradeTargetVersion = RawText.of(in.bytes());
        default -> {}
      }
    }
  }

  public Header header() {
    return header;
  }

  public String version() {
    return version;
  }

  public long dbSize() {
    return dbSize;
  }

  public long dbSizeInUse() {
    return dbSizeInUse;
  }

  public long dbSizeQuota() {
    return dbSizeQuota;
  }

  public long leader() {
    return leader;
  }

  public boolean isLeader() {
    return leader == header.memberId();
  }

  public boolean isLearner() {
    return isLearner;
  }

  public long raftIndex() {
    return raftIndex;
  }

  public long raftTerm() {
    return raftTerm;
  }

  public long raftAppliedIndex() {
    return raftAppliedIndex;
  }

  public List<String> errors() {
    return errors;
  }

  public String storageVersion() {
    return storageVersion;
  }

  /** Whether the member knows of downgrades: those before 3.6 do not. */
  public boolean hasDowngradeInfo() {
    return hasDowngradeInfo;
  }

  public boolean isDowngradeEnabled() {
    return downgradeEnabled;
  }

  public String downgradeTargetVersion() {
    return downgradeTargetVersion;
  }
}
