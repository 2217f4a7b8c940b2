package io.quorate.rpc.tls;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Certificates made on the spot. */
public final class TestCertificates {
  private final Map<String, KeyPair> keys = new HashMap<>();
  private final Map<String, X509Certificate> made = new HashMap<>();
  private int serial;

  /** What a certificate says of itself. */
  public interface Extensions {
    void add(JcaX509v3CertificateBuilder builder) throws Exception;
  }

  /**
   * @param signer the name of the one who signs; the certificate's own for itself
   */
  public void make(String name, String signer, Extensions extensions) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      keys.put(name, generator.generateKeyPair());
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              new X500Name("CN=" + signer),
              BigInteger.valueOf(++serial),
              Date.from(now.minusSeconds(3600)),
              Date.from(now.plusSeconds(2 * 86_400)),
              new X500Name("CN=" + name),
              keys.get(name).getPublic());
      extensions.add(builder);
      made.put(
          name,
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA")
                          .build(keys.get(signer).getPrivate()))));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  public static Extensions authority() {
    return builder ->
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
  }

  public static Extensions authority(int pathLength) {
    return builder ->
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(pathLength));
  }

  /** An authority for names below {@code domain} only. */
  public static Extensions authorityFor(String domain) {
    return builder -> {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.nameConstraints,
          true,
          new NameConstraints(
              new GeneralSubtree[] {
                new GeneralSubtree(new GeneralName(GeneralName.dNSName, domain))
              },
              null));
    };
  }

  /** A certificate for {@code hosts}; those that begin with a digit are addresses. */
  public static Extensions hosts(String... hosts) {
    return builder -> {
      GeneralName[] names = new GeneralName[hosts.length];
      for (int i = 0; i < hosts.length; i++) {
        boolean address = Character.isDigit(hosts[i].charAt(0));
        names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, hosts[i]);
      }
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    };
  }

  public static Extensions clientOnly() {
    return builder ->
        builder.addExtension(
            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth));
  }

  public X509Certificate[] chain(String... names) {
    X509Certificate[] chain = new X509Certificate[names.length];
    for (int i = 0; i < names.length; i++) {
      chain[i] = made.get(names[i]);
    }
    return chain;
  }

  public byte[] pem(String... names) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : chain(names)) {
      try {
        text.append(block("CERTIFICATE", certificate.getEncoded()));
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** The private key as PKCS #8 PEM. */
  public byte[] key(String name) {
    return block("PRIVATE KEY", keys.get(name).getPrivate().getEncoded())
        .getBytes(StandardCharsets.US_ASCII);
  }

  KeyPair keyPair(String name) {
    return keys.get(name);
  }

  static String block(String type, byte[] der) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + type
        + "-----\n";
  }
}
