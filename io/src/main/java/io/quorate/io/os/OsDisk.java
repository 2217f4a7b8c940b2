package io.quorate.io.os;

import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The file system of the machine. Error texts are worded as Go words them. */
public final class OsDisk implements Disk {
  private static final FileAttribute<Set<PosixFilePermission>> FILE_0600 =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY_0700 =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  @Override
  public DiskFile open(Path file, Mode mode) {
    Set<OpenOption> options =
        switch (mode) {
          case READ -> Set.of(StandardOpenOption.READ);
          case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
          case CREATE ->
              Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
          case TRUNCATE ->
              Set.of(
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  StandardOpenOption.CREATE,
                  StandardOpenOption.TRUNCATE_EXISTING);
        };
    try {
      FileChannel channel = FileChannel.open(file, options, FILE_0600);
      if (mode == Mode.READ && Files.isDirectory(file)) {
        channel.close();
        throw Errors.of("open", file.toString(), 21);
      }
      return new OsDiskFile(file.toString(), channel, mode != Mode.READ);
    } catch (IOException e) {
      throw Errors.of("open", file.toString(), e);
    }
  }

  @Override
  public boolean exists(Path path) {
    return Files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return Files.isDirectory(path);
  }

  @Override
  public boolean isSymbolicLink(Path path) {
    return Files.isSymbolicLink(path);
  }

  @Override
  public long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw Errors.of("stat", file.toString(), e);
    }
  }

  @Override
  public List<String> list(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> names = new ArrayList<>();
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
      names.sort(null);
      return names;
    } catch (NotDirectoryException e) {
      // Go opens a file as gladly as a directory.
      throw Errors.of(Files.exists(directory) ? "readdirent" : "open", directory.toString(), e);
    } catch (IOException e) {
      throw Errors.of("open", directory.toString(), e);
    }
  }

  @Override
  public void createDirectories(Path directory) {
    try {
      Files.createDirectories(directory, DIRECTORY_0700);
    } catch (FileAlreadyExistsException e) {
      throw Errors.of("mkdir", e.getFile(), 20);
    } catch (IOException e) {
      throw Errors.of("mkdir", directory.toString(), e);
    }
  }

  @Override
  public int permissions(Path path) {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode", new LinkOption[0]);
      return mode & 0777;
    } catch (IOException e) {
      throw Errors.of("stat", path.toString(), e);
    }
  }

  @Override
  public void rename(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException _) {
      throw Errors.of("rename", from + " " + to, 18);
    } catch (IOException e) {
      throw Errors.of("rename", from + " " + to, e);
    }
  }

  @Override
  public void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw Errors.of("remove", path.toString(), e);
    }
  }

  @Override
  public void syncDirectory(Path directory) {
    FileChannel channel;
    try {
      channel = FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      throw Errors.of("open", directory.toString(), e);
    }
    try (channel) {
      channel.force(true);
    } catch (IOException e) {
      DiskException failure = Errors.of("sync", directory.toString(), e);
      if (failure.errno() != Posix.EINVAL) { // some file systems sync no directories; nor does Go
        throw failure;
      }
    }
  }
}
