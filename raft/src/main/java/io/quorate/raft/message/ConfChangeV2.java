package io.quorate.raft.message;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A change of any number of nodes, through joint consensus where that is needed (thesis §4.3).
 *
 * @param changes in the order in which they take effect
 * @param context the proposer's own, or null
 */
public record ConfChangeV2(
    ConfChangeTransition transition, List<ConfChangeSingle> changes, byte @Nullable [] context) {
  /** Leaves a joint configuration; what null data decodes to. */
  public static final ConfChangeV2 LEAVE_JOINT =
      new ConfChangeV2(ConfChangeTransition.AUTO, List.of(), null);

  public ConfChangeV2 {
    changes = List.copyOf(changes);
  }

  public static ConfChangeV2 of(ConfChangeTransition transition, ConfChangeSingle... changes) {
    return new ConfChangeV2(transition, List.of(changes), null);
  }

  /** No change and no wish for a joint configuration: the request to leave it. */
  public boolean leavesJoint() {
    return transition == ConfChangeTransition.AUTO && changes.isEmpty();
  }

  /** Several changes, or a wish for it: through a joint configuration. */
  public boolean entersJoint() {
    return transition != ConfChangeTransition.AUTO || changes.size() > 1;
  }

  /** Whether the joint configuration that this enters is left without being asked. */
  public boolean autoLeave() {
    return transition != ConfChangeTransition.JOINT_EXPLICIT;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConfChangeV2 that
        && transition == that.transition
        && changes.equals(that.changes)
        && Arrays.equals(context, that.context);
  }

  @Override
  public int hashCode() {
    return Objects.hash(transition, changes, Arrays.hashCode(context));
  }

  /** As in etcd's logs: {@code {ConfChangeTransitionAuto [{ConfChangeAddNode 3}] []}}. */
  @Override
  public String toString() {
    return "{"
        + transition
        + " "
        + changes.stream()
            .map(ConfChangeSingle::toString)
            .collect(Collectors.joining(" ", "[", "]"))
        + " "
        + bytesText(context)
        + "}";
  }

  static String bytesText(byte @Nullable [] bytes) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; bytes != null && i < bytes.length; i++) {
      text.append(i == 0 ? "" : " ").append(bytes[i] & 0xFF);
    }
    return text.append("]").toString();
  }
}
