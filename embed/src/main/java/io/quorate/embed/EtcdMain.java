package io.quorate.embed;

import io.quorate.bolt.BoltException;
import io.quorate.cli.FlagException;
import io.quorate.cli.FlagSet;
import io.quorate.edge.ListenException;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.ConfigReader;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.flag.Environment;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.embed.flag.Usage;
import io.quorate.embed.log.LineFormat;
import io.quorate.embed.log.LogLevel;
import io.quorate.embed.log.LogOutput;
import io.quorate.embed.log.MemberLog;
import io.quorate.gotext.GoQuote;
import io.quorate.node.duty.Versions;
import io.quorate.node.recovery.CannotStartException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The program {@code etcd}. */
public final class EtcdMain {
  private static final int USAGE = 2;
  private static final int FAILED = 1;
  private static final int PANICKED = 2;
  private static final PrintStream OUT =
      new PrintStream(
          new FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
  private static final PrintStream ERR =
      new PrintStream(
          new FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);

  private EtcdMain() {}

  public static void main(String[] args) {
    int code = run(List.of(args), System.getenv());
    OUT.flush();
    Runtime.getRuntime().halt(code);
  }

  /** Runs a member to its end; returns the exit code. */
  private static int run(List<String> args, Map<String, String> environment) {
    if (!args.isEmpty()
        && (args.getFirst().equals("gateway") || args.getFirst().equals("grpc-proxy"))) {
      ERR.println(args.getFirst() + " is not supported by this version of Quorate yet");
      return FAILED;
    }
    var flags = new ServerFlags();
    List<String> rest;
    try {
      rest = flags.set().parse(args);
    } catch (FlagSet.HelpRequested help) {
      ERR.print(Usage.SUMMARY);
      OUT.print(Usage.listing(new ServerFlags()));
      return 0;
    } catch (FlagException e) {
      ERR.println(e.getMessage());
      ERR.print(Usage.SUMMARY);
      return USAGE;
    }
    if (!rest.isEmpty()) {
      ERR.println(GoQuote.quote(rest.getFirst()) + " is not a valid flag");
      return FAILED;
    }
    if (flags.isOn("version")) {
      printVersion();
      return 0;
    }
    return start(args, flags, environment);
  }

  private static void printVersion() {
    OUT.println("etcd Version: " + Versions.SERVER);
    OUT.println("Git SHA: quorate");
    OUT.println("Go Version: go1.25");
    OUT.println("Go OS/Arch: linux/" + StartLog.arch());
    OUT.println("Quorate Version: " + Build.version());
  }

  private static int start(List<String> args, ServerFlags flags, Map<String, String> environment) {
    MemberLog first = new MemberLog(new LogOutput(List.of(ERR)), LineFormat.JSON, LogLevel.INFO);
    List<Environment.Remark> remarks;
    try {
      remarks = Environment.apply(flags.set(), environment);
    } catch (Environment.Conflict conflict) {
      Map<String, String> fields =
          conflict.variable().isEmpty()
              ? Map.of()
              : Map.of("environment-variable", conflict.variable());
      first.write(LogLevel.FATAL, String.valueOf(conflict.getMessage()), fields);
      return FAILED;
    }
    MemberLog log;
    try {
      log = openLog(flags);
    } catch (ConfigException e) {
      first.atWarn().addKeyValue("error", e).log("failed to verify flags");
      return e.getMessage() != null && e.getMessage().startsWith("unrecognized level")
          ? PANICKED
          : FAILED;
    }
    for (Environment.Remark remark : remarks) {
      log.write(
          remark.warning() ? LogLevel.WARN : LogLevel.INFO, remark.message(), remark.fields());
    }
    var warnings = new ArrayList<ConfigReader.Warning>();
    MemberConfig config;
    try {
      config = ConfigReader.read(flags, warnings);
    } catch (ConfigException e) {
      running(log, args);
      log.atWarn().addKeyValue("error", e).log("failed to verify flags");
      if (String.valueOf(e.getMessage()).startsWith("--advertise-client-urls is required")) {
        log.atWarn().log("advertise client URLs are not set");
      }
      return FAILED;
    }
    warnings.forEach(warning -> log.write(LogLevel.WARN, warning.message(), warning.fields()));
    running(log, args);
    describeDataDir(config, log);
    return serve(config, log, commandLine(args));
  }

  private static void running(MemberLog log, List<String> args) {
    log.atInfo().addKeyValue("args", commandLine(args)).log("Running: ");
  }

  private static List<String> commandLine(List<String> args) {
    var all = new ArrayList<String>();
    all.add(System.getProperty("quorate.program", "etcd"));
    all.addAll(args);
    return all;
  }

  private static void describeDataDir(MemberConfig config, MemberLog log) {
    boolean member = Files.isDirectory(config.memberDir());
    log.atInfo()
        .addKeyValue("data-dir", config.dataDir().toString())
        .addKeyValue("dir-type", member ? "member" : "empty")
        .log(member ? "server has already been initialized" : "Initialize and start etcd server");
  }

  private static int serve(MemberConfig config, MemberLog log, List<String> commandLine) {
    Etcd etcd;
    try {
      etcd =
          Etcd.start(
              config, new Etcd.Logs(log, log.named("raft"), log.named("bbolt")), commandLine);
    } catch (CannotStartException e) {
      LogLevel level =
          e.ending() == CannotStartException.Ending.PANIC ? LogLevel.PANIC : LogLevel.FATAL;
      log.write(level, e.stage(), fields("error", e.getMessage()));
      return e.ending().exitCode();
    } catch (ListenException | ConfigException e) {
      log.write(LogLevel.FATAL, "discovery failed", fields("error", e.getMessage()));
      return FAILED;
    } catch (BoltException e) {
      var fields = fields("path", config.memberDir().resolve("snap").resolve("db").toString());
      fields.put("error", e.getMessage());
      log.write(LogLevel.PANIC, "failed to open database", fields);
      return PANICKED;
    } catch (RuntimeException e) {
      log.write(LogLevel.PANIC, String.valueOf(e.getMessage()), fields("error", e.toString()));
      return PANICKED;
    }
    var signalled = new CompletableFuture<StopSignal>();
    etcd.ready()
        .thenRun(() -> {
          StopSignal.catchInto(signalled);
          notifyInitDaemon(log);
        });
    var died = etcd.died();
    var removed = etcd.removed();
    CompletableFuture.anyOf(signalled, died, removed).join();
    if (died.isDone()) {
      Throwable death = died.join();
      log.write(
          LogLevel.FATAL,
          "the member stops: " + death.getMessage(),
          fields("error", death.toString()));
      // The state is in doubt; nothing more is written.
      return PANICKED;
    }
    if (removed.isDone()) {
      log.atError()
          .addKeyValue("error", "the member has been permanently removed from the cluster")
          .log("server error");
      log.atWarn().log("data-dir used by this member must be removed");
      etcd.close();
      return 0;
    }
    StopSignal signal = signalled.join();
    log.atInfo().addKeyValue("signal", signal.text()).log("received signal; shutting down");
    etcd.close();
    return end(signal);
  }

  private static Map<String, String> fields(
      String name, @org.jspecify.annotations.Nullable String value) {
    var fields = new LinkedHashMap<String, String>();
    if (value != null && !value.isEmpty()) {
      fields.put(name, value);
    }
    return fields;
  }

  private static void notifyInitDaemon(MemberLog log) {
    log.atInfo().log("notifying init daemon");
    if (System.getenv("NOTIFY_SOCKET") == null) {
      log.atInfo().log("successfully notified init daemon");
    } else {
      log.atError()
          .addKeyValue("error", "not supported by this version of Quorate yet")
          .log("failed to notify systemd for readiness");
    }
  }

  /**
   * Ends as the signal would have ended the process; as the first process of a container with 0.
   */
  private static int end(StopSignal signal) {
    if (ProcessHandle.current().pid() == 1) {
      return 0;
    }
    OUT.flush();
    return signal.raiseAgain();
  }

  private static MemberLog openLog(ServerFlags flags) {
    String logger = flags.text("logger");
    if (!logger.equals("zap")) {
      throw new ConfigException(
          logger.equals("capnslog")
              ? "--logger=capnslog is removed in v3.5"
              : "unknown logger option " + GoQuote.quote(logger));
    }
    String format = flags.text("log-format");
    LineFormat lines =
        switch (format) {
          case "json" -> LineFormat.JSON;
          case "console" -> LineFormat.CONSOLE;
          default ->
              throw new ConfigException(
                  "unknown log format: " + format + ", supported values json, console");
        };
    LogLevel level =
        LogLevel.parse(flags.text("log-level"))
            .orElseThrow(() ->
                new ConfigException(
                    "unrecognized level: " + GoQuote.quote(flags.text("log-level"))));
    return new MemberLog(new LogOutput(outputs(flags.words("log-outputs"))), lines, level);
  }

  private static List<OutputStream> outputs(List<String> names) {
    if (names.contains("default") && names.size() > 1) {
      throw new ConfigException("multi logoutput for \"default\" is not supported yet");
    }
    if (names.contains("/dev/null")) {
      return List.of();
    }
    var streams = new ArrayList<OutputStream>();
    for (String name : names) {
      streams.add(
          switch (name) {
            case "default", "stderr" -> ERR;
            case "stdout" -> new FileOutputStream(java.io.FileDescriptor.out);
            case "systemd/journal" ->
                throw new ConfigException(
                    "--log-outputs systemd/journal is not supported by this version of Quorate"
                        + " yet (operations)");
            default -> file(name);
          });
    }
    return streams;
  }

  private static OutputStream file(String name) {
    try {
      return Files.newOutputStream(
          Path.of(name),
          java.nio.file.StandardOpenOption.CREATE,
          java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new ConfigException("open " + name + ": " + e.getMessage());
    }
  }
}
