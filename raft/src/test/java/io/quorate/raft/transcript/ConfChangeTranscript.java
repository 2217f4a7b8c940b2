package io.quorate.raft.transcript;

import io.quorate.raft.confchange.Changer;
import io.quorate.raft.confchange.Changer.Change;
import io.quorate.raft.confchange.Configuration;
import io.quorate.raft.confchange.ConfigurationException;
import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.progress.ProgressMap;
import java.util.ArrayList;
import java.util.List;

/** Changes to a configuration and to the progress of its nodes (spec/raft.md 10.3). */
final class ConfChangeTranscript {
  private final ProgressMap progress = new ProgressMap(10, Long.MAX_VALUE);
  private Configuration configuration = Configuration.EMPTY;
  private long lastIndex;

  String handle(Directive directive) {
    List<ConfChangeSingle> changes = changes(directive.input());
    try {
      Change change =
          switch (directive.command()) {
            case "simple" -> Changer.simple(configuration, changes);
            case "enter-joint" ->
                Changer.enterJoint(configuration, directive.flag("autoleave"), changes);
            case "leave-joint" -> Changer.leaveJoint(configuration);
            default -> throw new IllegalArgumentException(directive.command());
          };
      configuration = change.configuration();
      progress.change(change, lastIndex);
    } catch (ConfigurationException e) {
      return e.getMessage();
    } finally {
      lastIndex++;
    }
    StringBuilder text = new StringBuilder().append(configuration).append('\n');
    for (int i = 0; i < progress.size(); i++) {
      text.append(Unsigned.text(progress.ids().get(i)))
          .append(": ")
          .append(progress.at(i).view())
          .append('\n');
    }
    return text.toString();
  }

  /** {@code v1 l2 r3 u4}: voter, learner, remove, update. */
  static List<ConfChangeSingle> changes(String tokens) {
    List<ConfChangeSingle> changes = new ArrayList<>();
    for (String token : tokens.isEmpty() ? new String[0] : tokens.split("\\s+")) {
      ConfChangeType type =
          switch (token.charAt(0)) {
            case 'v' -> ConfChangeType.ADD_NODE;
            case 'l' -> ConfChangeType.ADD_LEARNER_NODE;
            case 'r' -> ConfChangeType.REMOVE_NODE;
            case 'u' -> ConfChangeType.UPDATE_NODE;
            default -> throw new IllegalArgumentException(token);
          };
      changes.add(new ConfChangeSingle(type, Long.parseUnsignedLong(token.substring(1))));
    }
    return changes;
  }
}
