package io.quorate.embed;

import io.quorate.embed.config.ConfigException;
import io.quorate.gotext.UrlList;
import io.quorate.node.recovery.FoundingCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** {@code --initial-cluster}: {@code name=url,name=url…}; a name may repeat (spec/peer.md 6.1). */
final class InitialCluster {
  private InitialCluster() {}

  /**
   * @throws ConfigException with etcd's text
   */
  static FoundingCluster parse(String text, String token) {
    var byName = new TreeMap<String, List<String>>();
    for (String item : text.split(",", -1)) {
      if (item.isEmpty()) {
        continue;
      }
      int equals = item.indexOf('=');
      String name = equals < 0 ? item : item.substring(0, equals);
      String url = equals < 0 ? "" : item.substring(equals + 1);
      try {
        byName.computeIfAbsent(name, n -> new ArrayList<>()).addAll(UrlList.parse(url));
      } catch (IllegalArgumentException e) {
        throw new ConfigException("error setting up initial cluster: " + e.getMessage());
      }
    }
    return new FoundingCluster(byName, token);
  }
}
