package io.quorate.io.memory;

import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that knows what a power cut leaves behind, and fails when told to.
 *
 * <p>It promises no more than POSIX: a write is certain after a sync of its file, a name (made,
 * renamed, deleted) after a sync of its directory; a file's sync says nothing about its name. Every
 * call that changes something is an {@link Operation} and counted. Typical use:
 *
 * <pre>{@code
 * for (long n = 1; ; n++) {
 *   MemoryDisk disk = new MemoryDisk(seed);
 *   disk.cutPowerAfter(n);                  // the n-th operation is the last one
 *   try {
 *     scenario(disk);
 *   } catch (PowerCut e) {
 *     check(disk.restart(Fate.TORN, seed)); // what is found when the power is back
 *     continue;
 *   }
 *   break;                                  // the scenario has fewer than n operations
 * }
 * }</pre>
 *
 * <p>Mappings are arrays, at most 1 GiB. Any thread.
 */
public final class MemoryDisk implements Disk {
  private static final int EIO = 5;
  private static final int EEXIST = 17;
  private static final int ENOTDIR = 20;
  private static final int EISDIR = 21;
  private static final int ENOTEMPTY = 39;

  private final SplittableRandom random;
  private final Node.Directory root;
  private final List<NameChange> unsyncedNames = new ArrayList<>();
  private final Set<MemoryFile> openFiles = new LinkedHashSet<>();
  private final List<Operation> operations = new ArrayList<>();
  private long operationCount;
  private long lastOperation = Long.MAX_VALUE;
  private Predicate<Operation> failing = operation -> false;
  private int failingErrno = EIO;
  private boolean dead;
  private boolean recording;

  /** An empty disk. Chance (what a failing call leaves behind) comes from {@code seed}. */
  public MemoryDisk(long seed) {
    this(seed, new Node.Directory());
  }

  private MemoryDisk(long seed, Node.Directory root) {
    this.random = new SplittableRandom(seed);
    this.root = root;
  }

  // Faults.

  /**
   * The {@code count}-th operation from now on is the last: it takes place (a sync perhaps without
   * effect: it never returns), and this and every later call but close throw {@link PowerCut}. With
   * 0 the very next call of any kind does.
   */
  public synchronized void cutPowerAfter(long count) {
    lastOperation = operationCount + count;
    dead = count == 0;
  }

  /** Every operation that {@code which} picks fails with {@code errno} until told otherwise. */
  public synchronized void fail(Predicate<Operation> which, int errno) {
    failing = which;
    failingErrno = errno;
  }

  /** Only the {@code count}-th operation from now on fails, with {@code errno}. */
  public synchronized void failOperation(long count, int errno) {
    long number = operationCount + count;
    fail(operation -> operation.number() == number, errno);
  }

  /** No operation fails any more; poisoned files stay so. */
  public synchronized void heal() {
    failing = operation -> false;
  }

  /** How many operations there have been. */
  public synchronized long operationCount() {
    return operationCount;
  }

  /** Operations are kept from now on, for {@link #recordedOperations()}. */
  public synchronized void recordOperations() {
    recording = true;
    operations.clear();
  }

  public synchronized List<Operation> recordedOperations() {
    return List.copyOf(operations);
  }

  /**
   * The disk as it is found when the power is back: everything synced, and of the rest what {@code
   * fate} and {@code seed} say. This disk is not changed; it counts as without power from now on.
   */
  public synchronized MemoryDisk restart(Fate fate, long seed) {
    dead = true;
    SplittableRandom choices = new SplittableRandom(seed);
    int kept =
        switch (fate) {
          case LOST -> 0;
          case KEPT -> unsyncedNames.size();
          case TORN -> choices.nextInt(unsyncedNames.size() + 1);
        };
    // Work on copies of the durable names only: the same disk can be restarted in several ways.
    Map<Node.Directory, TreeMap<String, Node>> names = new IdentityHashMap<>();
    for (NameChange change : unsyncedNames.subList(0, kept)) {
      change.apply(directory -> names.computeIfAbsent(directory, d -> new TreeMap<>(d.durable)));
    }
    return new MemoryDisk(
        choices.nextLong(), survive(root, names, fate, choices, new IdentityHashMap<>()));
  }

