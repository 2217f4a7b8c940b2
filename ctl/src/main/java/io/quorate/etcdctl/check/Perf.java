package io.quorate.etcdctl.check;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Signals;
import io.quorate.rpc.CallOptions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** {@code check perf}: whether puts at a rate are answered, and how soon. */
public final class Perf extends CheckCommand {
  private static final int SECONDS = 60;
  private static final int KEY_BYTES = 256;
  private static final int VALUE_BYTES = 1024;
  private static final double LEAST_SHARE = 0.9;
  private static final double SLOWEST_SECONDS = 0.5;
  private static final double DEVIATION_SECONDS = 0.1;

  private final Flag.Text load =
      flags()
          .text(
              "load", "s", "how much: s(small), m(medium), l(large), xl(xLarge) clients and puts");

  public Perf(Invocation invocation) {
    super(
        invocation,
        "perf [options]",
        "Checks whether puts are answered fast enough",
        "/etcdctl-check-perf/");
    load.offer("small", "medium", "large", "xLarge");
  }

  private record Size(int perSecond, int clients) {
    static Size of(String name) {
      return switch (name) {
        case "s", "small" -> new Size(150, 50);
        case "m", "medium" -> new Size(1000, 200);
        case "l", "large" -> new Size(8000, 500);
        case "xl", "xLarge" -> new Size(15_000, 1000);
        default -> throw new Failure(ExitCode.BAD_FEATURE, "unknown load option " + name);
      };
    }
  }

  @Override
  protected void execute(List<String> arguments) {
    Size size = Size.of(load.value());
    List<ClusterChannel> clients = connect(size.clients());
    ClusterChannel first = clients.getFirst();
    requireFree(first, "'", CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(SECONDS)));
    Bar bar = new Bar(invocation.err(), SECONDS);
    Load puts = new Load(clients, prefix(), KEY_BYTES, VALUE_BYTES);
    Signals.hear(puts::stop, "INT"); // the load ends early, and the program goes on
    Statistics statistics =
        run(
            puts,
            size.perSecond(),
            SECONDS,
            Long.MAX_VALUE,
            (_, nanos) -> bar.at(Math.min(SECONDS, Duration.ofNanos(nanos).toSeconds()), nanos));
    bar.finish();
    cleanUp(first);
    if (!judge(statistics, size.perSecond())) {
      say("FAIL");
      throw Failure.silent(ExitCode.ERROR);
    }
    say("PASS");
  }

  private boolean judge(Statistics statistics, int perSecond) {
    boolean good = !sayErrors(statistics);
    long rate = (long) statistics.rate() + 1;
    if (statistics.rate() / perSecond <= LEAST_SHARE) {
      say("FAIL: Throughput too low: " + rate + " writes/s");
      good = false;
    } else {
      say("PASS: Throughput is " + rate + " writes/s");
    }
    double slowest = statistics.slowestSeconds();
    if (slowest > SLOWEST_SECONDS) {
      say("Slowest request took too long: " + seconds(slowest));
      good = false;
    } else {
      say("PASS: Slowest request took " + seconds(slowest));
    }
    double deviation = statistics.deviationSeconds();
    if (deviation > DEVIATION_SECONDS) {
      say("Stddev too high: " + seconds(deviation));
      good = false;
    } else {
      say("PASS: Stddev is " + seconds(deviation));
    }
    return good;
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%fs", seconds);
  }
}
