package io.quorate.embed.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

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

  /** The fields and what Go calls their types. The file's name is read and not used. */
  private static final Map<String, String> TYPES =
      Map.of(
          "filename", "string",
          "maxsize", "int",
          "maxage", "int",
          "maxbackups", "int",
          "localtime", "bool",
          "compress", "bool");

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
              + kind(config.asToken())
              + " into Go value of type embed.logRotationConfig");
    }
    Map<String, Object> values = values(json);
    long megabytes = number(values, "maxsize");
    return new Rotation(
        (megabytes <= 0 ? DEFAULT_MEGABYTES : megabytes) * MEGABYTE,
        number(values, "maxage"),
        number(values, "maxbackups"),
        flag(values, "localtime"),
        flag(values, "compress"));
  }

  private static long number(Map<String, Object> values, String name) {
    return values.get(name) instanceof Long number ? number : 0;
  }

  private static boolean flag(Map<String, Object> values, String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /** The fields as Go reads them: names in any case, the last of a name, null for nothing. */
  private static Map<String, Object> values(String json) {
    var values = new HashMap<String, Object>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = folded(parser.currentName());
        JsonToken token = parser.nextToken();
        String type = TYPES.get(name);
        if (type != null && token != JsonToken.VALUE_NULL) {
          values.put(name, value(parser, name, type));
        }
        parser.skipChildren();
      }
    } catch (IOException e) {
      throw new AssertionError("has been read before", e);
    }
    return values;
  }

  private static Object value(JsonParser parser, String name, String type) throws IOException {
    JsonToken token = parser.currentToken();
    String kind = kind(token);
    switch (type) {
      case "int" -> {
        if (token.isNumeric()) {
          try {
            return Long.parseLong(parser.getText());
          } catch (NumberFormatException e) {
            kind += " " + parser.getText();
          }
        }
      }
      case "bool" -> {
        if (token.isBoolean()) {
          return token == JsonToken.VALUE_TRUE;
        }
      }
      default -> {
        if (token == JsonToken.VALUE_STRING) {
          return parser.getText();
        }
      }
    }
    throw mismatch(name, kind, type);
  }

  /** As Go compares field names: two characters beyond ASCII count as letters within it. */
  private static String folded(String name) {
    return name.replace('\u017f', 's').replace('\u212a', 'k').toLowerCase(Locale.ROOT);
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

  private static String kind(JsonToken value) {
    return switch (value) {
      case START_ARRAY -> "array";
      case START_OBJECT -> "object";
      case VALUE_STRING -> "string";
      case VALUE_TRUE, VALUE_FALSE -> "bool";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
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
