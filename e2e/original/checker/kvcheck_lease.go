package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"
	"go.etcd.io/etcd/client/v3/mirror"
	"go.etcd.io/etcd/client/v3/namespace"
	"google.golang.org/grpc/health/grpc_health_v1"
)

var leaseChecks = []check{
	{"lease: grant, time to live with keys, list, revoke", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		lease, err := t.Grant(ctx, 1000)
		t.ok(err)
		equal(t, "ttl", lease.TTL, 1000)
		t.put("a", "1", clientv3.WithLease(lease.ID))
		t.put("b", "1", clientv3.WithLease(lease.ID))
		equal(t, "lease of the key", t.get("a").Kvs[0].Lease, int64(lease.ID))
		life, err := t.TimeToLive(ctx, lease.ID, clientv3.WithAttachedKeys())
		t.ok(err)
		equal(t, "granted", life.GrantedTTL, 1000)
		equal(t, "keys", len(life.Keys), 2)
		if life.TTL < 990 || life.TTL > 1000 {
			t.failf("remaining time %d", life.TTL)
		}
		all, err := t.Leases(ctx)
		t.ok(err)
		found := false
		for _, one := range all.Leases {
			found = found || one.ID == lease.ID
		}
		equal(t, "listed", found, true)
		before := t.put("c", "1").Header.Revision
		_, err = t.Revoke(ctx, lease.ID)
		t.ok(err)
		left := t.get("", clientv3.WithPrefix())
		equal(t, "keys left", t.names(left), "c")
		equal(t, "one revision for all keys", left.Header.Revision, before+1)
	}},
	{"lease: chosen id, the same again, unknown ones", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		api := etcdserverpb.NewLeaseClient(t.ActiveConnection())
		id := time.Now().UnixNano() & 0x7fffffffffff
		granted, err := api.LeaseGrant(ctx, &etcdserverpb.LeaseGrantRequest{ID: id, TTL: 100})
		t.ok(err)
		equal(t, "id", granted.ID, id)
		_, err = api.LeaseGrant(ctx, &etcdserverpb.LeaseGrantRequest{ID: id, TTL: 100})
		t.refused(rpctypes.Error(err), rpctypes.ErrLeaseExist)
		_, err = t.Revoke(ctx, clientv3.LeaseID(id))
		t.ok(err)
		_, err = t.Revoke(ctx, clientv3.LeaseID(id))
		t.refused(err, rpctypes.ErrLeaseNotFound)
		life, err := t.TimeToLive(ctx, clientv3.LeaseID(id))
		t.ok(err)
		equal(t, "ttl of a lease that is gone", life.TTL, -1)
		_, err = t.KeepAliveOnce(ctx, clientv3.LeaseID(id))
		t.refused(err, rpctypes.ErrLeaseNotFound)
	}},
	{"lease: too long, zero and negative times", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Grant(ctx, 9_000_000_001)
		t.refused(err, rpctypes.ErrLeaseTTLTooLarge)
		for _, ttl := range []int64{0, -1} {
			lease, err := t.Grant(ctx, ttl)
			t.ok(err)
			if lease.TTL < 1 {
				t.failf("ttl %d granted for %d", lease.TTL, ttl)
			}
		}
	}},
	{"lease: keys move between leases and away", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		one, err := t.Grant(ctx, 1000)
		t.ok(err)
		two, err := t.Grant(ctx, 1000)
		t.ok(err)
		t.put("moved", "1", clientv3.WithLease(one.ID))
		t.put("moved", "2", clientv3.WithLease(two.ID))
		t.put("freed", "1", clientv3.WithLease(one.ID))
		t.put("freed", "2")
		t.put("kept", "1", clientv3.WithLease(one.ID))
		t.put("kept", "2", clientv3.WithIgnoreLease())
		_, err = t.Revoke(ctx, one.ID)
		t.ok(err)
		equal(t, "left", t.names(t.get("", clientv3.WithPrefix())), "freed moved")
		_, err = t.Revoke(ctx, two.ID)
		t.ok(err)
		equal(t, "left", t.names(t.get("", clientv3.WithPrefix())), "freed")
	}},
	{"lease: expires, and its keys with it, in one revision", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		watch, stop := t.watching("", clientv3.WithPrefix(), clientv3.WithFilterPut())
		defer stop()
		start := time.Now()
		lease, err := t.Grant(ctx, 3)
		t.ok(err)
		_, err = t.Txn(ctx).Then(
			clientv3.OpPut(t.key("a"), "1", clientv3.WithLease(lease.ID)),
			clientv3.OpPut(t.key("b"), "1", clientv3.WithLease(lease.ID))).Commit()
		t.ok(err)
		equal(t, "deletes", len(t.next(watch).Events), 2)
		if took := time.Since(start); took < time.Duration(lease.TTL)*time.Second-50*time.Millisecond {
			t.failf("expired after %v of %d s", took, lease.TTL)
		}
		life, err := t.TimeToLive(ctx, lease.ID)
		t.ok(err)
		equal(t, "ttl", life.TTL, -1)
	}},
	{"lease: kept alive it does not expire", func(t *trial) {
		ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
		defer cancel()
		lease, err := t.Grant(ctx, 4)
		t.ok(err)
		t.put("a", "1", clientv3.WithLease(lease.ID))
		alive, err := t.KeepAlive(ctx, lease.ID)
		t.ok(err)
		deadline := time.After(7 * time.Second)
		answers := 0
		for done := false; !done; {
			select {
			case answer, open := <-alive:
				if !open {
					t.failf("the keep-alive was closed")
				}
				equal(t, "ttl", answer.TTL, lease.TTL)
				answers++
			case <-deadline:
				done = true
			}
		}
		if answers < 3 {
			t.failf("%d answers in 7 s", answers)
		}
		equal(t, "still there", t.get("a").Count, 1)
		_, err = t.Revoke(ctx, lease.ID)
		t.ok(err)
		for range alive {
		}
	}},
}

