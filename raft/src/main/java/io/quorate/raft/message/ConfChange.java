package io.quorate.raft.message;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one node, the only form etcd proposes.
 *
 * @param id the request id of the proposer
 * @param context etcd: the member as JSON, or null
 */
public record ConfChange(long id, ConfChangeType type, long nodeId, byte @Nullable [] context) {
  /** The same as a change of the second form, in which all changes are applied. */
  public ConfChangeV2 asV2() {
    return new ConfChangeV2(
        ConfChangeTransition.AUTO, List.of(new ConfChangeSingle(type, nodeId)), context);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfChange that
        && id == that.id
        && type == that.type
        && nodeId == that.nodeId
        && Arrays.equals(context, that.context);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, type, nodeId, Arrays.hashCode(context));
  }

  /** As in etcd's logs: {@code {ConfChangeAddNode 2 [] 0}}. */
  @Override
  public String toString() {
    return "{"
        + type
        + " "
        + Unsigned.text(nodeId)
        + " "
        + ConfChangeV2.bytesText(context)
        + " "
        + Unsigned.text(id)
        + "}";
  }
}
