package io.quorate.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.quorate.api.etcdserverpb.AuthenticateResponse;
import io.quorate.api.etcdserverpb.LeaseKeepAliveRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.PutResponse;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.etcdserverpb.SnapshotResponse;
import io.quorate.api.etcdserverpb.StatusResponse;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** As much of etcd as a client's tests need: a list of puts, and what the test tells it to do. */
final class FakeEtcd {
  /** Statuses with which the next calls of a method end. */
  final Map<String, Queue<Status>> failures = new LinkedHashMap<>();

  final List<KeyValue> history = new ArrayList<>();
  final List<Watching> streams = new CopyOnWriteArrayList<>();
  final List<WatchCreateRequest> creates = new CopyOnWriteArrayList<>();
  final LinkedBlockingQueue<Long> cancels = new LinkedBlockingQueue<>();
  final LinkedBlockingQueue<Long> keepAlives = new LinkedBlockingQueue<>();
  final AtomicInteger calls = new AtomicInteger();
  volatile long leaseTtl = 30;
  volatile Metadata lastMetadata = new Metadata();
  volatile String token = "";
  volatile boolean silent; // whether calls that are no streams remain without answer
  volatile List<byte[]> snapshot = pieces("piece0", "piece1", "piece2", "piece3", "piece4");

  private static List<byte[]> pieces(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** A database in pieces, the hash spread over the last two of them. */
  static List<byte[]> database(int bytes, boolean rightHash) {
    byte[] content = new byte[bytes];
    new Random(1).nextBytes(content);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      hash[0] ^= (byte) (rightHash ? 0 : 1);
      byte[] all = Arrays.copyOf(content, bytes + hash.length);
      System.arraycopy(hash, 0, all, bytes, hash.length);
      int end = all.length - 5;
      return List.of(
          Arrays.copyOf(all, 1000),
          Arrays.copyOfRange(all, 1000, end),
          Arrays.copyOfRange(all, end, all.length));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  synchronized void fail(String method, Status... statuses) {
    failures.computeIfAbsent(method, m -> new ArrayDeque<>()).addAll(List.of(statuses));
  }

  private synchronized Status failure(String method) {
    Queue<Status> queue = failures.get(method);
    return queue == null ? null : queue.poll();
  }

  synchronized long revision() {
    return 1 + history.size();
  }

  ResponseHeader header() {
    return ResponseHeader.newBuilder().setRevision(revision()).build();
  }

  private interface Unary {
    MessageLite answer(byte[] request) throws InvalidProtocolBufferException;
  }

  private void unary(ServiceTable table, String method, Unary service) {
    table.add(
        method,
        Method.Kind.UNARY,
        call -> {
          calls.incrementAndGet();
          lastMetadata = call.metadata();
          return message -> {
            if (silent) {
              return;
            }
            Status failure = failure(method);
            if (failure == null
                && !token.isEmpty()
                && !method.endsWith("Authenticate")
                && !call.metadata().first("token").orElse("").equals(token)) {
              failure = new Status(Code.UNAUTHENTICATED, "etcdserver: invalid auth token");
            }
            if (failure != null) {
              call.finish(failure);
              return;
            }
            try {
              call.reply(Payload.of(service.answer(message).toByteArray()));
            } catch (InvalidProtocolBufferException e) {
              throw new AssertionError(e);
            }
          };
        });
  }

  ServiceTable table() {
    ServiceTable table = new ServiceTable();
    unary(table, "/etcdserverpb.KV/Put", bytes -> put(PutRequest.parseFrom(bytes)));
    unary(table, "/etcdserverpb.KV/Range", bytes -> range(RangeRequest.parseFrom(bytes)));
    unary(
        table,
        "/etcdserverpb.Maintenance/Status",
        bytes -> StatusResponse.newBuilder().setVersion("3.6.14").build());
    unary(
        table,
        "/etcdserverpb.Auth/Authenticate",
        bytes -> AuthenticateResponse.newBuilder().setToken(token).build());
    table.add("/etcdserverpb.Watch/Watch", Method.Kind.BIDI_STREAM, Watching::new);
    table.add("/etcdserverpb.Lease/LeaseKeepAlive", Method.Kind.BIDI_STREAM, this::keepAlive);
    table.add(
        "/etcdserverpb.Maintenance/Snapshot",
        Method.Kind.SERVER_STREAM,
        call ->
            message -> {
              Status failure = failure("Snapshot");
              if (failure != null) {
                call.finish(failure);
                return;
              }
              for (byte[] piece : snapshot) {
                call.send(
                    Payload.of(
                        SnapshotResponse.newBuilder()
                            .setBlob(ByteString.copyFrom(piece))
                            .build()
                            .toByteArray()));
              }
              call.finish(Status.OK);
            });
    return table;
  }

  private MessageLite put(PutRequest request) {
    KeyValue kv;
    synchronized (this) {
      kv =
          KeyValue.newBuilder()
              .setKey(request.getKey())
              .setValue(request.getValue())
              .setModRevision(revision() + 1)
              .build();
      history.add(kv);
    }
    for (Watching stream : streams) {
      stream.event(kv);
    }
    return PutResponse.newBuilder().setHeader(header()).build();
  }

  private synchronized MessageLite range(RangeRequest request) {
    RangeResponse.Builder response = RangeResponse.newBuilder().setHeader(header());
    history.stream()
        .filter(kv -> kv.getKey().equals(request.getKey()))
        .reduce((a, b) -> b)
        .ifPresent(response::addKvs);
    return response.build();
  }

  private CallListener keepAlive(ServerCall call) {
    return message -> {
      try {
        long id = LeaseKeepAliveRequest.parseFrom(message).getID();
        keepAlives.add(id);
        Status failure = failure("LeaseKeepAlive");
        if (failure != null) {
          call.finish(failure);
          return;
        }
        call.send(
            Payload.of(
                LeaseKeepAliveResponse.newBuilder()
                    .setHeader(header())
                    .setID(id)
                    .setTTL(leaseTtl)
                    .build()
                    .toByteArray()));
        call.request(1);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    };
  }

  /** One watch stream, as the server sees it. */
  final class Watching implements CallListener {
    private final ServerCall call;
    private final String tokenOfStream;
    private final Map<Long, WatchCreateRequest> watchers = new LinkedHashMap<>();
    private long nextId;

    Watching(ServerCall call) {
      this.call = call;
      this.tokenOfStream = call.metadata().first("token").orElse("");
      streams.add(this);
    }

    synchronized void send(WatchResponse.Builder response) {
      call.send(Payload.of(response.setHeader(header()).build().toByteArray()));
    }

    void end(Status status) {
      streams.remove(this);
      call.finish(status);
    }

    synchronized void event(KeyValue kv) {
      watchers.forEach((id, request) -> {
        if (request.getKey().equals(kv.getKey())) {
          send(WatchResponse.newBuilder().setWatchId(id).addEvents(put(kv)));
        }
      });
    }

    static Event put(KeyValue kv) {
      return Event.newBuilder().setType(Event.EventType.PUT).setKv(kv).build();
    }

    @Override
    public synchronized void message(byte[] message) {
      try {
        WatchRequest request = WatchRequest.parseFrom(message);
        if (request.hasCreateRequest()) {
          create(request.getCreateRequest());
        } else if (request.hasCancelRequest()) {
          long id = request.getCancelRequest().getWatchId();
          cancels.add(id);
          watchers.remove(id);
          send(WatchResponse.newBuilder().setWatchId(id).setCanceled(true));
        } else {
          send(WatchResponse.newBuilder().setWatchId(-1));
        }
        call.request(1);
      } catch (InvalidProtocolBufferException e) {
        throw new AssertionError(e);
      }
    }

    private void create(WatchCreateRequest request) {
      creates.add(request);
      if (request.getKey().toStringUtf8().equals("forbidden")) {
        refuse("etcdserver: permission denied");
        return;
      }
      if (!tokenOfStream.equals(token) && !token.isEmpty()) {
        refuse("rpc error: code = Unauthenticated desc = etcdserver: invalid auth token");
        return;
      }
      long id = nextId++;
      watchers.put(id, request);
      send(WatchResponse.newBuilder().setWatchId(id).setCreated(true));
      if (request.getStartRevision() > 0) {
        synchronized (FakeEtcd.this) {
          for (KeyValue kv : history) {
            if (kv.getModRevision() >= request.getStartRevision()
                && kv.getKey().equals(request.getKey())) {
              send(WatchResponse.newBuilder().setWatchId(id).addEvents(put(kv)));
            }
          }
        }
      }
    }

    private void refuse(String reason) {
      send(
          WatchResponse.newBuilder()
              .setWatchId(-1)
              .setCreated(true)
              .setCanceled(true)
              .setCancelReason(reason));
    }

    @Override
    public void halfClosed() {
      end(Status.OK);
    }

    @Override
    public void cancelled(Status why) {
      streams.remove(this);
    }
  }
}
