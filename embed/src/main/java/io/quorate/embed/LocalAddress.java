package io.quorate.embed;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * From which address a member dials its peers, by gate SetMemberLocalAddr: the first of its
 * advertised ones that is an IP and reaches beyond this machine (spec/server.md 2). A peer that
 * looks who comes then sees the address that it knows.
 *
 * @param text as the URL has it
 */
record LocalAddress(String text, InetAddress address) {
  static Optional<LocalAddress> among(List<String> advertisedPeerUrls, Logger log) {
    log.atInfo()
        .addKeyValue("advertise-peer-urls", advertisedPeerUrls)
        .log("searching for a suitable member local address in AdvertisePeerURLs");
    for (String url : advertisedPeerUrls) {
      Optional<LocalAddress> found = literal(host(url));
      if (found.isPresent() && found.get().reachesOthers()) {
        log.atInfo().addKeyValue("LocalAddr", found.get().text).log("setting member local address");
        return found;
      }
    }
    log.atWarn()
        .addKeyValue("advertise-peer-urls", advertisedPeerUrls)
        .log("unable to set a member local address due to lack of suitable local addresses");
    return Optional.empty();
  }

  /** What stands between {@code ://} and the port; empty where there is no port. */
  static String host(String url) {
    int start = url.indexOf("://") + "://".length();
    int end = url.lastIndexOf(':');
    return end < start ? "" : url.substring(start, end);
  }

  private static Optional<LocalAddress> literal(String host) {
    String text = host.replaceAll("[\\[\\]]", "");
    try {
      return Optional.of(new LocalAddress(text, InetAddress.ofLiteral(text)));
    } catch (IllegalArgumentException aName) {
      return Optional.empty();
    }
  }

  private boolean reachesOthers() {
    return !address.isLoopbackAddress() && !address.isAnyLocalAddress();
  }
}
