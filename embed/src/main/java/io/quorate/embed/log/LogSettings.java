package io.quorate.embed.log;

import io.quorate.gotext.GoQuote;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the flags say about the log, and the log that comes of it (spec/server.md 1.6 and 3.1).
 *
 * @param outputs sorted, each once
 * @param rotates {@code --enable-log-rotation}
 * @param rotation {@code --log-rotation-config-json}
 * @param program the name by which the journal knows us
 */
public record LogSettings(
    String logger,
    String format,
    String level,
    List<String> outputs,
    boolean rotates,
    String rotation,
    String program) {
  private static final String DEFAULT = "default";
  private static final String STDERR = "stderr";
  private static final String STDOUT = "stdout";
  private static final String JOURNAL = "systemd/journal";
  private static final String NOWHERE = "/dev/null";

  /** The settings are refused; the message is etcd's. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final boolean panic;

    Refused(String message) {
      this(message, false);
    }

    Refused(String message, boolean panic) {
      super(message, null, false, false);
      this.panic = panic;
    }

    /** Whether etcd crashes with this message, exit code 2. */
    public boolean isPanic() {
      return panic;
    }
  }

  /** Opens the log. Throws {@link Refused}. */
  public MemberLog open(OutputStream out, OutputStream err) {
    checkLogger();
    checkOutputs();
    boolean mayRotate = rotates;
    if (mayRotate && files().size() != 1) {
      throw new Refused(
          "--log-outputs requires a single file path when --log-rotate-config-json is defined");
    }
    List<OutputStream> rotated = new ArrayList<>();
    if (mayRotate) {
      rotated.add(
          new RotatingFile(
              Path.of(files().getFirst()),
              Rotation.parse(rotation),
              InstantSource.system(),
              task -> Thread.ofVirtual().name("etcd-log").start(task)));
    }
    LineFormat lines =
        switch (format) {
          case "", "json" -> LineFormat.JSON;
          case "console" -> LineFormat.CONSOLE;
          default ->
              throw new Refused(
                  "unknown log format: " + format + ", supported values json, console");
        };
    LogLevel threshold =
        LogLevel.parse(level)
            .orElseThrow(() -> new Refused("unrecognized level: " + GoQuote.quote(level), true));
    return new MemberLog(sink(out, err, rotated), lines, threshold);
  }

  private void checkLogger() {
    if (!logger.equals("zap")) {
      throw new Refused(
          logger.equals("capnslog")
              ? "--logger=capnslog is removed in v3.5"
              : "unknown logger option " + GoQuote.quote(logger));
    }
  }

  private void checkOutputs() {
    if (outputs.size() < 2) {
      return;
    }
    if (outputs.contains(DEFAULT)) {
      throw new Refused("multi logoutput for \"default\" is not supported yet");
    }
    if (outputs.contains(JOURNAL)) {
      String all = outputs.stream().map(GoQuote::quote).collect(Collectors.joining(" ", "[", "]"));
      throw new Refused(
          "running with systemd/journal but other '--log-outputs' values ("
              + all
              + ") are configured with 'default'; override 'default' value with something else");
    }
  }

  private List<String> files() {
    return outputs.stream()
        .filter(output -> !List.of(DEFAULT, STDERR, STDOUT, JOURNAL).contains(output))
        .toList();
  }

  private LogSink sink(OutputStream out, OutputStream err, List<OutputStream> rotated) {
    if (outputs.equals(List.of(JOURNAL))) {
      try {
        return new Journal(Journal.SOCKET, program, new LogOutput(List.of(err)));
      } catch (IOException e) {
        throw new Refused("can't find journal (" + e.getMessage() + ")");
      }
    }
    if (outputs.contains(NOWHERE)) {
      return new LogOutput(List.of());
    }
    var streams = new ArrayList<OutputStream>(rotated);
    for (String output : outputs.isEmpty() ? List.of("") : outputs) {
      switch (output) {
        case DEFAULT, STDERR -> streams.add(err);
        case STDOUT -> streams.add(out);
        default -> {
          if (rotated.isEmpty()) {
            streams.add(file(output));
          }
        }
      }
    }
    return new LogOutput(streams);
  }

  private static OutputStream file(String name) {
    try {
      return open(SinkUrl.path(name));
    } catch (Refused e) {
      throw new Refused("open sink " + GoQuote.quote(name) + ": " + e.getMessage());
    }
  }

  private static OutputStream open(String path) {
    String problem;
    try {
      if (!path.isEmpty()) {
        return Files.newOutputStream(
            Path.of(path), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
      problem = "no such file or directory";
    } catch (NoSuchFileException e) {
      problem = "no such file or directory";
    } catch (AccessDeniedException e) {
      problem = "permission denied";
    } catch (FileSystemException e) {
      problem =
          e.getReason() == null
              ? String.valueOf(e.getMessage())
              : e.getReason().toLowerCase(java.util.Locale.ROOT);
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    throw new Refused("open " + path + ": " + problem);
  }
}
