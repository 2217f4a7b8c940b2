package io.quorate.rpc.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateKey;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.Test;

/** The three wrappings of a private key give the same key. */
class PemTest {
  @Test
  void keys() throws Exception {
    for (Object[] row : new Object[][] {{"EC", 256}, {"EC", 521}, {"RSA", 2048}}) {
      KeyPairGenerator generator = KeyPairGenerator.getInstance((String) row[0]);
      generator.initialize((int) row[1]);
      KeyPair pair = generator.generateKeyPair();
      byte[] pkcs8 = pair.getPrivate().getEncoded();
      assertThat(Pem.privateKey(TestCertificates.block("PRIVATE KEY", pkcs8).getBytes(US_ASCII)))
          .isEqualTo(pair.getPrivate());
      PrivateKeyInfo info = PrivateKeyInfo.getInstance(pkcs8);
      byte[] inner = info.parsePrivateKey().toASN1Primitive().getEncoded();
      if (row[0].equals("EC")) {
        // As OpenSSL and Go write it: with the curve inside.
        var ec = org.bouncycastle.asn1.sec.ECPrivateKey.getInstance(inner);
        inner =
            new org.bouncycastle.asn1.sec.ECPrivateKey(
                    (int) row[1], ec.getKey(), info.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
      }
      String text = "some words\n" + TestCertificates.block(row[0] + " PRIVATE KEY", inner);
      assertThat(number(Pem.privateKey(text.getBytes(US_ASCII))))
          .as("%s %s", row)
          .isEqualTo(number(pair.getPrivate()));
    }
  }

  private static BigInteger number(PrivateKey key) {
    return key instanceof ECPrivateKey ec ? ec.getS() : ((RSAPrivateKey) key).getPrivateExponent();
  }

  @Test
  void notAKey() {
    assertThatThrownBy(() -> Pem.privateKey("nothing".getBytes(US_ASCII)))
        .isInstanceOf(GeneralSecurityException.class);
    assertThatThrownBy(() ->
            Pem.privateKey(
                TestCertificates.block("EC PRIVATE KEY", new byte[9]).getBytes(US_ASCII)))
        .isInstanceOf(GeneralSecurityException.class);
  }
}
