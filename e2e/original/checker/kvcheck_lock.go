package main

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3election/v3electionpb"
	"go.etcd.io/etcd/server/v3/etcdserver/api/v3lock/v3lockpb"
)

// unknown demands an error of code Unknown with this very text.
func (t *trial) unknown(err error, text string) {
	equal(t, "code", status.Code(err), codes.Unknown)
	equal(t, "text", status.Convert(err).Message(), text)
}

// lease grants one that outlives the check.
func (t *trial) lease() int64 {
	ctx, cancel := limited()
	defer cancel()
	granted, err := t.Grant(ctx, 600)
	t.ok(err)
	return int64(granted.ID)
}

// The services that lock and elect on behalf of a caller.
var lockChecks = []check{
	{"lock: taken, waited for, given back", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		locks := v3lockpb.NewLockClient(t.ActiveConnection())
		name := []byte(t.key("door"))
		first := t.lease()
		held, err := locks.Lock(ctx, &v3lockpb.LockRequest{Name: name, Lease: first})
		t.ok(err)
		equal(t, "key", string(held.Key), fmt.Sprintf("%s/%x", name, first))
		again, err := locks.Lock(ctx, &v3lockpb.LockRequest{Name: name, Lease: first})
		t.ok(err)
		equal(t, "key of the same lease", string(again.Key), string(held.Key))
		second := t.lease()
		acquired := make(chan *v3lockpb.LockResponse, 1)
		go func() {
			waited, _ := locks.Lock(ctx, &v3lockpb.LockRequest{Name: name, Lease: second})
			acquired <- waited
		}()
		for t.get("door/", clientv3.WithPrefix()).Count < 2 {
			time.Sleep(10 * time.Millisecond)
		}
		select {
		case early := <-acquired:
			t.failf("acquired while it was held: %v", early)
		default:
		}
		_, err = locks.Unlock(ctx, &v3lockpb.UnlockRequest{Key: held.Key})
		t.ok(err)
		equal(t, "key", string((<-acquired).GetKey()), fmt.Sprintf("%s/%x", name, second))
	}},
	{"lock: who gives up waiting leaves no key", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		locks := v3lockpb.NewLockClient(t.ActiveConnection())
		name := []byte(t.key("door"))
		_, err := locks.Lock(ctx, &v3lockpb.LockRequest{Name: name, Lease: t.lease()})
		t.ok(err)
		short, stop := context.WithCancel(ctx)
		given := make(chan error, 1)
		second := t.lease()
		go func() {
			_, err := locks.Lock(short, &v3lockpb.LockRequest{Name: name, Lease: second})
			given <- err
		}()
		for t.get("door/", clientv3.WithPrefix()).Count < 2 {
			time.Sleep(10 * time.Millisecond)
		}
		stop()
		equal(t, "code", status.Code(<-given), codes.Canceled)
		for t.get("door/", clientv3.WithPrefix()).Count > 1 {
			time.Sleep(10 * time.Millisecond)
		}
	}},
	{"lock: leases and keys that are none", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		locks := v3lockpb.NewLockClient(t.ActiveConnection())
		_, err := locks.Lock(ctx, &v3lockpb.LockRequest{Name: []byte(t.key("x")), Lease: 12345})
		t.unknown(err, "etcdserver: requested lease not found")
		_, err = locks.Unlock(ctx, &v3lockpb.UnlockRequest{})
		t.unknown(err, "etcdserver: key is not provided")
		_, err = locks.Unlock(ctx, &v3lockpb.UnlockRequest{Key: []byte(t.key("nobody's"))})
		t.ok(err)
		held, err := locks.Lock(ctx, &v3lockpb.LockRequest{Name: []byte(t.key("y"))})
		t.ok(err)
		left, err := t.TimeToLive(ctx, clientv3.LeaseID(t.get("y/", clientv3.WithPrefix()).Kvs[0].Lease))
		t.ok(err)
		equal(t, "granted", left.GrantedTTL, 60)
		equal(t, "revision", held.Header.Revision, t.get("y/", clientv3.WithPrefix()).Kvs[0].ModRevision)
	}},
	{"election: campaign, proclaim, observe, resign", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		elections := v3electionpb.NewElectionClient(t.ActiveConnection())
		name := []byte(t.key("office"))
		_, err := elections.Leader(ctx, &v3electionpb.LeaderRequest{Name: name})
		t.unknown(err, "election: no leader")
		observer, err := elections.Observe(ctx, &v3electionpb.LeaderRequest{Name: name})
		t.ok(err)
		lease := t.lease()
		won, err := elections.Campaign(ctx, &v3electionpb.CampaignRequest{Name: name, Lease: lease, Value: []byte("a")})
		t.ok(err)
		equal(t, "key", string(won.Leader.Key), fmt.Sprintf("%s/%x", name, lease))
		equal(t, "revision", won.Leader.Rev, won.Header.Revision)
		seen, err := observer.Recv()
		t.ok(err)
		equal(t, "observed", string(seen.Kv.Value), "a")
		equal(t, "revision", seen.Header.Revision, seen.Kv.ModRevision)
		_, err = elections.Proclaim(ctx, &v3electionpb.ProclaimRequest{Leader: won.Leader, Value: []byte("b")})
		t.ok(err)
		seen, err = observer.Recv()
		t.ok(err)
		equal(t, "observed", string(seen.Kv.Value), "b")
		leader, err := elections.Leader(ctx, &v3electionpb.LeaderRequest{Name: name})
		t.ok(err)
		equal(t, "leader says", string(leader.Kv.Value), "b")
		_, err = elections.Campaign(ctx, &v3electionpb.CampaignRequest{Name: name, Lease: lease, Value: []byte("c")})
		t.ok(err)
		seen, err = observer.Recv()
		t.ok(err)
		equal(t, "observed", string(seen.Kv.Value), "c")
		_, err = elections.Resign(ctx, &v3electionpb.ResignRequest{Leader: won.Leader})
		t.ok(err)
		_, err = elections.Resign(ctx, &v3electionpb.ResignRequest{Leader: won.Leader})
		t.ok(err)
		_, err = elections.Proclaim(ctx, &v3electionpb.ProclaimRequest{Leader: won.Leader, Value: []byte("d")})
		t.unknown(err, "election: not leader")
	}},
	{"election: requests without a leader", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		elections := v3electionpb.NewElectionClient(t.ActiveConnection())
		_, err := elections.Proclaim(ctx, &v3electionpb.ProclaimRequest{})
		t.unknown(err, `"leader" field must be provided`)
		_, err = elections.Resign(ctx, &v3electionpb.ResignRequest{})
		t.unknown(err, `"leader" field must be provided`)
	}},
}
