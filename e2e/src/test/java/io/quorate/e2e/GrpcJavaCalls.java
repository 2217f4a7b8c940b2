package io.quorate.e2e;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.quorate.edge.JavaClient;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The conformance set's calls made with grpc-java. */
final class GrpcJavaCalls {
  private GrpcJavaCalls() {}

  static List<ConformanceCall.End> all(String target, List<ConformanceCall> calls) {
    int port = Integer.parseInt(target.substring(target.indexOf(':') + 1));
    try (JavaClient client = JavaClient.plain(port)) {
      return calls.stream().map(call -> make(client, call)).toList();
    }
  }

  private static ConformanceCall.End make(JavaClient client, ConformanceCall call) {
    MethodType type =
        switch (call.kind) {
          case UNARY -> MethodType.UNARY;
          case CLIENT -> MethodType.CLIENT_STREAMING;
          case SERVER -> MethodType.SERVER_STREAMING;
          case BOTH -> MethodType.BIDI_STREAMING;
        };
    CallOptions options =
        CallOptions.DEFAULT.withDeadlineAfter(
            call.timeoutMillis == 0 ? 60_000 : call.timeoutMillis, TimeUnit.MILLISECONDS);
    if (call.gzip) {
      options = options.withCompression("gzip");
    }
    ClientCall<byte[], byte[]> made =
        client.channel.newCall(JavaClient.method(type, call.method.substring(1)), options);
    var listener = new Listener(made, call.cancelAfter);
    made.start(listener, headers(call.metadata));
    made.setMessageCompression(call.gzip);
    made.request(Integer.MAX_VALUE);
    for (Object request : call.requests) {
      made.sendMessage(ConformanceCall.bytes(request));
    }
    if (call.cancelAfter == 0) {
      made.halfClose();
    }
    return listener.end.join();
  }

  private static Metadata headers(Map<String, String> sent) {
    var metadata = new Metadata();
    sent.forEach((name, value) -> {
      if (name.endsWith("-bin")) {
        metadata.put(
            Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER),
            Base64.getDecoder().decode(value));
      } else {
        metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value);
      }
    });
    return metadata;
  }

  private static Map<String, String> text(Metadata metadata) {
    Map<String, String> all = new TreeMap<>();
    for (String name : metadata.keys()) {
      if (name.endsWith("-bin")) {
        byte[] value = metadata.get(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
        all.put(name, Base64.getEncoder().encodeToString(value));
      } else {
        all.put(name, metadata.get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
      }
    }
    return all;
  }

  private static final class Listener extends ClientCall.Listener<byte[]> {
    final CompletableFuture<ConformanceCall.End> end = new CompletableFuture<>();
    private final ClientCall<byte[], byte[]> call;
    private final int cancelAfter;
    private final List<byte[]> messages = new ArrayList<>();

    Listener(ClientCall<byte[], byte[]> call, int cancelAfter) {
      this.call = call;
      this.cancelAfter = cancelAfter;
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
      if (messages.size() == cancelAfter) {
        call.cancel("enough", null);
      }
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      String description = status.getDescription();
      end.complete(
          new ConformanceCall.End(
              ConformanceCall.messages(messages),
              status.getCode().value(),
              description == null ? "" : description,
              text(trailers)));
    }
  }
}
