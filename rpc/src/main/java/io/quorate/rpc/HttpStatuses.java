package io.quorate.rpc;

/**
 * What an HTTP answer means that is no gRPC answer: from a proxy, a gateway, a wrong port. Codes
 * and texts as the Go client gives them.
 */
public final class HttpStatuses {
  private HttpStatuses() {}

  /** The gRPC code that stands for HTTP status {@code http}. */
  public static Code code(int http) {
    return switch (http) {
      case 400 -> Code.INTERNAL;
      case 401 -> Code.UNAUTHENTICATED;
      case 403 -> Code.PERMISSION_DENIED;
      case 404 -> Code.UNIMPLEMENTED;
      case 429, 502, 503, 504 -> Code.UNAVAILABLE;
      default -> Code.UNKNOWN;
    };
  }

  /** Whether {@code contentType} is gRPC's, with or without a suffix such as {@code +proto}. */
  public static boolean isGrpc(String contentType) {
    String prefix = "application/grpc";
    return contentType.startsWith(prefix)
        && (contentType.length() == prefix.length()
            || contentType.charAt(prefix.length()) == '+'
            || contentType.charAt(prefix.length()) == ';');
  }

  /**
   * The status of a call whose answer is not gRPC.
   *
   * @param http the {@code :status} as sent, empty if missing
   * @param contentType as sent, empty if missing
   */
  public static Status foreign(String http, String contentType) {
    Code code = Code.UNKNOWN;
    StringBuilder text = new StringBuilder();
    if (http.isEmpty()) {
      code = Code.INTERNAL;
      text.append("malformed header: missing HTTP status");
    } else if (!http.equals("200")) {
      int number = number(http);
      if (number < 0) {
        code = Code.INTERNAL;
        text.append("transport: malformed http-status: ").append(http);
      } else {
        code = code(number);
        text.append("unexpected HTTP status code received from server: ").append(number);
        String phrase = phrase(number);
        text.append(" (").append(phrase).append(')');
      }
    }
    if (contentType.isEmpty()) {
      text.append(text.isEmpty() ? "" : "; ").append("malformed header: missing HTTP content-type");
    } else if (!isGrpc(contentType)) {
      text.append(text.isEmpty() ? "" : "; ")
          .append("transport: received unexpected content-type \"")
          .append(contentType)
          .append('"');
    }
    return new Status(code, text.toString());
  }

  private static int number(String http) {
    try {
      return Integer.parseInt(http);
    } catch (NumberFormatException _) {
      return -1;
    }
  }

  private static String phrase(int http) {
    return switch (http) {
      case 301 -> "Moved Permanently";
      case 302 -> "Found";
      case 307 -> "Temporary Redirect";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Request Entity Too Large";
      case 415 -> "Unsupported Media Type";
      case 421 -> "Misdirected Request";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 502 -> "Bad Gateway";
      case 503 -> "Service Unavailable";
      case 504 -> "Gateway Timeout";
      default -> "";
    };
  }
}
