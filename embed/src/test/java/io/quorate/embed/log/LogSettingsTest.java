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
            + " Go struct field logRotationConfig.Logger.compress of type bool"
      })
  void rotationRefused(String outputs, String config, String message) {
    assertThatThrownBy(() -> open("json", "info", true, config, outputs.split(",")))
        .hasMessage(message);
  }

  @Test
  void aRotatedFileBesideStdout() throws IOException {
    Path file = folder.resolve("a.log");
    open("json", "info", true, ROTATION, file.toString(), "stdout").atInfo().log("hello");
    assertThat(file).hasContent(text(out));
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
  }
}
