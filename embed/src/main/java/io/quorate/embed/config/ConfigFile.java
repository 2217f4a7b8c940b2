package io.quorate.embed.config;

import io.quorate.cli.FlagValue;
import io.quorate.embed.config.YamlDocument.Nothing;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.gotext.GoDuration;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code --config-file}: YAML whose keys are the flags' names, but for what {@link FileKeys} lists
 * (spec/server.md 1.5). All values are checked for their type before any takes effect, in the order
 * of their keys; unknown keys are ignored.
 */
public final class ConfigFile {
  private static final String NOT_DECODED = "error unmarshaling JSON: while decoding JSON: json: ";
  private static final BigInteger MAX_UINT64 =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  /** Flags without a key: the command line's values hold beside a file too. */
  static final List<String> COMMAND_LINE_ONLY = List.of("raft-read-timeout", "raft-write-timeout");

  private static final List<String> EMPTY_IS_DEFAULT =
      List.of("cors", "host-whitelist", "initial-cluster-state");

  /** URLs are taken in this order; the name in an error is not always the key's. */
  private static final List<String[]> URLS =
      List.of(
          new String[] {"listen-peer-urls", "listen-peer-urls"},
          new String[] {"listen-client-urls", "listen-client-urls"},
          new String[] {"listen-client-http-urls", "listen-client-http-urls"},
          new String[] {"initial-advertise-peer-urls", "initial-advertise-peer-urls"},
          new String[] {"advertise-client-urls", "advertise-peer-urls"},
          new String[] {"listen-metrics-urls", "listen-metrics-urls"});

  private final ServerFlags flags;
  private final Map<String, String> texts = new TreeMap<>();

  private ConfigFile(ServerFlags flags) {
    this.flags = flags;
  }

  /**
   * The flags that {@code path} sets, all others with their defaults but for the few that {@code
   * commandLine} sets beside a file.
   *
   * @throws ConfigException with etcd's text
   */
  public static ServerFlags read(Path path, ServerFlags commandLine) {
    ServerFlags read = read(path);
    for (String name : COMMAND_LINE_ONLY) {
      if (commandLine.set().isGiven(name)) {
        read.set().set(name, commandLine.set().text(name));
      }
    }
    return read;
  }

