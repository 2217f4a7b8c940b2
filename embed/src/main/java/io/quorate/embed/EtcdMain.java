package io.quorate.embed;

import io.quorate.backend.DamagedDatabaseError;
import io.quorate.bolt.BoltException;
import io.quorate.cli.FlagException;
import io.quorate.cli.FlagSet;
import io.quorate.edge.ListenException;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.failpoint.FailpointControl;
import io.quorate.embed.failpoint.FailpointException;
import io.quorate.embed.flag.ServerFlags;
import io.quorate.embed.flag.Usage;
import io.quorate.embed.log.LogLevel;
import io.quorate.embed.log.MemberLog;
import io.quorate.io.Failpoints;
import io.quorate.node.duty.Versions;
import io.quorate.node.recovery.CannotStartException;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The program {@code etcd}. */
public final class EtcdMain {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int PANICKED = 2;
  private static final PrintStream OUT =
      new PrintStream(
          new FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
  private static final PrintStream ERR =
      new PrintStream(
          new FileOutputStream(java.io.FileDescriptor.err), true, StandardCharsets.UTF_8);

  private EtcdMain() {}

  public static void main(String[] args) {
    // Beside the start, of which it would take 10 ms.
    CompletableFuture<Void> signals =
        CompletableFuture.runAsync(
            StopSignal::likeGo,
            task -> Thread.ofPlatform().name("etcd-signals").daemon().start(task));
    int code = run(List.of(args), System.getenv(), signals);
    OUT.flush();
    Runtime.getRuntime().halt(code);
  }

  /**
   * Runs a member to its end; returns the exit code.
   *
   * @param signals completes when those are dealt with that come before the member is ready
   */
  private static int run(
      List<String> args, Map<String, String> environment, CompletableFuture<Void> signals) {
    Failpoints failpoints;
    try {
      failpoints =
          FailpointControl.fromEnvironment(environment, OUT, ERR)
              .map(Failpoints.class::cast)
              .orElse(Failpoints.NONE);
    } catch (FailpointException | ListenException | NumberFormatException e) {
      ERR.println(e.getMessage());
      return FAILED;
    }
    if (!args.isEmpty()
        && (args.getFirst().equals("gateway") || args.getFirst().equals("grpc-proxy"))) {
      ERR.println(args.getFirst() + " is not supported by this version of Quorate yet");
      return FAILED;
    }
    var words = new ArrayList<String>();
    words.add(System.getProperty("quorate.program", "etcd"));
    words.addAll(args);
    var arguments = new Arguments(words, OUT, ERR);
    var flags = new ServerFlags();
    try {
      List<String> rest = flags.set().parse(args);
      if (!rest.isEmpty()) {
        throw arguments.notAFlag(rest.getFirst());
      }
      if (flags.isOn("version")) {
        printVersion();
        return 0;
      }
      Arguments.Configured configured = arguments.read(flags, environment);
      return serve(configured.config(), configured.log(), words, failpoints, environment, signals);
    } catch (FlagSet.HelpRequested help) {
      ERR.print(Usage.summary());
      OUT.print(Usage.listing());
      return 0;
    } catch (FlagException e) {
      ERR.println(e.getMessage());
      ERR.print(Usage.summary());
      return USAGE;
    } catch (Arguments.Ended ended) {
      return ended.exitCode();
    }
  }

  private static void printVersion() {
    OUT.println("etcd Version: " + Versions.SERVER);
    OUT.println("Git SHA: quorate");
    OUT.println("Go Version: go1.25");
    OUT.println("Go OS/Arch: linux/" + StartLog.arch());
    OUT.println("Quorate Version: " + Build.version());
  }

  private static int serve(
      MemberConfig config,
      MemberLog log,
      List<String> commandLine,
      Failpoints failpoints,
      Map<String, String> environment,
      CompletableFuture<Void> signals) {
    Etcd etcd;
    try {
      etcd =
          Etcd.start(
              config,
              new Etcd.Logs(
                  log, log.named("raft"), log.named("bbolt"), HeaderLines.asked(environment, ERR)),
              commandLine,
              failpoints);
    } catch (CannotStartException e) {
      LogLevel level =
          e.ending() == CannotStartException.Ending.PANIC ? LogLevel.PANIC : LogLevel.FATAL;
      log.write(level, e.stage(), error(e.getMessage()));
      return e.ending().exitCode();
    } catch (TooFewDescriptorsException e) {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("limit", e.limit());
      fields.put("recommended-limit", e.recommended());
      log.write(LogLevel.FATAL, String.valueOf(e.getMessage()), fields);
      return FAILED;
    } catch (ListenException | ConfigException e) {
      log.write(LogLevel.FATAL, "discovery failed", error(e.getMessage()));
      return FAILED;
    } catch (BoltException | DamagedDatabaseError | UnopenableDatabaseException e) {
      var fields = new LinkedHashMap<String, Object>();
      fields.put("path", config.memberDir().resolve("snap").resolve("db").toString());
      fields.putAll(error(e.getMessage()));
      log.write(LogLevel.PANIC, "failed to open database", fields);
      return PANICKED;
    } catch (RuntimeException | Error e) {
      log.write(LogLevel.PANIC, String.valueOf(e.getMessage()), error(e.toString()));
      return PANICKED;
    }
    var signalled = new CompletableFuture<StopSignal>();
    CompletableFuture.allOf(etcd.ready(), signals)
        .thenRun(() -> {
          StopSignal.catchInto(signalled);
          InitDaemon.notify(environment.getOrDefault("NOTIFY_SOCKET", ""), log);
        });
    var died = etcd.died();
    var removed = etcd.removed();
    CompletableFuture.anyOf(signalled, died, removed).join();
    if (died.isDone()) {
      Throwable death = died.join();
      log.write(LogLevel.FATAL, "the member stops: " + death.getMessage(), error(death.toString()));
      // The state is in doubt; nothing more is written.
      return PANICKED;
    }
    if (removed.isDone()) {
      log.atWarn()
          .addKeyValue("error", "the member has been permanently removed from the cluster")
          .log("server error");
      log.atWarn().log("data-dir used by this member must be removed");
      return isClosed(etcd, log) ? 0 : FAILED;
    }
    StopSignal signal = signalled.join();
    log.atInfo().addKeyValue("signal", signal.text()).log("received signal; shutting down");
    return isClosed(etcd, log) ? end(signal) : FAILED;
  }

  /** Closes {@code etcd}, and says so if its last commit failed. */
  private static boolean isClosed(Etcd etcd, MemberLog log) {
    try {
      etcd.close();
      return true;
    } catch (RuntimeException | Error e) {
      log.write(LogLevel.FATAL, "failed to commit tx", error(e.getMessage()));
      return false;
    }
  }

  /** The field of an error; none without a text. */
  private static Map<String, Object> error(@Nullable String text) {
    return text == null || text.isEmpty() ? Map.of() : Map.of("error", text);
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
}
