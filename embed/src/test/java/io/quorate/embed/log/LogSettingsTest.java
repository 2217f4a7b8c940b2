package io.quorate.embed.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogSettingsTest {
  private static final String ROTATION = "{\"maxsize\": 1}";

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private MemberLog open(
      String format, String level, boolean rotates, String rotation, String... outputs) {
    return new LogSettings("zap", format, level, List.of(outputs), rotates, rotation, "etcd")
        .open(out, err);
  }

  private static String text(ByteArrayOutputStream stream) {
    return stream.toString(StandardCharsets.UTF_8);
  }

  @Test
  void eachOutputGetsEveryLine() throws IOException {
    Path file = folder.resolve("a.log");
    Files.writeString(file, "old\n");
    open("json", "info", false, "", file.toString(), "stderr", "stdout").atInfo().log("hello");
    assertThat(text(out)).contains("\"msg\":\"hello\"}\n");
    assertThat(text(err)).isEqualTo(text(out));
    assertThat(file).hasContent("old\n" + text(out));
  }

  @ParameterizedTest
  @CsvSource({"file://", "FILE://localhost"})
  void aFileMayBeAUrl(String prefix) {
    open("", "info", false, "", prefix + folder + "/a%20b.log").atInfo().log("hello");
    assertThat(folder.resolve("a b.log")).content().contains("\"msg\":\"hello\"}\n");
  }

  @Test
  void nowhereIsNowhereForAll() {
    open("json", "info", false, "", "/dev/null", "stderr").atInfo().log("hello");
    assertThat(text(err)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', true", "info, true", "INFO, true", "Warn, false", "dpanic, false"})
  void levelsInAnyCase(String level, boolean writesInfo) {
    open("json", level, false, "", "default").atInfo().log("hello");
    assertThat(!text(err).isEmpty()).isEqualTo(writesInfo);
  }

  @Test
  void consoleLines() {
    open("console", "info", false, "", "default")
        .atWarn()
        .addKeyValue("n", 1)
        .addKeyValue("s", "a\"b")
        .log("hello");
    assertThat(text(err))
        .matches("\\S+Z\twarn\t\\S+/\\S+\\.java:\\d+\thello\t\\{\"n\": 1, \"s\": \"a\\\\\"b\"}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "json | info | default,stdout | multi logoutput for \"default\" is not supported yet",
        "json | info | stdout,systemd/journal | running with systemd/journal but other"
            + " '--log-outputs' values ([\"stdout\" \"systemd/journal\"]) are configured with"
            + " 'default'; override 'default' value with something else",
        "json | info | /nonexistent/x | open sink \"/nonexistent/x\": open /nonexistent/x: no such"
            + " file or directory",
        "json | info | foo:bar | open sink \"foo:bar\": no sink found for scheme \"foo\"",
        "json | info | a:%zz | open sink \"a:%zz\": no sink found for scheme \"a\"",
        "json | info | x%zz | open sink \"x%zz\": can't parse \"x%zz\" as a URL: parse \"x%zz\":"
            + " invalid URL escape \"%zz\"",
        "json | info | :x | open sink \":x\": can't parse \":x\" as a URL: parse \":x\": missing"
            + " protocol scheme",
        "json | info | 1a:b | open sink \"1a:b\": can't parse \"1a:b\" as a URL: parse \"1a:b\":"
            + " first path segment in URL cannot contain colon",
        "json | info | file://host/tmp/a | open sink \"file://host/tmp/a\": file URLs must leave host"
            + " empty or use localhost: got file://host/tmp/a",
        "json | info | file:///tmp/a?x=1 | open sink \"file:///tmp/a?x=1\": query parameters not"
            + " allowed with file URLs: got file:///tmp/a?x=1",
        "json | info | x#y | open sink \"x#y\": fragments not allowed with file URLs: got file://x#y",
        "json | info | file://u@/tmp/a | open sink \"file://u@/tmp/a\": user and password not allowed"
            + " with file URLs: got file://u@/tmp/a",
        "json | info | file://localhost:80/tmp/a | open sink \"file://localhost:80/tmp/a\": ports not"
            + " allowed with file URLs: got file://localhost:80/tmp/a",
        "json | info | file:rel.log | open sink \"file:rel.log\": open : no such file or directory",
        "json | info | file:///nonexistent/z | open sink \"file:///nonexistent/z\": open"
            + " /nonexistent/z: no such file or directory",
        "foo | info | default | unknown log format: foo, supported values json, console",
        "json | foo | default | unrecognized level: \"foo\""
      })
  void refused(String format, String level, String outputs, String message) {
    assertThatThrownBy(() -> open(format, level, false, "", outputs.split(",")))
        .isInstanceOf(LogSettings.Refused.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "default | {} | --log-outputs requires a single file path when --log-rotate-config-json is"
            + " defined",
        "a.log,b.log | {} | --log-outputs requires a single file path when"
            + " --log-rotate-config-json is defined",
        "a.log | zz | improperly formatted log rotation config: invalid character 'z' looking for"
            + " beginning of value",
        "a.log | '' | improperly formatted log rotation config: unexpected end of JSON input",
        "a.log | { | improperly formatted log rotation config: unexpected end of JSON input",
        "a.log | {} x | improperly formatted log rotation config: invalid character 'x' after"
            + " top-level value",
        "a.log | [] | invalid log rotation config: json: cannot unmarshal array into Go value of"
            + " type embed.logRotationConfig",
        "a.log | {\"maxsize\":\"a\"} | invalid log rotation config: json: cannot unmarshal string"
            + " into Go struct field logRotationConfig.Logger.maxsize of type int",
        "a.log | {\"maxsize\":1.5} | invalid log rotation config: json: cannot unmarshal number 1.5"
            + " into Go struct field logRotationConfig.Logger.maxsize of type int",
        "a.log | {\"compress\":1} | invalid log rotation config: json: cannot unmarshal number into"
            + " Go struct field logRotationConfig.Logger.compress of type bool",
        "a.log | {\"filename\":1} | invalid log rotation config: json: cannot unmarshal number into"
            + " Go struct field logRotationConfig.Logger.filename of type string",
        "a.log | {\"maxsize\":1,\"MaxSize\":\"b\",\"maxage\":\"c\"} | invalid log rotation config: json:"
            + " cannot unmarshal string into Go struct field logRotationConfig.Logger.maxsize of"
            + " type int",
        "a.log | {\"maxsize\":1e2} | invalid log rotation config: json: cannot unmarshal number 1e2"
            + " into Go struct field logRotationConfig.Logger.maxsize of type int"
      })
  void rotationRefused(String outputs, String config, String message) {
    assertThatThrownBy(() -> open("json", "info", true, config, outputs.split(",")))
        .hasMessage(message);
  }

  @Test
  void theKeysOfARotationMatchInAnyCase() {
    assertThat(
            Rotation.parse(
                """
                {"Logger": {"maxsize": 9}, "MaxSize": 2, "maxAge": 3, "MAXBACKUPS": 4,
                 "localTime": true, "Compress": true, "compress": null, "Filename": "x"}
                """))
        .isEqualTo(new Rotation(2 << 20, 3, 4, true, true));
  }

  @Test
  void aRotatedFileBesideStdout() throws IOException {
    Path file = folder.resolve("a.log");
    open("json", "info", true, ROTATION, file.toString(), "stdout").atInfo().log("hello");
    assertThat(file).hasContent(text(out));
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }
}
