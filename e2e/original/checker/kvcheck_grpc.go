package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// rawCodec sends and receives bytes as they are.
type rawCodec struct{}

func (rawCodec) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }
func (rawCodec) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil }
func (rawCodec) Name() string                       { return "proto" }

// ends demands that a call ended with a code and a text that matches.
func (t *trial) ends(err error, code codes.Code, text string) {
	if status.Code(err) != code || !regexp.MustCompile(text).MatchString(status.Convert(err).Message()) {
		t.failf("error %v; want %v, %s", err, code, text)
	}
}

// What grpc-go sees of the server's gRPC, below what etcd is.
var grpcChecks = []check{
	{"grpc: an unknown service and an unknown method are told apart", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		empty := []byte{}
		answer := []byte{}
		err := t.ActiveConnection().Invoke(ctx, "/etcdserverpb.Nobody/Range", &empty, &answer, grpc.ForceCodec(rawCodec{}))
		t.ends(err, codes.Unimplemented, "^unknown service etcdserverpb.Nobody$")
		err = t.ActiveConnection().Invoke(ctx, "/etcdserverpb.KV/Nothing", &empty, &answer, grpc.ForceCodec(rawCodec{}))
		t.ends(err, codes.Unimplemented, "^unknown method Nothing for service etcdserverpb.KV$")
	}},
	{"grpc: gzip, whoever asks for it", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		kv := etcdserverpb.NewKVClient(t.ActiveConnection())
		value := strings.Repeat("again and ", 100_000)
		for name, options := range map[string][]grpc.CallOption{"gzip": {grpc.UseCompressor(gzip.Name)}, "plain": nil} {
			_, err := kv.Put(ctx, &etcdserverpb.PutRequest{Key: []byte(t.key(name)), Value: []byte(value)}, options...)
			t.ok(err)
			answer, err := kv.Range(ctx, &etcdserverpb.RangeRequest{Key: []byte(t.key(name))}, options...)
			t.ok(err)
			equal(t, "value", string(answer.Kvs[0].Value), value)
		}
	}},
	{"grpc: a message beyond the limit of the transport", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Put(ctx, t.key("a"), strings.Repeat("x", 3<<20))
		t.ends(err, codes.ResourceExhausted, `larger than max \(\d+ vs\. 2097152\)`)
		bomb := []byte(strings.Repeat("x", 3<<20))
		_, err = etcdserverpb.NewKVClient(t.ActiveConnection()).Put(
			ctx, &etcdserverpb.PutRequest{Key: []byte(t.key("a")), Value: bomb}, grpc.UseCompressor(gzip.Name))
		t.ends(err, codes.ResourceExhausted, "larger than max")
		t.put("a", "still works")
	}},
	{"grpc: bytes that are no message", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		garbage := []byte{0xff, 0xff, 0xff}
		answer := []byte{}
		err := t.ActiveConnection().Invoke(ctx, "/etcdserverpb.KV/Range", &garbage, &answer, grpc.ForceCodec(rawCodec{}))
		t.ends(err, codes.Internal, "^grpc: error unmarshalling request: ")
	}},
	{"grpc: no request, and two, where one is due", func(t *trial) {
		send := func(method string, request any, answer any, count int) error {
			ctx, cancel := limited()
			defer cancel()
			stream, err := t.ActiveConnection().NewStream(
				ctx, &grpc.StreamDesc{ClientStreams: true, ServerStreams: true}, method)
			t.ok(err)
			for range count {
				_ = stream.SendMsg(request)
			}
			_ = stream.CloseSend()
			return stream.RecvMsg(answer)
		}
		unary, one := "/etcdserverpb.KV/Range", &etcdserverpb.RangeRequest{Key: []byte("a")}
		t.ends(send(unary, one, &etcdserverpb.RangeResponse{}, 0), codes.Unknown, "^EOF$")
		t.ok(send(unary, one, &etcdserverpb.RangeResponse{}, 2))
		streaming, other := "/etcdserverpb.Maintenance/Snapshot", &etcdserverpb.SnapshotRequest{}
		t.ends(send(streaming, other, &etcdserverpb.SnapshotResponse{}, 0), codes.Internal, "received no request message")
	}},
	{"grpc: metadata of both kinds is let pass", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		ctx = metadata.AppendToOutgoingContext(ctx, "x-word", "hello world", "raw-bin", string([]byte{0, 1, 0xff}))
		_, err := t.Put(ctx, t.key("a"), "1")
		t.ok(err)
	}},
	{"grpc: a deadline ends a stream", func(t *trial) {
		ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
		defer cancel()
		stream, err := etcdserverpb.NewWatchClient(t.ActiveConnection()).Watch(ctx)
		t.ok(err)
		_, err = stream.Recv()
		// Which of the two depends on whose clock is first, the client's or the server's.
		if code := status.Code(err); code != codes.DeadlineExceeded && code != codes.Canceled {
			t.failf("error %v", err)
		}
		t.put("a", "still works")
	}},
	{"grpc: a thousand watch streams on one connection", func(t *trial) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		watches := etcdserverpb.NewWatchClient(t.ActiveConnection())
		var streams []etcdserverpb.Watch_WatchClient
		for range 1000 {
			stream, err := watches.Watch(ctx)
			t.ok(err)
			t.ok(stream.Send(&etcdserverpb.WatchRequest{RequestUnion: &etcdserverpb.WatchRequest_CreateRequest{
				CreateRequest: &etcdserverpb.WatchCreateRequest{Key: []byte(t.key("a"))}}}))
			streams = append(streams, stream)
		}
		for _, stream := range streams {
			created, err := stream.Recv()
			t.ok(err)
			equal(t, "created", created.Created, true)
		}
		revision := t.put("a", "1").Header.Revision
		for i, stream := range streams {
			answer, err := stream.Recv()
			t.ok(err)
			equal(t, fmt.Sprintf("revision on stream %d", i), answer.Events[0].Kv.ModRevision, revision)
		}
	}},
}
