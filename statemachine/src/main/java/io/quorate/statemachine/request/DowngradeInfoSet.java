package io.quorate.statemachine.request;

/**
 * membershippb.DowngradeInfoSetRequest (spec/api.md 4.2).
 *
 * @param version the target, such as {@code 3.5.0}; empty when a downgrade is cancelled
 */
public record DowngradeInfoSet(boolean enabled, String version) implements Request {
  public static final int FIELD = 1302;

  static DowngradeInfoSet decode(ProtoReader in) {
    boolean enabled = false;
    String version = "";
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> enabled = in.bool("Enabled");
        case 2 -> version = in.text("Ver");
        default -> in.skip();
      }
    }
    return new DowngradeInfoSet(enabled, version);
  }

  public byte[] encode() {
    return new ProtoWriter().bool(1, enabled).text(2, version).toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
