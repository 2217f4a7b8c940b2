package io.quorate.statemachine.request;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What etcd 3.6.14 was seen to write into its log for what clients sent ({@code checker unknowns}).
 */
final class LoggedFormTest {
  private static final HexFormat HEX = HexFormat.of();

  @ParameterizedTest
  @CsvSource({
    "fields in order, 4, 120176 0a016b, 0a016b 120176",
    "defaults left out, 4, 0a00 1200 1800 2000, ''",
    "the last value counts, 4, 0a016a 0a016b 1801 1800, 0a016b",
    "a switch is 0 or 1, 4, 0a016b 2005, 0a016b 2001",
    "numbers in their shortest form, 4, 0a8100 6b 188200, 0a016b 1802",
    "a number of 32 bits, 10, 088180808010, 0801",
    "a negative number of 32 bits, 10, 08ffffffff0f, 08ffffffffffffffffff01",
    "unknown fields behind the known ones, 4, e82b07 0a016b f02b08 120176, 0a016b 120176 e82b07 f02b08",
    "an unknown group, 4, 8b2c08018c2c 0a016b, 0a016b 8b2c08018c2c",
    "of a choice the last one, 6, 0a07 1a016b 2005 3a00, 0a05 1a016b 3a00",
    "an empty member of a choice, 6, 0a052800 1a016b, 0a051a016b 2800",
    "in an operation, 6, 12081206 120176 0a016b, 12081206 0a016b 120176",
    "an empty message stays, 6, 12021200, 12021200",
    "a message goes on, 1203, 12020801 0a0172 1205 12016b 0800, 0a0172 1203 12016b",
    "no fields known, 1011, 0801, 0801",
  })
  void asTheOriginalDoes(String what, int field, String sent, String logged) {
    byte[] bytes = HEX.parseHex(sent.replace(" ", ""));
    String got = HEX.formatHex(LoggedForm.of(field, bytes));
    assertThat(got).as(what).isEqualTo(logged.replace(" ", ""));
    byte[] again = HEX.parseHex(got);
    assertThat(LoggedForm.of(field, again)).as(what).isSameAs(again);
  }

  @Test
  void whatClientsSendIsTakenAsItIs() {
    ByteString key = ByteString.copyFromUtf8("key");
    PutRequest put = PutRequest.newBuilder().setKey(key).setLease(-1).setPrevKv(true).build();
    RangeRequest range =
        RangeRequest.newBuilder()
            .setKey(key)
            .setSortTargetValue(-7)
            .setSerializable(true)
            .setMaxCreateRevision(Long.MIN_VALUE)
            .build();
    TxnRequest inner =
        TxnRequest.newBuilder().addFailure(RequestOp.newBuilder().setRequestRange(range)).build();
    byte[] txn =
        TxnRequest.newBuilder()
            .addCompare(
                Compare.newBuilder().setKey(key).setValue(ByteString.EMPTY).setRangeEnd(key))
            .addSuccess(RequestOp.newBuilder().setRequestPut(put))
            .addSuccess(RequestOp.newBuilder().setRequestTxn(inner))
            .addSuccess(
                RequestOp.newBuilder().setRequestDeleteRange(DeleteRangeRequest.newBuilder()))
            .build()
            .toByteArray();
    assertThat(LoggedForm.of(Txn.FIELD, txn)).isSameAs(txn);
    byte[] single = put.toByteArray();
    assertThat(LoggedForm.of(Put.FIELD, single)).isSameAs(single);
  }
}
