package io.quorate.server;

import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.ProtoReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The requests that go no further than this room, from bytes. What does not decode is a {@link
 * DecodeException} with the words of Go's decoders: clients see them.
 */
final class Requests {
  private Requests() {}

  /** MemberListRequest. */
  record MemberList(boolean linearizable) {
    static MemberList decode(byte[] data) {
      var in = new ProtoReader("MemberListRequest", data);
      boolean linearizable = false;
      for (int field; (field = in.next()) != 0; ) {
        if (field == 1) {
          linearizable = in.bool("Linearizable");
        } else {
          in.skip();
        }
      }
      return new MemberList(linearizable);
    }
  }

  /**
   * MemberAddRequest, MemberRemoveRequest, MemberUpdateRequest and MemberPromoteRequest: each has
   * some of these.
   *
   * @param id of whom; 0 in an addition
   */
  record MemberChange(long id, List<String> peerUrls, boolean learner) {
    static MemberChange decodeAddition(byte[] data) {
      var in = new ProtoReader("MemberAddRequest", data);
      List<String> peerUrls = new ArrayList<>();
      boolean learner = false;
      for (int field; (field = in.next()) != 0; ) {
        switch (field) {
          case 1 -> peerUrls.add(in.text("PeerURLs"));
          case 2 -> learner = in.bool("IsLearner");
          default -> in.skip();
        }
      }
      return new MemberChange(0, peerUrls, learner);
    }

    /**
     * @param name the message's
     */
    static MemberChange decode(String name, byte[] data) {
      var in = new ProtoReader(name, data);
      long id = 0;
      List<String> peerUrls = new ArrayList<>();
      boolean update = name.equals("MemberUpdateRequest");
      for (int field; (field = in.next()) != 0; ) {
        if (field == 1) {
          id = in.number("ID");
        } else if (field == 2 && update) {
          peerUrls.add(in.text("PeerURLs"));
        } else {
          in.skip();
        }
      }
      return new MemberChange(id, peerUrls, false);
    }
  }

  /** LeaseTimeToLiveRequest. */
  record LeaseTimeToLive(long id, boolean keys) {
    static LeaseTimeToLive decode(byte[] data) {
      var in = new ProtoReader("LeaseTimeToLiveRequest", data);
      long id = 0;
      boolean keys = false;
      for (int field; (field = in.next()) != 0; ) {
        switch (field) {
          case 1 -> id = in.number("ID");
          case 2 -> keys = in.bool("Keys");
          default -> in.skip();
        }
      }
      return new LeaseTimeToLive(id, keys);
    }
  }

  /** The one text of HealthCheckRequest. */
  static String healthService(byte[] data) {
    var in = new ProtoReader("HealthCheckRequest", data);
    String service = "";
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        service = in.text("Service");
      } else {
        in.skip();
      }
    }
    return service;
  }

  /** The one number of LeaseKeepAliveRequest. */
  static long keepAliveId(byte[] data) {
    return onlyNumber("LeaseKeepAliveRequest", "ID", data);
  }

  /** The one number of HashKVRequest. */
  static long hashRevision(byte[] data) {
    return onlyNumber("HashKVRequest", "Revision", data);
  }

  /** The one number of MoveLeaderRequest. */
  static long leaderTarget(byte[] data) {
    return onlyNumber("MoveLeaderRequest", "TargetID", data);
  }

  private static long onlyNumber(String message, String name, byte[] data) {
    var in = new ProtoReader(message, data);
    long value = 0;
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        value = in.number(name);
      } else {
        in.skip();
      }
    }
    return value;
  }

  /** A message without fields: what is there must be well formed all the same. */
  static void empty(String message, byte[] data) {
    var in = new ProtoReader(message, data);
    while (in.next() != 0) {
      in.skip();
    }
  }
}
