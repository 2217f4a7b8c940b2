package io.quorate.etcdctl.auth;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.gotext.RawText;
import io.quorate.rpc.CallOptions;

/** The service Auth. */
final class AuthCalls {
  private final ClusterChannel cluster;
  private final CallOptions options;

  AuthCalls(ClusterChannel cluster, CallOptions options) {
    this.cluster = cluster;
    this.options = options;
  }

  /**
   * One call.
   *
   * @param method the name within the service
   * @param texts the request's fields 1, 2, …
   */
  byte[] call(String method, String... texts) {
    ProtoWriter request = new ProtoWriter();
    for (int i = 0; i < texts.length; i++) {
      request.bytes(i + 1, RawText.bytes(texts[i]));
    }
    return call(method, request);
  }

  byte[] call(String method, ProtoWriter request) {
    return cluster.unary("/etcdserverpb.Auth/" + method, request.toBytes(), options);
  }
}
