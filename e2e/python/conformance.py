"""Makes each call of ConformanceTest's set with grpcio, and prints how they ended; see original/checker/conformance.go."""

import base64
import json
import sys
import threading

import grpc

target, cases = sys.argv[1], json.load(open(sys.argv[2]))


def to_bytes(message):
    return bytes(message) if isinstance(message, int) else message.encode()


def to_message(answer):
    return len(answer) if not answer.strip(b"\0") else answer.decode()


def start(channel, case, options):
    if case["kind"] == "unary":
        return channel.unary_unary(case["method"]).future(to_bytes(case["requests"][0]), **options)
    if case["kind"] == "server":
        return channel.unary_stream(case["method"])(to_bytes(case["requests"][0]), **options)
    over = threading.Event()

    def requests():
        yield from map(to_bytes, case["requests"])
        if case["cancelAfter"]:
            over.wait()

    if case["kind"] == "client":
        return channel.stream_unary(case["method"]).future(requests(), **options)
    call = channel.stream_stream(case["method"])(requests(), **options)
    call.add_callback(over.set)
    return call


def call(channel, case):
    options = {
        "timeout": (case["timeoutMillis"] or 60_000) / 1000,
        "metadata": [
            (name, base64.b64decode(value) if name.endswith("-bin") else value)
            for name, value in case["metadata"].items()
        ],
        "compression": grpc.Compression.Gzip if case["gzip"] else None,
    }
    messages = []
    ended = start(channel, case, options)
    try:
        if case["kind"] in ("unary", "client"):
            messages.append(to_message(ended.result()))
        else:
            for answer in ended:
                messages.append(to_message(answer))
                if len(messages) == case["cancelAfter"]:
                    ended.cancel()
    except (grpc.RpcError, grpc.FutureCancelledError):
        pass  # the status says it
    return {
        "messages": messages,
        "code": ended.code().value[0],
        "message": ended.details() or "",
        "trailers": {
            name: base64.b64encode(value).decode() if name.endswith("-bin") else value
            for name, value in ended.trailing_metadata() or ()
        },
    }


with grpc.insecure_channel(target, options=[("grpc.max_receive_message_length", -1)]) as channel:
    print(json.dumps([call(channel, case) for case in cases]))
