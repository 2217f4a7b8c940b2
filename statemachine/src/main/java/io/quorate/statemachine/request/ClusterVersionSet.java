package io.quorate.statemachine.request;

/**
 * membershippb.ClusterVersionSetRequest (spec/api.md 4.2).
 *
 * @param version such as {@code 3.6.0}
 */
public record ClusterVersionSet(String version) implements Request {
  public static final int FIELD = 1300;

  static ClusterVersionSet decode(ProtoReader in) {
    String version = "";
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> version = in.text("Ver");
        default -> in.skip();
      }
    }
    return new ClusterVersionSet(version);
  }

  public byte[] encode() {
    return new ProtoWriter().text(1, version).toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
