package io.quorate.e2e;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /metrics} answered, read line by line.
 *
 * @param help by name of the family
 * @param type by name of the family
 * @param values by name and labels, as they stand in the line, in order
 */
record Scrape(Map<String, String> help, Map<String, String> type, Map<String, String> values) {
  private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  static Scrape of(String text) {
    var scrape = new Scrape(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>());
    text.lines()
        .forEach(line -> {
          if (line.startsWith("# ")) {
            String[] words = line.split(" ", 4);
            (words[1].equals("HELP") ? scrape.help : scrape.type).put(words[2], words[3]);
          } else {
            int blank = line.lastIndexOf(' ');
            scrape.values.put(line.substring(0, blank), line.substring(blank + 1));
          }
        });
    return scrape;
  }

  /**
   * One line for each family: name, type, labels, bounds of buckets, help. A family's labels are
   * those of its first series.
   */
  List<String> families() {
    var lines = new ArrayList<String>();
    type.forEach((name, kind) -> {
      var labels = new ArrayList<String>();
      var bounds = new ArrayList<String>();
      String first = "";
      for (String series : values.keySet()) {
        String own = series.split("\\{", 2)[0];
        boolean bucket = own.equals(name + "_bucket");
        if (!bucket && !own.equals(name) && !own.equals(name + "_count")) {
          continue;
        }
        var others = new StringBuilder();
        Matcher label = LABEL.matcher(series);
        String bound = "";
        var names = new ArrayList<String>();
        while (label.find()) {
          if (label.group(1).equals("le") && bucket) {
            bound = label.group(2);
          } else {
            names.add(label.group(1));
            others.append(label.group());
          }
        }
        if (bucket && (bounds.isEmpty() || first.contentEquals(others))) {
          first = others.toString();
          bounds.add(bound);
        }
        if (labels.isEmpty()) {
          labels.addAll(names);
        }
      }
      lines.add(
          String.join(
              " | ",
              name,
              kind,
              String.join(",", labels),
              String.join(" ", bounds),
              help.get(name)));
    });
    return lines;
  }

  /** The values of label {@code label} in family {@code name}. */
  TreeSet<String> labelValues(String name, String label) {
    var found = new TreeSet<String>();
    for (String series : values.keySet()) {
      if (series.startsWith(name + "{")) {
        Matcher each = LABEL.matcher(series);
        while (each.find()) {
          if (each.group(1).equals(label)) {
            found.add(each.group(2));
          }
        }
      }
    }
    return found;
  }
}
