package io.quorate.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What two members' logs can be compared by: level, message and fields, without time and place. */
final class LogLines {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIME_AND_PLACE =
      List.of("ts", "caller", "logger", "stacktrace");

  private LogLines() {}

  /** The lines with one of {@code messages}, in order, such as {@code warn lost it {"id":"1"}}. */
  static List<String> of(String log, Set<String> messages) {
    return log.lines()
        .map(LogLines::parse)
        .flatMap(Optional::stream)
        .filter(line -> messages.contains(line.path("msg").asText()))
        .map(LogLines::text)
        .toList();
  }

  private static Optional<ObjectNode> parse(String line) {
    try {
      return JSON.readTree(line) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String text(ObjectNode line) {
    line.remove(TIME_AND_PLACE);
    String level = line.remove("level").asText();
    return level + " " + line.remove("msg").asText() + " " + line;
  }
}
