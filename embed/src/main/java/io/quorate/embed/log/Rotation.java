package io.quorate.embed.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * When a log file is put aside and what becomes of the old ones (spec/server.md 3.1).
 *
 * @param maxBytes of one file
 * @param maxAgeDays of an old file, 0 for no limit
 * @param maxBackups of old files, 0 for no limit
 * @param localTime in the names of old files, instead of UTC
 * @param compress old files are packed with gzip
 */
record Rotation(
    long maxBytes, long maxAgeDays, long maxBackups, boolean localTime, boolean compress) {
  private static final long MEGABYTE = 1 << 20;
  private static final long DEFAULT_MEGABYTES = 100;

  /**
   * Reads {@code --log-rotation-config-json}; unknown fields are ignored.
   *
   * @throws LogSettings.Refused with etcd's text
   */
  static Rotation parse(String json) {
    JsonNode config;
    try {
      config =
          new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(json);
    } catch (JsonProcessingException e) {
      throw new LogSettings.Refused(
          "improperly formatted log rotation config: " + GoSyntaxError.of(json, e));
    }
    if (config.isMissingNode()) {
      throw new LogSettings.Refused(
          "improperly formatted log rotation config: unexpected end of JSON input");
    }
    if (!config.isObject()) {
      throw new LogSettings.Refused(
          "invalid log rotation config: json: cannot unmarshal "
              + kind(config, false)
              + " into Go value of type embed.logRotationConfig");
    }
    long megabytes = number(config, "maxsize");
    return new Rotation(
        (megabytes <= 0 ? DEFAULT_MEGABYTES : megabytes) * MEGABYTE,
        number(config, "maxage"),
        number(config, "maxbackups"),
        flag(config, "localtime"),
        flag(config, "compress"));
  }

  private static long number(JsonNode config, String name) {
    JsonNode value = config.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw mismatch(name, kind(value, true), "int");
    }
    return value.longValue();
  }

  private static boolean flag(JsonNode config, String name) {
    JsonNode value = config.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw mismatch(name, kind(value, false), "bool");
    }
    return value.booleanValue();
  }

  private static LogSettings.Refused mismatch(String name, String kind, String goType) {
    return new LogSettings.Refused(
        "invalid log rotation config: json: cannot unmarshal "
            + kind
            + " into Go struct field logRotationConfig.Logger."
            + name
            + " of type "
            + goType);
  }

  private static String kind(JsonNode value, boolean withNumber) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case OBJECT -> "object";
      case STRING -> "string";
      case BOOLEAN -> "bool";
      case NUMBER -> withNumber ? "number " + value.asText() : "number";
      default -> "null";
    };
  }

  /** Where Go's JSON scanner stops, in its words. */
  private static final class GoSyntaxError {
    private GoSyntaxError() {}

    static String of(String json, JsonProcessingException e) {
      long at = e.getLocation() == null ? json.length() : e.getLocation().getCharOffset();
      if (json.isBlank() || at >= json.length() && !isComplete(json)) {
        return "unexpected end of JSON input";
      }
      int start = json.length() - json.stripLeading().length();
      char first = json.charAt(start);
      if ("{[\"-0123456789tfn".indexOf(first) < 0) {
        return "invalid character '" + first + "' looking for beginning of value";
      }
      int end = (int) Math.min(at, json.length() - 1);
      if (isComplete(json.substring(0, end))) {
        while (end < json.length() - 1 && Character.isWhitespace(json.charAt(end))) {
          end++;
        }
        return "invalid character '" + json.charAt(end) + "' after top-level value";
      }
      return "invalid character '" + json.charAt(end) + "'";
    }

    private static boolean isComplete(String json) {
      try {
        return !new ObjectMapper().readTree(json).isMissingNode();
      } catch (JsonProcessingException e) {
        return false;
      }
    }
  }
}
