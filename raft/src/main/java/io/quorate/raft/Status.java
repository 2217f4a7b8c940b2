package io.quorate.raft;

import io.quorate.raft.confchange.Configuration;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.progress.ProgressView;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A node at one moment.
 *
 * @param leadTransferee to whom leadership is being handed over, else 0
 * @param progress by node, ascending as unsigned numbers; empty unless this node leads
 */
public record Status(
    long id,
    HardState hardState,
    SoftState softState,
    long applied,
    long leadTransferee,
    Configuration configuration,
    SortedMap<Long, ProgressView> progress) {

  /** As etcd shows it in its expvar {@code raft.status}. */
  public String toJson() {
    return "{\"id\":\""
        + Long.toHexString(id)
        + "\",\"term\":"
        + Unsigned.text(hardState.term())
        + ",\"vote\":\""
        + Long.toHexString(hardState.vote())
        + "\",\"commit\":"
        + Unsigned.text(hardState.commit())
        + ",\"lead\":\""
        + Long.toHexString(softState.leader())
        + "\",\"raftState\":\""
        + softState.role()
        + "\",\"applied\":"
        + Unsigned.text(applied)
        + ",\"progress\":"
        + progress.entrySet().stream()
            .map(Status::progressJson)
            .collect(Collectors.joining(",", "{", "}"))
        + ",\"leadtransferee\":\""
        + Long.toHexString(leadTransferee)
        + "\"}";
  }

  private static String progressJson(Map.Entry<Long, ProgressView> entry) {
    ProgressView view = entry.getValue();
    return "\""
        + Long.toHexString(entry.getKey())
        + "\":{\"match\":"
        + Unsigned.text(view.match())
        + ",\"next\":"
        + Unsigned.text(view.next())
        + ",\"state\":\""
        + view.state()
        + "\"}";
  }
}
