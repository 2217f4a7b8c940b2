package io.quorate.client;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.StatusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * Saves a member's database as {@code etcdctl snapshot save} does (spec/ctl.md 5.4): streamed into
 * {@code <file>.part}, which is synced and renamed when it is whole, and never left behind.
 */
public final class SnapshotFile {
  private static final int SECTOR_BYTES = 512;
  private static final int SHA256_BYTES = 32;

  private final ClusterChannel channel;
  private final CallOptions options;
  private final boolean verify;

  public SnapshotFile(ClusterChannel channel, CallOptions options) {
    this(channel, options, false);
  }

  private SnapshotFile(ClusterChannel channel, CallOptions options, boolean verify) {
    this.channel = channel;
    this.options = options;
    this.verify = verify;
  }

  /** The same, but the SHA-256 at the end is computed, not only looked for. */
  public SnapshotFile verifying() {
    return new SnapshotFile(channel, options, true);
  }

  /**
   * What was saved.
   *
   * @param sizeBytes the hash included
   * @param version the member's storage version; empty from members before 3.6
   */
  public record Saved(long sizeBytes, Duration took, String version) {}

  /** The file could not be written, or what came is not a whole database. */
  public static final class NotSaved extends RuntimeException {
    NotSaved(String message) {
      super(message);
    }
  }

  /** Hears how far it has come, in the thread that saves. */
  public interface Progress {
    Progress NONE = new Progress() {};

    /** The file exists, and is empty. */
    default void created(Path part) {}

    /** A member has answered. */
    default void opened() {}

    /** The first piece is there. */
    default void fetching() {}

    /** All of it is there. */
    default void received() {}

    /** All of it is on the disk. */
    default void fetched(Saved saved) {}

    /** It has its name. */
    default void saved(Path file) {}

    /**
     * The stream broke off; the exception follows.
     *
     * @param reached whether a member had been asked
     */
    default void brokeOff(boolean reached, StatusException why) {}
  }

  /**
   * Saves; {@code file} is replaced if it exists.
   *
   * @throws NotSaved with etcdctl's text
   * @throws StatusException if the member fails
   */
  public Saved save(Path file, Progress progress) {
    long start = System.nanoTime();
    Path part = Path.of(file.toString().concat(".part"));
    try (FileChannel out = create(part)) {
      progress.created(part);
      Optional<MessageDigest> digest = verify ? Optional.of(sha256()) : Optional.empty();
      String version;
      try (SnapshotStream stream = SnapshotStream.open(channel, options)) {
        version = copy(stream, out, digest, progress);
        progress.received();
      }
      long size = size(out);
      if (size % SECTOR_BYTES != SHA256_BYTES) {
        throw new NotSaved("sha256 checksum not found [bytes: " + size + "]");
      }
      if (digest.isPresent()) {
        check(part, digest.get(), size);
      }
      sync(out);
      Saved saved = new Saved(size, Duration.ofNanos(System.nanoTime() - start), version);
      progress.fetched(saved);
      rename(part, file);
      progress.saved(file);
      return saved;
    } catch (IOException e) {
      throw new NotSaved("could not close file descriptor: " + reason(e));
    } finally {
      remove(part);
    }
  }

  private static FileChannel create(Path part) {
    try {
      return FileChannel.open(
          part,
          Set.of(
              StandardOpenOption.WRITE,
              StandardOpenOption.READ,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw new NotSaved("could not open " + part + " (open " + part + ": " + reason(e) + ")");
    }
  }

  private static String copy(
      SnapshotStream stream, FileChannel out, Optional<MessageDigest> digest, Progress progress) {
    // The hash is the last 32 bytes of all; so many are held back from the digest.
    byte[] held = new byte[0];
    boolean first = true;
    try {
      while (stream.next()) {
        if (first) {
          progress.opened();
          progress.fetching();
          first = false;
        }
        byte[] blob = stream.blob();
        ByteBuffer rest = ByteBuffer.wrap(blob);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        if (digest.isPresent()) {
          held = digestAllButHash(digest.get(), held, blob);
        }
      }
    } catch (StatusException e) {
      if (first && stream.hasReached()) {
        progress.opened();
      }
      progress.brokeOff(stream.hasReached(), e);
      throw e;
    } catch (IOException e) {
      throw new NotSaved("could not write snapshot: " + reason(e));
    }
    return stream.version();
  }

  private static byte[] digestAllButHash(MessageDigest digest, byte[] held, byte[] blob) {
    byte[] all = Arrays.copyOf(held, held.length + blob.length);
    System.arraycopy(blob, 0, all, held.length, blob.length);
    int sure = Math.max(0, all.length - SHA256_BYTES);
    digest.update(all, 0, sure);
    return Arrays.copyOfRange(all, sure, all.length);
  }

  private static void check(Path part, MessageDigest digest, long size) throws IOException {
    byte[] expected = new byte[SHA256_BYTES];
    try (FileChannel in = FileChannel.open(part)) {
      in.read(ByteBuffer.wrap(expected), size - SHA256_BYTES);
    }
    byte[] got = digest.digest();
    if (!MessageDigest.isEqual(expected, got)) {
      throw new NotSaved(
          "expected sha256 " + Arrays.toString(expected) + ", got " + Arrays.toString(got));
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java platform has it
    }
  }

  private static long size(FileChannel out) throws IOException {
    return out.size();
  }

  private static void sync(FileChannel out) {
    try {
      out.force(true);
    } catch (IOException e) {
      throw new NotSaved("could not fsync snapshot: " + reason(e));
    }
  }

  private static void rename(Path part, Path file) {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      // What rename(2) cannot replace, a folder, Go says exists.
      String why = Files.isDirectory(file) ? "file exists" : reason(e);
      if (file.toString().isEmpty()) {
        why = "no such file or directory";
      }
      throw new NotSaved(
          "could not rename "
              + part
              + " to "
              + file
              + " (rename "
              + part
              + " "
              + file
              + ": "
              + why
              + ")");
    }
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException _) {
      // it was renamed, or nothing can be done
    }
  }

  /** The system's words, which Go and Java print alike but for the first letter. */
  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.NoSuchFileException _ -> "no such file or directory";
      case java.nio.file.AccessDeniedException _ -> "permission denied";
      case java.nio.file.FileSystemException f when f.getReason() != null -> lower(f.getReason());
      default -> lower(String.valueOf(e.getMessage()));
    };
  }

  private static String lower(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
