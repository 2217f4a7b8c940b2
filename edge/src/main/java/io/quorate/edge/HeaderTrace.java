package io.quorate.edge;

/** Hears of the header fields of HTTP/2 requests, on event loops; must not block or throw. */
public interface HeaderTrace {
  void read(CharSequence name, CharSequence value);
}
