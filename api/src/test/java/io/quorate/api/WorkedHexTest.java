package io.quorate.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.api.etcdserverpb.AuthEnableRequest;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.InternalRaftRequest;
import io.quorate.api.etcdserverpb.Metadata;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RequestHeader;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.etcdserverpb.ResponseOp;
import io.quorate.api.etcdserverpb.TxnResponse;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.membershippb.Attributes;
import io.quorate.api.membershippb.ClusterMemberAttrSetRequest;
import io.quorate.api.membershippb.ClusterVersionSetRequest;
import io.quorate.api.membershippb.DowngradeInfoSetRequest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The worked examples of spec/api.md 4.7: the messages give etcd's bytes, and take them back. */
final class WorkedHexTest {
  private static InternalRaftRequest.Builder request(long id) {
    return InternalRaftRequest.newBuilder().setHeader(RequestHeader.newBuilder().setID(id));
  }

  private static final Map<String, Message> EXAMPLES =
      Map.ofEntries(
          Map.entry(
              "22060a0161120131 a2060b 0885f6bcefb6bfe8cabe01",
              request(Long.parseUnsignedLong("13733060739989453573"))
                  .setPut(PutRequest.newBuilder().setKey(bytes("a")).setValue(bytes("1")))
                  .build()),
          Map.entry(
              "3a00",
              InternalRaftRequest.newBuilder()
                  .setCompaction(CompactionRequest.getDefaultInstance())
                  .build()),
          Map.entry(
              "0895fdfe86a3af9adf4c 10889b8afa8ce6d1a606",
              Metadata.newBuilder()
                  .setNodeID(0x4cbe697a30dfbe95L)
                  .setClusterID(0x064d4730cf428d88L)
                  .build()),
          Map.entry(
              "a2060208 01 a25107 0a05332e362e30",
              request(1)
                  .setClusterVersionSet(ClusterVersionSetRequest.newBuilder().setVer("3.6.0"))
                  .build()),
          Map.entry(
              "a2060208 01 aa5114 0801 1210 0a026e31 120a687474703a2f2f613a31",
              request(1)
                  .setClusterMemberAttrSet(
                      ClusterMemberAttrSetRequest.newBuilder()
                          .setMemberID(1)
                          .setMemberAttributes(
                              Attributes.newBuilder().setName("n1").addClientUrls("http://a:1")))
                  .build()),
          Map.entry(
              "a2060208 01 b25109 0801 1205332e352e30",
              request(1)
                  .setDowngradeInfoSet(
                      DowngradeInfoSetRequest.newBuilder().setEnabled(true).setVer("3.5.0"))
                  .build()),
          Map.entry(
              "a2060a 0801 1204726f6f74 1803 c23e00",
              InternalRaftRequest.newBuilder()
                  .setHeader(
                      RequestHeader.newBuilder().setID(1).setUsername("root").setAuthRevision(3))
                  .setAuthEnable(AuthEnableRequest.getDefaultInstance())
                  .build()),
          Map.entry(
              "1001 1a0161 2800",
              Compare.newBuilder()
                  .setTarget(Compare.CompareTarget.CREATE)
                  .setKey(bytes("a"))
                  .setCreateRevision(0)
                  .build()),
          Map.entry(
              "1003 1a0161 3a00",
              Compare.newBuilder()
                  .setTarget(Compare.CompareTarget.VALUE)
                  .setKey(bytes("a"))
                  .setValue(ByteString.EMPTY)
                  .build()),
          Map.entry(
              "0a07 0a0161 2a020001",
              WatchRequest.newBuilder()
                  .setCreateRequest(
                      WatchCreateRequest.newBuilder()
                          .setKey(bytes("a"))
                          .addAllFilters(
                              List.of(
                                  WatchCreateRequest.FilterType.NOPUT,
                                  WatchCreateRequest.FilterType.NODELETE)))
                  .build()),
          Map.entry(
              "2204 0a00 1001",
              ResponseOp.newBuilder()
                  .setResponseTxn(
                      TxnResponse.newBuilder()
                          .setHeader(ResponseHeader.getDefaultInstance())
                          .setSucceeded(true))
                  .build()));

  @Test
  void messagesGiveTheWorkedBytesAndTakeThemBack() throws Exception {
    for (var example : EXAMPLES.entrySet()) {
      byte[] expected = HexFormat.of().parseHex(example.getKey().replace(" ", ""));
      assertThat(HexFormat.of().formatHex(example.getValue().toByteArray()))
          .isEqualTo(HexFormat.of().formatHex(expected));
      assertThat(example.getValue().getParserForType().parseFrom(expected))
          .isEqualTo(example.getValue());
    }
  }

  @Test
  void stringsTakeAnyBytes() throws Exception {
    byte[] wire = HexFormat.of().parseHex("0801 1202fffe".replace(" ", ""));
    RequestHeader header = RequestHeader.parseFrom(wire);
    assertThat(header.getUsernameBytes().toByteArray()).containsExactly(0xff, 0xfe);
    assertThat(header.toByteArray()).isEqualTo(wire);
  }

  @Test
  void unknownFieldsAreKeptAndComeLast() throws Exception {
    byte[] wire = HexFormat.of().parseHex("0a0161 5801 120131".replace(" ", ""));
    assertThat(HexFormat.of().formatHex(PutRequest.parseFrom(wire).toByteArray()))
        .isEqualTo("0a0161" + "120131" + "5801");
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }
}
