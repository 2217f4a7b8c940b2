package io.quorate.io;

import java.nio.file.Path;
import java.util.List;

/**
 * A file system, as far as a member needs one. Every method may be called from any thread; what one
 * {@link DiskFile} allows is said there.
 *
 * <p>All failures are {@link DiskException}s which keep the errno of the operating system. A path
 * that is missing is {@link DiskException#isNotFound()}.
 */
public interface Disk {
  /** How a file is opened. */
  enum Mode {
    /** Reading only; the file must exist. */
    READ,
    /** Reading and writing; the file must exist. */
    WRITE,
    /** Reading and writing; created with mode 0600 where it is missing, kept where it is not. */
    CREATE,
    /** Reading and writing; created with mode 0600, emptied where it exists. */
    TRUNCATE
  }

  DiskFile open(Path file, Mode mode);

  boolean exists(Path path);

  /** Whether a directory is at {@code path}, or where a symbolic link at {@code path} leads. */
  boolean isDirectory(Path path);

  /** Whether {@code path} itself is a symbolic link, wherever it leads. */
  boolean isSymbolicLink(Path path);

  /** The length in bytes of the file at {@code file}. */
  long length(Path file);

  /** The names (not paths) of what {@code directory} holds, sorted by code unit. */
  List<String> list(Path directory);

  /** Creates {@code directory} and its missing parents, with mode 0700. */
  void createDirectories(Path directory);

  /** The Unix permission bits of {@code path}, for example 0700. */
  int permissions(Path path);

  /** Renames atomically, replacing what stands at {@code to}. Durable only after syncDirectory. */
  void rename(Path from, Path to);

  /**
   * Deletes the file, symbolic link or empty directory at {@code path}; it is no error if nothing
   * is there.
   */
  void delete(Path path);

  /** Makes the names in {@code directory} durable. */
  void syncDirectory(Path directory);
}