  private static Node.Directory survive(
      Node.Directory directory,
      Map<Node.Directory, TreeMap<String, Node>> names,
      Fate fate,
      SplittableRandom choices,
      Map<Node, Node> survivors) {
    Node.Directory survivor = new Node.Directory();
    survivors.put(directory, survivor);
    TreeMap<String, Node> found = names.getOrDefault(directory, directory.durable);
    found.forEach((name, node) -> {
      Node known = survivors.get(node);
      if (known == null) {
        known =
            switch (node) {
              case Node.Directory inner -> survive(inner, names, fate, choices, survivors);
              case Node.Link link -> link;
              case Node.Content content -> content.survive(fate, choices);
            };
        survivors.put(node, known);
      }
      survivor.names.put(name, known);
      survivor.durable.put(name, known);
    });
    return survivor;
  }

  /** An independent disk with the same files, all of them synced; nothing is open in it. */
  public synchronized MemoryDisk copy(long seed) {
    boolean wasDead = dead;
    MemoryDisk copy = restart(Fate.KEPT, seed);
    dead = wasDead;
    return copy;
  }

  /** Makes everything certain, as if all had been synced; not counted. */
  public synchronized void settle() {
    unsyncedNames.forEach(change -> change.apply(directory -> directory.durable));
    unsyncedNames.clear();
    settle(root);
  }

  private static void settle(Node.Directory directory) {
    for (Node node : directory.names.values()) {
      switch (node) {
        case Node.Directory inner -> settle(inner);
        case Node.Link _ -> {}
        case Node.Content content -> content.settle();
      }
    }
  }

  /** The files that are open now, as paths: a room that closed all of its files leaves none. */
  public synchronized List<String> openFiles() {
    return openFiles.stream().map(MemoryFile::toString).toList();
  }

  /** The whole content of {@code file}. */
  public byte[] contents(Path file) {
    try (DiskFile open = open(file, Mode.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(open.length()));
      open.read(buffer, 0);
      return buffer.array();
    }
  }