var maintenanceChecks = []check{
	{"maintenance: status", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		t.put("a", "1")
		status, err := t.Status(ctx, t.endpoint)
		t.ok(err)
		equal(t, "version", status.Version, "3.6.14")
		equal(t, "storage version", status.StorageVersion, "3.6.0")
		equal(t, "leader", status.Leader, status.Header.MemberId)
		if status.DbSize <= 0 || status.DbSizeInUse <= 0 || status.DbSizeInUse > status.DbSize {
			t.failf("sizes %d, %d in use", status.DbSize, status.DbSizeInUse)
		}
		if status.RaftIndex == 0 || status.RaftAppliedIndex == 0 || status.RaftTerm < 2 || status.DbSizeQuota == 0 {
			t.failf("status %+v", status)
		}
		equal(t, "learner", status.IsLearner, false)
		equal(t, "errors", len(status.Errors), 0)
	}},
	{"maintenance: hashkv is a function of the revision", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		at := t.put("a", "1").Header.Revision
		first, err := t.HashKV(ctx, t.endpoint, at)
		t.ok(err)
		later := t.put("a", "2").Header.Revision
		again, err := t.HashKV(ctx, t.endpoint, at)
		t.ok(err)
		equal(t, "hash", again.Hash, first.Hash)
		now, err := t.HashKV(ctx, t.endpoint, later)
		t.ok(err)
		if now.Hash == first.Hash {
			t.failf("the hash did not change")
		}
		equal(t, "hash revision", now.HashRevision, later)
		_, err = t.HashKV(ctx, t.endpoint, later+1000)
		t.refused(err, rpctypes.ErrFutureRev)
	}},
	{"maintenance: an alarm stops writes that grow the store until it is disarmed", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		t.put("a", "1")
		api := etcdserverpb.NewMaintenanceClient(t.ActiveConnection())
		status, err := t.Status(ctx, t.endpoint)
		t.ok(err)
		member := status.Header.MemberId
		_, err = api.Alarm(ctx, &etcdserverpb.AlarmRequest{
			Action: etcdserverpb.AlarmRequest_ACTIVATE, MemberID: member, Alarm: etcdserverpb.AlarmType_NOSPACE})
		t.ok(err)
		_, err = t.Put(ctx, t.key("b"), "1")
		t.refused(err, rpctypes.ErrNoSpace)
		_, err = t.Grant(ctx, 100)
		t.refused(err, rpctypes.ErrNoSpace)
		equal(t, "deleted", t.del("a").Deleted, 1)
		list, err := t.AlarmList(ctx)
		t.ok(err)
		equal(t, "alarms", len(list.Alarms), 1)
		gone, err := t.AlarmDisarm(ctx, &clientv3.AlarmMember{})
		t.ok(err)
		equal(t, "disarmed", len(gone.Alarms), 1)
		t.put("b", "1")
		list, err = t.AlarmList(ctx)
		t.ok(err)
		equal(t, "alarms", len(list.Alarms), 0)
	}},
	{"maintenance: defragment keeps everything", func(t *trial) {
		for i := range 200 {
			t.put(fmt.Sprint(i), strings.Repeat("x", 10_000))
		}
		t.del("1", clientv3.WithPrefix())
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		now := t.put("a", "1").Header.Revision
		before, err := t.HashKV(ctx, t.endpoint, now)
		t.ok(err)
		_, err = t.Defragment(ctx, t.endpoint)
		t.ok(err)
		after, err := t.HashKV(ctx, t.endpoint, now)
		t.ok(err)
		equal(t, "hash", after.Hash, before.Hash)
		t.put("b", "1")
	}},
	{"maintenance: snapshot: whole pages and their checksum", func(t *trial) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		t.put("a", "1")
		snapshot, err := t.SnapshotWithVersion(ctx)
		t.ok(err)
		equal(t, "version", snapshot.Version, "3.6.0")
		bytes, err := io.ReadAll(snapshot.Snapshot)
		t.ok(err)
		equal(t, "length beyond whole sectors", len(bytes)%512, sha256.Size)
		sum := sha256.Sum256(bytes[:len(bytes)-sha256.Size])
		equal(t, "checksum", string(bytes[len(bytes)-sha256.Size:]), string(sum[:]))
	}},
	{"maintenance: member list", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		members, err := t.MemberList(ctx)
		t.ok(err)
		equal(t, "members", len(members.Members), 1)
		equal(t, "id", members.Members[0].ID, members.Header.MemberId)
		if members.Members[0].Name == "" || len(members.Members[0].ClientURLs) == 0 || len(members.Members[0].PeerURLs) == 0 {
			t.failf("member %+v", members.Members[0])
		}
		t.ok(t.Sync(ctx))
	}},
	{"maintenance: gRPC health service", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		answer, err := grpc_health_v1.NewHealthClient(t.ActiveConnection()).Check(ctx, &grpc_health_v1.HealthCheckRequest{})
		t.ok(err)
		equal(t, "status", answer.Status, grpc_health_v1.HealthCheckResponse_SERVING)
	}},
}

