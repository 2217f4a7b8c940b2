package io.quorate.etcdctl.mirror;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.client.Client;
import io.quorate.client.EtcdException;
import io.quorate.client.Kv;
import io.quorate.client.WatchListener;
import io.quorate.gotext.RawText;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/** The keys of one cluster below a prefix, written to another. Leases stay behind. */
final class Mirror {
  private static final int PAGE_KEYS = 1000;
  private static final ByteString ZERO = ByteString.copyFrom(new byte[1]);
  private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";

  private final Client source;
  private final Client destination;
  private final ByteString prefix;
  private final int maxTxnOps;
  private final AtomicLong written = new AtomicLong();

  Mirror(Client source, Client destination, String prefix, int maxTxnOps) {
    this.source = source;
    this.destination = destination;
    this.prefix = ByteString.copyFrom(RawText.bytes(prefix));
    this.maxTxnOps = maxTxnOps;
  }

  /** How many keys were put or deleted so far. */
  long written() {
    return written.get();
  }

  long currentRevision() {
    ByteString any = prefix.isEmpty() ? ByteString.copyFromUtf8("foo") : prefix;
    return source
        .kv()
        .range(RangeRequest.newBuilder().setKey(any).build())
        .getHeader()
        .getRevision();
  }

  private ByteString start() {
    return prefix.isEmpty() ? ZERO : prefix;
  }

  private ByteString end() {
    return prefix.isEmpty() ? ZERO : Kv.endOfPrefix(prefix);
  }

  /** Puts what was there at {@code revision}. */
  void copy(long revision, String newPrefix) {
    ByteString renamed = ByteString.copyFrom(RawText.bytes(newPrefix));
    ByteString next = start();
    while (true) {
      RangeResponse page =
          source
              .kv()
              .range(
                  RangeRequest.newBuilder()
                      .setKey(next)
                      .setRangeEnd(end())
                      .setRevision(revision)
                      .setLimit(PAGE_KEYS)
                      .build());
      for (KeyValue keyValue : page.getKvsList()) {
        destination.kv().put(renamed(keyValue.getKey(), renamed), keyValue.getValue());
        written.incrementAndGet();
      }
      if (!page.getMore()) {
        return;
      }
      next = page.getKvs(page.getKvsCount() - 1).getKey().concat(ZERO);
    }
  }

  /** What the watch says: a response, or in the end why there are no more. */
  private record News(Optional<WatchResponse> response, String end) {}

  /** Does to the copy what is done from {@code revision} on; returns why that came to an end. */
  String follow(long revision, String newPrefix) {
    ByteString renamed = ByteString.copyFrom(RawText.bytes(newPrefix));
    LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
    WatchCreateRequest request =
        WatchCreateRequest.newBuilder()
            .setKey(start())
            .setRangeEnd(end())
            .setStartRevision(revision)
            .build();
    source
        .watch()
        .watch(
            request,
            new WatchListener() {
              @Override
              public void response(WatchResponse response) {
                news.add(new News(Optional.of(response), ""));
              }

              @Override
              public void closed(Optional<EtcdException> why) {
                String end = why.isEmpty() ? "<nil>" : String.valueOf(why.get().getMessage());
                news.add(new News(Optional.empty(), end));
              }
            });
    try {
      while (true) {
        News one = news.take();
        if (one.response().isEmpty()) {
          return one.end();
        }
        WatchResponse response = one.response().get();
        if (response.getCompactRevision() != 0) {
          return COMPACTED;
        }
        write(response, renamed);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "context canceled";
    }
  }

  /** What happened in one revision happens in one transaction, unless that gets too long. */
  private void write(WatchResponse response, ByteString renamed) {
    TxnRequest.Builder txn = TxnRequest.newBuilder();
    long revision = 0;
    for (Event event : response.getEventsList()) {
      long next = event.getKv().getModRevision();
      if (next != revision || txn.getSuccessCount() == maxTxnOps) {
        commit(txn);
        txn.clear();
      }
      revision = next;
      ByteString key = renamed(event.getKv().getKey(), renamed);
      if (event.getType() == Event.EventType.PUT) {
        txn.addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(
                    PutRequest.newBuilder().setKey(key).setValue(event.getKv().getValue())));
      } else {
        txn.addSuccess(
            RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key)));
      }
    }
    commit(txn);
  }

  private void commit(TxnRequest.Builder txn) {
    if (txn.getSuccessCount() > 0) {
      destination.kv().txn(txn.build());
      written.addAndGet(txn.getSuccessCount());
    }
  }

  /** The key with its prefix replaced. */
  private ByteString renamed(ByteString key, ByteString newPrefix) {
    return newPrefix.concat(key.substring(prefix.size()));
  }
}
