package io.quorate.client;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;

/** Somebody else's channel, which is not ours to close. */
record Borrowed(Channel channel) implements Channel {
  @Override
  public byte[] unary(String method, byte[] request, CallOptions options) {
    return channel.unary(method, request, options);
  }

  @Override
  public ClientCall start(String method, CallOptions options, ClientCallListener listener) {
    return channel.start(method, options, listener);
  }

  @Override
  public void close() {}
}
