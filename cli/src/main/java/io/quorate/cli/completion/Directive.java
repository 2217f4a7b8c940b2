package io.quorate.cli.completion;

/** What a shell shall do beside offering the candidates; etcdctl and etcdutl need only these. */
public enum Directive {
  /** Offer files where there are no candidates. */
  DEFAULT(0, "ShellCompDirectiveDefault"),
  NO_FILES(4, "ShellCompDirectiveNoFileComp");

  private final int bits;
  private final String title;

  Directive(int bits, String title) {
    this.bits = bits;
    this.title = title;
  }

  /** The number that scripts read. */
  public int bits() {
    return bits;
  }

  /** What stderr calls it. */
  public String title() {
    return title;
  }
}
