package io.quorate.etcdctl;

import io.quorate.rpc.tls.TlsClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * TLS to a member's metrics, which are HTTP/1.1: with the client's certificate, as the original.
 */
public final class MetricsTls {
  private static final char[] NO_PASSWORD = {};

  private MetricsTls() {}

  /**
   * Makes sockets that show {@code --cert}, and trust the machine's roots unless told to trust
   * anybody.
   *
   * @throws GeneralSecurityException if the certificate or its key cannot be used
   * @throws IOException if they cannot be read
   */
  public static SSLSocketFactory sockets(Invocation invocation)
      throws GeneralSecurityException, IOException {
    GlobalFlags global = invocation.global();
    TlsClient.Identity identity =
        TlsClient.Identity.parse(
            Files.readAllBytes(Path.of(global.cert.value())),
            Files.readAllBytes(Path.of(global.key.value())));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    keys.setKeyEntry("own", identity.key(), NO_PASSWORD, identity.chain());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        managers.getKeyManagers(),
        global.insecureSkipVerify.value() ? new TrustManager[] {new Anybody()} : null,
        null);
    return context.getSocketFactory();
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
