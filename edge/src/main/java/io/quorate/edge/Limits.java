package io.quorate.edge;

import java.time.Duration;

/**
 * Bounds of one listener. Defaults are etcd's (spec/api.md section 15).
 *
 * @param maxConnections simultaneous connections; beyond that, accepting waits
 * @param maxConcurrentStreams HTTP/2 streams per connection, up to 4,294,967,295 which means none,
 *     as 0 does
 * @param maxReceiveBytes longest gRPC request message, before and after decompression
 * @param maxSendBytes longest gRPC response message
 * @param maxHeaderListBytes header list of one request
 * @param maxResetsPerSecond RST_STREAM frames that a client may send, averaged over ten seconds
 * @param tlsHandshake time for a TLS handshake
 * @param requestHeader time for the first bytes of a connection, and for the header of each HTTP/1
 *     request from its first byte
 * @param bodySilence how long nothing may come of the body of an HTTP/1 request, while we wait for
 *     it
 */
public record Limits(
    int maxConnections,
    long maxConcurrentStreams,
    int maxReceiveBytes,
    int maxSendBytes,
    int maxHeaderListBytes,
    int maxResetsPerSecond,
    Duration tlsHandshake,
    Duration requestHeader,
    Duration bodySilence) {
  public static final Limits DEFAULT =
      new Limits(
          Integer.MAX_VALUE,
          0xffff_ffffL,
          2_097_152,
          Integer.MAX_VALUE,
          1 << 20,
          2_000,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5),
          Duration.ofDays(1));

  public Limits withMaxConnections(int connections) {
    return new Limits(
        connections,
        maxConcurrentStreams,
        maxReceiveBytes,
        maxSendBytes,
        maxHeaderListBytes,
        maxResetsPerSecond,
        tlsHandshake,
        requestHeader,
        bodySilence);
  }

  public Limits withMaxConcurrentStreams(long streams) {
    return new Limits(
        maxConnections,
        streams,
        maxReceiveBytes,
        maxSendBytes,
        maxHeaderListBytes,
        maxResetsPerSecond,
        tlsHandshake,
        requestHeader,
        bodySilence);
  }

  public Limits withMessageBytes(int receive, int send) {
    return new Limits(
        maxConnections,
        maxConcurrentStreams,
        receive,
        send,
        maxHeaderListBytes,
        maxResetsPerSecond,
        tlsHandshake,
        requestHeader,
        bodySilence);
  }

  public Limits withMaxHeaderListBytes(int bytes) {
    return new Limits(
        maxConnections,
        maxConcurrentStreams,
        maxReceiveBytes,
        maxSendBytes,
        bytes,
        maxResetsPerSecond,
        tlsHandshake,
        requestHeader,
        bodySilence);
  }

  public Limits withMaxResetsPerSecond(int resets) {
    return new Limits(
        maxConnections,
        maxConcurrentStreams,
        maxReceiveBytes,
        maxSendBytes,
        maxHeaderListBytes,
        resets,
        tlsHandshake,
        requestHeader,
        bodySilence);
  }

  public Limits withTimes(Duration handshake, Duration header, Duration silence) {
    return new Limits(
        maxConnections,
        maxConcurrentStreams,
        maxReceiveBytes,
        maxSendBytes,
        maxHeaderListBytes,
        maxResetsPerSecond,
        handshake,
        header,
        silence);
  }
}
