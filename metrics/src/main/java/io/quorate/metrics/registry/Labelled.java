package io.quorate.metrics.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The series of one name, told apart by the values of its labels. A series exists from its first
 * use on. Any thread; whoever counts often keeps the series it was given.
 */
public final class Labelled<S> {
  private final int labels;
  private final Supplier<S> factory;
  private final Map<List<String>, S> series = new ConcurrentHashMap<>();

  Labelled(int labels, Supplier<S> factory) {
    this.labels = labels;
    this.factory = factory;
  }

  /** The series with {@code values}, in the order in which the labels were declared. */
  public S with(String... values) {
    List<String> key = List.of(values);
    if (key.size() != labels) {
      throw new IllegalArgumentException(labels + " labels cannot have the values " + key);
    }
    S known = series.get(key);
    return known != null ? known : series.computeIfAbsent(key, k -> factory.get());
  }

  /** In the order in which they are written: by the first label, then by the next. */
  void forEach(BiConsumer<List<String>, S> consumer) {
    series.entrySet().stream()
        .sorted((left, right) -> compare(left.getKey(), right.getKey()))
        .forEach(entry -> consumer.accept(entry.getKey(), entry.getValue()));
  }

  private static int compare(List<String> left, List<String> right) {
    for (int i = 0; i < left.size(); i++) {
      int order = left.get(i).compareTo(right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }
}
