package io.quorate.backend.schema;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of a database's layout; the patch is always 0. */
public record StorageVersion(int major, int minor) {
  public static final StorageVersion V3_5 = new StorageVersion(3, 5);
  public static final StorageVersion V3_6 = new StorageVersion(3, 6);

  private static final Pattern SEMVER =
      Pattern.compile("(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})\\.(0|[1-9]\\d{0,8})(?:[-+].*)?");

  /** Reads {@code 3.6.0}; empty where that is no version. */
  public static Optional<StorageVersion> parse(byte[] text) {
    Matcher matcher = SEMVER.matcher(new String(text, StandardCharsets.UTF_8));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new StorageVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))));
  }

  StorageVersion up() {
    return new StorageVersion(major, minor + 1);
  }

  StorageVersion down() {
    return new StorageVersion(major, minor - 1);
  }

  public byte[] bytes() {
    return toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return major + "." + minor + ".0";
  }
}
