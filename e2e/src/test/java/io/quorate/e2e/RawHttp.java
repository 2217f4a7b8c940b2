package io.quorate.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests byte for byte, on a connection each. One char is one byte. */
final class RawHttp {
  private static final int LIMIT_MILLIS = 20_000;
  private static final Pattern HEAD = Pattern.compile("^.*?\r\n\r\n", Pattern.DOTALL);
  private static final Pattern LENGTH =
      Pattern.compile("\r\ncontent-length: (\\d+)\r\n", Pattern.CASE_INSENSITIVE);

  private RawHttp() {}

  /** Everything that comes back until the server closes. */
  static String send(int port, String bytes) {
    return send(port, bytes, LIMIT_MILLIS);
  }

  /**
   * Everything that comes back until the server closes, or, marked as such, until it has been
   * silent for {@code limitMillis}.
   */
  static String send(int port, String bytes, int limitMillis) {
    var answer = new StringBuilder();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(limitMillis);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int count; (count = in.read(buffer)) >= 0; ) {
        answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketTimeoutException silence) {
      answer.append("<open>");
    } catch (IOException reset) {
      answer.append("<reset>");
    }
    return answer.toString();
  }

  /**
   * One answer, by its length, however long the connection lives: a Go server may keep it for five
   * seconds after a body that it did not read. Without an answer, what {@link #send} returns.
   */
  static String answer(int port, String bytes) {
    return answer(port, bytes, false);
  }

  /** The answer to one who then closes his side, as {@link #answer}. */
  static String answerToLast(int port, String bytes) {
    return answer(port, bytes, true);
  }

  /** Sends {@code bytes} and, as soon as it is {@code time}, resets the connection. */
  static void reset(int port, String bytes, BooleanSupplier time) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoLinger(true, 0);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
      while (!time.getAsBoolean()) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError("not so in time");
        }
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String answer(int port, String bytes, boolean last) {
    var answer = new StringBuilder();
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      if (last) {
        socket.shutdownOutput();
      }
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 * 1024];
      for (int count; !isComplete(answer) && (count = in.read(buffer)) >= 0; ) {
        answer.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
      }
    } catch (SocketTimeoutException silence) {
      answer.append("<open>");
    } catch (IOException reset) {
      answer.append("<reset>");
    }
    return answer.toString();
  }

  /** The answer to {@code head} and a body of so many bytes, as far as they are taken. */
  static String answerToFlood(int port, String head, long bodyBytes) {
    byte[] piece = new byte[64 * 1024];
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
      for (long left = bodyBytes; left > 0; left -= piece.length) {
        socket.getOutputStream().write(piece, 0, (int) Math.min(left, piece.length));
        if (socket.getInputStream().available() > 0) {
          break;
        }
      }
      int count = socket.getInputStream().read(piece);
      return new String(piece, 0, Math.max(0, count), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static boolean isComplete(CharSequence answer) {
    Matcher head = HEAD.matcher(answer);
    if (!head.find()) {
      return false;
    }
    Matcher length = LENGTH.matcher(head.group());
    return length.find()
        ? answer.length() >= head.end() + Integer.parseInt(length.group(1))
        : head.group().startsWith("HTTP/1.1 204");
  }

  static String ask(int port, String method, String target, String... headers) {
    var request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return send(port, request + "Connection: close\r\n\r\n");
  }

  /** The body of a GET that must succeed, in one piece. */
  static String body(int port, String target) {
    String answer = send(port, "GET " + target + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
    if (!answer.startsWith("HTTP/1.0 200") && !answer.startsWith("HTTP/1.1 200")) {
      throw new AssertionError(target + " answered " + answer);
    }
    return answer.substring(answer.indexOf("\r\n\r\n") + 4);
  }
}
