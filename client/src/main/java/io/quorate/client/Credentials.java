package io.quorate.client;

/** A user of etcd. Both parts are non-empty. */
public record Credentials(String name, String password) {
  @Override
  public String toString() {
    return name.concat(":***"); // must not end up in a log
  }
}
