package io.quorate.statemachine;

import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.Compare;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Request;
import io.quorate.statemachine.request.Txn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What requests mean, as simply as it can be said: every revision is a whole map. Keys and values
 * are ASCII text. Answers are those of {@link Rendering}.
 */
final class Model {
  record Kv(String key, String value, long create, long mod, long version, long lease) {
    @Override
    public String toString() {
      return key
          + "="
          + value
          + "@"
          + create
          + "."
          + mod
          + "."
          + version
          + (lease == 0 ? "" : "~" + lease);
    }
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(ApplyError error) {
      super(error.toString().replaceAll("\\[\\]$", ""), null, false, false);
    }
  }

  /** The state at each revision, from 1 on. */
  private final List<NavigableMap<String, Kv>> revisions = new ArrayList<>();

  private final TreeMap<Long, Long> leases = new TreeMap<>();
  private long compacted = -1;

  // The transaction being made.
  private NavigableMap<String, Kv> now = new TreeMap<>();
  private boolean changed;

  Model() {
    revisions.add(new TreeMap<>());
  }

  long revision() {
    return revisions.size();
  }

  TreeMap<Long, Long> leases() {
    return leases;
  }

  NavigableMap<String, Kv> head() {
    return revisions.getLast();
  }

  String apply(Request request) {
    now = new TreeMap<>(revisions.getLast());
    changed = false;
    try {
      String answer =
          switch (request) {
            case Range range -> range(range);
            case Put put -> {
              checkLease(put);
              checkKept(put);
              yield put(put);
            }
            case DeleteRange delete -> delete(delete);
            case Txn txn -> {
              Path path = path(txn);
              check(path);
              List<String> responses = run(path);
              yield "rev "
                  + current()
                  + (path.succeeded ? " then " : " else ")
                  + responses(responses);
            }
            case Compaction compact -> compact(compact.revision());
            case LeaseGrant grant -> grant(grant);
            case LeaseRevoke revoke -> revoke(revoke.id());
            default -> throw new AssertionError("not in the model: " + request);
          };
      if (changed) {
        revisions.add(now);
      }
      return answer;
    } catch (Refusal refusal) {
      return "refused: " + refusal.getMessage();
    }
  }

  /** What a header says inside of the transaction. */
  private long current() {
    return revision() + (changed ? 1 : 0);
  }

  private String range(Range range) {
    long at = range.revision() <= 0 ? current() : range.revision();
    if (at > current()) {
      throw new Refusal(new ApplyError.FutureRevision(range.revision(), current()));
    }
    if (at < compacted) {
      throw new Refusal(new ApplyError.Compacted(range.revision(), compacted));
    }
    NavigableMap<String, Kv> state = at == revision() + 1 ? now : revisions.get((int) at - 1);
    List<Kv> found = within(state, range.key(), range.rangeEnd());
    int count = found.size();
    if (range.countOnly()) {
      return "rev " + current() + " count " + count;
    }
    boolean sorted = range.sortOrder() != 0 || range.sortTarget() != 0;
    // Without order or filter the limit cuts first, and what a target sorts is only what is left.
    if (range.limit() > 0
        && range.sortOrder() == 0
        && !range.filters()
        && found.size() > range.limit() + 1) {
      found = found.subList(0, (int) range.limit() + 1);
    }
    found =
        found.stream()
            .filter(kv -> range.maxModRevision() == 0 || kv.mod <= range.maxModRevision())
            .filter(kv -> range.minModRevision() == 0 || kv.mod >= range.minModRevision())
            .filter(kv -> range.maxCreateRevision() == 0 || kv.create <= range.maxCreateRevision())
            .filter(kv -> range.minCreateRevision() == 0 || kv.create >= range.minCreateRevision())
            .collect(Collectors.toCollection(ArrayList::new));
    if (sorted) {
      Comparator<Kv> order =
          switch (range.sortTarget()) {
            case 1 -> Comparator.comparingLong(Kv::version);
            case 2 -> Comparator.comparingLong(Kv::create);
            case 3 -> Comparator.comparingLong(Kv::mod);
            case 4 -> Comparator.comparing(Kv::value);
            default -> Comparator.comparing(Kv::key);
          };
      found.sort(range.sortOrder() == 2 ? order.reversed() : order);
    }
    boolean more = range.limit() > 0 && found.size() > range.limit();
    if (more) {
      found = found.subList(0, (int) range.limit());
    }
    return "rev "
        + current()
        + " count "
        + count
        + (more ? " more" : "")
        + found.stream()
            .map(kv ->
                range.keysOnly() ? new Kv(kv.key, "", kv.create, kv.mod, kv.version, kv.lease) : kv)
            .map(kv -> " " + kv)
            .collect(Collectors.joining());
  }

  private static List<Kv> within(NavigableMap<String, Kv> state, byte[] from, byte[] end) {
    String key = text(from);
    if (end.length == 0) {
      return state.containsKey(key) ? List.of(state.get(key)) : List.of();
    }
    if (end.length == 1 && end[0] == 0) {
      return List.copyOf(state.tailMap(key, true).values());
    }
    String last = text(end);
    return key.compareTo(last) >= 0 ? List.of() : List.copyOf(state.subMap(key, last).values());
  }

  private void checkLease(Put put) {
    if (put.lease() != 0 && !leases.containsKey(put.lease())) {
      throw new Refusal(new ApplyError.LeaseNotFound(put.lease()));
    }
  }

