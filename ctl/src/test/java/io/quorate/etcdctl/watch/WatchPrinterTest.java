package io.quorate.etcdctl.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.cli.command.Output;
import io.quorate.etcdctl.EtcdctlMain;
import io.quorate.etcdctl.Invocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** spec/ctl.md 4.6: what ends a watch. */
class WatchPrinterTest {
  private static final OutputStream CLOSED =
      new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          throw new IOException("Broken pipe");
        }
      };

  private final List<Integer> exits = new ArrayList<>();

  private WatchPrinter printingTo(OutputStream out) {
    Invocation invocation =
        new Invocation(
            List.of("watch", "-i"),
            InputStream.nullInputStream(),
            new Output(out),
            new Output(OutputStream.nullOutputStream()),
            Map.of());
    WatchPrinter printer = new WatchPrinter(invocation, List.of(), exits::add);
    printer.response(
        WatchResponse.newBuilder().setHeader(ResponseHeader.newBuilder().setRevision(7)).build());
    printer.closed(Optional.empty());
    return printer;
  }

  @Test
  void theEndOfAWatchIsNotTheEndOfTheProgram() {
    printingTo(OutputStream.nullOutputStream()).printOrExit();
    assertThat(exits).isEmpty();
  }

  @Test
  void nobodyWhoReadsIsTheEndOfTheProgram() {
    printingTo(CLOSED).printOrExit();
    assertThat(exits).containsExactly(EtcdctlMain.BROKEN_PIPE);
  }
}
