package io.quorate.rpc.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Certificates made on the spot by the JDK's keytool. */
public final class TestCertificates {
  private final Path folder;

  public TestCertificates(Path folder) {
    this.folder = folder;
  }

  /** A CA of its own, or one signed by another. */
  public void authority(String name, String signer, String... extensions) {
    generate(name, "CN=" + name, "bc:c");
    sign(name, signer, "bc:c", extensions);
  }

  /** A certificate for hosts such as {@code dns:localhost,ip:127.0.0.1}. */
  public void leaf(String name, String signer, String subject, String... extensions) {
    generate(name, subject, null);
    sign(name, signer, null, extensions);
  }

  private void generate(String name, String subject, String extension) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-genkeypair", "-alias", name, "-keyalg", "EC", "-groupname", "secp256r1",
                "-dname", subject, "-validity", "2"));
    if (extension != null) {
      arguments.addAll(List.of("-ext", extension));
    }
    keytool(name, arguments);
  }

  private void sign(String name, String signer, String extension, String... extensions) {
    if (signer == null) {
      export(name);
      return;
    }
    keytool(
        name, List.of("-certreq", "-alias", name, "-file", folder.resolve(name + ".csr").toString()));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-gencert", "-alias", signer, "-rfc", "-validity", "2",
                "-infile", folder.resolve(name + ".csr").toString(),
                "-outfile", folder.resolve(name + ".pem").toString()));
    if (extension != null) {
      arguments.addAll(List.of("-ext", extension));
    }
    for (String more : extensions) {
      arguments.addAll(List.of("-ext", more));
    }
    keytool(signer, arguments);
  }

  private void export(String name) {
    keytool(
        name,
        List.of(
            "-exportcert", "-rfc", "-alias", name,
            "-file", folder.resolve(name + ".pem").toString()));
  }

  private void keytool(String store, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(
        List.of(
            "-keystore", folder.resolve(store + ".p12").toString(),
            "-storetype", "PKCS12", "-storepass", "secret"));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  public byte[] pem(String... names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      try {
        text.append(Files.readString(folder.resolve(name + ".pem")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /** The private key as PKCS #8 PEM. */
  public byte[] key(String name) {
    try {
      java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS12");
      try (var in = Files.newInputStream(folder.resolve(name + ".p12"))) {
        store.load(in, "secret".toCharArray());
      }
      byte[] der = store.getKey(name, "secret".toCharArray()).getEncoded();
      return ("-----BEGIN PRIVATE KEY-----\n"
              + java.util.Base64.getMimeEncoder().encodeToString(der)
              + "\n-----END PRIVATE KEY-----\n")
          .getBytes(StandardCharsets.US_ASCII);
    } catch (IOException | java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
