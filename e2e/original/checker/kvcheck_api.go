package main

import (
	"context"
	"fmt"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// rawWatch is a watch stream below the official client, which hides how answers are cut.
type rawWatch struct {
	t      *trial
	stream pb.Watch_WatchClient
}

func (t *trial) rawWatch() (rawWatch, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*requestLimit)
	stream, err := pb.NewWatchClient(t.ActiveConnection()).Watch(ctx)
	t.ok(err)
	return rawWatch{t, stream}, cancel
}

func (w rawWatch) create(q *pb.WatchCreateRequest) *pb.WatchResponse {
	w.t.ok(w.stream.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: q}}))
	return w.receive()
}

func (w rawWatch) receive() *pb.WatchResponse {
	response, err := w.stream.Recv()
	w.t.ok(err)
	return response
}

// Statements of spec/api.md that the differential test does not reach; each name has its section.
var apiChecks = []check{
	{"api 8.2: what is caught up with comes in answers of at most 1,000 revisions, none of them split", func(t *trial) {
		const revisions = 2_300
		var first int64
		for i := range revisions {
			ctx, cancel := limited()
			response, err := t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), fmt.Sprint(i)), clientv3.OpPut(t.key("b"), fmt.Sprint(i))).Commit()
			cancel()
			t.ok(err)
			if i == 0 {
				first = response.Header.Revision
			}
		}
		w, cancel := t.rawWatch()
		defer cancel()
		q := &pb.WatchCreateRequest{Key: []byte(t.prefix), RangeEnd: []byte(clientv3.GetPrefixRangeEnd(t.prefix)), StartRevision: first}
		equal(t, "created", w.create(q).Created, true)
		next := first
		for next < first+revisions {
			response := w.receive()
			if len(response.Events) > 2*1000 || len(response.Events)%2 != 0 {
				t.failf("%d events in one answer", len(response.Events))
			}
			for i, event := range response.Events {
				equal(t, "revision", event.Kv.ModRevision, next+int64(i/2))
			}
			next += int64(len(response.Events) / 2)
			if response.Header.Revision < next-1 {
				t.failf("header at %d, events up to %d", response.Header.Revision, next-1)
			}
		}
	}},
	{"api 8.2: one revision of 3,000 events is one answer, live and caught up with", func(t *trial) {
		const keys = 3_000
		for batch := range keys / 100 {
			var ops []clientv3.Op
			for i := range 100 {
				ops = append(ops, clientv3.OpPut(t.key(fmt.Sprintf("%05d", batch*100+i)), "v"))
			}
			ctx, cancel := limited()
			_, err := t.Txn(ctx).Then(ops...).Commit()
			cancel()
			t.ok(err)
		}
		all := &pb.WatchCreateRequest{Key: []byte(t.prefix), RangeEnd: []byte(clientv3.GetPrefixRangeEnd(t.prefix))}
		live, cancelLive := t.rawWatch()
		defer cancelLive()
		equal(t, "created", live.create(all).Created, true)
		deleted := t.del("", clientv3.WithPrefix())
		equal(t, "live events", len(live.receive().Events), keys)
		late, cancelLate := t.rawWatch()
		defer cancelLate()
		all.StartRevision = deleted.Header.Revision
		equal(t, "created", late.create(all).Created, true)
		equal(t, "events caught up with", len(late.receive().Events), keys)
	}},
	{"api 8.3: the end of the client's half does not end a watch", func(t *trial) {
		w, cancel := t.rawWatch()
		defer cancel()
		equal(t, "created", w.create(&pb.WatchCreateRequest{Key: []byte(t.key("a"))}).Created, true)
		t.ok(w.stream.CloseSend())
		t.put("a", "1")
		t.put("a", "2")
		equal(t, "first", string(w.receive().Events[0].Kv.Value), "1")
		equal(t, "second", string(w.receive().Events[0].Kv.Value), "2")
	}},
	{"api 8.3: a quiet watcher that asks for it is told of progress under its own id", func(t *trial) {
		// The server under test runs with --watch-progress-notify-interval=300ms.
		w, cancel := t.rawWatch()
		defer cancel()
		q := &pb.WatchCreateRequest{Key: []byte(t.key("a")), ProgressNotify: true, WatchId: 77}
		equal(t, "created", w.create(q).Created, true)
		revision := t.put("elsewhere", "1").Header.Revision
		for {
			response := w.receive()
			equal(t, "id", response.WatchId, 77)
			equal(t, "events", len(response.Events), 0)
			if response.Header.Revision >= revision {
				break
			}
		}
		// An event comes at once, and is not held back by progress.
		put := t.put("a", "1").Header.Revision
		for {
			response := w.receive()
			if len(response.Events) == 1 {
				equal(t, "revision", response.Events[0].Kv.ModRevision, put)
				break
			}
			if response.Header.Revision >= put {
				t.failf("progress at %d before the event of %d", response.Header.Revision, put)
			}
		}
	}},
	{"api 8.1: ids: the first free number from 0 on, any that the client names", func(t *trial) {
		w, cancel := t.rawWatch()
		defer cancel()
		key := []byte(t.key("a"))
		equal(t, "first", w.create(&pb.WatchCreateRequest{Key: key}).WatchId, 0)
		equal(t, "named", w.create(&pb.WatchCreateRequest{Key: key, WatchId: 1}).WatchId, 1)
		equal(t, "next free", w.create(&pb.WatchCreateRequest{Key: key}).WatchId, 2)
		equal(t, "negative", w.create(&pb.WatchCreateRequest{Key: key, WatchId: -5}).WatchId, -5)
		twice := w.create(&pb.WatchCreateRequest{Key: key, WatchId: -5})
		equal(t, "twice", fmt.Sprintln(twice.WatchId, twice.Created, twice.Canceled, twice.CancelReason),
			"-1 true true mvcc: duplicate watch ID provided on the WatchStream\n")
	}},
	{"api 9: leases are listed by the time they have left", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		var ids []clientv3.LeaseID
		for _, ttl := range []int64{9_000, 5_000, 7_000} {
			granted, err := t.Grant(ctx, ttl)
			t.ok(err)
			ids = append(ids, granted.ID)
		}
		all, err := t.Leases(ctx)
		t.ok(err)
		var order []clientv3.LeaseID
		for _, each := range all.Leases {
			for _, id := range ids {
				if each.ID == id {
					order = append(order, id)
				}
			}
		}
		equal(t, "order", fmt.Sprint(order), fmt.Sprint([]clientv3.LeaseID{ids[1], ids[2], ids[0]}))
		for _, id := range ids {
			_, err := t.Revoke(ctx, id)
			t.ok(err)
		}
	}},
	{"api 9: the end of the client's half ends a keep-alive stream well", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		granted, err := t.Grant(ctx, 600)
		t.ok(err)
		stream, err := pb.NewLeaseClient(t.ActiveConnection()).LeaseKeepAlive(ctx)
		t.ok(err)
		t.ok(stream.Send(&pb.LeaseKeepAliveRequest{ID: int64(granted.ID)}))
		t.ok(stream.Send(&pb.LeaseKeepAliveRequest{ID: 404}))
		t.ok(stream.CloseSend())
		for _, want := range []int64{600, 0} {
			response, err := stream.Recv()
			t.ok(err)
			equal(t, "TTL", response.TTL, want)
		}
		if _, err := stream.Recv(); err == nil || err.Error() != "EOF" {
			t.failf("the stream ended with %v", err)
		}
		_, err = t.Revoke(ctx, granted.ID)
		t.ok(err)
	}},
}
