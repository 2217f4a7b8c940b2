package io.quorate.server;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.quorate.rpc.StatusException;

/** Generated messages from bytes, with gRPC's status for what does not decode. */
final class Messages {
  private Messages() {}

  static <M> M parse(Parser<M> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new StatusException(Errors.unmarshalling(String.valueOf(e.getMessage())));
    }
  }
}
