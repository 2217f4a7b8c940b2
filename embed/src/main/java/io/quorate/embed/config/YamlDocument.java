package io.quorate.embed.config;

import static java.util.stream.Collectors.joining;

import io.quorate.gotext.GoQuote;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.reader.UnicodeReader;
import org.yaml.snakeyaml.resolver.Resolver;
import org.yaml.snakeyaml.scanner.ScannerException;

/**
 * A YAML document as JSON values: maps (sorted by key), lists, texts, booleans, numbers and null.
 * Plain words are read by the rules of etcd's YAML library, which are nearly those of YAML 1.1.
 */
final class YamlDocument {
  private static final Pattern TRUE = Pattern.compile("y|Y|true|True|TRUE|yes|Yes|YES|on|On|ON");
  private static final Pattern FALSE =
      Pattern.compile("n|N|false|False|FALSE|no|No|NO|off|Off|OFF");
  private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)");
  private static final Pattern FRACTION =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9][0-9_]*(\\.[0-9_]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(inf|Inf|INF)");
  private static final Pattern NOT_A_NUMBER = Pattern.compile("\\.(nan|NaN|NAN)");
  private static final Pattern TAB_BEHIND_KEY = Pattern.compile("(?m)^( *[A-Za-z0-9_-]+:)\t+");
  private static final Pattern OTHER_VERSION = Pattern.compile("%YAML +(?!1\\.1\\s)");
  private static final String NOT_CONVERTED = "error converting YAML to JSON: ";
  private static final int MAX_DEPTH = 50;

  /** The tag of a plain word without one. */
  private static final Tag PLAIN = new Tag("plain");

  private static final List<String[]> TRANSLATIONS =
      List.of(
          new String[] {
            "mapping values are not allowed", "mapping values are not allowed in this context"
          },
          new String[] {"cannot start any token", "found character that cannot start any token"},
          new String[] {"unexpected end of stream", "found unexpected end of stream"},
          new String[] {"expected the node content", "did not find expected node content"},
          new String[] {"expected <block end>", "did not find expected key"},
          new String[] {"expected ',' or ']'", "did not find expected ',' or ']'"},
          new String[] {"expected ',' or '}'", "did not find expected ',' or '}'"});

  private YamlDocument() {}

  /**
   * Reads the first document.
   *
   * @throws ConfigException with the words of etcd's library
   */
  static @Nullable Object parse(byte[] yaml) {
    var options = new LoaderOptions();
    options.setNestingDepthLimit(MAX_DEPTH);
    try {
      String text = text(yaml);
      if (OTHER_VERSION.matcher(text).lookingAt()) {
        throw new YAMLException("found incompatible YAML document");
      }
      var reader = new StreamReader(TAB_BEHIND_KEY.matcher(text).replaceAll("$1 "));
      var composer = new Composer(new ParserImpl(reader, options), new AsWritten(), options);
      return composer.checkNode() ? value(composer.getNode()) : null;
    } catch (MarkedYAMLException e) {
      throw new ConfigException("error converting YAML to JSON: yaml: " + words(e));
    } catch (YAMLException e) {
      throw new ConfigException("error converting YAML to JSON: yaml: " + e.getMessage());
    }
  }

  private static String text(byte[] yaml) {
    var rest = ByteBuffer.wrap(yaml);
    var decoder = StandardCharsets.UTF_8.newDecoder();
    boolean valid = !decoder.decode(rest, CharBuffer.allocate(yaml.length), true).isError();
    boolean utf16 = yaml.length > 1 && (yaml[0] & 0xfe) == 0xfe && (yaml[1] & 0xfe) == 0xfe;
    if (valid || utf16) {
      try (Reader reader = new UnicodeReader(new ByteArrayInputStream(yaml))) {
        return reader.readAllAsString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    int lead = yaml[rest.position()] & 0xff;
    throw new YAMLException(
        lead < 0xc0 || lead >= 0xf8
            ? "invalid leading UTF-8 octet"
            : "invalid trailing UTF-8 octet");
  }

  /** Leaves the meaning of plain words to us. */
  private static final class AsWritten extends Resolver {
    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
      return kind == NodeId.scalar ? PLAIN : super.resolve(kind, value, implicit);
    }

    @Override
    protected void addImplicitResolvers() {}
  }

  private static @Nullable Object value(Node node) {
    return switch (node) {
      case MappingNode map -> {
        var values = new TreeMap<String, Object>();
        for (NodeTuple entry : map.getValue()) {
          values.put(key(entry), orNothing(value(entry.getValueNode())));
        }
        yield values;
      }
      case SequenceNode list -> {
        List<Object> values = new ArrayList<>();
        list.getValue().forEach(each -> values.add(orNothing(value(each))));
        yield values;
      }
      case ScalarNode scalar -> scalar(scalar);
      default -> throw new AssertionError(node);
    };
  }

  private static String key(NodeTuple entry) {
    Object key = value(entry.getKeyNode());
    if (key instanceof List<?> list) {
      String words =
          list.stream().map(each -> GoQuote.quote(String.valueOf(each))).collect(joining(", "));
      throw new YAMLException("invalid map key: []interface {}{" + words + "}");
    }
    if (key == null) {
      throw new ConfigException(
          NOT_CONVERTED
              + "unsupported map key of type: %!s(<nil>), key: <nil>, value: "
              + GoQuote.quote(String.valueOf(value(entry.getValueNode()))));
    }
    return String.valueOf(key);
  }

  /** Null inside of maps and lists, which do not take it. */
  enum Nothing {
    NOTHING
  }

  private static Object orNothing(@Nullable Object value) {
    return value == null ? Nothing.NOTHING : value;
  }

  private static @Nullable Object scalar(ScalarNode scalar) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    if (!scalar.isPlain() || tag.equals(Tag.STR)) {
      return text;
    }
    boolean wantsNumber = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
    if (wantsNumber && !FRACTION.matcher(text).matches() && !INTEGER.matcher(text).matches()) {
      throw new ConfigException(
          "error converting YAML to JSON: yaml: cannot decode !!str `"
              + text
              + "` as a "
              + (tag.equals(Tag.INT) ? "!!int" : "!!float"));
    }
    if (TRUE.matcher(text).matches()) {
      return true;
    }
    if (FALSE.matcher(text).matches()) {
      return false;
    }
    if (NULL.matcher(text).matches()) {
      return null;
    }
    if (INTEGER.matcher(text).matches()) {
      return integer(text);
    }
    if (INFINITE.matcher(text).matches() || NOT_A_NUMBER.matcher(text).matches()) {
      throw new ConfigException(
          NOT_CONVERTED
              + "json: unsupported value: "
              + (NOT_A_NUMBER.matcher(text).matches()
                  ? "NaN"
                  : text.startsWith("-") ? "-Inf" : "+Inf"));
    }
    return FRACTION.matcher(text).matches() ? number(text) : text;
  }

  private static Object integer(String text) {
    String digits = text.replace("_", "");
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    String lower = digits.toLowerCase(Locale.ROOT);
    int radix = 10;
    if (lower.startsWith("0x") || lower.startsWith("0b") || lower.startsWith("0o")) {
      radix = lower.charAt(1) == 'x' ? 16 : lower.charAt(1) == 'b' ? 2 : 8;
      lower = lower.substring(2);
    } else if (lower.matches("0[0-7]+")) {
      radix = 8;
    }
    var value = new BigInteger(lower, radix);
    // A number that fits no integer becomes a float on its way through JSON.
    return value.bitLength() > Long.SIZE ? number(digits) : negative ? value.negate() : value;
  }

  /** A float; one without a fraction is an integer again in JSON. */
  private static Object number(String text) {
    double value = Double.parseDouble(text.replace("_", ""));
    var exact = new java.math.BigDecimal(value);
    boolean whole = exact.stripTrailingZeros().scale() <= 0 && Math.abs(value) < 1e21;
    return whole ? exact.toBigInteger() : (Object) value;
  }

  /** The place and the words of etcd's library, where SnakeYAML has other ones. */
  private static String words(MarkedYAMLException e) {
    String problem = String.valueOf(e.getProblem());
    // The scanner counts lines from 1, the parser from 0; the first line is not named.
    int line = line(e.getProblemMark()) == 0 ? line(e.getContextMark()) : line(e.getProblemMark());
    String place = line == 0 ? "" : "line " + (e instanceof ScannerException ? line + 1 : line);
    if (problem.startsWith("found undefined alias")) {
      return "unknown anchor '" + problem.substring(problem.lastIndexOf(' ') + 1) + "' referenced";
    }
    String said = problem;
    for (String[] translation : TRANSLATIONS) {
      if (problem.contains(translation[0])) {
        said = translation[1];
        break;
      }
    }
    return place.isEmpty() ? said : place + ": " + said;
  }

  private static int line(@Nullable Mark mark) {
    return mark == null ? 0 : mark.getLine();
  }
}
