package io.quorate.raft.transcript;

import io.quorate.raft.ReadState;
import io.quorate.raft.Ready;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.ConfChangeV2Codec;
import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** How transcripts print things (spec/raft.md 10.4). */
final class TranscriptText {
  private TranscriptText() {}

  static String ready(Ready ready) {
    StringBuilder text = new StringBuilder();
    ready
        .softState()
        .ifPresent(s -> text.append("Lead:" + s.leader() + " State:" + s.role() + "\n"));
    ready.hardState().ifPresent(s -> text.append("HardState " + hardState(s) + "\n"));
    if (!ready.readStates().isEmpty()) {
      text.append("ReadStates " + readStates(ready.readStates()) + "\n");
    }
    appendEntries(text, "Entries:\n", ready.entries());
    ready.snapshot().ifPresent(s -> text.append("Snapshot " + snapshot(s) + "\n"));
    appendEntries(text, "CommittedEntries:\n", ready.committed());
    List<Message> messages = allMessages(ready);
    if (!messages.isEmpty()) {
      text.append("Messages:\n");
      messages.forEach(m -> text.append(message(m)).append('\n'));
    }
    return text.isEmpty() ? "<empty Ready>" : "Ready MustSync=" + ready.mustSync() + ":\n" + text;
  }

  /** Those of all kinds, in etcd's order. */
  static List<Message> allMessages(Ready ready) {
    List<Message> messages = new ArrayList<>(ready.messages());
    messages.addAll(ready.afterAppend());
    ready.storageAppend().ifPresent(messages::add);
    ready.storageApply().ifPresent(messages::add);
    return messages;
  }

  private static void appendEntries(StringBuilder text, String title, List<Entry> entries) {
    if (!entries.isEmpty()) {
      text.append(title);
      entries.forEach(e -> text.append(entry(e)).append('\n'));
    }
  }

  static String hardState(HardState state) {
    return "Term:"
        + state.term()
        + (state.vote() == 0 ? "" : " Vote:" + state.vote())
        + " Commit:"
        + state.commit();
  }

  private static String readStates(List<ReadState> states) {
    return states.stream()
        .map(s -> "{" + s.index() + " " + bytes(s.context()) + "}")
        .collect(Collectors.joining(" ", "[", "]"));
  }

  private static String bytes(byte[] bytes) {
    List<String> numbers = new ArrayList<>();
    for (byte b : bytes == null ? new byte[0] : bytes) {
      numbers.add(Integer.toString(b & 0xFF));
    }
    return "[" + String.join(" ", numbers) + "]";
  }

  static String entry(Entry entry) {
    String text =
        switch (entry.type()) {
          case NORMAL -> quote(entry.data());
          case CONF_CHANGE -> changes(ConfChangeCodec.decode(entry.data()).asV2().changes());
          case CONF_CHANGE_V2 ->
              changes(
                  ConfChangeV2Codec.decode(entry.data() == null ? new byte[0] : entry.data())
                      .changes());
        };
    return entry.term()
        + "/"
        + entry.index()
        + " "
        + entry.type()
        + (text.isEmpty() ? "" : " " + text);
  }

  private static String changes(List<ConfChangeSingle> changes) {
    return changes.stream()
        .map(c ->
            switch (c.type()) {
                  case ADD_NODE -> "v";
                  case ADD_LEARNER_NODE -> "l";
                  case REMOVE_NODE -> "r";
                  case UPDATE_NODE -> "u";
                }
                + c.nodeId())
        .collect(Collectors.joining(" "));
  }

  private static String quote(byte[] data) {
    String text = data == null ? "" : new String(data, StandardCharsets.UTF_8);
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  static String snapshot(Snapshot snapshot) {
    ConfState state = snapshot.confState();
    return "Index:"
        + snapshot.index()
        + " Term:"
        + snapshot.term()
        + " ConfState:Voters:"
        + list(state.voters())
        + " VotersOutgoing:"
        + list(state.votersOutgoing())
        + " Learners:"
        + list(state.learners())
        + " LearnersNext:"
        + list(state.learnersNext())
        + " AutoLeave:"
        + state.autoLeave();
  }

  private static String list(List<Long> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(" ", "[", "]"));
  }

