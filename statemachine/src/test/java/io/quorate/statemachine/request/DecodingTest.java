package io.quorate.statemachine.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quorate.api.authpb.UserAddOptions;
import io.quorate.api.etcdserverpb.AlarmRequest;
import io.quorate.api.etcdserverpb.AlarmType;
import io.quorate.api.etcdserverpb.AuthUserAddRequest;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.InternalRaftRequest;
import io.quorate.api.etcdserverpb.LeaseCheckpointRequest;
import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.LeaseRevokeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestHeader;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.membershippb.Attributes;
import io.quorate.api.membershippb.ClusterMemberAttrSetRequest;
import io.quorate.api.membershippb.ClusterVersionSetRequest;
import io.quorate.api.membershippb.DowngradeInfoSetRequest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hand-written decoders against the generated messages, and against Go's error texts. */
final class DecodingTest {
  private static final long SEED = 0x5eed;
  private static final int ROUNDS = Boolean.getBoolean("long") ? 200_000 : 5_000;

  /** Whatever protobuf-java writes, we read the same from it. */
  @Test
  void everyFieldIsReadAsProtobufWroteIt() {
    Random random = new Random(SEED);
    for (int i = 0; i < ROUNDS; i++) {
      InternalRaftRequest message = request(random);
      InternalRequest decoded = InternalRequest.decode(message.toByteArray());
      assertThat(decoded.id()).isEqualTo(message.getHeader().getID());
      assertThat(ByteText.shown(decoded.username())).isEqualTo(message.getHeader().getUsername());
      assertThat(decoded.authRevision()).isEqualTo(message.getHeader().getAuthRevision());
      String expected = text(message);
      assertThat(text(decoded.request())).as("seed %x round %d", SEED, i).isEqualTo(expected);
    }
  }

