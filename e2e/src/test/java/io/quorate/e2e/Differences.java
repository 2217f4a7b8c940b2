package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where the original and ours say different things of the same name. */
final class Differences {
  private Differences() {}

  /** Fails with nothing but what differs. */
  static void none(Map<String, String> original, Map<String, String> ours) {
    var names = new TreeSet<>(original.keySet());
    names.addAll(ours.keySet());
    var found = new TreeMap<String, String>();
    for (String name : names) {
      String left = original.getOrDefault(name, "(absent)");
      String right = ours.getOrDefault(name, "(absent)");
      if (!left.equals(right)) {
        found.put(name, "original: " + left + "\nours: " + right);
      }
    }
    assertThat(found).isEmpty();
  }
}
