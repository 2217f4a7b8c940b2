package io.quorate.embed.failpoint;

import io.quorate.io.Failpoints;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The failpoints of one member that can be switched on. Points come to be as the member's rooms ask
 * for them; a term may be set for a name beforehand and takes hold then. Any thread.
 */
public final class NamedFailpoints implements Failpoints {
  private final Effects effects;
  private final Map<String, NamedPoint> points = new ConcurrentHashMap<>();
  private final Map<String, Terms> awaited = new ConcurrentHashMap<>();

  public NamedFailpoints(Effects effects) {
    this.effects = effects;
  }

  @Override
  public Point point(String name) {
    return points.computeIfAbsent(
        name, fresh -> new NamedPoint(fresh, effects, awaited.remove(fresh)));
  }

  /**
   * Sets terms for points that may not have come to be yet.
   *
   * @throws FailpointException if {@code terms} is no chain of terms
   */
  public void await(String name, String terms) {
    awaited.put(name, new Terms(terms));
  }

  /**
   * Switches the point on.
   *
   * @throws FailpointException if there is no such point, or {@code terms} is no chain of terms
   */
  public void enable(String name, String terms) {
    known(name).terms = new Terms(terms);
  }

  /** Switches the point off. Throws {@link FailpointException} if it is off or unknown. */
  public void disable(String name) {
    NamedPoint point = known(name);
    active(point);
    point.terms = null;
  }

  /** The terms of a point that is on. Throws {@link FailpointException} for any other. */
  public String terms(String name) {
    return active(known(name)).text();
  }

  /** How often a point that is on fired. Throws {@link FailpointException} for any other. */
  public long fired(String name) {
    return active(known(name)).fired();
  }

  /** Every point with its terms, which are empty where it is off; sorted. */
  public Map<String, String> all() {
    var all = new TreeMap<String, String>();
    points.forEach((name, point) -> {
      Terms terms = point.terms;
      all.put(name, terms == null ? "" : terms.text());
    });
    return all;
  }

  /**
   * Reads {@code a=sleep(10);b=panic}.
   *
   * @throws FailpointException if an item has no name
   */
  static Map<String, String> assignments(String text) {
    var all = new LinkedHashMap<String, String>();
    for (String item : text.split(";")) {
      int equals = item.indexOf('=');
      if (equals < 0) {
        throw FailpointException.notAnAssignment(item);
      }
      all.put(item.substring(0, equals), item.substring(equals + 1));
    }
    return all;
  }

  private NamedPoint known(String name) {
    NamedPoint point = points.get(name);
    if (point == null) {
      throw FailpointException.unknown();
    }
    return point;
  }

  private static Terms active(NamedPoint point) {
    Terms terms = point.terms;
    if (terms == null) {
      throw FailpointException.off();
    }
    return terms;
  }

  /** One point; off, it costs the read of a field. */
  private static final class NamedPoint implements Point {
    private final String name;
    private final Effects effects;
    private volatile @Nullable Terms terms;

    NamedPoint(String name, Effects effects, @Nullable Terms terms) {
      this.name = name;
      this.effects = effects;
      this.terms = terms;
    }

    @Override
    public Optional<String> fire() {
      Terms active = terms;
      return active == null ? Optional.empty() : active.fire(name, effects);
    }
  }
}
