package io.quorate.raft.role;

import io.quorate.raft.message.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages on their way out, in two queues. Whatever promises that something is durable (a vote, an
 * entry) waits until it is; all else leaves at once.
 */
public final class Outbox {
  private final long self;
  private List<Message> immediate = new ArrayList<>();
  private List<Message> afterAppend = new ArrayList<>();

  Outbox(long self) {
    this.self = self;
  }

  void send(Message message) {
    if (message.to() == self) {
      throw new AssertionError(
          "message should not be self-addressed when sending " + message.type());
    }
    immediate.add(message);
  }

  /** To others or to ourselves: our own vote and our own acknowledgement count no earlier. */
  void sendAfterAppend(Message.AppendResponse message) {
    afterAppend.add(message);
  }

  void sendAfterAppend(Message.VoteResponse message) {
    afterAppend.add(message);
  }

  void sendAfterAppend(Message.PreVoteResponse message) {
    afterAppend.add(message);
  }

  public boolean isEmpty() {
    return immediate.isEmpty() && afterAppend.isEmpty();
  }

  public boolean hasAfterAppend() {
    return !afterAppend.isEmpty();
  }

  public List<Message> takeImmediate() {
    List<Message> taken = immediate;
    immediate = new ArrayList<>();
    return taken;
  }

  public List<Message> takeAfterAppend() {
    List<Message> taken = afterAppend;
    afterAppend = new ArrayList<>();
    return taken;
  }
}
