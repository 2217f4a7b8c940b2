package io.quorate.embed;

import io.quorate.cli.FlagValue;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.ConfigFile;
import io.quorate.embed.config.ConfigReader;
import io.quorate.embed.config.ConfigReader.Source;
import io.quorate.embed.config.ConfigReader.Warning;
import io.quorate.embed.config.DefaultHost;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.flag.Environment;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.embed.log.LineFormat;
import io.quorate.embed.log.LogLevel;
import io.quorate.embed.log.LogOutput;
import io.quorate.embed.log.LogSettings;
import io.quorate.embed.log.MemberLog;
import io.quorate.io.DiskException;
import io.quorate.io.os.OsDisk;
import io.quorate.node.recovery.CannotStartException;
import io.quorate.node.recovery.DataDirectory;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From parsed flags, environment and file to a member's configuration and its log, with every line
 * that etcd writes on the way (spec/server.md 1.2, 1.6 and 3.2). One use.
 */
final class Arguments {
  private static final String LOADED =
      "loaded server configuration, other configuration command line flags and environment"
          + " variables will be ignored if provided";
  private static final int FAILED = 1;
  private static final int PANICKED = 2;

  /** The start ends here; all is said. */
  static final class Ended extends Exception {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    private Ended(int exitCode) {
      super("exit code " + exitCode, null, false, false);
      this.exitCode = exitCode;
    }

    int exitCode() {
      return exitCode;
    }
  }

  /** What to run, and where it says what it does. */
  record Configured(MemberConfig config, MemberLog log) {}

  private final List<String> words;
  private final PrintStream out;
  private final PrintStream err;

  /** The log as long as no flag has been heard. */
  private final MemberLog first;

  /** The log by which {@code Running} and errors are said. */
  private MemberLog log;

  private final List<Warning> warnings = new ArrayList<>();
  private boolean dataDirIsDefault;

  /**
   * @param words the command line, the program's name included
   */
  Arguments(List<String> words, PrintStream out, PrintStream err) {
    this.words = words;
    this.out = out;
    this.err = err;
    this.first = new MemberLog(new LogOutput(List.of(err)), LineFormat.JSON, LogLevel.INFO);
    this.log = first;
  }

  /** Refuses a word that is no flag. */
  Ended notAFlag(String word) {
    return refused(
        new ConfigException(io.quorate.gotext.GoQuote.quote(word) + " is not a valid flag"));
  }

  /** Reads all there is. */
  Configured read(ServerFlags flags, Map<String, String> environment) throws Ended {
    String file = flags.text("config-file");
    if (file.isEmpty()) {
      file = environment.getOrDefault(Environment.variable("config-file"), "");
    }
    MemberConfig config;
    try {
      config =
          file.isEmpty()
              ? fromFlags(flags, environment)
              : fromFile(ConfigFile.read(Path.of(file), flags), file);
    } catch (ConfigException e) {
      throw refused(e);
    } catch (LogSettings.Refused e) {
      throw refused(
          new ConfigException(
              String.valueOf(e.getMessage()),
              e.isPanic() ? ConfigException.Ending.PANIC : ConfigException.Ending.LOGGED));
    }
    running();
    config = advertised(config);
    describeDataDir(config);
    // etcd checks again when it starts, and says so again.
    warnings.forEach(this::write);
    return new Configured(config, log);
  }

