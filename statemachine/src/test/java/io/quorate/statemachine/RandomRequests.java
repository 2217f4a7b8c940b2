package io.quorate.statemachine;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.RequestChecks;
import io.quorate.statemachine.request.Txn;
import java.util.Random;

/** Requests that pass validation, over few keys and leases, so that they meet each other. */
final class RandomRequests {
  record Proposal(int field, byte[] body) {}

  private final Random random;

  RandomRequests(Random random) {
    this.random = random;
  }

  /**
   * @param revision the current one, near which revisions are asked for
   */
  Proposal next(long revision) {
    int dice = random.nextInt(100);
    if (dice < 35) {
      return new Proposal(Put.FIELD, put().toByteArray());
    } else if (dice < 50) {
      return new Proposal(DeleteRange.FIELD, delete().toByteArray());
    } else if (dice < 60) {
      return new Proposal(Range.FIELD, range(revision).toByteArray());
    } else if (dice < 85) {
      while (true) {
        byte[] txn = txn(revision, 2).toByteArray();
        if (RequestChecks.check(Txn.decode(txn), 128).isEmpty()) {
          return new Proposal(Txn.FIELD, txn);
        }
      }
    } else if (dice < 88) {
      return new Proposal(
          Compaction.FIELD,
          CompactionRequest.newBuilder()
              .setRevision(revision - random.nextInt(12) + 1)
              .build()
              .toByteArray());
    } else if (dice < 95) {
      return new Proposal(LeaseGrant.FIELD, new LeaseGrant(random.nextInt(100), lease()).encode());
    }
    return new Proposal(LeaseRevoke.FIELD, new LeaseRevoke(lease()).encode());
  }

  private long lease() {
    return 1 + random.nextInt(4);
  }

  private ByteString key() {
    return ByteString.copyFromUtf8(String.valueOf((char) ('a' + random.nextInt(6))));
  }

  private ByteString end() {
    return switch (random.nextInt(5)) {
      case 0 -> key();
      case 1 -> ByteString.copyFrom(new byte[1]);
      default -> ByteString.EMPTY;
    };
  }

  private ByteString value() {
    return ByteString.copyFromUtf8("v".repeat(random.nextInt(3)) + random.nextInt(4));
  }

  private PutRequest put() {
    PutRequest.Builder put = PutRequest.newBuilder().setKey(key()).setPrevKv(random.nextBoolean());
    if (random.nextInt(6) == 0) {
      put.setIgnoreValue(true);
    } else {
      put.setValue(value());
    }
    if (random.nextInt(6) == 0) {
      put.setIgnoreLease(true);
    } else if (random.nextInt(3) == 0) {
      put.setLease(lease());
    }
    return put.build();
  }

  private DeleteRangeRequest delete() {
    return DeleteRangeRequest.newBuilder()
        .setKey(key())
        .setRangeEnd(
            random.nextInt(8) == 0 ? end() : random.nextBoolean() ? key() : ByteString.EMPTY)
        .setPrevKv(random.nextBoolean())
        .build();
  }

  private RangeRequest range(long revision) {
    RangeRequest.Builder range = RangeRequest.newBuilder().setKey(key()).setRangeEnd(end());
    if (random.nextInt(3) == 0) {
      range.setRevision(revision - random.nextInt(14) + 1);
    }
    if (random.nextInt(3) == 0) {
      range.setLimit(random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
    }
    range.setKeysOnly(random.nextInt(6) == 0).setCountOnly(random.nextInt(6) == 0);
    if (random.nextInt(5) == 0) {
      range.setMinModRevision(bound(revision)).setMaxModRevision(bound(revision));
      range.setMinCreateRevision(bound(revision)).setMaxCreateRevision(bound(revision));
    }
    return range.build();
  }

  private long bound(long revision) {
    return random.nextInt(3) == 0 ? Math.max(0, revision - random.nextInt(10)) : 0;
  }

  private TxnRequest txn(long revision, int depth) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    for (int i = random.nextInt(3); i > 0; i--) {
      Compare.Builder compare =
          txn.addCompareBuilder()
              .setKey(key())
              .setRangeEnd(random.nextInt(4) == 0 ? end() : ByteString.EMPTY)
              .setResultValue(random.nextInt(4));
      switch (random.nextInt(6)) {
        case 0 -> compare.setTarget(Compare.CompareTarget.VERSION).setVersion(random.nextInt(3));
        case 1 ->
            compare.setTarget(Compare.CompareTarget.CREATE).setCreateRevision(bound(revision));
        case 2 -> compare.setTarget(Compare.CompareTarget.MOD).setModRevision(bound(revision));
        case 3 -> compare.setTarget(Compare.CompareTarget.VALUE).setValue(value());
        case 4 -> compare.setTarget(Compare.CompareTarget.LEASE).setLease(random.nextInt(5));
        default -> compare.setTargetValue(7).setVersion(3);
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addSuccess(op(revision, depth));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      txn.addFailure(op(revision, depth));
    }
    return txn.build();
  }

  private RequestOp op(long revision, int depth) {
    RequestOp.Builder op = RequestOp.newBuilder();
    switch (random.nextInt(depth > 0 ? 7 : 6)) {
      case 0, 1 -> op.setRequestRange(range(revision));
      case 2, 3, 4 -> op.setRequestPut(put());
      case 5 ->
          // "everything from k on" beside a put that needs what is gone has a transcript of its own
          op.setRequestDeleteRange(
              delete().toBuilder().setRangeEnd(random.nextBoolean() ? key() : ByteString.EMPTY));
      default -> op.setRequestTxn(txn(revision, depth - 1));
    }
    return op.build();
  }
}
