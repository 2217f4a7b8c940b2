package io.quorate.statemachine.request;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The data of a normal entry: InternalRaftRequest (spec/api.md 4.1), or a request of the v2 API as
 * logs of 3.4 and 3.5 still hold them.
 *
 * @param id finds the waiting caller on the member that proposed
 * @param username who asks where auth is enabled, else empty; {@link ByteText}
 * @param authRevision the auth revision under which the name was checked
 */
public record InternalRequest(long id, String username, long authRevision, Request request) {
  private static final String NAME = "InternalRaftRequest";

  /**
   * Decodes the data of an entry.
   *
   * @param data not empty; an empty entry is no request but the mark of a new leader
   * @throws DecodeException if it is neither kind of request, or asks for nothing that we know: the
   *     entry must not be skipped
   * @throws V2RequestException if it is a v2 request that no version since 3.6 applies
   */
  public static InternalRequest decode(byte[] data) {
    Parsed parsed;
    try {
      parsed = parse(data);
    } catch (DecodeException notV3) {
      // Field 2 of a bare v2 request is the text of its method, which is no message: so it ends
      // here, as it does in the original.
      V2Request v2;
      try {
        v2 = V2Request.decode(new ProtoReader("Request", data));
      } catch (DecodeException notV2) {
        throw notV3;
      }
      return v2.convert();
    }
    if (parsed.v2 != null) {
      return parsed.v2.convert();
    }
    if (parsed.request == null) {
      throw new DecodeException(NAME + ": no request that this version knows");
    }
    Header header = parsed.header;
    return new InternalRequest(
        parsed.id != 0 ? parsed.id : header.id,
        header.username,
        header.authRevision,
        parsed.request);
  }

  private record Parsed(
      long id, Header header, @Nullable V2Request v2, @Nullable Request request) {}

  private static Parsed parse(byte[] data) {
    ProtoReader in = new ProtoReader(NAME, data);
    long id = 0;
    Header header = new Header();
    @Nullable V2Request v2 = null;
    @Nullable Request request = null;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> id = in.number("ID");
        case 2 -> v2 = V2Request.decode(in.message("V2", "Request"));
        case 100 -> header.decode(in.message("Header", "RequestHeader"));
        default -> {
          Optional<Request> found = decodeRequest(field, in);
          if (found.isPresent()) {
            if (request != null) {
              throw new DecodeException(
                  NAME + ": fields " + request.field() + " and " + field + " in one request");
            }
            request = found.get();
          }
        }
      }
    }
    return new Parsed(id, header, v2, request);
  }

  private static Optional<Request> decodeRequest(int field, ProtoReader in) {
    return switch (field) {
      case Range.FIELD -> Optional.of(Range.decode(in.message("Range", "RangeRequest")));
      case Put.FIELD -> Optional.of(Put.decode(in.message("Put", "PutRequest")));
      case DeleteRange.FIELD ->
          Optional.of(DeleteRange.decode(in.message("DeleteRange", "DeleteRangeRequest")));
      case Txn.FIELD -> Optional.of(Txn.decode(in.message("Txn", "TxnRequest"), 1));
      case Compaction.FIELD ->
          Optional.of(Compaction.decode(in.message("Compaction", "CompactionRequest")));
      case LeaseGrant.FIELD ->
          Optional.of(LeaseGrant.decode(in.message("LeaseGrant", "LeaseGrantRequest")));
      case LeaseRevoke.FIELD ->
          Optional.of(LeaseRevoke.decode(in.message("LeaseRevoke", "LeaseRevokeRequest")));
      case Alarm.FIELD -> Optional.of(Alarm.decode(in.message("Alarm", "AlarmRequest")));
      case LeaseCheckpoint.FIELD ->
          Optional.of(
              LeaseCheckpoint.decode(in.message("LeaseCheckpoint", "LeaseCheckpointRequest")));
      case ClusterVersionSet.FIELD ->
          Optional.of(
              ClusterVersionSet.decode(
                  in.message("ClusterVersionSet", "ClusterVersionSetRequest")));
      case ClusterMemberAttrSet.FIELD ->
          Optional.of(
              ClusterMemberAttrSet.decode(
                  in.message("ClusterMemberAttrSet", "ClusterMemberAttrSetRequest")));
      case DowngradeInfoSet.FIELD ->
          Optional.of(
              DowngradeInfoSet.decode(in.message("DowngradeInfoSet", "DowngradeInfoSetRequest")));
      case DowngradeVersionTest.FIELD ->
          Optional.of(
              DowngradeVersionTest.decode(
                  in.message("DowngradeVersionTest", "DowngradeVersionTestRequest")));
      default -> {
        for (AuthRequest.Kind kind : AuthRequest.Kind.values()) {
          if (kind.field() == field) {
            yield Optional.of(AuthRequest.decode(kind, in.message("Auth", "AuthRequest")));
          }
        }
        in.skip();
        yield Optional.empty();
      }
    };
  }

  private static final class Header {
    long id;
    String username = "";
    long authRevision;

    void decode(ProtoReader in) {
      for (int field; (field = in.next()) != 0; ) {
        switch (field) {
          case 1 -> id = in.number("ID");
          case 2 -> username = in.byteText("Username");
          case 3 -> authRevision = in.number("AuthRevision");
          default -> in.skip();
        }
      }
    }
  }

  /**
   * The data of an entry that asks for {@code body}, the encoded message of field {@code field}, as
   * the client sent it: what we do not understand in it reaches the log.
   */
  public static byte[] encode(long id, String username, long authRevision, int field, byte[] body) {
    ProtoWriter header =
        new ProtoWriter(24 + username.length())
            .number(1, id)
            .byteText(2, username)
            .number(3, authRevision);
    ProtoWriter out = new ProtoWriter(body.length + header.size() + 16);
    // In order of field numbers: the header is field 100.
    if (field < 100) {
      out.alwaysBytes(field, body).message(100, header);
    } else {
      out.message(100, header).alwaysBytes(field, body);
    }
    return out.toByteArray();
  }

  /** As {@link #encode(long, String, long, int, byte[])}, with nobody named. */
  public static byte[] encode(long id, int field, byte[] body) {
    return encode(id, "", 0, field, body);
  }
}
