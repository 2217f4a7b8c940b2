package io.quorate.raft.codec;

import io.quorate.raft.message.HardState;
import java.nio.ByteBuffer;

/** HardState: {@code 1 term, 2 vote, 3 commit}. */
public final class HardStateCodec {
  private HardStateCodec() {}

  public static int encodedSize(HardState state) {
    return Wire.varintFieldSize(state.term())
        + Wire.varintFieldSize(state.vote())
        + Wire.varintFieldSize(state.commit());
  }

  public static byte[] encode(HardState state) {
    ByteBuffer out = ByteBuffer.allocate(encodedSize(state));
    write(state, out);
    return out.array();
  }

  /** Writes at {@code out}'s position, which needs {@link #encodedSize} bytes of room. */
  public static void write(HardState state, ByteBuffer out) {
    WireWriter writer = new WireWriter(out);
    writer.varintField(1, state.term());
    writer.varintField(2, state.vote());
    writer.varintField(3, state.commit());
  }

  /**
   * @throws MalformedException if this is no hard state
   */
  public static HardState decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no hard state
   */
  public static HardState decode(ByteBuffer bytes) {
    WireReader reader = new WireReader(bytes);
    long term = 0;
    long vote = 0;
    long commit = 0;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> term = reader.number();
        case 2 -> vote = reader.number();
        case 3 -> commit = reader.number();
        default -> reader.skip();
      }
    }
    return new HardState(term, vote, commit);
  }
}