  private MemberConfig fromFlags(ServerFlags flags, Map<String, String> environment) throws Ended {
    try {
      Environment.apply(
          flags.set(),
          environment,
          remark ->
              first.write(
                  remark.warning() ? LogLevel.WARN : LogLevel.INFO,
                  remark.message(),
                  remark.fields()));
    } catch (Environment.Shadowed e) {
      first.write(
          LogLevel.FATAL,
          Environment.Shadowed.MESSAGE,
          Map.of("environment-variable", e.variable()));
      throw new Ended(FAILED);
    } catch (FlagValue.Refused e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
    ConfigReader.raised(flags).forEach(line -> first.atInfo().log(line));
    ConfigReader.checkBeforeLog(flags, Source.FLAGS);
    dataDirIsDefault = flags.text("data-dir").isEmpty();
    log = settings(flags).open(out, err);
    try {
      return ConfigReader.read(flags, Source.FLAGS, this::warn);
    } finally {
      ConfigReader.deprecations(flags).forEach(this::write);
    }
  }

  private MemberConfig fromFile(ServerFlags flags, String file) {
    ConfigReader.checkBeforeLog(flags, Source.FILE);
    MemberLog configured = settings(flags).open(out, err);
    // What is wrong with the file is said by the first log, as in etcd.
    MemberConfig config =
        ConfigReader.read(
            flags,
            Source.FILE,
            warning -> {
              warnings.add(warning);
              configured.write(LogLevel.WARN, warning.message(), warning.fields());
            });
    dataDirIsDefault = flags.text("data-dir").isEmpty();
    log = configured;
    log.atInfo().addKeyValue("path", file).log(LOADED);
    ConfigReader.deprecations(flags).forEach(this::write);
    return config;
  }

  private LogSettings settings(ServerFlags flags) {
    Path program = Path.of(words.getFirst()).getFileName();
    return new LogSettings(
        flags.text("logger"),
        flags.text("log-format"),
        flags.text("log-level"),
        flags.words("log-outputs"),
        flags.isOn("enable-log-rotation"),
        flags.text("log-rotation-config-json"),
        String.valueOf(program));
  }

  private void warn(Warning warning) {
    warnings.add(warning);
    write(warning);
  }

  private void write(Warning warning) {
    log.write(LogLevel.WARN, warning.message(), warning.fields());
  }

  private void running() {
    log.atInfo().addKeyValue("args", words).log("Running: ");
  }

  private Ended refused(ConfigException e) {
    switch (e.ending()) {
      case PLAIN -> {
        err.println(e.getMessage());
        return new Ended(FAILED);
      }
      case PANIC -> {
        err.println("panic: " + e.getMessage());
        return new Ended(PANICKED);
      }
      case LOGGED -> {}
    }
    running();
    log.atWarn().addKeyValue("error", e).log("failed to verify flags");
    if (String.valueOf(e.getMessage()).startsWith("--advertise-client-urls is required")) {
      log.atWarn().addKeyValue("error", e).log("advertise client URLs are not set");
    }
    return new Ended(FAILED);
  }

  private MemberConfig advertised(MemberConfig config) {
    DefaultHost.Applied applied = DefaultHost.apply(config);
    applied
        .used()
        .ifPresent(host ->
            log.atInfo().addKeyValue("host", host).log("detected default host for advertise"));
    if (!applied.routed()) {
      log.atInfo()
          .addKeyValue("error", "could not find default route")
          .log("failed to detect default host");
    }
    return applied.config();
  }

  private void describeDataDir(MemberConfig config) throws Ended {
    if (dataDirIsDefault) {
      log.atWarn()
          .addKeyValue("data-dir", config.dataDir().toString())
          .log("'data-dir' was empty; using default");
    }
    DataDirectory.Kind kind = inspect(config);
    boolean empty = kind == DataDirectory.Kind.EMPTY;
    log.atInfo()
        .addKeyValue("data-dir", config.dataDir().toString())
        .addKeyValue("dir-type", kind.text())
        .log(empty ? "Initialize and start etcd server" : "server has already been initialized");
    if (kind == DataDirectory.Kind.PROXY) {
      log.write(
          LogLevel.PANIC,
          "v2 http proxy has already been deprecated in 3.6",
          Map.of("dir-type", kind.text()));
      throw new Ended(PANICKED);
    }
  }

  private DataDirectory.Kind inspect(MemberConfig config) throws Ended {
    try {
      return new DataDirectory(new OsDisk(), config.dataDir(), Optional.empty(), log).inspect();
    } catch (DiskException e) {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("dir", config.dataDir().toString());
      fields.put("error", e);
      log.write(LogLevel.FATAL, "failed to list data directory", fields);
      throw new Ended(FAILED);
    } catch (CannotStartException e) {
      log.write(LogLevel.FATAL, e.stage(), Map.of());
      throw new Ended(FAILED);
    }
  }
}
