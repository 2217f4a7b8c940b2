package io.quorate.rpc;

/** One method of a service: {@code fullName} is {@code /package.Service/Method}. */
public record Method(String fullName, Kind kind, CallHandler handler) {
  /** How many messages each side sends. */
  public enum Kind {
    UNARY("unary"),
    CLIENT_STREAM("client_stream"),
    SERVER_STREAM("server_stream"),
    BIDI_STREAM("bidi_stream");

    private final String metricLabel;

    Kind(String metricLabel) {
      this.metricLabel = metricLabel;
    }

    /** The value of label {@code grpc_type}. */
    public String metricLabel() {
      return metricLabel;
    }
  }

  public String service() {
    return fullName.substring(1, fullName.lastIndexOf('/'));
  }

  public String name() {
    return fullName.substring(fullName.lastIndexOf('/') + 1);
  }
}
