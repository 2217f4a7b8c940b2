package io.quorate.etcdctl;

/** Whose etcdctl this is the equal of. */
final class Version {
  static final String SERVER = "3.6.14";
  static final String API = "3.6";

  private Version() {}
}
