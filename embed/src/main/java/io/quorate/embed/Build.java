package io.quorate.embed;

/** Which build of Quorate this is. */
final class Build {
  private Build() {}

  /** The version of the jar, or {@code dev} outside of one. */
  static String version() {
    String version = EtcdMain.class.getPackage().getImplementationVersion();
    return version == null ? System.getProperty("quorate.version", "dev") : version;
  }
}
