package io.quorate.raft.codec;

import io.quorate.raft.message.ConfState;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * ConfState: {@code 1 voters*, 2 learners*, 3 voters_outgoing*, 4 learners_next*, 5 auto_leave}.
 */
public final class ConfStateCodec {
  private ConfStateCodec() {}

  public static int encodedSize(ConfState state) {
    return numbersSize(state.voters())
        + numbersSize(state.learners())
        + numbersSize(state.votersOutgoing())
        + numbersSize(state.learnersNext())
        + 2;
  }

  public static byte[] encode(ConfState state) {
    ByteBuffer out = ByteBuffer.allocate(encodedSize(state));
    write(state, out);
    return out.array();
  }

  /** Writes at {@code out}'s position, which needs {@link #encodedSize} bytes of room. */
  public static void write(ConfState state, ByteBuffer out) {
    WireWriter writer = new WireWriter(out);
    state.voters().forEach(id -> writer.varintField(1, id));
    state.learners().forEach(id -> writer.varintField(2, id));
    state.votersOutgoing().forEach(id -> writer.varintField(3, id));
    state.learnersNext().forEach(id -> writer.varintField(4, id));
    writer.boolField(5, state.autoLeave());
  }

  /**
   * @throws MalformedException if this is no configuration
   */
  public static ConfState decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no configuration
   */
  public static ConfState decode(ByteBuffer bytes) {
    return read(new WireReader(bytes));
  }

  static ConfState read(WireReader reader) {
    List<Long> voters = new ArrayList<>();
    List<Long> learners = new ArrayList<>();
    List<Long> votersOutgoing = new ArrayList<>();
    List<Long> learnersNext = new ArrayList<>();
    boolean autoLeave = false;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> reader.numbersInto(voters);
        case 2 -> reader.numbersInto(learners);
        case 3 -> reader.numbersInto(votersOutgoing);
        case 4 -> reader.numbersInto(learnersNext);
        case 5 -> autoLeave = reader.bool();
        default -> reader.skip();
      }
    }
    return new ConfState(voters, learners, votersOutgoing, learnersNext, autoLeave);
  }

  private static int numbersSize(List<Long> numbers) {
    int size = 0;
    for (long number : numbers) {
      size += Wire.varintFieldSize(number);
    }
    return size;
  }
}
