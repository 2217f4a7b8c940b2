package io.quorate.raft.confchange;

import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.quorum.IdSet;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes changes to a configuration. Example: voters 1 2 3, of whom 1 goes, 3 shall only listen, and
 * 4 comes, all at once:
 *
 * <pre>
 *   voters=(1 2 3)
 *     enterJoint r1 l3 v4    both majorities decide; 3 still votes in the outgoing half
 *   voters=(2 4)&amp;&amp;(1 2 3) learners_next=(3)
 *     leaveJoint
 *   voters=(2 4) learners=(3)
 * </pre>
 */
public final class Changer {
  private Changer() {}

  /**
   * @param fresh nodes whose progress starts anew: they were unknown, or removed on the way
   */
  public record Change(Configuration configuration, IdSet fresh) {}

  /**
   * Makes the change that {@code change} describes.
   *
   * @throws ConfigurationException if it cannot be made
   */
  public static Change apply(Configuration configuration, ConfChangeV2 change) {
    if (change.leavesJoint()) {
      return leaveJoint(configuration);
    }
    return change.entersJoint()
        ? enterJoint(configuration, change.autoLeave(), change.changes())
        : simple(configuration, change.changes());
  }

  /**
   * Changes at most one voter, so that old and new majorities overlap (thesis §4.1).
   *
   * @throws ConfigurationException if joint, or if more than one voter would change
   */
  public static Change simple(Configuration configuration, List<ConfChangeSingle> changes) {
    if (configuration.isJoint()) {
      throw new ConfigurationException("can't apply simple config change in joint config");
    }
    Draft draft = new Draft(configuration);
    draft.applyAll(changes);
    if (configuration.incoming().differenceCount(draft.incoming) > 1) {
      throw new ConfigurationException("more than one voter changed without entering joint config");
    }
    return draft.finish(false);
  }

  /**
   * Changes any number of voters; the old majority is needed too until {@link #leaveJoint}.
   *
   * @throws ConfigurationException if joint already, or without voters before or after
   */
  public static Change enterJoint(
      Configuration configuration, boolean autoLeave, List<ConfChangeSingle> changes) {
    if (configuration.isJoint()) {
      throw new ConfigurationException("config is already joint");
    }
    if (configuration.incoming().isEmpty()) {
      throw new ConfigurationException("can't make a zero-voter config joint");
    }
    Draft draft = new Draft(configuration);
    draft.outgoing = configuration.incoming();
    draft.applyAll(changes);
    return draft.finish(autoLeave);
  }

  /**
   * The incoming half decides alone from here on.
   *
   * @throws ConfigurationException unless joint
   */
  public static Change leaveJoint(Configuration configuration) {
    if (!configuration.isJoint()) {
      throw new ConfigurationException("can't leave a non-joint config");
    }
    return new Change(
        new Configuration(
            configuration.incoming(),
            IdSet.EMPTY,
            configuration.learners().union(configuration.learnersNext()),
            IdSet.EMPTY,
            false),
        IdSet.EMPTY);
  }

  /** Finds the changes that lead from nothing to {@code state}, and makes them. */
  public static Configuration restore(ConfState state) {
    Configuration restored;
    try {
      restored = replay(state);
    } catch (ConfigurationException e) {
      throw new AssertionError("unable to restore config " + state + ": " + e.getMessage(), e);
    }
    ConfState result = restored.toConfState();
    if (!result.equals(sorted(state))) {
      throw new AssertionError(
          "ConfStates not equivalent after sorting: " + sorted(state) + " " + result);
    }
    return restored;
  }

  private static Configuration replay(ConfState state) {
    List<ConfChangeSingle> towards = new ArrayList<>();
    state.votersOutgoing().forEach(id -> towards.add(removed(id)));
    state.voters().forEach(id -> towards.add(added(id)));
    state.learners().forEach(id -> towards.add(listening(id)));
    state.learnersNext().forEach(id -> towards.add(listening(id)));
    Configuration configuration = Configuration.EMPTY;
    if (!state.votersOutgoing().isEmpty()) {
      for (long id : state.votersOutgoing()) {
        configuration = simple(configuration, List.of(added(id))).configuration();
      }
      return enterJoint(configuration, state.autoLeave(), towards).configuration();
    }
    for (ConfChangeSingle single : towards) {
      configuration = simple(configuration, List.of(single)).configuration();
    }
    return configuration;
  }

  private static ConfState sorted(ConfState state) {
    return new ConfState(
        IdSet.copyOf(state.voters()).toList(),
        IdSet.copyOf(state.learners()).toList(),
        IdSet.copyOf(state.votersOutgoing()).toList(),
        IdSet.copyOf(state.learnersNext()).toList(),
        state.autoLeave());
  }

  private static ConfChangeSingle added(long id) {
    return new ConfChangeSingle(ConfChangeType.ADD_NODE, id);
  }

  private static ConfChangeSingle removed(long id) {
    return new ConfChangeSingle(ConfChangeType.REMOVE_NODE, id);
  }

  private static ConfChangeSingle listening(long id) {
    return new ConfChangeSingle(ConfChangeType.ADD_LEARNER_NODE, id);
  }

  /** A configuration on its way. */
  private static final class Draft {
    private IdSet incoming;
    private IdSet outgoing;
    private IdSet learners;
    private IdSet learnersNext;
    private IdSet fresh = IdSet.EMPTY;

    Draft(Configuration configuration) {
      incoming = configuration.incoming();
      outgoing = configuration.outgoing();
      learners = configuration.learners();
      learnersNext = configuration.learnersNext();
    }

    void applyAll(List<ConfChangeSingle> changes) {
      for (ConfChangeSingle change : changes) {
        // The application makes a change void by taking out the node.
        if (change.nodeId() != NodeId.NONE) {
          apply(change);
        }
      }
      if (incoming.isEmpty()) {
        throw new ConfigurationException("removed all voters");
      }
    }

    private void apply(ConfChangeSingle change) {
      switch (change.type()) {
        case ADD_NODE -> makeVoter(change.nodeId());
        case ADD_LEARNER_NODE -> makeLearner(change.nodeId());
        case REMOVE_NODE -> remove(change.nodeId());
        case UPDATE_NODE -> {}
      }
    }

    private void makeVoter(long id) {
      welcome(id);
      learners = learners.without(id);
      learnersNext = learnersNext.without(id);
      incoming = incoming.with(id);
    }

    private void makeLearner(long id) {
      if (learners.contains(id)) {
        return;
      }
      welcome(id);
      incoming = incoming.without(id);
      if (outgoing.contains(id)) {
        // Still a voter of the outgoing half; nobody is voter and learner at once.
        learnersNext = learnersNext.with(id);
      } else {
        learners = learners.with(id);
      }
    }

    private void remove(long id) {
      incoming = incoming.without(id);
      learners = learners.without(id);
      learnersNext = learnersNext.without(id);
    }

    private void welcome(long id) {
      if (!incoming.contains(id) && !outgoing.contains(id) && !learners.contains(id)) {
        fresh = fresh.with(id);
      }
    }

    Change finish(boolean autoLeave) {
      return new Change(
          new Configuration(incoming, outgoing, learners, learnersNext, autoLeave), fresh);
    }
  }
}
