package io.quorate.rpc.tls;

import java.util.Optional;

/**
 * A range of protocol versions.
 *
 * @param min and max: {@code TLSv1.2} or {@code TLSv1.3}, as the JDK names them
 */
public record TlsVersions(String min, String max) {
  /** 1.2 and 1.3: Go's default. */
  public static final TlsVersions DEFAULT = new TlsVersions("TLSv1.2", "TLSv1.3");

  /** The JDK's name for a value of etcd's flags, {@code TLS1.2} or {@code TLS1.3}. */
  public static Optional<String> parse(String flag) {
    return switch (flag) {
      case "TLS1.2" -> Optional.of("TLSv1.2");
      case "TLS1.3" -> Optional.of("TLSv1.3");
      default -> Optional.empty();
    };
  }

  public String[] protocols() {
    return min.equals(max) ? new String[] {min} : new String[] {"TLSv1.3", "TLSv1.2"};
  }
}
