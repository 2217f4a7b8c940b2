package io.quorate.client;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.StatusException;
import java.time.Duration;
import java.util.Optional;

/** Calls with generated messages, whose errors are {@link EtcdException}. */
record Messages(ClusterChannel channel, Optional<Duration> timeout) {
  ClientOptions options() {
    return channel.options();
  }

  CallOptions callOptions() {
    return timeout.isPresent()
        ? CallOptions.DEFAULT.withDeadlineAfter(timeout.get())
        : CallOptions.DEFAULT;
  }

  <T> T unary(String method, MessageLite request, Parser<T> parser) {
    return unary(channel, method, request, parser);
  }

  /** The same at one endpoint, on a connection of its own. */
  <T> T unaryAt(String endpoint, String method, MessageLite request, Parser<T> parser) {
    try (ClusterChannel one = channel.at(endpoint)) {
      return unary(one, method, request, parser);
    }
  }

  private <T> T unary(ClusterChannel where, String method, MessageLite request, Parser<T> parser) {
    try {
      return parse(where.unary(method, request.toByteArray(), callOptions()), parser);
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }

  /**
   * Opens a stream; with credentials, a fresh token first, so it may wait.
   *
   * @throws EtcdException if the authentication fails
   */
  ClientCall stream(String method, boolean requireLeader, ClientCallListener listener) {
    CallOptions call = CallOptions.DEFAULT;
    if (requireLeader) {
      call = call.withMetadata(new Metadata().add("hasleader", "true"));
    }
    try {
      return channel.start(method, call, listener);
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }

  static <T> T parse(byte[] bytes, Parser<T> parser) {
    return Decoded.of(bytes, parser, EtcdException::new);
  }
}
