package io.quorate.raft.transcript;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command of a transcript with its arguments and input (spec/raft.md 10.1).
 *
 * @param arguments in order; those without {@code =} have no values
 * @param input the lines between the directive and the dashes, trimmed
 */
public record Directive(String command, Map<String, List<String>> arguments, String input) {

  static Directive parse(String line, String input) {
    List<String> words = words(line);
    Map<String, List<String>> arguments = new LinkedHashMap<>();
    for (String word : words.subList(1, words.size())) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        arguments.put(word, List.of());
      } else {
        arguments.put(word.substring(0, equals), values(word.substring(equals + 1)));
      }
    }
    return new Directive(words.getFirst(), arguments, input.strip());
  }

  /** Splits at spaces outside of parentheses. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    int depth = 0;
    for (char c : line.strip().toCharArray()) {
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ' ' && depth == 0) {
        if (!word.isEmpty()) {
          words.add(word.toString());
        }
        word.setLength(0);
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return words;
  }

  private static List<String> values(String text) {
    if (!text.startsWith("(")) {
      return List.of(text);
    }
    String inner = text.substring(1, text.length() - 1).strip();
    List<String> values = new ArrayList<>();
    for (String value : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
      values.add(value.strip());
    }
    return values;
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(arguments.get(key)).map(List::getFirst);
  }

  boolean flag(String key) {
    return text(key).map(Boolean::parseBoolean).orElse(false);
  }

  int number(String key, int otherwise) {
    return text(key).map(Integer::parseInt).orElse(otherwise);
  }

  List<Long> ids(String key) {
    return arguments.getOrDefault(key, List.of()).stream().map(Long::parseUnsignedLong).toList();
  }

  /** The arguments without values, which are node ids in most commands. */
  List<Integer> nodes() {
    return bareWords().stream().map(Integer::parseInt).toList();
  }

  /** The arguments without values. */
  List<String> bareWords() {
    return arguments.entrySet().stream()
        .filter(e -> e.getValue().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }
}
