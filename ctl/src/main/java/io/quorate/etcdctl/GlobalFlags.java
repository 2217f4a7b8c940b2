package io.quorate.etcdctl;

import io.quorate.cli.command.Flag;
import io.quorate.cli.command.Flags;
import java.time.Duration;
import java.util.List;

/** The flags that every command takes (spec/ctl.md 2.1). */
public final class GlobalFlags {
  private final Flags flags = new Flags();
  final Flag.Words endpoints;
  final Flag.Bool debug;
  final Flag.Text writeOut;
  final Flag.Bool hex;
  final Flag.Time dialTimeout;
  final Flag.Time commandTimeout;
  final Flag.Time keepaliveTime;
  final Flag.Time keepaliveTimeout;
  final Flag.Int maxRequestBytes;
  final Flag.Int maxReceiveBytes;
  final Flag.Bool insecureTransport;
  final Flag.Bool insecureDiscovery;
  final Flag.Bool insecureSkipVerify;
  final Flag.Text cert;
  final Flag.Text key;
  final Flag.Text caCert;
  final Flag.Text user;
  final Flag.Text password;
  final Flag.Text discoverySrv;
  final Flag.Text discoverySrvName;

  GlobalFlags() {
    endpoints =
        flags.words(
            "endpoints", List.of("127.0.0.1:2379"), "addresses of members, comma separated");
    debug = flags.bool("debug", false, "log what the client does");
    writeOut =
        flags.text(
            "write-out",
            "w",
            "simple",
            "how answers are shown: fields, json, protobuf, simple, table");
    writeOut.offer("fields", "json", "protobuf", "simple", "table");
    hex = flags.bool("hex", false, "show keys, values and ids in hexadecimal");
    dialTimeout =
        flags.time("dial-timeout", Duration.ofSeconds(2), "limit for the first authentication");
    commandTimeout =
        flags.time("command-timeout", Duration.ofSeconds(5), "limit for commands that are short");
    keepaliveTime =
        flags.time("keepalive-time", Duration.ofSeconds(2), "silence before a server is probed");
    keepaliveTimeout =
        flags.time("keepalive-timeout", Duration.ofSeconds(6), "limit for the answer to a probe");
    maxRequestBytes = flags.int64("max-request-bytes", 0, "largest request to send (0 for 2 MiB)");
    maxReceiveBytes = flags.int64("max-recv-bytes", 0, "largest response to accept (0 for 2 GiB)");
    insecureTransport = flags.bool("insecure-transport", true, "connect without TLS");
    insecureDiscovery =
        flags.bool("insecure-discovery", true, "use SRV records of servers without TLS too");
    insecureSkipVerify =
        flags.bool(
            "insecure-skip-tls-verify",
            false,
            "accept any server certificate (CAUTION: for tests only)");
    cert = flags.text("cert", "", "file with the client's TLS certificate");
    key = flags.text("key", "", "file with the client's TLS key");
    caCert =
        flags.text("cacert", "", "file with the CA certificates that servers must be signed by");
    user = flags.text("user", "", "name[:password] to sign in with (asks if there is no password)");
    password =
        flags.text("password", "", "password to sign in with; --user is then the name alone");
    discoverySrv =
        flags.text("discovery-srv", "d", "", "domain whose SRV records name the members");
    discoverySrvName =
        flags.text("discovery-srv-name", "", "suffix of the service name in SRV records");
  }

  Flags all() {
    return flags;
  }

  /** The endpoints as given, whatever discovery finds. */
  public List<String> endpoints() {
    return endpoints.value();
  }

  /** With its {@link Flag.Time#isGiven}, since some commands have no limit but a chosen one. */
  public Flag.Time commandTimeout() {
    return commandTimeout;
  }

  /** Whether TLS is asked for, be it only by a certificate (spec/ctl.md 2.5). */
  boolean asksForTls() {
    return !cert.value().isEmpty()
        || !key.value().isEmpty()
        || !caCert.value().isEmpty()
        || !insecureTransport.value()
        || insecureSkipVerify.value()
        || (!insecureDiscovery.value() && !discoverySrv.value().isEmpty());
  }

  public boolean isHex() {
    return hex.value();
  }
}
