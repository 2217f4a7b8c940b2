package io.quorate.raft.message;

/** The kinds of {@link Message}; the ordinal is the number on the wire. */
public enum MessageType {
  HUP("MsgHup"),
  BEAT("MsgBeat"),
  PROPOSE("MsgProp"),
  APPEND("MsgApp"),
  APPEND_RESPONSE("MsgAppResp"),
  VOTE("MsgVote"),
  VOTE_RESPONSE("MsgVoteResp"),
  INSTALL_SNAPSHOT("MsgSnap"),
  HEARTBEAT("MsgHeartbeat"),
  HEARTBEAT_RESPONSE("MsgHeartbeatResp"),
  UNREACHABLE("MsgUnreachable"),
  SNAPSHOT_STATUS("MsgSnapStatus"),
  CHECK_QUORUM("MsgCheckQuorum"),
  TRANSFER_LEADER("MsgTransferLeader"),
  TIMEOUT_NOW("MsgTimeoutNow"),
  READ_INDEX("MsgReadIndex"),
  READ_INDEX_RESPONSE("MsgReadIndexResp"),
  PRE_VOTE("MsgPreVote"),
  PRE_VOTE_RESPONSE("MsgPreVoteResp"),
  STORAGE_APPEND("MsgStorageAppend"),
  STORAGE_APPEND_RESPONSE("MsgStorageAppendResp"),
  STORAGE_APPLY("MsgStorageApply"),
  STORAGE_APPLY_RESPONSE("MsgStorageApplyResp"),
  FORGET_LEADER("MsgForgetLeader");

  private final String etcdName;

  MessageType(String etcdName) {
    this.etcdName = etcdName;
  }

  /** Never comes from the network; refused when it does (spec/raft.md 1.3). */
  public boolean isLocal() {
    return switch (this) {
      case HUP,
          BEAT,
          UNREACHABLE,
          SNAPSHOT_STATUS,
          CHECK_QUORUM,
          STORAGE_APPEND,
          STORAGE_APPEND_RESPONSE,
          STORAGE_APPLY,
          STORAGE_APPLY_RESPONSE ->
          true;
      case PROPOSE,
          APPEND,
          APPEND_RESPONSE,
          VOTE,
          VOTE_RESPONSE,
          INSTALL_SNAPSHOT,
          HEARTBEAT,
          HEARTBEAT_RESPONSE,
          TRANSFER_LEADER,
          TIMEOUT_NOW,
          READ_INDEX,
          READ_INDEX_RESPONSE,
          PRE_VOTE,
          PRE_VOTE_RESPONSE,
          FORGET_LEADER ->
          false;
    };
  }

  /** Only counts when it comes from a node of our configuration. */
  public boolean isResponse() {
    return switch (this) {
      case APPEND_RESPONSE,
          VOTE_RESPONSE,
          HEARTBEAT_RESPONSE,
          UNREACHABLE,
          READ_INDEX_RESPONSE,
          PRE_VOTE_RESPONSE,
          STORAGE_APPEND_RESPONSE,
          STORAGE_APPLY_RESPONSE ->
          true;
      case HUP,
          BEAT,
          PROPOSE,
          APPEND,
          VOTE,
          INSTALL_SNAPSHOT,
          HEARTBEAT,
          SNAPSHOT_STATUS,
          CHECK_QUORUM,
          TRANSFER_LEADER,
          TIMEOUT_NOW,
          READ_INDEX,
          PRE_VOTE,
          STORAGE_APPEND,
          STORAGE_APPLY,
          FORGET_LEADER ->
          false;
    };
  }

  /** etcd's name, as in its logs and metrics: {@code MsgApp}. */
  @Override
  public String toString() {
    return etcdName;
  }
}
