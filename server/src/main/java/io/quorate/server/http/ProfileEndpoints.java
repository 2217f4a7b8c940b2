package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpReceiver;
import io.quorate.edge.HttpTable;
import io.quorate.rpc.Metadata;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code /debug/pprof/}, with {@code --enable-pprof}. A JVM has threads, memory and a command line
 * and shows them as text; profiles in Go's own format it has not, and says so: 501, which tools
 * report as it is, instead of bytes that they would misread.
 */
final class ProfileEndpoints {
  private static final String FOLDER = "/debug/pprof/";

  /** Profiles of which only the text form has a subject here. */
  private enum Text {
    GOROUTINE("goroutine", "the stacks of all threads", ProfileEndpoints::threads),
    HEAP("heap", "memory by pool", ProfileEndpoints::memory),
    THREADCREATE("threadcreate", "how many threads there are", ProfileEndpoints::threadCounts);

    private final String path;
    private final String what;
    private final Supplier<String> text;

    Text(String path, String what, Supplier<String> text) {
      this.path = path;
      this.what = what;
      this.text = text;
    }
  }

  private static final List<String> GO_ALONE =
      List.of("allocs", "block", "mutex", "profile", "symbol", "trace");

  private final String commandLine;

  ProfileEndpoints(List<String> commandLine) {
    this.commandLine = String.join("\0", commandLine);
  }

  void addTo(HttpTable table) {
    table.add(FOLDER, this::index);
    table.add(FOLDER + "cmdline", exchange -> respond(exchange, commandLine));
    for (Text each : Text.values()) {
      table.add(FOLDER + each.path, exchange -> text(each, exchange));
    }
    for (String path : GO_ALONE) {
      table.add(FOLDER + path, exchange -> refuse(exchange, "no text form either"));
    }
  }

  private static HttpReceiver text(Text profile, HttpExchange exchange) {
    String debug = Query.parse(exchange.request().query()).first("debug");
    return debug.isEmpty() || debug.equals("0")
        ? refuse(exchange, "as text with ?debug=1")
        : respond(exchange, profile.text.get());
  }

  private static HttpReceiver refuse(HttpExchange exchange, String instead) {
    exchange.respond(
        501, "this member runs on a JVM and has no profile of Go's: " + instead + "\n");
    return HttpReceiver.NONE;
  }

  private static HttpReceiver respond(HttpExchange exchange, String text) {
    exchange.respond(200, text);
    return HttpReceiver.NONE;
  }

  private HttpReceiver index(HttpExchange exchange) {
    if (!exchange.request().path().equals(FOLDER)) {
      exchange.respond(404, "Unknown profile\n");
      return HttpReceiver.NONE;
    }
    var page = new StringBuilder("<html><head><title>/debug/pprof/</title></head><body>\n");
    for (Text each : Text.values()) {
      page.append(
          "<a href=\"%s?debug=1\">%s</a>: %s<br>\n".formatted(each.path, each.path, each.what));
    }
    page.append("<a href=\"cmdline\">cmdline</a>: the command line<br>\n</body></html>\n");
    exchange.respond(
        200,
        new Metadata()
            .add("content-type", "text/html; charset=utf-8")
            .add("x-content-type-options", "nosniff"),
        page.toString().getBytes(StandardCharsets.UTF_8));
    return HttpReceiver.NONE;
  }

  private static String threads() {
    var out = new StringBuilder();
    for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true, 64)) {
      out.append(thread);
    }
    return out.toString();
  }

  private static String threadCounts() {
    var threads = ManagementFactory.getThreadMXBean();
    return "threads: %d\npeak: %d\nstarted: %d\n"
        .formatted(
            threads.getThreadCount(),
            threads.getPeakThreadCount(),
            threads.getTotalStartedThreadCount());
  }

  private static String memory() {
    var out = new StringBuilder();
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      MemoryUsage usage = pool.getUsage();
      out.append(pool.getName())
          .append(
              ": used %d, committed %d, most %d\n"
                  .formatted(usage.getUsed(), usage.getCommitted(), usage.getMax()));
    }
    return out.toString();
  }
}