  private static ServerFlags read(Path path) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new ConfigException("open " + path + ": no such file or directory");
    } catch (java.nio.file.AccessDeniedException e) {
      throw new ConfigException("open " + path + ": permission denied");
    } catch (IOException e) {
      throw new ConfigException(
          Files.isDirectory(path)
              ? "read " + path + ": is a directory"
              : "read " + path + ": " + e.getMessage());
    }
    return parse(bytes);
  }

  /** The flags that the YAML text {@code bytes} sets. Throws {@link ConfigException}. */
  static ServerFlags parse(byte[] bytes) {
    var file = new ConfigFile(new ServerFlags());
    Object document = YamlDocument.parse(bytes);
    if (document instanceof Map<?, ?> map) {
      file.read(map, FileKeys.top(file.flags));
    } else if (document != null) {
      throw new ConfigException(
          NOT_DECODED
              + "cannot unmarshal "
              + kind(document, false)
              + " into Go value of type embed.configYAML");
    }
    file.apply();
    return file.flags;
  }

  private void read(Map<?, ?> map, Map<String, FileKeys.Key> keys) {
    map.forEach((name, value) -> {
      FileKeys.Key key = keys.get(String.valueOf(name).toLowerCase(Locale.ROOT));
      if (key != null) {
        read(value, key);
      }
    });
  }

  private void read(Object value, FileKeys.Key key) {
    if (value == Nothing.NOTHING) {
      if (key.path().endsWith("configJSON.peer-transport-security")) {
        throw new ConfigException("invalid peer-transport-security");
      }
      return;
    }
    switch (key.type()) {
      case FileKeys.Key.OBJECT -> {
        if (!(value instanceof Map<?, ?> inner)) {
          throw mismatch(value, key.path(), key.goType());
        }
        read(inner, key.inner());
      }
      case "[]string" -> {
        String words = list(value, key);
        if (!(value instanceof List<?> elements && elements.isEmpty())) {
          texts.put(key.flag(), words);
        }
      }
      case "string", "config.V2DeprecationEnum" -> {
        if (!(value instanceof String text)) {
          throw mismatch(value, key.path(), key.goType());
        }
        texts.put(key.flag(), text);
      }
      case "bool" -> {
        if (!(value instanceof Boolean on)) {
          throw mismatch(value, key.path(), key.goType());
        }
        texts.put(key.flag(), on.toString());
      }
      default -> texts.put(key.flag(), number(value, key));
    }
  }

  private static String list(Object value, FileKeys.Key key) {
    if (!(value instanceof List<?> elements)) {
      throw mismatch(value, key.path(), key.goType());
    }
    var words = new StringBuilder();
    for (Object element : elements) {
      if (!(element instanceof String word)) {
        throw mismatch(element, key.path(), "string");
      }
      words.append(words.isEmpty() ? "" : ",").append(word);
    }
    return words.toString();
  }

  private static String number(Object value, FileKeys.Key key) {
    if (!(value instanceof BigInteger number)) {
      throw value instanceof Double
          ? mismatch(value, key.path(), key.goType(), true)
          : mismatch(value, key.path(), key.goType());
    }
    boolean fits =
        switch (key.type()) {
          case "uint32" -> number.signum() >= 0 && number.bitLength() <= Integer.SIZE;
          case "uint", "uint64" -> number.signum() >= 0 && number.compareTo(MAX_UINT64) <= 0;
          default -> number.bitLength() < Long.SIZE;
        };
    if (!fits) {
      throw mismatch(value, key.path(), key.goType(), true);
    }
    return key.type().equals("time.Duration")
        ? GoDuration.format(number.longValueExact())
        : number.toString();
  }

  private void apply() {
    // What is empty says nothing here, and something on the command line.
    texts.remove("");
    EMPTY_IS_DEFAULT.forEach(name -> texts.remove(name, ""));
    String cors = texts.remove("cors");
    String state = texts.remove("initial-cluster-state");
    String v2 = texts.remove("v2-deprecation");
    if (v2 != null && v2.equals("write-only-skip-check")) {
      // Its only value with a meaning; in a file none is refused.
      flags.set().set("v2-deprecation", v2);
    }
    if (state != null) {
      flags.clusterState().setAnything(state);
    }
    take("feature-gates");
    for (String[] url : URLS) {
      String text = texts.remove(url[0]);
      if (text != null) {
        try {
          flags.set().set(url[0], text);
        } catch (FlagValue.Refused e) {
          throw new ConfigException(
              "unexpected error setting up " + url[1] + ": " + e.getMessage(),
              ConfigException.Ending.PLAIN);
        }
      }
    }
    if (cors != null) {
      try {
        flags.set().set("cors", cors);
      } catch (FlagValue.Refused e) {
        throw new ConfigException(
            "new UniqueURLs should never fail: " + e.getMessage(), ConfigException.Ending.PANIC);
      }
    }
    List.copyOf(texts.keySet()).forEach(this::take);
  }

  private void take(String flag) {
    String text = texts.remove(flag);
    if (text != null) {
      try {
        flags.set().set(flag, text);
      } catch (FlagValue.Refused e) {
        throw new ConfigException(String.valueOf(e.getMessage()));
      }
    }
  }

  private static ConfigException mismatch(Object value, String path, String goType) {
    return mismatch(value, path, goType, false);
  }

  private static ConfigException mismatch(
      Object value, String path, String goType, boolean withNumber) {
    return new ConfigException(
        NOT_DECODED
            + "cannot unmarshal "
            + kind(value, withNumber)
            + " into Go struct field "
            + path
            + " of type "
            + goType);
  }

  private static String kind(@Nullable Object value, boolean withNumber) {
    return switch (value) {
      case String _ -> "string";
      case Boolean _ -> "bool";
      case List<?> _ -> "array";
      case Map<?, ?> _ -> "object";
      case BigInteger number -> withNumber ? "number " + number : "number";
      case Double number -> withNumber ? "number " + number : "number";
      case null, default -> "null";
    };
  }
}
