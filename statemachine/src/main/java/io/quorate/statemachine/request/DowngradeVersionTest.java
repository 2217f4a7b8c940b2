package io.quorate.statemachine.request;

/** DowngradeVersionTestRequest: does nothing; tests of downgrades put it into the log. */
public record DowngradeVersionTest(String version) implements Request {
  public static final int FIELD = 9900;

  static DowngradeVersionTest decode(ProtoReader in) {
    String version = "";
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> version = in.text("Ver");
        default -> in.skip();
      }
    }
    return new DowngradeVersionTest(version);
  }

  @Override
  public int field() {
    return FIELD;
  }
}
