package io.quorate.statemachine;

import io.quorate.gotext.JsonReader;
import io.quorate.raft.message.ConfState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The value of {@code meta/confState}: raft's configuration, for whoever reads the file. */
final class ConfStateJson {
  private ConfStateJson() {}

  static byte[] encode(ConfState state) {
    StringBuilder out = new StringBuilder("{");
    ids(out, "voters", state.voters());
    ids(out, "learners", state.learners());
    ids(out, "voters_outgoing", state.votersOutgoing());
    ids(out, "learners_next", state.learnersNext());
    return out.append("\"auto_leave\":")
        .append(state.autoLeave())
        .append('}')
        .toString()
        .getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * @throws JsonReader.MalformedException if it is not such JSON
   */
  static ConfState decode(byte[] json) {
    JsonReader in = new JsonReader(json);
    List<Long> voters = new ArrayList<>();
    List<Long> learners = new ArrayList<>();
    List<Long> votersOutgoing = new ArrayList<>();
    List<Long> learnersNext = new ArrayList<>();
    boolean[] autoLeave = {false};
    in.object(field -> {
      switch (field) {
        case "voters" -> in.array(() -> voters.add(in.number()));
        case "learners" -> in.array(() -> learners.add(in.number()));
        case "voters_outgoing" -> in.array(() -> votersOutgoing.add(in.number()));
        case "learners_next" -> in.array(() -> learnersNext.add(in.number()));
        case "auto_leave" -> autoLeave[0] = in.bool();
        default -> in.skip();
      }
    });
    return new ConfState(voters, learners, votersOutgoing, learnersNext, autoLeave[0]);
  }

  private static void ids(StringBuilder out, String name, List<Long> ids) {
    if (!ids.isEmpty()) {
      out.append('"').append(name).append("\":[");
      for (int i = 0; i < ids.size(); i++) {
        out.append(i == 0 ? "" : ",").append(Long.toUnsignedString(ids.get(i)));
      }
      out.append("],");
    }
  }
}