  private static InternalRaftRequest request(Random random) {
    InternalRaftRequest.Builder out =
        InternalRaftRequest.newBuilder()
            .setHeader(
                RequestHeader.newBuilder()
                    .setID(random.nextLong() | 1)
                    .setUsername(random.nextBoolean() ? "" : "üser" + random.nextInt(9))
                    .setAuthRevision(random.nextInt(3)));
    switch (random.nextInt(12)) {
      case 0 -> out.setRange(range(random));
      case 1 -> out.setPut(put(random));
      case 2 -> out.setDeleteRange(delete(random));
      case 3, 4 -> out.setTxn(txn(random, 3));
      case 5 ->
          out.setCompaction(
              CompactionRequest.newBuilder()
                  .setRevision(number(random))
                  .setPhysical(random.nextBoolean()));
      case 6 ->
          out.setLeaseGrant(
              LeaseGrantRequest.newBuilder().setID(number(random)).setTTL(number(random)));
      case 7 -> out.setLeaseRevoke(LeaseRevokeRequest.newBuilder().setID(number(random)));
      case 8 -> {
        LeaseCheckpointRequest.Builder checkpoints = LeaseCheckpointRequest.newBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
          checkpoints.addCheckpointsBuilder().setID(number(random)).setRemainingTTL(number(random));
        }
        out.setLeaseCheckpoint(checkpoints);
      }
      case 9 ->
          out.setAlarm(
              AlarmRequest.newBuilder()
                  .setActionValue(random.nextInt(4))
                  .setMemberID(number(random))
                  .setAlarm(AlarmType.forNumber(random.nextInt(3))));
      case 10 ->
          out.setClusterMemberAttrSet(
              ClusterMemberAttrSetRequest.newBuilder()
                  .setMemberID(number(random))
                  .setMemberAttributes(
                      Attributes.newBuilder()
                          .setName("n" + random.nextInt(3))
                          .addAllClientUrls(
                              List.of("http://a:1", "b").subList(0, random.nextInt(3)))));
      default -> {
        switch (random.nextInt(3)) {
          case 0 -> out.setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.6.0"));
          case 1 ->
              out.setDowngradeInfoSet(
                  DowngradeInfoSetRequest.newBuilder().setEnabled(true).setVer("3.5.0"));
          default ->
              out.setAuthUserAdd(
                  AuthUserAddRequest.newBuilder()
                      .setName("ü" + random.nextInt(9))
                      .setOptions(UserAddOptions.newBuilder().setNoPassword(random.nextBoolean()))
                      .setHashedPassword("h" + random.nextInt(9)));
        }
      }
    }
    return out.build();
  }

  private static RangeRequest range(Random random) {
    return RangeRequest.newBuilder()
        .setKey(bytes(random))
        .setRangeEnd(bytes(random))
        .setLimit(number(random))
        .setRevision(number(random))
        .setSortOrderValue(random.nextInt(4))
        .setSortTargetValue(random.nextInt(6))
        .setSerializable(random.nextBoolean())
        .setKeysOnly(random.nextBoolean())
        .setCountOnly(random.nextBoolean())
        .setMinModRevision(number(random))
        .setMaxModRevision(number(random))
        .setMinCreateRevision(number(random))
        .setMaxCreateRevision(number(random))
        .build();
  }

  private static PutRequest put(Random random) {
    return PutRequest.newBuilder()
        .setKey(bytes(random))
        .setValue(bytes(random))
        .setLease(number(random))
        .setPrevKv(random.nextBoolean())
        .setIgnoreValue(random.nextBoolean())
        .setIgnoreLease(random.nextBoolean())
        .build();
  }

  private static DeleteRangeRequest delete(Random random) {
    return DeleteRangeRequest.newBuilder()
        .setKey(bytes(random))
        .setRangeEnd(bytes(random))
        .setPrevKv(random.nextBoolean())
        .build();
  }

  private static TxnRequest txn(Random random, int depth) {
    TxnRequest.Builder out = TxnRequest.newBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      var compare =
          out.addCompareBuilder()
              .setKey(bytes(random))
              .setRangeEnd(bytes(random))
              .setResultValue(random.nextInt(5))
              .setTargetValue(random.nextInt(6));
      switch (random.nextInt(6)) {
        case 0 -> compare.setVersion(number(random));
        case 1 -> compare.setCreateRevision(number(random));
        case 2 -> compare.setModRevision(number(random));
        case 3 -> compare.setValue(bytes(random));
        case 4 -> compare.setLease(number(random));
        default -> {}
      }
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      out.addSuccess(op(random, depth));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      out.addFailure(op(random, depth));
    }
    return out.build();
  }

  private static RequestOp op(Random random, int depth) {
    RequestOp.Builder out = RequestOp.newBuilder();
    switch (random.nextInt(depth > 0 ? 5 : 4)) {
      case 0 -> out.setRequestRange(range(random));
      case 1 -> out.setRequestPut(put(random));
      case 2 -> out.setRequestDeleteRange(delete(random));
      case 4 -> out.setRequestTxn(txn(random, depth - 1));
      default -> {}
    }
    return out.build();
  }

  private static ByteString bytes(Random random) {
    byte[] bytes = new byte[random.nextInt(4) * random.nextInt(60)];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }

  private static long number(Random random) {
    return random.nextBoolean() ? random.nextInt(3) : random.nextLong();
  }

  // ---- both sides as one text ----

  private static String text(InternalRaftRequest m) {
    if (m.hasRange()) {
      return text(m.getRange());
    } else if (m.hasPut()) {
      return text(m.getPut());
    } else if (m.hasDeleteRange()) {
      return text(m.getDeleteRange());
    } else if (m.hasTxn()) {
      return text(m.getTxn());
    } else if (m.hasCompaction()) {
      return "compact " + m.getCompaction().getRevision() + m.getCompaction().getPhysical();
    } else if (m.hasLeaseGrant()) {
      return "grant " + m.getLeaseGrant().getTTL() + " " + m.getLeaseGrant().getID();
    } else if (m.hasLeaseRevoke()) {
      return "revoke " + m.getLeaseRevoke().getID();
    } else if (m.hasLeaseCheckpoint()) {
      return "checkpoint"
          + m.getLeaseCheckpoint().getCheckpointsList().stream()
              .map(c -> new LeaseCheckpoint.Remaining(c.getID(), c.getRemainingTTL()))
              .toList();
    } else if (m.hasAlarm()) {
      AlarmRequest alarm = m.getAlarm();
      return new Alarm(alarm.getActionValue(), alarm.getMemberID(), alarm.getAlarmValue())
          .toString();
    } else if (m.hasClusterMemberAttrSet()) {
      var set = m.getClusterMemberAttrSet();
      return new ClusterMemberAttrSet(
              set.getMemberID(),
              set.getMemberAttributes().getName(),
              List.copyOf(set.getMemberAttributes().getClientUrlsList()))
          .toString();
    } else if (m.hasClusterVersionSet()) {
      return new ClusterVersionSet(m.getClusterVersionSet().getVer()).toString();
    } else if (m.hasDowngradeInfoSet()) {
      return new DowngradeInfoSet(
              m.getDowngradeInfoSet().getEnabled(), m.getDowngradeInfoSet().getVer())
          .toString();
    }
    AuthUserAddRequest add = m.getAuthUserAdd();
    return "add "
        + add.getName()
        + add.getPassword()
        + add.getOptions().getNoPassword()
        + add.getHashedPassword();
  }

  private static String text(Request request) {
    return switch (request) {
      case Range r -> text(r);
      case Put p -> text(p);
      case DeleteRange d -> text(d);
      case Txn t -> text(t);
      case Compaction c -> "compact " + c.revision() + c.physical();
      case LeaseGrant g -> "grant " + g.ttl() + " " + g.id();
      case LeaseRevoke r -> "revoke " + r.id();
      case LeaseCheckpoint c -> "checkpoint" + c.checkpoints();
      case AuthRequest.UserAdd a ->
          "add " + ByteText.shown(a.user()) + a.password() + a.noPassword() + a.hashedPassword();
      case AuthRequest a -> throw new AssertionError(a.kind());
      case Alarm _,
          ClusterVersionSet _,
          ClusterMemberAttrSet _,
          DowngradeInfoSet _,
          DowngradeVersionTest _ ->
          request.toString();
    };
  }

  private static String text(RangeRequest r) {
    return text(
        new Range(
            r.getKey().toByteArray(),
            r.getRangeEnd().toByteArray(),
            r.getLimit(),
            r.getRevision(),
            r.getSortOrderValue(),
            r.getSortTargetValue(),
            r.getSerializable(),
            r.getKeysOnly(),
            r.getCountOnly(),
            r.getMinModRevision(),
            r.getMaxModRevision(),
            r.getMinCreateRevision(),
            r.getMaxCreateRevision()));
  }

  private static String text(Range r) {
    return "range %s %s %d %d %d %d %b %b %b %d %d %d %d"
        .formatted(
            hex(r.key()),
            hex(r.rangeEnd()),
            r.limit(),
            r.revision(),
            r.sortOrder(),
            r.sortTarget(),
            r.serializable(),
            r.keysOnly(),
            r.countOnly(),
            r.minModRevision(),
            r.maxModRevision(),
            r.minCreateRevision(),
            r.maxCreateRevision());
  }

  private static String text(PutRequest p) {
    return text(
        new Put(
            p.getKey().toByteArray(),
            p.getValue().toByteArray(),
            p.getLease(),
            p.getPrevKv(),
            p.getIgnoreValue(),
            p.getIgnoreLease()));
  }

  private static String text(Put p) {
    return "put %s %s %d %b %b %b"
        .formatted(
            hex(p.key()), hex(p.value()), p.lease(), p.prevKv(), p.ignoreValue(), p.ignoreLease());
  }

  private static String text(DeleteRangeRequest d) {
    return text(
        new DeleteRange(d.getKey().toByteArray(), d.getRangeEnd().toByteArray(), d.getPrevKv()));
  }

  private static String text(DeleteRange d) {
    return "delete %s %s %b".formatted(hex(d.key()), hex(d.rangeEnd()), d.prevKv());
  }

  private static String text(TxnRequest t) {
    StringBuilder out = new StringBuilder("txn(");
    t.getCompareList()
        .forEach(c ->
            out.append(
                    "if %d %d %s %s "
                        .formatted(
                            c.getResultValue(),
                            c.getTargetValue(),
                            hex(c.getKey().toByteArray()),
                            hex(c.getRangeEnd().toByteArray())))
                .append(
                    switch (c.getTargetValue()) {
                      case 0 -> c.getVersion() + ",-";
                      case 1 -> c.getCreateRevision() + ",-";
                      case 2 -> c.getModRevision() + ",-";
                      case 3 -> "0," + hex(c.getValue().toByteArray());
                      case 4 -> c.getLease() + ",-";
                      default -> "0,-";
                    })
                .append(';'));
    t.getSuccessList().forEach(op -> out.append("then ").append(text(op)).append(';'));
    t.getFailureList().forEach(op -> out.append("else ").append(text(op)).append(';'));
    return out.append(')').toString();
  }

  private static String text(RequestOp op) {
    return switch (op.getRequestCase()) {
      case REQUEST_RANGE -> text(op.getRequestRange());
      case REQUEST_PUT -> text(op.getRequestPut());
      case REQUEST_DELETE_RANGE -> text(op.getRequestDeleteRange());
      case REQUEST_TXN -> text(op.getRequestTxn());
      case REQUEST_NOT_SET -> "none";
    };
  }

  private static String text(Txn t) {
    StringBuilder out = new StringBuilder("txn(");
    t.compares()
        .forEach(c ->
            out.append(
                "if %d %d %s %s %d,%s;"
                    .formatted(
                        c.result(),
                        c.target(),
                        hex(c.key()),
                        hex(c.rangeEnd()),
                        c.number(),
                        hex(c.value()))));
    t.success().forEach(op -> out.append("then ").append(text(op)).append(';'));
    t.failure().forEach(op -> out.append("else ").append(text(op)).append(';'));
    return out.append(')').toString();
  }

  private static String text(Op op) {
    return switch (op) {
      case Range r -> text(r);
      case Put p -> text(p);
      case DeleteRange d -> text(d);
      case Txn t -> text(t);
      case Op.None _ -> "none";
    };
  }

  private static String hex(byte[] bytes) {
    return bytes.length == 0 ? "-" : HexFormat.of().formatHex(bytes);
  }

  // ---- what is not a request ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # bytes of a PutRequest | what Go says
          08 01                   | proto: wrong wireType = 0 for field Key
          0a 05 61                | unexpected EOF
          0a                      | unexpected EOF
          0c                      | proto: PutRequest: wiretype end group for non-group
          02 00                   | proto: PutRequest: illegal tag 0 (wire type 2)
          3f                      | proto: illegal wireType 7
          ff ff ff ff ff ff ff ff ff 01 | proto: PutRequest: illegal tag -1 (wire type 18446744073709551615)
          0a ff ff ff ff ff ff ff ff ff 01 | proto: negative length found during unmarshaling
          18 ff ff ff ff ff ff ff ff ff ff | proto: integer overflow
          """)
  void malformedRequestsGetGosErrorText(String hex, String error) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> Put.decode(bytes))
        .isInstanceOf(DecodeException.class)
        .hasMessage(error);
  }

  @Test
  void unknownFieldsAreSkippedGroupsIncluded() {
    byte[] bytes =
        HexFormat.of().parseHex("0a0161" + "5801" + "630a0161" + "64" + "5d01020304" + "120162");
    assertThat(text(Put.decode(bytes))).isEqualTo("put 61 62 0 false false false");
  }

  @Test
  void aRequestOfAFutureVersionIsNoRequest() {
    byte[] future = HexFormat.of().parseHex("a206020801" + "ea3e00");
    assertThatThrownBy(() -> InternalRequest.decode(future))
        .isInstanceOf(DecodeException.class)
        .hasMessageContaining("no request that this version knows");
  }

  @Test
  void garbageIsNeverARequestAndNeverAnotherException() {
    Random random = new Random(SEED);
    byte[] valid = request(random).toByteArray();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = i % 2 == 0 ? new byte[random.nextInt(40)] : valid.clone();
      if (i % 2 == 0) {
        random.nextBytes(bytes);
      } else {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
        if (i % 50 == 1) {
          valid = request(random).toByteArray();
        }
      }
      try {
        InternalRequest.decode(bytes);
      } catch (DecodeException | V2RequestException _) {
        // both are the answer
      }
    }
  }

  @Test
  void nestingWithoutEndIsRefused() {
    byte[] txn = {};
    for (int i = 0; i < 1_500; i++) {
      byte[] op = new ProtoWriter().alwaysBytes(4, txn).toByteArray();
      txn = new ProtoWriter().alwaysBytes(2, op).toByteArray();
    }
    byte[] deep = txn;
    assertThatThrownBy(() -> Txn.decode(deep)).isInstanceOf(DecodeException.class);
  }

  @Test
  void whatAClientSentReachesTheLogAsItWas() throws Exception {
    byte[] body = HexFormat.of().parseHex("0a0161" + "5801");
    byte[] entry = InternalRequest.encode(7, "root", 3, Put.FIELD, body);
    InternalRaftRequest message = InternalRaftRequest.parseFrom(entry);
    assertThat(message.getPut().toByteArray()).isEqualTo(body);
    assertThat(message.toByteArray()).isEqualTo(entry);
    byte[] set =
        InternalRequest.encode(1, ClusterVersionSet.FIELD, new ClusterVersionSet("3.6.0").encode());
    assertThat(HexFormat.of().formatHex(set))
        .isEqualTo("a2060208 01 a25107 0a05332e362e30".replace(" ", ""));
  }

  // ---- requests of the v2 API in old logs ----

  private static final String PUBLISH =
      "0881e4c1d7b6bfa88f101203505554"
          + "1a262f302f6d656d626572732f616532383732646465343534313031652f61747472696275746573"
          + "22347b226e616d65223a2261222c22636c69656e7455524c73223a5b22687474703a2f2f3132372e302e302e313a3432353739225d7d"
          + "2800320038004800500058006000680070007800800100";

  @Test
  void aV2PublishBecomesMemberAttributes() {
    InternalRequest request = InternalRequest.decode(HexFormat.of().parseHex(PUBLISH));
    assertThat(request.id()).isEqualTo(0x101ea1fb6af07201L);
    assertThat(request.request())
        .isEqualTo(
            new ClusterMemberAttrSet(0xae2872dde454101eL, "a", List.of("http://127.0.0.1:42579")));
  }

  @Test
  void aV2VersionSetBecomesAClusterVersionSetAlsoNested() {
    byte[] bare = v2("PUT", "/0/version", "3.4.0");
    assertThat(InternalRequest.decode(bare).request()).isEqualTo(new ClusterVersionSet("3.4.0"));
    byte[] nested = new ProtoWriter().alwaysBytes(2, bare).toByteArray();
    assertThat(InternalRequest.decode(nested).request()).isEqualTo(new ClusterVersionSet("3.4.0"));
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /1/foo, bar",
    "QGET, /0/version, ''",
    "DELETE, /0/members/1/attributes, ''",
    "PUT, /0/members/12345678901234567/attributes, {}",
    "POST, /1, x",
    "SYNC, '', ''"
  })
  void anyOtherV2RequestStopsTheMember(String method, String path, String value) {
    assertThatThrownBy(() -> InternalRequest.decode(v2(method, path, value)))
        .isInstanceOf(V2RequestException.class)
        .hasMessageStartingWith("detected disallowed v2 WAL for stage --v2-deprecation=write-only");
  }

  private static byte[] v2(String method, String path, String value) {
    ProtoWriter out =
        new ProtoWriter()
            .alwaysNumber(1, 5)
            .alwaysBytes(2, method.getBytes())
            .alwaysBytes(3, path.getBytes())
            .alwaysBytes(4, value.getBytes());
    for (int field : new int[] {5, 7, 9, 10, 11, 12, 13, 14, 15, 16}) {
      out.alwaysNumber(field, 0);
    }
    return out.toByteArray();
  }
}
