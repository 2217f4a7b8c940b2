package io.quorate.edge;

import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The HTTP handlers that the tests serve, by path. */
final class Web implements HttpHandler {
  final AtomicInteger aborted = new AtomicInteger();
  final AtomicLong bodyBytes = new AtomicLong();
  final AtomicLong produced = new AtomicLong();

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    return switch (request.path()) {
      case "/hello" -> {
        exchange.respond(200, "hello " + request.method() + " " + request.query() + "\n");
        yield HttpReceiver.NONE;
      }
      case "/echo" -> new Echo(exchange);
      case "/count" ->
          new HttpReceiver() {
            private long bytes;

            @Override
            public void data(byte[] piece) {
              bytes += piece.length;
            }

            @Override
            public void end() {
              exchange.respond(200, Long.toString(bytes));
            }
          };
      case "/stream" -> new Stream(exchange, Integer.parseInt(request.query()));
      case "/unread" -> {
        exchange.hold();
        yield new Aborts();
      }
      case "/wait" -> new Aborts();
      case "/trailers" -> {
        exchange.begin(200, new Metadata().add("trailer", "x-end"));
        exchange.write(Payload.of("body".getBytes(StandardCharsets.UTF_8)));
        exchange.end(new Metadata().add("x-end", "yes"));
        yield HttpReceiver.NONE;
      }
      case "/cut" -> {
        exchange.begin(200, new Metadata());
        exchange.write(Payload.of("part".getBytes(StandardCharsets.UTF_8)));
        exchange.execute(exchange::abort);
        yield HttpReceiver.NONE;
      }
      case "/who" -> {
        exchange.respond(
            200,
            exchange.request().protocol()
                + " "
                + exchange.isSecure()
                + " "
                + exchange.clientCertificates().stream()
                    .map(certificate -> certificate.getSubjectX500Principal().getName())
                    .toList());
        yield HttpReceiver.NONE;
      }
      case "/throw" -> throw new IllegalStateException("thrown");
      default -> {
        exchange.respond(404, "404 page not found\n");
        yield HttpReceiver.NONE;
      }
    };
  }

  private final class Echo implements HttpReceiver {
    private final HttpExchange exchange;
    private boolean begun;

    Echo(HttpExchange exchange) {
      this.exchange = exchange;
      exchange.hold();
      exchange.request(1);
    }

    @Override
    public void data(byte[] piece) {
      bodyBytes.addAndGet(piece.length);
      begin();
      exchange.write(Payload.of(piece));
      if (exchange.isWritable()) {
        exchange.request(1);
      }
    }

    @Override
    public void writable() {
      exchange.request(1);
    }

    private void begin() {
      if (!begun) {
        begun = true;
        exchange.begin(200, new Metadata().add("content-type", "application/octet-stream"));
      }
    }

    @Override
    public void end() {
      begin();
      exchange.end();
    }
  }

  private final class Stream implements HttpReceiver {
    private final HttpExchange exchange;
    private int left;

    Stream(HttpExchange exchange, int count) {
      this.exchange = exchange;
      this.left = count;
      exchange.begin(200, new Metadata().add("content-type", "text/plain"));
      writable();
    }

    @Override
    public void writable() {
      while (left > 0 && exchange.isWritable()) {
        left--;
        produced.incrementAndGet();
        exchange.write(Payload.of(new byte[1_000]));
      }
      if (left == 0) {
        exchange.end();
      }
    }

    @Override
    public void aborted() {
      aborted.incrementAndGet();
    }
  }

  private final class Aborts implements HttpReceiver {
    @Override
    public void data(byte[] piece) {
      bodyBytes.addAndGet(piece.length);
    }

    @Override
    public void aborted() {
      aborted.incrementAndGet();
    }
  }
}
