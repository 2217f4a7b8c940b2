package io.quorate.rpc.tls;

import java.net.InetAddress;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate is good for a host, as Go decides it: by subject alternative names alone,
 * the common name never counts; a wildcard stands for exactly the leftmost label; an address
 * matches address entries only.
 */
public final class HostNames {
  private static final int DNS = 2;
  private static final int IP = 7;

  private HostNames() {}

  /**
   * @param host a name, an address, or an address in square brackets
   * @throws CertificateException in Go's words, if the certificate is not good for {@code host}
   */
  public static void verify(X509Certificate certificate, String host) throws CertificateException {
    byte @Nullable [] address = address(host);
    List<String> names = names(certificate, DNS);
    List<String> addresses = names(certificate, IP);
    if (address != null) {
      for (String candidate : addresses) {
        byte[] bytes = address(candidate);
        if (bytes != null && Arrays.equals(bytes, address)) {
          return;
        }
      }
      throw new CertificateException(
          addresses.isEmpty()
              ? "x509: cannot validate certificate for "
                  + host
                  + " because it doesn't contain any IP SANs"
              : "x509: certificate is valid for " + String.join(", ", addresses) + ", not " + host);
    }
    for (String pattern : names) {
      if (matches(pattern, host)) {
        return;
      }
    }
    if (names.isEmpty() && addresses.isEmpty() && isHostName(commonName(certificate), false)) {
      throw new CertificateException(
          "x509: certificate relies on legacy Common Name field, use SANs instead");
    }
    throw new CertificateException(
        names.isEmpty()
            ? "x509: certificate is not valid for any names, but wanted to match " + host
            : "x509: certificate is valid for " + String.join(", ", names) + ", not " + host);
  }

  /** Whether DNS entry {@code pattern} covers {@code host}. */
  public static boolean matches(String pattern, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    String offered = pattern.toLowerCase(Locale.ROOT);
    if (!isHostName(wanted, false) || !isHostName(offered, true)) {
      // Something that is no host name can still be meant literally.
      return !offered.isEmpty() && !offered.equals(".") && offered.equals(wanted);
    }
    if (wanted.endsWith(".")) {
      wanted = wanted.substring(0, wanted.length() - 1);
    }
    String[] left = offered.split("\\.", -1);
    String[] right = wanted.split("\\.", -1);
    if (left.length != right.length) {
      return false;
    }
    for (int i = 0; i < left.length; i++) {
      if (!(i == 0 && left[i].equals("*")) && !left[i].equals(right[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHostName(String name, boolean pattern) {
    String host = !pattern && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (host.isEmpty() || host.equals("*")) {
      return false;
    }
    String[] labels = host.split("\\.", -1);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i].isEmpty()) {
        return false;
      }
      if (pattern && i == 0 && labels[i].equals("*")) {
        continue;
      }
      for (int j = 0; j < labels[i].length(); j++) {
        char c = labels[i].charAt(j);
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        boolean digit = c >= '0' && c <= '9';
        if (!letter && !digit && c != '_' && !(c == '-' && j > 0)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The bytes of an address literal, or null if {@code host} is a name. */
  static byte @Nullable [] address(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    boolean v6 = bare.indexOf(':') >= 0;
    if (!v6) {
      String[] parts = bare.split("\\.", -1);
      if (parts.length != 4) {
        return null;
      }
      for (String part : parts) {
        if (part.isEmpty()
            || part.length() > 3
            || !part.chars().allMatch(c -> c >= '0' && c <= '9')) {
          return null;
        }
      }
    }
    try {
      return InetAddress.ofLiteral(bare).getAddress(); // IPv4 in IPv6 comes out as IPv4, as in Go
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static List<String> names(X509Certificate certificate, int type) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      if (all != null) {
        for (List<?> entry : all) {
          if (entry.get(0).equals(type)) {
            names.add((String) entry.get(1));
          }
        }
      }
    } catch (CertificateParsingException _) {
      // A list that cannot be read names nobody.
      names.clear();
    }
    return names;
  }

  private static String commonName(X509Certificate certificate) {
    String subject = certificate.getSubjectX500Principal().getName();
    for (String part : subject.split(",", -1)) {
      if (part.startsWith("CN=")) {
        return part.substring(3);
      }
    }
    return "";
  }
}
