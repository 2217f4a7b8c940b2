package io.quorate.statemachine.lease;

import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;
import java.nio.ByteBuffer;

/** A lease in the bucket {@code lease}: leasepb.Lease under the id, 8 bytes big-endian. */
record LeaseRecord(long id, long ttlSeconds, long remainingTtlSeconds) {
  static byte[] key(long id) {
    return ByteBuffer.allocate(8).putLong(id).array();
  }

  byte[] encode() {
    return new ProtoWriter(32)
        .number(1, id)
        .number(2, ttlSeconds)
        .number(3, remainingTtlSeconds)
        .toByteArray();
  }

  static LeaseRecord decode(byte[] value) {
    ProtoReader in = new ProtoReader("Lease", value);
    long id = 0;
    long ttl = 0;
    long remaining = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> id = in.number("ID");
        case 2 -> ttl = in.number("TTL");
        case 3 -> remaining = in.number("RemainingTTL");
        default -> in.skip();
      }
    }
    return new LeaseRecord(id, ttl, remaining);
  }
}
