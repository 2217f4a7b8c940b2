package io.quorate.rpc.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Certificates and private keys from PEM text; keys in PKCS #8, PKCS #1 (RSA) and SEC 1 (EC). */
public final class Pem {
  private static final byte[] OID_RSA = {
    0x30,
    0x0d,
    0x06,
    0x09,
    0x2a,
    (byte) 0x86,
    0x48,
    (byte) 0x86,
    (byte) 0xf7,
    0x0d,
    0x01,
    0x01,
    0x01,
    0x05,
    0x00
  };
  private static final byte[] OID_EC = {
    0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01
  };
  private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
  private static final byte EC_PARAMETERS = (byte) 0xa0;

  private Pem() {}

  /** All certificates in the text, in order; other blocks are passed over. */
  public static List<X509Certificate> certificates(byte[] text) throws CertificateException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks(text)) {
      if (block.type.equals("CERTIFICATE")) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.der)));
      }
    }
    return certificates;
  }

  /**
   * The first private key in the text.
   *
   * @throws GeneralSecurityException if there is none that can be read
   */
  public static PrivateKey privateKey(byte[] text) throws GeneralSecurityException {
    for (Block block : blocks(text)) {
      byte[] pkcs8 = null;
      if (block.type.equals("PRIVATE KEY")) {
        pkcs8 = block.der;
      } else if (block.type.equals("RSA PRIVATE KEY")) {
        pkcs8 = sequence(VERSION_0, OID_RSA, wrap(0x04, block.der));
      } else if (block.type.equals("EC PRIVATE KEY")) {
        byte[] algorithm = sequence(OID_EC, curve(block.der));
        pkcs8 = sequence(VERSION_0, algorithm, wrap(0x04, block.der));
      }
      if (pkcs8 != null) {
        return anyKind(pkcs8);
      }
    }
    throw new InvalidKeySpecException("tls: failed to find any PEM data in key input");
  }

  private static PrivateKey anyKind(byte[] pkcs8) throws GeneralSecurityException {
    PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
    for (String kind : new String[] {"EC", "RSA", "Ed25519"}) {
      try {
        return KeyFactory.getInstance(kind).generatePrivate(spec);
      } catch (InvalidKeySpecException _) {
        // the next kind
      }
    }
    throw new InvalidKeySpecException("tls: failed to parse private key");
  }

  /** The curve's OID in a SEC 1 key: field [0] of ECPrivateKey. */
  private static byte[] curve(byte[] sec1) throws InvalidKeySpecException {
    try {
      int position = 1 + lengthBytes(sec1, 1);
      while (position < sec1.length) {
        int size = length(sec1, position + 1);
        int start = position + 1 + lengthBytes(sec1, position + 1);
        if (sec1[position] == EC_PARAMETERS) {
          return Arrays.copyOfRange(sec1, start, start + size);
        }
        position = start + size;
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new InvalidKeySpecException("tls: failed to parse private key", e);
    }
    throw new InvalidKeySpecException("tls: an EC private key that does not name its curve");
  }

  private static int lengthBytes(byte[] der, int at) {
    return (der[at] & 0x80) == 0 ? 1 : 1 + (der[at] & 0x7f);
  }

  private static int length(byte[] der, int at) {
    if ((der[at] & 0x80) == 0) {
      return der[at];
    }
    int size = 0;
    for (int i = 1; i <= (der[at] & 0x7f); i++) {
      size = size << 8 | der[at + i] & 0xff;
    }
    return size;
  }

  private static byte[] sequence(byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    return wrap(0x30, content.toByteArray());
  }

  private static byte[] wrap(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else if (content.length < 0x100) {
      out.write(0x81);
      out.write(content.length);
    } else {
      out.write(0x82);
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private record Block(String type, byte[] der) {}

  private static List<Block> blocks(byte[] text) {
    List<Block> blocks = new ArrayList<>();
    String type = null;
    StringBuilder body = new StringBuilder();
    for (String raw : new String(text, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String line = raw.strip();
      String begun = label(line, "-----BEGIN ");
      if (begun != null) {
        type = begun;
        body.setLength(0);
      } else if (type != null && type.equals(label(line, "-----END "))) {
        try {
          blocks.add(new Block(type, Base64.getDecoder().decode(body.toString())));
        } catch (IllegalArgumentException _) {
          // not a block after all
        }
        type = null;
      } else if (line.indexOf(':') < 0) { // headers within a block are passed over
        body.append(line);
      }
    }
    return blocks;
  }

  private static @Nullable String label(String line, String start) {
    return line.startsWith(start) && line.endsWith("-----")
        ? line.substring(start.length(), line.length() - 5)
        : null;
  }
}
