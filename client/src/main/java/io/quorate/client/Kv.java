package io.quorate.client;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.CompactionResponse;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.DeleteRangeResponse;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.PutResponse;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.etcdserverpb.TxnResponse;
import java.time.Duration;
import java.util.Optional;

/** Keys and values. Reads are repeated when a server was unavailable, writes never. */
public final class Kv {
  private final Messages calls;

  Kv(Messages calls) {
    this.calls = calls;
  }

  /** The same, but each call is over after {@code limit}. */
  public Kv within(Duration limit) {
    return new Kv(new Messages(calls.channel(), Optional.of(limit)));
  }

  public PutResponse put(String key, String value) {
    return put(ByteString.copyFromUtf8(key), ByteString.copyFromUtf8(value));
  }

  public PutResponse put(ByteString key, ByteString value) {
    return put(PutRequest.newBuilder().setKey(key).setValue(value).build());
  }

  public PutResponse put(PutRequest request) {
    return calls.unary("/etcdserverpb.KV/Put", request, PutResponse.parser());
  }

  public RangeResponse get(String key) {
    return range(RangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  /** All keys that begin with {@code prefix}; with an empty one, all keys. */
  public RangeResponse prefix(String prefix) {
    ByteString end = endOfPrefix(ByteString.copyFromUtf8(prefix));
    return range(RangeRequest.newBuilder().setKey(startOfPrefix(prefix)).setRangeEnd(end).build());
  }

  /** The first key that begins with {@code prefix}: no key is empty. */
  static ByteString startOfPrefix(String prefix) {
    return prefix.isEmpty() ? ByteString.copyFrom(new byte[1]) : ByteString.copyFromUtf8(prefix);
  }

  public RangeResponse range(RangeRequest request) {
    return calls.unary("/etcdserverpb.KV/Range", request, RangeResponse.parser());
  }

  public DeleteRangeResponse delete(String key) {
    return delete(DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build());
  }

  public DeleteRangeResponse delete(DeleteRangeRequest request) {
    return calls.unary("/etcdserverpb.KV/DeleteRange", request, DeleteRangeResponse.parser());
  }

  public TxnResponse txn(TxnRequest request) {
    return calls.unary("/etcdserverpb.KV/Txn", request, TxnResponse.parser());
  }

  public CompactionResponse compact(CompactionRequest request) {
    return calls.unary("/etcdserverpb.KV/Compact", request, CompactionResponse.parser());
  }

  /** The {@code range_end} with which a range covers every key beginning with {@code prefix}. */
  public static ByteString endOfPrefix(ByteString prefix) {
    byte[] end = prefix.toByteArray();
    for (int i = end.length - 1; i >= 0; i--) {
      if (end[i] != (byte) 0xff) {
        end[i]++;
        return ByteString.copyFrom(end, 0, i + 1);
      }
    }
    return ByteString.copyFrom(new byte[1]); // nothing follows: from the key on
  }
}
