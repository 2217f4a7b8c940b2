package io.quorate.raft.event;

/**
 * Something happened that an operator may want to know of: numbers first, with the line that etcd
 * logs in this place as {@link #text}. The line is made when it is asked for, not before.
 */
public sealed interface RaftEvent
    permits ConfigurationEvent,
        ElectionEvent,
        LogEvent,
        ProposalEvent,
        ReplicationEvent,
        SnapshotEvent,
        TermEvent,
        TransferEvent {
  /** How loudly etcd says it. */
  enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  Level level();

  /** etcd's words (spec/raft.md section 14). */
  String text();

  /** An id as etcd prints it. */
  static String hex(long id) {
    return Long.toHexString(id);
  }
}
