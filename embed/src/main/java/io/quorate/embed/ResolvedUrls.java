package io.quorate.embed;

import io.quorate.node.recovery.FoundingCluster;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;

/**
 * Compares lists of URLs; where the texts differ, by the addresses of their hosts (spec/peer.md
 * 6.7). Blocks while a name cannot be resolved, for half a minute in all: one object is for one
 * start.
 */
final class ResolvedUrls implements FoundingCluster.UrlComparison {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Logger log;
  private final long deadline = System.nanoTime() + PATIENCE.toNanos();

  ResolvedUrls(Logger log) {
    this.log = log;
  }

  @Override
  public Optional<String> difference(List<String> a, List<String> b) {
    Optional<String> byText = TEXT.difference(a, b);
    if (byText.isEmpty() || a.size() != b.size()) {
      return byText;
    }
    try {
      return TEXT.difference(resolved(a), resolved(b));
    } catch (UnresolvedException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private List<String> resolved(List<String> urls) throws UnresolvedException {
    List<String> all = new ArrayList<>();
    for (String url : urls) {
      String host = LocalAddress.host(url);
      boolean asIs = url.startsWith("unix") || host.isEmpty() || host.equals("localhost");
      String scheme = url.substring(0, url.indexOf("://") + "://".length());
      String port = url.substring(url.lastIndexOf(':') + 1);
      all.add(asIs ? url : scheme + address(url, host, port));
    }
    return all;
  }

  private String address(String url, String host, String port) throws UnresolvedException {
    while (true) {
      try {
        InetAddress address = InetAddress.getByName(host.replaceAll("[\\[\\]]", ""));
        String text = address.getHostAddress();
        String resolved = (text.contains(":") ? "[" + text + "]" : text) + ":" + port;
        log.atInfo()
            .addKeyValue("url", url)
            .addKeyValue("host", host + ":" + port)
            .addKeyValue("resolved-addr", resolved)
            .log("resolved URL Host");
        return resolved;
      } catch (UnknownHostException e) {
        boolean giveUp = System.nanoTime() - deadline >= 0;
        // Without the name server, which Go names after the host: the JVM does not tell it.
        String error = "lookup " + host + ": no such host";
        log.atWarn()
            .addKeyValue("url", url)
            .addKeyValue("host", host + ":" + port)
            .addKeyValue("retry-interval", RETRY)
            .addKeyValue("error", error)
            .log("failed to resolve URL Host" + (giveUp ? "; returning" : ""));
        if (giveUp) {
          throw new UnresolvedException("failed to resolve \"" + url + "\" (" + error + ")");
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  private static final class UnresolvedException extends Exception {
    private static final long serialVersionUID = 1L;

    UnresolvedException(String message) {
      super(message);
    }
  }
}
