package io.quorate.etcdctl.output;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks a text at its spaces so that the squares of what each line lacks add up to the least; the
 * last line may be as short as it likes (spec/ctl.md 3.5).
 */
final class Wrapping {
  private Wrapping() {}

  static List<String> wrap(String text, int limitColumns) {
    if (Table.width(text) <= limitColumns) {
      return List.of(text);
    }
    List<String> words = List.of(text.split(" "));
    int limit = limitColumns;
    for (String word : words) {
      limit = Math.max(limit, Table.width(word));
    }
    int count = words.size();
    long[] cost = new long[count + 1]; // of words i and later
    int[] next = new int[count + 1]; // where the line that begins with word i ends
    for (int i = count - 1; i >= 0; i--) {
      cost[i] = Long.MAX_VALUE;
      int length = -1;
      for (int end = i + 1; end <= count; end++) {
        length += 1 + Table.width(words.get(end - 1));
        if (length > limit) {
          break;
        }
        long lacking = (long) limit - length;
        long total = end == count ? 0 : lacking * lacking + cost[end];
        if (end == count || total < cost[i]) {
          cost[i] = total;
          next[i] = end;
        }
      }
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i = next[i]) {
      lines.add(String.join(" ", words.subList(i, next[i])));
    }
    return lines;
  }
}
