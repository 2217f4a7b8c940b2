package io.quorate.embed;

import io.quorate.node.recovery.FoundingCluster;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares lists of URLs; where the texts differ, by the addresses of their hosts (spec/peer.md
 * 6.7). Blocks while a name cannot be resolved, for half a minute in all.
 */
final class ResolvedUrls implements FoundingCluster.UrlComparison {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration RETRY = Duration.ofSeconds(1);

  @Override
  public Optional<String> difference(List<String> a, List<String> b) {
    Optional<String> byText = TEXT.difference(a, b);
    if (byText.isEmpty() || a.size() != b.size()) {
      return byText;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      return TEXT.difference(resolved(a, deadline), resolved(b, deadline));
    } catch (UnknownHostException e) {
      return Optional.of("failed to resolve: lookup " + e.getMessage() + ": no such host");
    }
  }

  private static List<String> resolved(List<String> urls, long deadline)
      throws UnknownHostException {
    List<String> all = new ArrayList<>();
    for (String url : urls) {
      URI uri = URI.create(url);
      String host = uri.getHost();
      boolean asIs = host == null || host.equals("localhost") || uri.getScheme().startsWith("unix");
      all.add(asIs ? url : uri.getScheme() + "://" + address(host, deadline) + ":" + uri.getPort());
    }
    return all;
  }

  private static String address(String host, long deadline) throws UnknownHostException {
    while (true) {
      try {
        InetAddress address = InetAddress.getByName(host.replaceAll("[\\[\\]]", ""));
        String text = address.getHostAddress();
        return text.contains(":") ? "[" + text + "]" : text;
      } catch (UnknownHostException e) {
        if (System.nanoTime() - deadline >= 0) {
          throw new UnknownHostException(host);
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }
}
