package io.quorate.peer.http;

import io.quorate.node.port.OtherMembers;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;

/** LeaseInternalRequest and its answer (spec/peer.md 10): field 1 wraps what clients ask. */
public record LeaseQuestion(long id, boolean withKeys) {
  public byte[] encode() {
    ProtoWriter inner = new ProtoWriter(16).number(1, id);
    if (withKeys) {
      inner.number(2, 1);
    }
    byte[] bytes = inner.toByteArray();
    // Also for lease 0, whose question is empty: a Go member's handler dies of one without it.
    return new ProtoWriter(bytes.length + 4).alwaysBytes(1, bytes).toByteArray();
  }

  /**
   * @throws DecodeException if it is no such question
   */
  static LeaseQuestion decode(byte[] body) {
    var in = new ProtoReader("LeaseInternalRequest", body);
    byte[] inner = {};
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        inner = in.bytes("LeaseTimeToLiveRequest");
      } else {
        in.skip();
      }
    }
    var request = new ProtoReader("LeaseTimeToLiveRequest", inner);
    long id = 0;
    boolean keys = false;
    for (int field; (field = request.next()) != 0; ) {
      switch (field) {
        case 1 -> id = request.number("ID");
        case 2 -> keys = request.number("Keys") != 0;
        default -> request.skip();
      }
    }
    return new LeaseQuestion(id, keys);
  }

  /** The encoded answer. Its header is empty and there: without one a Go member dies of it. */
  byte[] answer(OtherMembers.LeaseTime time) {
    ProtoWriter inner =
        new ProtoWriter(64)
            .alwaysBytes(1, new byte[0])
            .number(2, id)
            .number(3, time.ttlSeconds())
            .number(4, time.grantedSeconds());
    for (byte[] key : time.keys()) {
      inner.bytes(5, key);
    }
    byte[] bytes = inner.toByteArray();
    return new ProtoWriter(bytes.length + 8).bytes(1, bytes).toByteArray();
  }

  /**
   * Reads an answer.
   *
   * @throws DecodeException if it is none
   */
  public static OtherMembers.LeaseTime decodeAnswer(byte[] body) {
    var in = new ProtoReader("LeaseInternalResponse", body);
    byte[] inner = {};
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        inner = in.bytes("LeaseTimeToLiveResponse");
      } else {
        in.skip();
      }
    }
    var response = new ProtoReader("LeaseTimeToLiveResponse", inner);
    long ttl = 0;
    long granted = 0;
    var keys = new java.util.ArrayList<byte[]>();
    for (int field; (field = response.next()) != 0; ) {
      switch (field) {
        case 3 -> ttl = response.number("TTL");
        case 4 -> granted = response.number("GrantedTTL");
        case 5 -> keys.add(response.bytes("Keys"));
        default -> response.skip();
      }
    }
    return new OtherMembers.LeaseTime(ttl, granted, keys);
  }
}