  /** Makes {@code file} with this content, and its directories; certain at once, not counted. */
  public void put(Path file, byte[] content) {
    try {
      put(file, new ByteArrayInputStream(content), content.length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes {@code file} of the next {@code size} bytes of {@code in}, as {@link #put} does. */
  public synchronized void put(Path file, InputStream in, long size) throws IOException {
    Node.Content made = new Node.Content();
    byte[] piece = new byte[1 << 16];
    for (long position = 0; position < size; ) {
      int count = in.readNBytes(piece, 0, (int) Math.min(piece.length, size - position));
      if (count == 0) {
        throw new EOFException(file + " ends at " + position + " of " + size);
      }
      made.bytes.write(piece, 0, count, position);
      position += count;
    }
    made.settle();
    put(file, made);
  }

  private void put(Path file, Node.Content made) {
    Node.Directory directory = root;
    Path absolute = absolute(file);
    for (Path name : absolute.getParent()) {
      Node.Directory fresh = new Node.Directory();
      Node next = directory.names.computeIfAbsent(name.toString(), n -> fresh);
      directory.durable.putIfAbsent(name.toString(), next);
      directory = (Node.Directory) next;
    }
    directory.names.put(absolute.getFileName().toString(), made);
    directory.durable.put(absolute.getFileName().toString(), made);
  }

  /** Makes {@code link} a symbolic link to {@code target}; certain at once, not counted. */
  public synchronized void link(Path link, Path target) {
    Node made = new Node.Link(absolute(target));
    Node.Directory directory = parent("symlink", link);
    directory.names.put(name(link), made);
    directory.durable.put(name(link), made);
  }

  // Disk.

  @Override
  public synchronized DiskFile open(Path file, Mode mode) {
    requirePower("open " + file);
    Node.Directory directory = parent("open", file);
    String name = name(file);
    Node node = directory.names.get(name);
    if (node instanceof Node.Link link) {
      return open(link.target(), mode);
    }
    if (node instanceof Node.Directory) {
      throw error("open", file, "is a directory", EISDIR);
    }
    if (node == null && (mode == Mode.READ || mode == Mode.WRITE)) {
      throw missing("open", file);
    }
    Node.Content content;
    if (node instanceof Node.Content existing) {
      content = existing;
      if (mode == Mode.TRUNCATE) {
        act(Operation.Kind.EMPTY, file, () -> existing.setLength(0));
      }
    } else {
      content = new Node.Content();
      act(Operation.Kind.CREATE, file, () -> change(new Named(directory, name, content)));
    }
    return opened(new MemoryFile(this, content, file, mode != Mode.READ));
  }

  private MemoryFile opened(MemoryFile file) {
    openFiles.add(file);
    return file;
  }

  @Override
  public synchronized boolean exists(Path path) {
    requirePower("stat " + path);
    return find(path) != null;
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    requirePower("stat " + path);
    return find(path) instanceof Node.Directory;
  }

  @Override
  public synchronized boolean isSymbolicLink(Path path) {
    requirePower("lstat " + path);
    return itself(path) instanceof Node.Link;
  }

  @Override
  public synchronized long length(Path file) {
    requirePower("stat " + file);
    Node node = find(file);
    if (node == null) {
      throw missing("stat", file);
    }
    return node instanceof Node.Content content ? content.bytes.length() : 4096;
  }

  @Override
  public synchronized List<String> list(Path directory) {
    requirePower("readdir " + directory);
    return List.copyOf(directory("open", directory).names.keySet());
  }

  @Override
  public synchronized void createDirectories(Path directory) {
    requirePower("mkdir " + directory);
    Node.Directory at = root;
    Path absolute = absolute(directory);
    for (int i = 0; i < absolute.getNameCount(); i++) {
      String name = absolute.getName(i).toString();
      Node next = at.names.get(name);
      if (next instanceof Node.Link link) {
        next = find(link.target());
      }
      if (next instanceof Node.Content) {
        throw error("mkdir", directory, "not a directory", ENOTDIR);
      }
      if (next == null) {
        Node.Directory made = new Node.Directory();
        Node.Directory in = at;
        act(
            Operation.Kind.CREATE_DIRECTORY,
            absolute.getRoot().resolve(absolute.subpath(0, i + 1)),
            () -> change(new Named(in, name, made)));
        next = made;
      }
      at = (Node.Directory) next;
    }
  }

  @Override
  public synchronized int permissions(Path path) {
    requirePower("stat " + path);
    Node node = find(path);
    if (node == null) {
      throw missing("stat", path);
    }
    return node instanceof Node.Directory ? 0700 : 0600;
  }

  @Override
  public synchronized void rename(Path from, Path to) {
    requirePower("rename " + from);
    Node.Directory source = parent("rename", from);
    Node node = source.names.get(name(from));
    if (node == null) {
      throw missing("rename", from);
    }
    Node.Directory target = parent("rename", to);
    Node replaced = target.names.get(name(to));
    if (replaced instanceof Node.Directory inTheWay
        && !(node instanceof Node.Directory && inTheWay.names.isEmpty())) {
      throw error("rename", from, "file exists", EEXIST);
    }
    act(
        Operation.Kind.RENAME,
        from,
        () -> change(new Renamed(source, name(from), target, name(to), node)));
  }

  @Override
  public synchronized void delete(Path path) {
    requirePower("remove " + path);
    Node node = itself(path);
    if (node == null) {
      return;
    }
    if (node instanceof Node.Directory directory && !directory.names.isEmpty()) {
      throw error("remove", path, "directory not empty", ENOTEMPTY);
    }
    Node.Directory in = parent("remove", path);
    act(Operation.Kind.DELETE, path, () -> change(new Named(in, name(path), null)));
  }

  @Override
  public synchronized void syncDirectory(Path directory) {
    requirePower("fsync " + directory);
    Node.Directory synced = directory("open", directory);
    operation(Operation.Kind.SYNC_DIRECTORY, directory);
    unsyncedNames.removeIf(change -> {
      boolean touches = change.touches(synced);
      if (touches) {
        change.apply(touched -> touched.durable);
      }
      return touches;
    });
    afterOperation(Operation.Kind.SYNC_DIRECTORY, directory);
  }

  // Names.

  private sealed interface NameChange {
    void apply(Function<Node.Directory, TreeMap<String, Node>> names);

    boolean touches(Node.Directory directory);
  }

  /** {@code name} stands for {@code node} now, or for nothing. */
  private record Named(Node.Directory directory, String name, @Nullable Node node)
      implements NameChange {
    @Override
    public void apply(Function<Node.Directory, TreeMap<String, Node>> names) {
      if (node == null) {
        names.apply(directory).remove(name);
      } else {
        names.apply(directory).put(name, node);
      }
    }

    @Override
    public boolean touches(Node.Directory other) {
      return directory == other;
    }
  }

  /** Both ends at once: a rename is never seen by half. */
  private record Renamed(
      Node.Directory from, String oldName, Node.Directory to, String newName, Node node)
      implements NameChange {
    @Override
    public void apply(Function<Node.Directory, TreeMap<String, Node>> names) {
      names.apply(from).remove(oldName);
      names.apply(to).put(newName, node);
    }

    @Override
    public boolean touches(Node.Directory other) {
      return from == other || to == other;
    }
  }

  private void change(NameChange change) {
    change.apply(directory -> directory.names);
    unsyncedNames.add(change);
  }

  private @Nullable Node find(Path path) {
    Node node = itself(path);
    return node instanceof Node.Link link ? find(link.target()) : node;
  }

  /** A link at the very end of {@code path} is not followed. */
  private @Nullable Node itself(Path path) {
    Path parent = absolute(path).getParent();
    if (parent == null) {
      return root;
    }
    return find(parent) instanceof Node.Directory directory
        ? directory.names.get(name(path))
        : null;
  }

  private Node.Directory directory(String call, Path path) {
    return switch (find(path)) {
      case null -> throw missing(call, path);
      case Node.Link _, Node.Content _ -> throw error(call, path, "not a directory", ENOTDIR);
      case Node.Directory directory -> directory;
    };
  }

  private Node.Directory parent(String call, Path path) {
    Path parent = absolute(path).getParent();
    if (parent == null) {
      throw error(call, path, "is a directory", EISDIR);
    }
    return switch (find(parent)) {
      case null -> throw missing(call, path);
      case Node.Link _, Node.Content _ -> throw error(call, path, "not a directory", ENOTDIR);
      case Node.Directory directory -> directory;
    };
  }

  private static String name(Path path) {
    return absolute(path).getFileName().toString();
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  private static DiskException missing(String call, Path path) {
    return error(call, path, "no such file or directory", DiskException.ENOENT);
  }

  private static DiskException error(String call, Path path, String reason, int errno) {
    return new DiskException(call, path.toString(), reason, errno);
  }

  // Counting, failing, dying.

  private void act(Operation.Kind kind, Path path, Runnable effect) {
    operation(kind, path);
    effect.run();
    afterOperation(kind, path);
  }

  /** Counts a call that changes something; throws if this is the one that fails. */
  void operation(Operation.Kind kind, Path path) {
    Operation operation = new Operation(++operationCount, kind, path.toString());
    if (recording) {
      operations.add(operation);
    }
    if (failing.test(operation)) {
      throw error(call(kind), path, reason(failingErrno), failingErrno);
    }
    // A sync during which the power goes may have done nothing.
    if (operationCount >= lastOperation && kind.isSync()) {
      dead = true;
      throw new PowerCut(operation.toString());
    }
  }

  /** The call has had its effect; if it was the last one, its caller never learns. */
  void afterOperation(Operation.Kind kind, Path path) {
    if (operationCount >= lastOperation) {
      dead = true;
      throw new PowerCut("operation " + operationCount + " " + kind + " " + path);
    }
  }

  void requirePower(String call) {
    if (dead) {
      throw new PowerCut(call);
    }
  }

  SplittableRandom random() {
    return random;
  }

  void closed(MemoryFile file) {
    openFiles.remove(file);
  }

  private static String call(Operation.Kind kind) {
    return switch (kind) {
      case CREATE, EMPTY -> "open";
      case WRITE -> "write";
      case TRUNCATE -> "truncate";
      case PREALLOCATE -> "fallocate";
      case DATA_SYNC -> "fdatasync";
      case SYNC, SYNC_DIRECTORY -> "fsync";
      case CREATE_DIRECTORY -> "mkdir";
      case RENAME -> "rename";
      case DELETE -> "remove";
    };
  }

  private static String reason(int errno) {
    return switch (errno) {
      case EIO -> "input/output error";
      case DiskException.ENOSPC -> "no space left on device";
      default -> "errno " + errno;
    };
  }

  /** All paths below {@code directory}, files only; links are not followed. */
  public synchronized Collection<Path> files(Path directory) {
    List<Path> files = new ArrayList<>();
    collect(directory, directory("open", directory), files);
    return files;
  }

  private static void collect(Path at, Node.Directory directory, List<Path> files) {
    directory.names.forEach((name, node) -> {
      switch (node) {
        case Node.Directory inner -> collect(at.resolve(name), inner, files);
        case Node.Link _ -> {}
        case Node.Content _ -> files.add(at.resolve(name));
      }
    });
  }
}
