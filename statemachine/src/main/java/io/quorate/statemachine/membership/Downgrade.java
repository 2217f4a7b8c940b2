package io.quorate.statemachine.membership;

import io.quorate.gotext.GoJson;
import io.quorate.gotext.JsonReader;

/**
 * Whether the cluster is on its way to an older version.
 *
 * @param targetVersion such as {@code 3.5.0}; empty when not enabled
 */
public record Downgrade(boolean enabled, String targetVersion) {
  public static final Downgrade NONE = new Downgrade(false, "");

  /** As the bucket {@code cluster} has it. */
  String toJson() {
    return "{\"target-version\":" + GoJson.quote(targetVersion) + ",\"enabled\":" + enabled + "}";
  }

  static Downgrade fromJson(byte[] json) {
    JsonReader in = new JsonReader(json);
    String[] target = {""};
    boolean[] enabled = {false};
    in.object(field -> {
      switch (field) {
        case "target-version" -> target[0] = in.text();
        case "enabled" -> enabled[0] = in.bool();
        default -> in.skip();
      }
    });
    return new Downgrade(enabled[0], target[0]);
  }
}
