package io.quorate.statemachine.request;

import java.util.ArrayList;
import java.util.List;

/** LeaseCheckpointRequest (spec/api.md 9): only in the log, from the leader. */
public record LeaseCheckpoint(List<Remaining> checkpoints) implements Request {
  public static final int FIELD = 11;

  /**
   * What a lease still has.
   *
   * @param remainingTtl seconds; 0: the whole TTL again
   */
  public record Remaining(long id, long remainingTtl) {}

  static LeaseCheckpoint decode(ProtoReader in) {
    List<Remaining> checkpoints = new ArrayList<>();
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> checkpoints.add(decodeOne(in.message("Checkpoints", "LeaseCheckpoint")));
        default -> in.skip();
      }
    }
    return new LeaseCheckpoint(checkpoints);
  }

  private static Remaining decodeOne(ProtoReader in) {
    long id = 0;
    long remaining = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> id = in.number("ID");
        case 2 -> remaining = in.number("Remaining_TTL");
        default -> in.skip();
      }
    }
    return new Remaining(id, remaining);
  }

  public byte[] encode() {
    ProtoWriter out = new ProtoWriter(16 * checkpoints.size());
    for (Remaining each : checkpoints) {
      out.message(1, new ProtoWriter(24).number(1, each.id).number(2, each.remainingTtl));
    }
    return out.toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