  static String message(Message message) {
    return message(message, "");
  }

  private static String message(Message m, String indent) {
    EntryId log = EntryId.NONE;
    String rejection = "";
    long commit = 0;
    long vote = 0;
    List<Entry> entries = List.of();
    Optional<Snapshot> snapshot = Optional.empty();
    List<Message> responses = List.of();
    switch (m) {
      case Message.Append a -> {
        log = a.previous();
        commit = a.commit();
        entries = a.entries();
      }
      case Message.AppendResponse r -> {
        log = new EntryId(r.hint().term(), r.index());
        rejection = r.reject() ? " Rejected (Hint: " + r.hint().index() + ")" : "";
      }
      case Message.Vote v -> log = v.last();
      case Message.PreVote v -> log = v.last();
      case Message.VoteResponse r -> rejection = r.reject() ? " Rejected (Hint: 0)" : "";
      case Message.PreVoteResponse r -> rejection = r.reject() ? " Rejected (Hint: 0)" : "";
      case Message.SnapshotStatus s -> rejection = s.reject() ? " Rejected (Hint: 0)" : "";
      case Message.Heartbeat h -> commit = h.commit();
      case Message.InstallSnapshot s -> snapshot = Optional.of(s.snapshot());
      case Message.Propose p -> entries = p.entries();
      case Message.ReadIndex r -> entries = r.entries();
      case Message.ReadIndexResponse r -> {
        log = new EntryId(0, r.index());
        entries = r.entries();
      }
      case Message.StorageAppend a -> {
        commit = a.hardState().map(HardState::commit).orElse(0L);
        vote = a.hardState().map(HardState::vote).orElse(0L);
        entries = a.entries();
        snapshot = a.snapshot();
        responses = a.responses();
      }
      case Message.StorageAppendResponse r -> {
        log = r.last();
        snapshot = r.snapshot();
      }
      case Message.StorageApply a -> {
        entries = a.entries();
        responses = a.responses();
      }
      case Message.StorageApplyResponse r -> entries = r.entries();
      case Message.Hup _,
          Message.Beat _,
          Message.CheckQuorum _,
          Message.Unreachable _,
          Message.TransferLeader _,
          Message.TimeoutNow _,
          Message.ForgetLeader _,
          Message.HeartbeatResponse _ -> {}
    }
    StringBuilder text = new StringBuilder();
    text.append(indent)
        .append(node(m.from()) + "->" + node(m.to()) + " " + m.type())
        .append(" Term:" + m.term() + " Log:" + log.term() + "/" + log.index())
        .append(rejection)
        .append(commit == 0 ? "" : " Commit:" + commit)
        .append(vote == 0 ? "" : " Vote:" + vote);
    if (entries.size() == 1) {
      text.append(" Entries:[" + entry(entries.getFirst()) + "]");
    } else if (!entries.isEmpty()) {
      text.append(" Entries:[");
      entries.forEach(e -> text.append("\n" + indent + "  " + entry(e)));
      text.append("\n" + indent + "]");
    }
    snapshot.ifPresent(s -> text.append("\n" + indent + "  Snapshot: " + snapshot(s)));
    if (!responses.isEmpty()) {
      text.append(" Responses:[");
      responses.forEach(r -> text.append("\n" + message(r, indent + "  ")));
      text.append("\n" + indent + "]");
    }
    return text.toString();
  }

  static String node(long id) {
    if (id == NodeId.NONE) {
      return "None";
    }
    if (id == NodeId.APPEND_THREAD) {
      return "AppendThread";
    }
    return id == NodeId.APPLY_THREAD ? "ApplyThread" : Long.toHexString(id);
  }
}
