"""Drives a server with Python's grpcio and stubs generated from our .proto files; one PASS or FAIL line per check."""

import queue
import sys
import time

import grpc
from etcdserverpb import rpc_pb2 as pb
from etcdserverpb import rpc_pb2_grpc as services
from mvccpb import kv_pb2

target = sys.argv[1]
prefix = b"python/%d/" % time.time_ns()
checks = []


def check(function):
    checks.append(function)
    return function


def equal(got, want):
    assert got == want, f"{got!r}; want {want!r}"


def refused(call, code, text):
    try:
        call()
    except grpc.RpcError as error:
        equal((error.code(), error.details()), (code, text))
    else:
        raise AssertionError("was not refused")


@check
def put_range_delete(channel):
    kv = services.KVStub(channel)
    first = kv.Put(pb.PutRequest(key=prefix + b"a", value=b"1"), timeout=60)
    second = kv.Put(pb.PutRequest(key=prefix + b"a", value=b"2", prev_kv=True), timeout=60)
    equal(second.header.revision, first.header.revision + 1)
    equal(second.prev_kv.value, b"1")
    answer = kv.Range(pb.RangeRequest(key=prefix + b"a"), timeout=60)
    equal((answer.count, answer.kvs[0].value, answer.kvs[0].version), (1, b"2", 2))
    equal(kv.DeleteRange(pb.DeleteRangeRequest(key=prefix + b"a"), timeout=60).deleted, 1)


@check
def binary_keys(channel):
    kv = services.KVStub(channel)
    key = prefix + bytes(range(256))
    kv.Put(pb.PutRequest(key=key, value=bytes(range(255, -1, -1))), timeout=60)
    equal(kv.Range(pb.RangeRequest(key=key), timeout=60).kvs[0].value, bytes(range(255, -1, -1)))


@check
def txn(channel):
    kv = services.KVStub(channel)
    compare = pb.Compare(
        key=prefix + b"t", target=pb.Compare.VERSION, result=pb.Compare.EQUAL, version=0
    )
    request = pb.TxnRequest(
        compare=[compare],
        success=[pb.RequestOp(request_put=pb.PutRequest(key=prefix + b"t", value=b"x"))],
        failure=[pb.RequestOp(request_range=pb.RangeRequest(key=prefix + b"t"))],
    )
    equal(kv.Txn(request, timeout=60).succeeded, True)
    again = kv.Txn(request, timeout=60)
    equal(again.succeeded, False)
    equal(again.responses[0].response_range.kvs[0].value, b"x")


@check
def errors(channel):
    kv = services.KVStub(channel)
    refused(
        lambda: kv.Put(pb.PutRequest(value=b"1"), timeout=60),
        grpc.StatusCode.INVALID_ARGUMENT,
        "etcdserver: key is not provided",
    )
    refused(
        lambda: kv.Put(pb.PutRequest(key=b"k", lease=0x7FFD), timeout=60),
        grpc.StatusCode.NOT_FOUND,
        "etcdserver: requested lease not found",
    )
    refused(
        lambda: kv.Range(pb.RangeRequest(key=b"k", revision=1 << 40), timeout=60),
        grpc.StatusCode.OUT_OF_RANGE,
        "etcdserver: mvcc: required revision is a future revision",
    )
    unknown = channel.unary_unary(
        "/etcdserverpb.KV/Nothing", lambda m: m.SerializeToString(), pb.PutResponse.FromString
    )
    refused(
        lambda: unknown(pb.PutRequest(), timeout=60),
        grpc.StatusCode.UNIMPLEMENTED,
        "unknown method Nothing for service etcdserverpb.KV",
    )


@check
def deadline(channel):
    watch = services.WatchStub(channel)
    requests = queue.Queue()
    try:
        for _ in watch.Watch(iter(requests.get, None), timeout=0.2):
            pass
    except grpc.RpcError as error:
        # Which of the two depends on whose clock is first, the client's or the server's.
        assert error.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED), error
    else:
        raise AssertionError("the stream ended well")
    requests.put(None)


@check
def watch(channel):
    kv = services.KVStub(channel)
    requests = queue.Queue()
    stream = services.WatchStub(channel).Watch(iter(requests.get, None), timeout=60)
    create = pb.WatchCreateRequest(key=prefix + b"w", prev_kv=True)
    requests.put(pb.WatchRequest(create_request=create))
    created = next(stream)
    equal(created.created, True)
    kv.Put(pb.PutRequest(key=prefix + b"w", value=b"1"), timeout=60)
    equal(next(stream).events[0].kv.value, b"1")
    kv.DeleteRange(pb.DeleteRangeRequest(key=prefix + b"w"), timeout=60)
    event = next(stream).events[0]
    equal((event.type, event.prev_kv.value), (kv_pb2.Event.DELETE, b"1"))
    requests.put(pb.WatchRequest(cancel_request=pb.WatchCancelRequest(watch_id=created.watch_id)))
    equal(next(stream).canceled, True)
    stream.cancel()
    requests.put(None)


@check
def leases(channel):
    lease = services.LeaseStub(channel)
    granted = lease.LeaseGrant(pb.LeaseGrantRequest(TTL=100), timeout=60)
    requests = [pb.LeaseKeepAliveRequest(ID=granted.ID)] * 3
    equal([a.TTL for a in lease.LeaseKeepAlive(iter(requests), timeout=60)], [100] * 3)
    lease.LeaseRevoke(pb.LeaseRevokeRequest(ID=granted.ID), timeout=60)
    equal(lease.LeaseTimeToLive(pb.LeaseTimeToLiveRequest(ID=granted.ID), timeout=60).TTL, -1)


@check
def snapshot(channel):
    maintenance = services.MaintenanceStub(channel)
    parts = list(maintenance.Snapshot(pb.SnapshotRequest(), timeout=60))
    equal(sum(len(p.blob) for p in parts) % 512, 32)
    equal(parts[-1].remaining_bytes, 0)


@check
def compressed(channel):
    """gzip in both directions, as far as the server wants it."""
    kv = services.KVStub(channel)
    value = b"z" * 100_000
    kv.Put(pb.PutRequest(key=prefix + b"z", value=value), timeout=10, compression=grpc.Compression.Gzip)
    equal(kv.Range(pb.RangeRequest(key=prefix + b"z"), timeout=60).kvs[0].value, value)


@check
def many_at_once(channel):
    kv = services.KVStub(channel)
    pending = [
        kv.Put.future(pb.PutRequest(key=prefix + b"m%d" % i, value=b"v"), timeout=60)
        for i in range(500)
    ]
    equal(len({f.result().header.revision for f in pending}), 500)


failed = 0
for function in checks:
    try:
        with grpc.insecure_channel(target, options=[("grpc.max_receive_message_length", -1)]) as c:
            function(c)
        print(f"PASS {function.__name__}", flush=True)
    except Exception as error:  # pylint: disable=broad-except
        failed += 1
        print(f"FAIL {function.__name__}: {error!r}".replace("\n", " | "), flush=True)
print(f"{len(checks) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
