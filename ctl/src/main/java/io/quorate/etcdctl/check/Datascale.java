package io.quorate.etcdctl.check;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.Invocation;
import io.quorate.rpc.CallOptions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** {@code check datascale}: how much memory a member needs for many keys. */
public final class Datascale extends CheckCommand {
  private static final int KEY_BYTES = 512;
  private static final int VALUE_BYTES = 512;
  private static final double MIB = 1024 * 1024;
  private static final long A_LONG_TIME_SECONDS = TimeUnit.DAYS.toSeconds(365);

  private final Flag.Text load =
      flags()
          .text(
              "load", "s", "how much: s(small), m(medium), l(large), xl(xLarge) clients and keys");

  public Datascale(Invocation invocation) {
    super(
        invocation,
        "datascale [options]",
        "Checks how much memory a member needs for its keys",
        "/etcdctl-check-datascale/");
  }

  @Override
  public String description() {
    return "The member asked for its memory is the first of --endpoints.";
  }

  private record Size(int puts, int clients) {
    static Size of(String name) {
      return switch (name) {
        case "s", "small" -> new Size(10_000, 50);
        case "m", "medium" -> new Size(100_000, 200);
        case "l", "large" -> new Size(1_000_000, 500);
        case "xl", "xLarge" -> new Size(3_000_000, 1000);
        default -> throw new Failure(ExitCode.BAD_FEATURE, "unknown load option " + name);
      };
    }
  }

  @Override
  protected void execute(List<String> arguments) {
    Size size = Size.of(load.value());
    List<ClusterChannel> clients = connect(size.clients());
    ClusterChannel first = clients.getFirst();
    requireFree(first, "", CallOptions.DEFAULT);
    ResidentMemory memory = new ResidentMemory(first.options().endpoints().getFirst(), invocation);
    double before = read(memory, "before");
    say(
        "Start data scale check for work load ["
            + size.puts()
            + " key-value pairs, "
            + (KEY_BYTES + VALUE_BYTES)
            + " bytes per key-value, "
            + size.clients()
            + " concurrent clients].");
    Bar bar = new Bar(invocation.err(), size.puts());
    Statistics statistics =
        run(
            new Load(clients, prefix(), KEY_BYTES, VALUE_BYTES),
            0,
            A_LONG_TIME_SECONDS,
            size.puts(),
            bar::at);
    bar.finish();
    double after = memory.bytes();
    cleanUp(first);
    if (after == 0) {
      throw unreadable("after");
    }
    if (sayErrors(statistics)) {
      throw Failure.silent(ExitCode.ERROR);
    }
    say(
        "PASS: Approximate system memory used : "
            + String.format(Locale.ROOT, "%.2f", (after - before) / MIB)
            + " MB.");
  }

  private double read(ResidentMemory memory, String when) {
    double bytes = memory.bytes();
    if (bytes == 0) {
      throw unreadable(when);
    }
    return bytes;
  }

  private Failure unreadable(String when) {
    say("FAIL: Could not read process_resident_memory_bytes " + when + " the put operations.");
    return Failure.silent(ExitCode.ERROR);
  }
}
