package io.quorate.etcdctl;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Output;
import io.quorate.cli.command.Tool;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** spec/ctl.md 2.4, against a server that takes connections and says nothing. */
@Timeout(120)
class CommandTimeoutTest {
  /** A stdin that takes longer than the command may. */
  private static final class Slow extends InputStream {
    private boolean atEnd;

    @Override
    public int read() {
      if (atEnd) {
        return -1;
      }
      atEnd = true;
      long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1100);
      while (System.nanoTime() < until) {
        LockSupport.parkNanos(10_000_000);
      }
      return 'x';
    }
  }

  @Test
  void doesNotRunWhileStdinIsRead() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(40_000);
      String endpoint = "--endpoints=127.0.0.1:" + server.getLocalPort();
      List<String> words = List.of("put", "a", endpoint, "--command-timeout=1s");
      Output nowhere = new Output(OutputStream.nullOutputStream());
      try (Invocation invocation = new Invocation(words, new Slow(), nowhere, nowhere, Map.of())) {
        Tool tool = new Tool(new Etcdctl(invocation), new EtcdctlUsage(), nowhere, nowhere);
        assertThat(tool.run(words)).isEqualTo(ExitCode.ERROR);
      }
      server.accept().close(); // it got as far as asking
    }
  }
}
