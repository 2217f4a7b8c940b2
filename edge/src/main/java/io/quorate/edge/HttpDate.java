package io.quorate.edge;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code Date} header, formatted once a second. Any thread. */
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private record Second(long epochSecond, String text) {}

  private volatile Second last = new Second(Long.MIN_VALUE, "");

  String now() {
    Instant now = Instant.now();
    Second second = last;
    if (second.epochSecond != now.getEpochSecond()) {
      second = new Second(now.getEpochSecond(), FORMAT.format(now));
      last = second;
    }
    return second.text;
  }
}
