package io.quorate.io.os;

import io.quorate.io.DiskException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** What went wrong, as Go words it: the texts of {@code strerror}, without the capital. */
final class Errors {
  /** errno (Linux) and Go's text for it; the JDK hands over only the text of the C library. */
  private static final Object[][] KNOWN = {
    {1, "operation not permitted"},
    {2, "no such file or directory"},
    {4, "interrupted system call"},
    {5, "input/output error"},
    {9, "bad file descriptor"},
    {11, "resource temporarily unavailable"},
    {12, "cannot allocate memory"},
    {13, "permission denied"},
    {16, "device or resource busy"},
    {17, "file exists"},
    {18, "invalid cross-device link"},
    {20, "not a directory"},
    {21, "is a directory"},
    {22, "invalid argument"},
    {23, "too many open files in system"},
    {24, "too many open files"},
    {27, "file too large"},
    {28, "no space left on device"},
    {30, "read-only file system"},
    {36, "file name too long"},
    {38, "function not implemented"},
    {39, "directory not empty"},
    {40, "too many levels of symbolic links"},
    {90, "message too long"},
    {91, "protocol wrong type for socket"},
    {95, "operation not supported"},
    {111, "connection refused"},
    {116, "stale file handle"},
    {122, "disk quota exceeded"},
  };

  private Errors() {}

  static DiskException of(String operation, String path, int errno) {
    return new DiskException(operation, path, text(errno), errno);
  }

  static DiskException of(String operation, String path, IOException e) {
    String reason =
        switch (e) {
          case NoSuchFileException _ -> text(2);
          case AccessDeniedException _ -> text(13);
          case FileAlreadyExistsException _ -> text(17);
          case DirectoryNotEmptyException _ -> text(39);
          case NotDirectoryException _ -> text(20);
          case FileSystemException f when f.getReason() != null -> f.getReason();
          default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    String lower = reason.toLowerCase(Locale.ROOT);
    for (Object[] known : KNOWN) {
      if (known[1].equals(lower)) {
        return new DiskException(operation, path, lower, (int) known[0]);
      }
    }
    return new DiskException(operation, path, reason, 0);
  }

  static String text(int errno) {
    for (Object[] known : KNOWN) {
      if ((int) known[0] == errno) {
        return (String) known[1];
      }
    }
    return "errno " + errno;
  }
}
