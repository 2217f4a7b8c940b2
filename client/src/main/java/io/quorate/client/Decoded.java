package io.quorate.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import java.util.function.Function;

/** A message from a server. */
public final class Decoded {
  private Decoded() {}

  /**
   * Decodes {@code bytes}.
   *
   * @param refusal what is thrown where they are no such message; gRPC's status and words
   */
  public static <T> T of(
      byte[] bytes, Parser<T> parser, Function<Status, RuntimeException> refusal) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw refusal.apply(
          new Status(
              Code.INTERNAL, "grpc: failed to unmarshal the received message: " + e.getMessage()));
    }
  }
}
