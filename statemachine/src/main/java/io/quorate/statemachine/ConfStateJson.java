package io.quorate.statemachine;

import io.quorate.raft.message.ConfState;
import java.nio.charset.StandardCharsets;
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
