package io.quorate.etcdctl;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Endpoints from SRV records (spec/ctl.md 2.6). */
final class SrvDiscovery {
  private SrvDiscovery() {}

  static List<String> endpoints(Invocation invocation) {
    GlobalFlags global = invocation.global();
    String domain = global.discoverySrv.value();
    String suffix =
        global.discoverySrvName.value().isEmpty() ? "" : "-" + global.discoverySrvName.value();
    List<String> found = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    look("_etcd-client-ssl" + suffix + "._tcp." + domain, "https", found, errors);
    List<String> plain = new ArrayList<>();
    look("_etcd-client" + suffix + "._tcp." + domain, "http", plain, errors);
    if (errors.size() == 2) {
      throw new Failure(
          ExitCode.ERROR, "dns lookup errors: " + errors.get(0) + " and " + errors.get(1));
    }
    for (String endpoint : plain) {
      if (global.insecureDiscovery.value()) {
        found.add(endpoint);
      } else {
        invocation.err().line("ignoring discovered insecure endpoint \"" + endpoint + "\"");
      }
    }
    return found;
  }

  // The names go to the DNS provider alone, and it returns strings: nothing is deserialized. JNDI
  // takes its settings in a Hashtable.
  @SuppressWarnings({"BanJNDI", "JdkObsolete"})
  private static void look(String name, String scheme, List<String> found, List<String> errors) {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
    try {
      InitialDirContext dns = new InitialDirContext(environment);
      try {
        Attribute records = dns.getAttributes(name, new String[] {"SRV"}).get("SRV");
        if (records == null) {
          errors.add("lookup " + name + ": no such host");
          return;
        }
        NamingEnumeration<?> all = records.getAll();
        while (all.hasMore()) {
          String[] parts = String.valueOf(all.next()).split(" "); // priority weight port target
          found.add(scheme + "://" + parts[3] + ":" + parts[2]);
        }
      } finally {
        dns.close();
      }
    } catch (NamingException e) {
      errors.add("lookup " + name + ": no such host");
    }
  }
}
