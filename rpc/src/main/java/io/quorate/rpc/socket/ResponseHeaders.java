package io.quorate.rpc.socket;

import io.quorate.rpc.Code;
import io.quorate.rpc.HttpStatuses;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.PercentText;
import io.quorate.rpc.Status;
import io.quorate.rpc.hpack.HeaderSink;

/** One header list from the server, sorted into what is HTTP's, gRPC's and the caller's. */
final class ResponseHeaders implements HeaderSink {
  private String http = "";
  private String contentType = "";
  private String grpcStatus = "";
  private String grpcMessage = "";
  private String encoding = "identity";
  private final Metadata custom = new Metadata();

  @Override
  public void header(String name, String value) {
    switch (name) {
      case ":status" -> http = value;
      case "content-type" -> contentType = value;
      case "grpc-status" -> grpcStatus = value;
      case "grpc-message" -> grpcMessage = value;
      case "grpc-encoding" -> encoding = value;
      case "grpc-accept-encoding", "te" -> {}
      default -> {
        if (!name.startsWith(":")) {
          custom.add(name, value);
        }
      }
    }
  }

  boolean isInformational() {
    return http.length() == 3 && http.charAt(0) == '1';
  }

  /** Whether this begins a gRPC answer. */
  boolean isGrpc() {
    return http.equals("200") && HttpStatuses.isGrpc(contentType);
  }

  /** What an answer that is not gRPC means. */
  Status foreignStatus() {
    return HttpStatuses.foreign(http, contentType);
  }

  /** The status in trailers. */
  Status status() {
    if (grpcStatus.isEmpty()) {
      return new Status(Code.UNKNOWN, PercentText.decode(grpcMessage));
    }
    int number;
    try {
      number = Integer.parseInt(grpcStatus);
    } catch (NumberFormatException _) {
      return new Status(
          Code.UNKNOWN, "transport: malformed grpc-status: \"".concat(grpcStatus).concat("\""));
    }
    if (number == 0) {
      return Status.OK;
    }
    return new Status(Code.of(number), PercentText.decode(grpcMessage));
  }

  String encoding() {
    return encoding;
  }

  Metadata custom() {
    return custom;
  }
}
