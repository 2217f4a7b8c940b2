package io.quorate.rpc.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a chain of certificates leads to a trusted one (RFC 5280 §6 as far as Go goes: validity,
 * signatures, basic constraints and path length, key usage, extended key usage, name constraints;
 * no revocation, no policies).
 *
 * <p>Not the JDK's validator, because that parses the whole trust store of the JDK on its first use
 * (its constraint {@code jdkCA}), which costs more than the rest of a handshake.
 */
public final class ChainVerifier {
  /** What the certificate must be for. */
  public static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";

  public static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

  private static final String ANY_USAGE = "2.5.29.37.0";
  private static final String NAME_CONSTRAINTS = "2.5.29.30";
  private static final int KEY_CERT_SIGN = 5;
  private static final int MAX_CHAIN = 10;
  private static final int MIN_RSA_BITS = 1024;

  /** Critical extensions that are looked at here. */
  private static final Set<String> KNOWN =
      Set.of("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37", "2.5.29.32", NAME_CONSTRAINTS);

  private final List<X509Certificate> roots;

  public ChainVerifier(List<X509Certificate> roots) {
    this.roots = List.copyOf(roots);
  }

  public List<X509Certificate> roots() {
    return roots;
  }

  /**
   * @param chain the leaf first; the others in any order
   * @param usage {@link #SERVER_AUTH} or {@link #CLIENT_AUTH}
   * @throws CertificateException in Go's words, if no way leads to a root
   */
  public void verify(X509Certificate[] chain, String usage, Instant now)
      throws CertificateException {
    if (chain.length == 0) {
      throw new CertificateException("tls: no certificates were presented");
    }
    List<X509Certificate> path = new ArrayList<>();
    path.add(chain[0]);
    checkOne(chain[0], now);
    List<X509Certificate> others =
        Arrays.asList(chain).subList(1, Math.min(chain.length, MAX_CHAIN));
    CertificateException failure = climb(path, others, usage, now);
    if (failure != null) {
      throw failure;
    }
  }

  /** Null if a way from the path's last certificate up to a root was found. */
  private @Nullable CertificateException climb(
      List<X509Certificate> path, List<X509Certificate> others, String usage, Instant now) {
    X509Certificate last = path.get(path.size() - 1);
    CertificateException failure = null;
    if (roots.contains(last)) {
      CertificateException problem = checkPath(path, usage);
      if (problem == null) {
        return null;
      }
      failure = problem;
    }
    if (path.size() > MAX_CHAIN) {
      return new CertificateException("x509: signature check attempts limit reached");
    }
    for (boolean trusted : new boolean[] {true, false}) {
      for (X509Certificate issuer : trusted ? roots : others) {
        if (path.contains(issuer)
            || !issuer.getSubjectX500Principal().equals(last.getIssuerX500Principal())) {
          continue;
        }
        CertificateException problem = checkIssuer(issuer, last, path.size() - 1, now);
        if (problem == null) {
          path.add(issuer);
          problem = trusted ? checkPath(path, usage) : climb(path, others, usage, now);
          path.removeLast();
          if (problem == null) {
            return null;
          }
        }
        failure = failure == null ? problem : failure;
      }
    }
    return failure == null
        ? new CertificateException("x509: certificate signed by unknown authority")
        : failure;
  }

  private static void checkOne(X509Certificate certificate, Instant now)
      throws CertificateException {
    CertificateException problem = problemOfOne(certificate, now);
    if (problem != null) {
      throw problem;
    }
  }

  private static @Nullable CertificateException problemOfOne(
      X509Certificate certificate, Instant now) {
    Date date = Date.from(now);
    if (date.before(certificate.getNotBefore())) {
      return new CertificateException(
          "x509: certificate has expired or is not yet valid: current time "
              + seconds(now)
              + " is before "
              + seconds(certificate.getNotBefore().toInstant()));
    }
    if (date.after(certificate.getNotAfter())) {
      return new CertificateException(
          "x509: certificate has expired or is not yet valid: current time "
              + seconds(now)
              + " is after "
              + seconds(certificate.getNotAfter().toInstant()));
    }
    Set<String> critical = certificate.getCriticalExtensionOIDs();
    if (critical != null && !KNOWN.containsAll(critical)) {
      return new CertificateException("x509: unhandled critical extension");
    }
    return null;
  }

  private static String seconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond()).toString();
  }

  /**
   * @param below how many intermediates stand between the issuer and the leaf
   */
  private static @Nullable CertificateException checkIssuer(
      X509Certificate issuer, X509Certificate child, int below, Instant now) {
    CertificateException problem = problemOfOne(issuer, now);
    if (problem != null) {
      return problem;
    }
    boolean[] usage = issuer.getKeyUsage();
    if (issuer.getBasicConstraints() < 0
        || (usage != null && usage.length > KEY_CERT_SIGN && !usage[KEY_CERT_SIGN])) {
      return new CertificateException(
          "x509: invalid signature: parent certificate cannot sign this kind of certificate");
    }
    if (issuer.getBasicConstraints() < below) {
      return new CertificateException("x509: too many intermediates for path length constraint");
    }
    String algorithm = child.getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.startsWith("MD") || algorithm.startsWith("SHA1")) {
      return new CertificateException(
          "x509: cannot verify signature: insecure algorithm " + child.getSigAlgName());
    }
    PublicKey key = issuer.getPublicKey();
    if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
      return new CertificateException("x509: cannot verify signature: a key that is too short");
    }
    try {
      child.verify(key);
    } catch (GeneralSecurityException _) {
      return new CertificateException("x509: certificate signed by unknown authority");
    }
    return null;
  }

  /** What depends on the whole path: nested key usages and name constraints. */
  private static @Nullable CertificateException checkPath(
      List<X509Certificate> path, String usage) {
    try {
      for (int i = 0; i < path.size(); i++) {
        List<String> usages = path.get(i).getExtendedKeyUsage();
        if (usages != null && !usages.contains(usage) && !usages.contains(ANY_USAGE)) {
          return new CertificateException("x509: certificate specifies an incompatible key usage");
        }
        byte[] constraints = path.get(i).getExtensionValue(NAME_CONSTRAINTS);
        if (constraints != null && i > 0) {
          X509CertSelector within = new X509CertSelector();
          within.setNameConstraints(unwrap(constraints));
          if (!within.match(path.getFirst())) {
            return new CertificateException(
                "x509: a root or intermediate certificate is not authorized to sign for this"
                    + " name");
          }
        }
      }
      return null;
    } catch (CertificateException e) {
      return e;
    } catch (IOException e) {
      return new CertificateException("x509: invalid name constraints", e);
    }
  }

  /** The content of the OCTET STRING that an extension's value is wrapped in. */
  private static byte[] unwrap(byte[] der) {
    int header = (der[1] & 0x80) == 0 ? 2 : 2 + (der[1] & 0x7f);
    return Arrays.copyOfRange(der, header, der.length);
  }
}
