package io.quorate.rpc;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The custom headers of a call, in order, names in lower case. One char stands for one byte of a
 * value (ISO 8859-1). Values of names that end in {@code -bin} are Base64 here as on the wire.
 * Owned by one thread at a time.
 */
public final class Metadata {
  private final List<String> namesAndValues = new ArrayList<>(4);

  public Metadata add(String name, String value) {
    namesAndValues.add(name);
    namesAndValues.add(value);
    return this;
  }

  /** Adds the bytes of a {@code -bin} name, in Base64 without padding as Go writes it. */
  public Metadata addBinary(String name, byte[] value) {
    if (!name.endsWith("-bin")) {
      throw new IllegalArgumentException("not a binary header: " + name);
    }
    return add(name, Base64.getEncoder().withoutPadding().encodeToString(value));
  }

  /** Adds all of {@code other}. */
  public Metadata addAll(Metadata other) {
    namesAndValues.addAll(other.namesAndValues);
    return this;
  }

  /** The first value of {@code name}. */
  public Optional<String> first(String name) {
    for (int i = 0; i < namesAndValues.size(); i += 2) {
      if (namesAndValues.get(i).equals(name)) {
        return Optional.of(namesAndValues.get(i + 1));
      }
    }
    return Optional.empty();
  }

  /**
   * The first value of a {@code -bin} name, decoded.
   *
   * @throws IllegalArgumentException if it is not Base64
   */
  public Optional<byte[]> firstBinary(String name) {
    return first(name)
        .map(text -> Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII)));
  }

  public int size() {
    return namesAndValues.size() / 2;
  }

  public String name(int i) {
    return namesAndValues.get(2 * i);
  }

  public String value(int i) {
    return namesAndValues.get(2 * i + 1);
  }
}