// What the client library builds from keys, leases and watches.
var recipeChecks = []check{
	{"recipes: a mutex between two sessions", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		one, err := concurrency.NewSession(t.Client, concurrency.WithTTL(10))
		t.ok(err)
		defer one.Close()
		two, err := concurrency.NewSession(t.Client, concurrency.WithTTL(10))
		t.ok(err)
		defer two.Close()
		held := concurrency.NewMutex(one, t.key("lock"))
		t.ok(held.Lock(ctx))
		waiting := concurrency.NewMutex(two, t.key("lock"))
		if err := waiting.TryLock(ctx); !errors.Is(err, concurrency.ErrLocked) {
			t.failf("error %v; want locked", err)
		}
		acquired := make(chan error, 1)
		go func() { acquired <- waiting.Lock(ctx) }()
		t.ok(held.Unlock(ctx))
		t.ok(<-acquired)
		t.ok(waiting.Unlock(ctx))
	}},
	{"recipes: an election and its observers", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		session, err := concurrency.NewSession(t.Client, concurrency.WithTTL(10))
		t.ok(err)
		defer session.Close()
		election := concurrency.NewElection(session, t.key("election"))
		observer := election.Observe(ctx)
		t.ok(election.Campaign(ctx, "first"))
		equal(t, "observed", string((<-observer).Kvs[0].Value), "first")
		t.ok(election.Proclaim(ctx, "second"))
		equal(t, "observed", string((<-observer).Kvs[0].Value), "second")
		t.ok(election.Resign(ctx))
	}},
	{"recipes: software transactional memory", func(t *trial) {
		t.put("a", "100")
		t.put("b", "0")
		problems := make(chan error, 5)
		for range 5 {
			go func() {
				_, err := concurrency.NewSTM(t.Client, func(stm concurrency.STM) error {
					var a, b int
					_, _ = fmt.Sscan(stm.Get(t.key("a")), &a)
					_, _ = fmt.Sscan(stm.Get(t.key("b")), &b)
					stm.Put(t.key("a"), fmt.Sprint(a-10))
					stm.Put(t.key("b"), fmt.Sprint(b+10))
					return nil
				})
				problems <- err
			}()
		}
		for range 5 {
			t.ok(<-problems)
		}
		equal(t, "a", string(t.get("a").Kvs[0].Value), "50")
		equal(t, "b", string(t.get("b").Kvs[0].Value), "50")
	}},
	{"recipes: namespace and mirror", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		inside := namespace.NewKV(t.KV, t.key("room/"))
		_, err := inside.Put(ctx, "a", "1")
		t.ok(err)
		equal(t, "outside", t.get("room/a").Count, 1)
		for i := range 30 {
			t.put(fmt.Sprintf("m/%02d", i), "v")
		}
		pairs, problems := mirror.NewSyncer(t.Client, t.key("m/"), 0).SyncBase(ctx)
		count := 0
		for answer := range pairs {
			count += len(answer.Kvs)
		}
		t.ok(<-problems)
		equal(t, "mirrored", count, 30)
	}},
}
