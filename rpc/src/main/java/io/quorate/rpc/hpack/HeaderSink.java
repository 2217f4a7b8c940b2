package io.quorate.rpc.hpack;

/** Takes the decoded headers, in order. One char stands for one byte (ISO 8859-1). */
@FunctionalInterface
public interface HeaderSink {
  void header(String name, String value);
}
