package io.quorate.embed.log;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A log file that is put aside when it is full, as lumberjack does it: {@code etcd.log} becomes
 * {@code etcd-2006-01-02T15-04-05.000.log} and a new one begins. Opened at the first line. One
 * thread at a time; packing and removing old files is left to an executor.
 */
final class RotatingFile extends OutputStream {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss.SSS", Locale.ROOT);
  private static final String PACKED = ".gz";
  private static final String NEW_FILE_MODE = "rw-------";

  private final Path path;
  private final Rotation rotation;
  private final InstantSource clock;
  private final Executor housekeeping;
  private @Nullable OutputStream file;
  private long bytes;

  RotatingFile(Path path, Rotation rotation, InstantSource clock, Executor housekeeping) {
    this.path = path;
    this.rotation = rotation;
    this.clock = clock;
    this.housekeeping = housekeeping;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] line, int offset, int length) throws IOException {
    if (length > rotation.maxBytes()) {
      throw new IOException(
          "write length " + length + " exceeds maximum file size " + rotation.maxBytes());
    }
    OutputStream out = file;
    if (out == null) {
      out = openFirst(length);
    } else if (bytes + length > rotation.maxBytes()) {
      // Whatever fails from here on: the next line starts again with what is at the path.
      close();
      out = openNew();
    }
    out.write(line, offset, length);
    bytes += length;
  }

  private OutputStream openFirst(int length) throws IOException {
    housekeeping.execute(this::tidy);
    if (!Files.exists(path)) {
      return openNew();
    }
    long size = Files.size(path);
    if (size + length >= rotation.maxBytes()) {
      return openNew();
    }
    bytes = size;
    return open(StandardOpenOption.APPEND);
  }

  /** Begins a file of the same mode as the one at the path, which is put aside if it is there. */
  private OutputStream openNew() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Set<PosixFilePermission> permissions = PosixFilePermissions.fromString(NEW_FILE_MODE);
    try {
      permissions = Files.getPosixFilePermissions(path);
      Files.move(path, path.resolveSibling(backupName(clock.instant())));
      housekeeping.execute(this::tidy);
    } catch (NoSuchFileException gone) {
      // Somebody else has put it aside.
    }
    try {
      Files.createFile(path, PosixFilePermissions.asFileAttribute(permissions));
    } catch (FileAlreadyExistsException another) {
      // Somebody else has made the new one.
    }
    bytes = 0;
    return open(StandardOpenOption.TRUNCATE_EXISTING);
  }

  private OutputStream open(StandardOpenOption how) throws IOException {
    OutputStream opened = Files.newOutputStream(path, StandardOpenOption.WRITE, how);
    file = opened;
    return opened;
  }

  private String backupName(Instant now) {
    ZoneId zone = rotation.localTime() ? ZoneId.systemDefault() : ZoneOffset.UTC;
    return stem() + "-" + STAMP.format(LocalDateTime.ofInstant(now, zone)) + extension();
  }

  private String stem() {
    String name = String.valueOf(path.getFileName());
    return name.substring(0, name.length() - extension().length());
  }

  private String extension() {
    String name = String.valueOf(path.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot);
  }

  /** An old file and the time in its name. */
  private record Backup(Path path, LocalDateTime time) {
    boolean isPacked() {
      return path.toString().endsWith(PACKED);
    }
  }

  /** Removes and packs old files. Errors leave them as they are, as in lumberjack. */
  private void tidy() {
    try {
      List<Backup> kept = new ArrayList<>();
      LocalDateTime oldest =
          LocalDateTime.ofInstant(
              clock.instant().minus(Duration.ofDays(rotation.maxAgeDays())), ZoneOffset.UTC);
      List<String> names = new ArrayList<>();
      for (Backup backup : backups()) {
        // A file and its packed twin count once.
        String name = backup.path.toString().replaceAll("\\.gz$", "");
        if (!names.contains(name)) {
          names.add(name);
        }
        boolean tooMany = rotation.maxBackups() > 0 && names.size() > rotation.maxBackups();
        boolean tooOld = rotation.maxAgeDays() > 0 && backup.time.isBefore(oldest);
        if (tooMany || tooOld) {
          Files.deleteIfExists(backup.path);
        } else {
          kept.add(backup);
        }
      }
      for (Backup backup : kept) {
        if (rotation.compress() && !backup.isPacked()) {
          pack(backup.path);
        }
      }
    } catch (IOException e) {
      // The log itself goes on.
    }
  }

  /** The newest first. */
  private List<Backup> backups() throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      return List.of();
    }
    List<Backup> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(parent)) {
      files.forEach(file -> {
        String name = String.valueOf(file.getFileName()).replaceAll("\\.gz$", "");
        String prefix = stem() + "-";
        if (name.startsWith(prefix)
            && name.endsWith(extension())
            && name.length() >= prefix.length() + extension().length()) {
          try {
            String stamp = name.substring(prefix.length(), name.length() - extension().length());
            found.add(new Backup(file, LocalDateTime.parse(stamp, STAMP)));
          } catch (DateTimeException e) {
            // Somebody else's file.
          }
        }
      });
    }
    found.sort(Comparator.comparing(Backup::time).reversed());
    return found;
  }

  private static void pack(Path file) throws IOException {
    Path packed = file.resolveSibling(file.getFileName() + PACKED);
    Path unfinished = file.resolveSibling(file.getFileName() + PACKED + ".new");
    try (InputStream in = Files.newInputStream(file);
        OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished))) {
      in.transferTo(out);
    }
    Files.setPosixFilePermissions(unfinished, Files.getPosixFilePermissions(file));
    Files.move(unfinished, packed, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(file);
  }

  @Override
  public void close() throws IOException {
    OutputStream out = file;
    if (out != null) {
      file = null;
      out.close();
    }
  }
}
