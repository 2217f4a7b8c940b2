package io.quorate.wal;

/** Whose log it is (etcdserverpb.Metadata), at the head of every segment. */
public record WalMetadata(long nodeId, long clusterId) {

  /** The bytes as etcd writes them: both fields, even when zero. */
  public byte[] encode() {
    byte[] bytes = new byte[2 + Protobuf.size(nodeId) + Protobuf.size(clusterId)];
    int at = Protobuf.putField(bytes, 0, 1, nodeId);
    Protobuf.putField(bytes, at, 2, clusterId);
    return bytes;
  }

  /**
   * Reads {@link #encode}d bytes; absent fields are 0.
   *
   * @throws WalException.Malformed if they are no protobuf message
   */
  public static WalMetadata decode(byte[] bytes) {
    long nodeId = 0;
    long clusterId = 0;
    Protobuf.Reader reader = new Protobuf.Reader("Metadata", bytes, 0, bytes.length);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> nodeId = reader.varint("NodeID");
        case 2 -> clusterId = reader.varint("ClusterID");
        default -> reader.skip();
      }
    }
    return new WalMetadata(nodeId, clusterId);
  }
}
