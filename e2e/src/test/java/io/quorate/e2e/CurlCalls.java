package io.quorate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The conformance set's calls made with curl: gRPC is a POST over HTTP/2, its messages framed in
 * the body.
 */
final class CurlCalls {
  private static final int FRAME_HEADER_BYTES = 5;

  private final Path request;
  private final Path answer;
  private final Path fields;

  CurlCalls(Path scratch) {
    request = scratch.resolve("curl.request");
    answer = scratch.resolve("curl.answer");
    fields = scratch.resolve("curl.headers");
  }

  List<ConformanceCall.End> all(String target, List<ConformanceCall> calls) throws IOException {
    Path curl = Programs.system("curl", "the conformance set with curl");
    List<ConformanceCall.End> ends = new ArrayList<>();
    for (ConformanceCall call : calls) {
      Files.write(request, body(call));
      Files.deleteIfExists(answer);
      Files.deleteIfExists(fields);
      Run.command(arguments(curl, target, call)).run();
      ends.add(end());
    }
    return ends;
  }

  private List<String> arguments(Path curl, String target, ConformanceCall call) {
    List<String> all = new ArrayList<>(List.of(curl.toString(), "--silent"));
    all.addAll(List.of("--http2-prior-knowledge", "--data-binary", "@" + request));
    all.addAll(List.of("--output", answer.toString(), "--dump-header", fields.toString()));
    Map<String, String> headers = new TreeMap<>(call.metadata);
    headers.put("content-type", "application/grpc");
    headers.put("te", "trailers");
    if (call.gzip) {
      headers.put("grpc-encoding", "gzip");
      headers.put("grpc-accept-encoding", "gzip");
    }
    if (call.timeoutMillis > 0) {
      headers.put("grpc-timeout", call.timeoutMillis + "m");
    }
    headers.forEach((name, value) -> all.addAll(List.of("--header", name + ": " + value)));
    all.add("http://" + target + call.method);
    return all;
  }

  private static byte[] body(ConformanceCall call) throws IOException {
    var body = new ByteArrayOutputStream();
    for (Object request : call.requests) {
      byte[] bytes = ConformanceCall.bytes(request);
      if (call.gzip) {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
          gzip.write(bytes);
        }
        bytes = packed.toByteArray();
      }
      body.write(
          ByteBuffer.allocate(FRAME_HEADER_BYTES)
              .put((byte) (call.gzip ? 1 : 0))
              .putInt(bytes.length)
              .array());
      body.write(bytes);
    }
    return body.toByteArray();
  }

  private ConformanceCall.End end() throws IOException {
    Map<String, String> seen = new TreeMap<>();
    for (String line : Files.readString(fields, UTF_8).lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        seen.put(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    List<byte[]> messages = new ArrayList<>();
    if (Files.exists(answer)) {
      ByteBuffer body = ByteBuffer.wrap(Files.readAllBytes(answer));
      while (body.hasRemaining()) {
        boolean packed = body.get() == 1;
        byte[] message = new byte[body.getInt()];
        body.get(message);
        messages.add(
            packed
                ? new GZIPInputStream(new ByteArrayInputStream(message)).readAllBytes()
                : message);
      }
    }
    return new ConformanceCall.End(
        ConformanceCall.messages(messages),
        Integer.parseInt(seen.getOrDefault("grpc-status", "-1")),
        percentDecoded(seen.getOrDefault("grpc-message", "")),
        seen);
  }

  private static String percentDecoded(String text) {
    var bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    return bytes.toString(UTF_8);
  }
}
