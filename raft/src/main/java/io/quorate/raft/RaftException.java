package io.quorate.raft;

/** What a node refuses; the texts are etcd's. Ordinary, and thrown often: without a stack trace. */
public abstract sealed class RaftException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private RaftException(String message) {
    super(message, null, false, false);
  }

  /** Nobody took the proposal: no leader, a transfer under way, or too much uncommitted. */
  public static final class ProposalDropped extends RaftException {
    private static final long serialVersionUID = 1L;

    public static final String TEXT = "raft proposal dropped";

    public ProposalDropped() {
      super(TEXT);
    }
  }

  /** A message that only a node itself may send came from elsewhere. */
  public static final class LocalMessage extends RaftException {
    private static final long serialVersionUID = 1L;

    public LocalMessage() {
      super("raft: cannot step raft local message");
    }
  }

  /** A response came from a node that is not in our configuration. */
  public static final class PeerNotFound extends RaftException {
    private static final long serialVersionUID = 1L;

    public PeerNotFound() {
      super("raft: cannot step as peer not found");
    }
  }

  /** A bootstrap without peers. */
  public static final class NoPeers extends RaftException {
    private static final long serialVersionUID = 1L;

    public NoPeers() {
      super("must provide at least one peer to Bootstrap");
    }
  }

  /** A bootstrap of a node that has run before. */
  public static final class StorageNotEmpty extends RaftException {
    private static final long serialVersionUID = 1L;

    public StorageNotEmpty() {
      super("can't bootstrap a nonempty Storage");
    }
  }
}
