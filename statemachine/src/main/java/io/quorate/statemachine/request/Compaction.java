package io.quorate.statemachine.request;

/**
 * CompactionRequest (spec/api.md 7.7).
 *
 * @param physical the answer waits until the space is free
 */
public record Compaction(long revision, boolean physical) implements Request {
  public static final int FIELD = 7;

  public static Compaction decode(byte[] data) {
    return decode(new ProtoReader("CompactionRequest", data));
  }

  static Compaction decode(ProtoReader in) {
    long revision = 0;
    boolean physical = false;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> revision = in.number("Revision");
        case 2 -> physical = in.bool("Physical");
        default -> in.skip();
      }
    }
    return new Compaction(revision, physical);
  }

  @Override
  public int field() {
    return FIELD;
  }
}
