package io.quorate.e2e;

/** What an etcdctl prints, without what is chance or another program's. */
final class EtcdctlLines {
  private EtcdctlLines() {}

  /**
   * Lines of stderr without times, places in the source, addresses in memory and stacks; those of
   * usage without their sentences.
   */
  static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      String kept = line;
      if (line.startsWith("{\"level\"")) {
        kept =
            line.replaceAll("\"(ts|caller|target|peer|stacktrace)\":\"([^\"\\\\]|\\\\.)*\"", "$1");
      } else if (line.startsWith("  -") || line.startsWith("      --")) {
        kept = line.strip().replaceAll("   .*", "");
      }
      plain.append(kept).append('\n');
      if (line.startsWith("panic:")) {
        break;
      }
    }
    return plain.toString();
  }
}
