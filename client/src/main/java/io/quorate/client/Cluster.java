package io.quorate.client;

import io.quorate.api.etcdserverpb.MemberAddRequest;
import io.quorate.api.etcdserverpb.MemberAddResponse;
import io.quorate.api.etcdserverpb.MemberListRequest;
import io.quorate.api.etcdserverpb.MemberListResponse;
import io.quorate.api.etcdserverpb.MemberPromoteRequest;
import io.quorate.api.etcdserverpb.MemberPromoteResponse;
import io.quorate.api.etcdserverpb.MemberRemoveRequest;
import io.quorate.api.etcdserverpb.MemberRemoveResponse;
import io.quorate.api.etcdserverpb.MemberUpdateRequest;
import io.quorate.api.etcdserverpb.MemberUpdateResponse;
import java.util.List;

/** Who is in the cluster. Member ids are unsigned. */
public final class Cluster {
  private final Messages calls;

  Cluster(Messages calls) {
    this.calls = calls;
  }

  /** The members as a majority knows them. */
  public MemberListResponse memberList() {
    return memberList(true);
  }

  /**
   * @param linearizable false for what the asked member knows by itself
   */
  public MemberListResponse memberList(boolean linearizable) {
    return calls.unary(
        "/etcdserverpb.Cluster/MemberList",
        MemberListRequest.newBuilder().setLinearizable(linearizable).build(),
        MemberListResponse.parser());
  }

  public MemberAddResponse memberAdd(List<String> peerUrls, boolean learner) {
    return calls.unary(
        "/etcdserverpb.Cluster/MemberAdd",
        MemberAddRequest.newBuilder().addAllPeerURLs(peerUrls).setIsLearner(learner).build(),
        MemberAddResponse.parser());
  }

  public MemberRemoveResponse memberRemove(long id) {
    return calls.unary(
        "/etcdserverpb.Cluster/MemberRemove",
        MemberRemoveRequest.newBuilder().setID(id).build(),
        MemberRemoveResponse.parser());
  }

  public MemberUpdateResponse memberUpdate(long id, List<String> peerUrls) {
    return calls.unary(
        "/etcdserverpb.Cluster/MemberUpdate",
        MemberUpdateRequest.newBuilder().setID(id).addAllPeerURLs(peerUrls).build(),
        MemberUpdateResponse.parser());
  }

  public MemberPromoteResponse memberPromote(long id) {
    return calls.unary(
        "/etcdserverpb.Cluster/MemberPromote",
        MemberPromoteRequest.newBuilder().setID(id).build(),
        MemberPromoteResponse.parser());
  }
}