  private void checkKept(Put put) {
    if ((put.ignoreValue() || put.ignoreLease()) && !now.containsKey(text(put.key()))) {
      throw new Refusal(new ApplyError.KeyNotFound());
    }
  }

  private String put(Put put) {
    String key = text(put.key());
    Optional<Kv> before = Optional.ofNullable(now.get(key));
    long revision = revision() + 1;
    now.put(
        key,
        new Kv(
            key,
            put.ignoreValue() ? before.orElseThrow().value : text(put.value()),
            before.map(Kv::create).orElse(revision),
            revision,
            before.map(Kv::version).orElse(0L) + 1,
            put.ignoreLease() ? before.orElseThrow().lease : put.lease()));
    changed = true;
    return "rev "
        + revision
        + " put"
        + (put.prevKv() ? before.map(kv -> " was " + kv).orElse("") : "");
  }

  private String delete(DeleteRange delete) {
    List<Kv> found = within(now, delete.key(), delete.rangeEnd());
    found.forEach(kv -> now.remove(kv.key));
    changed |= !found.isEmpty();
    return "rev "
        + current()
        + " deleted "
        + found.size()
        + (delete.prevKv() ? found.stream().map(kv -> " " + kv).collect(Collectors.joining()) : "");
  }

  private record Path(boolean succeeded, List<Op> ops, List<Path> nested) {}

  private Path path(Txn txn) {
    boolean succeeded = txn.compares().stream().allMatch(this::holds);
    List<Op> ops = succeeded ? txn.success() : txn.failure();
    return new Path(
        succeeded,
        ops,
        ops.stream().filter(Txn.class::isInstance).map(op -> path((Txn) op)).toList());
  }

  private boolean holds(Compare compare) {
    List<Kv> found = within(now, compare.key(), compare.rangeEnd());
    if (found.isEmpty()) {
      return compare.target() != Compare.VALUE
          && compare.accepts(compare.target() > 4 ? 0 : Long.compare(0, compare.number()));
    }
    return found.stream()
        .allMatch(kv ->
            compare.accepts(
                switch (compare.target()) {
                  case Compare.VERSION -> Long.compare(kv.version, compare.number());
                  case Compare.CREATE -> Long.compare(kv.create, compare.number());
                  case Compare.MOD -> Long.compare(kv.mod, compare.number());
                  case Compare.LEASE -> Long.compare(kv.lease, compare.number());
                  case Compare.VALUE -> Integer.signum(kv.value.compareTo(text(compare.value())));
                  default -> 0;
                }));
  }

  private void check(Path path) {
    int inner = 0;
    for (Op op : path.ops) {
      switch (op) {
        case Range range -> {
          if (range.revision() > revision()) {
            throw new Refusal(new ApplyError.FutureRevision(range.revision(), revision()));
          }
          if (range.revision() != 0 && range.revision() < compacted) {
            throw new Refusal(new ApplyError.Compacted(range.revision(), compacted));
          }
        }
        case Put put -> {
          checkKept(put);
          checkLease(put);
        }
        case DeleteRange _ -> {}
        case Txn _ -> check(path.nested.get(inner++));
        case Op.None _ -> throw new AssertionError("validated");
      }
    }
  }

  private List<String> run(Path path) {
    List<String> responses = new ArrayList<>();
    int inner = 0;
    for (Op op : path.ops) {
      responses.add(
          switch (op) {
            case Range range -> range(range);
            case Put put -> put(put);
            case DeleteRange delete -> delete(delete);
            case Txn _ -> {
              Path nested = path.nested.get(inner++);
              yield (nested.succeeded ? "then " : "else ") + responses(run(nested));
            }
            case Op.None _ -> throw new AssertionError("validated");
          });
    }
    return responses;
  }

  private static String responses(List<String> responses) {
    return "[" + String.join("; ", responses) + "]";
  }

  private String compact(long revision) {
    if (revision <= compacted) {
      return "rev " + revision() + " refused: " + new ApplyError.Compacted(revision, compacted);
    }
    if (revision > revision()) {
      return "rev "
          + revision()
          + " refused: "
          + new ApplyError.FutureRevision(revision, revision());
    }
    compacted = revision;
    return "rev " + revision() + " compacting";
  }

  private String grant(LeaseGrant grant) {
    if (grant.ttl() > 9_000_000_000L) {
      throw new Refusal(new ApplyError.LeaseTtlTooLarge(grant.ttl()));
    }
    if (leases.containsKey(grant.id())) {
      throw new Refusal(new ApplyError.LeaseExists(grant.id()));
    }
    leases.put(grant.id(), Math.max(2, grant.ttl()));
    return "rev " + revision() + " lease " + grant.id() + " ttl " + leases.get(grant.id());
  }

  private String revoke(long id) {
    if (leases.remove(id) == null) {
      throw new Refusal(new ApplyError.LeaseNotFound(id));
    }
    changed = now.values().removeIf(kv -> kv.lease == id);
    return "rev " + current() + " revoked";
  }

  /** The keys that hang on a lease. */
  TreeSet<String> attached(long lease) {
    return head().values().stream()
        .filter(kv -> kv.lease == lease)
        .map(Kv::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  static String text(byte[] bytes) {
    return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
  }
}
