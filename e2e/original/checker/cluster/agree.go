package cluster

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
)

// agreed waits until all members have applied the same, and says how their states differ: members, hashes and ranges at
// three revisions, leases with their keys. Asked are the members' own stores, not the leader's.
func agreed(names []string, conns []*grpc.ClientConn) ([]string, error) {
	deadline := time.Now().Add(patience)
	for {
		states := make([]string, len(conns))
		for i, conn := range conns {
			text, err := stateOf(conn)
			if err != nil {
				text = "error: " + err.Error()
			}
			states[i] = text
		}
		same := true
		for _, state := range states {
			same = same && state == states[0] && !strings.HasPrefix(state, "error: ")
		}
		if same {
			return nil, nil
		}
		if time.Now().After(deadline) {
			broken := []string{}
			for i, state := range states {
				broken = append(broken, fmt.Sprintf("agree: %s has %s", names[i], state))
			}
			return broken, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func stateOf(conn *grpc.ClientConn) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	kv, maintenance := pb.NewKVClient(conn), pb.NewMaintenanceClient(conn)
	// Linearizable: this member has applied all that any client was told of.
	head, err := kv.Range(ctx, &pb.RangeRequest{Key: []byte("x"), CountOnly: true})
	if err != nil {
		return "", err
	}
	top := head.Header.Revision
	text := fmt.Sprintf("cluster %x revision %d\n", head.Header.ClusterId, top)
	first, err := maintenance.HashKV(ctx, &pb.HashKVRequest{Revision: top})
	if err != nil {
		return "", err
	}
	oldest := max(first.CompactRevision+1, 1)
	for _, revision := range []int64{oldest, (oldest + top) / 2, top} {
		hash, err := maintenance.HashKV(ctx, &pb.HashKVRequest{Revision: revision})
		if err != nil {
			return "", err
		}
		all, err := kv.Range(ctx, &pb.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}, Revision: revision, Serializable: true})
		if err != nil {
			return "", err
		}
		digest := sha256.New()
		for _, pair := range all.Kvs {
			bytes, _ := pair.Marshal()
			digest.Write(bytes)
		}
		text += fmt.Sprintf("at %d hash %d, %d keys %x\n", revision, hash.Hash, all.Count, digest.Sum(nil)[:8])
	}
	leases, err := pb.NewLeaseClient(conn).LeaseLeases(ctx, &pb.LeaseLeasesRequest{})
	if err != nil {
		return "", err
	}
	lines := []string{}
	for _, lease := range leases.Leases {
		life, err := pb.NewLeaseClient(conn).LeaseTimeToLive(ctx, &pb.LeaseTimeToLiveRequest{ID: lease.ID, Keys: true})
		if err != nil {
			return "", err
		}
		keys := []string{}
		for _, key := range life.Keys {
			keys = append(keys, string(key))
		}
		sort.Strings(keys)
		lines = append(lines, fmt.Sprintf("lease %x of %d s: %v\n", lease.ID, life.GrantedTTL, keys))
	}
	slices.Sort(lines)
	text += strings.Join(lines, "")
	people, err := pb.NewClusterClient(conn).MemberList(ctx, &pb.MemberListRequest{})
	if err != nil {
		return "", err
	}
	for _, m := range people.Members {
		text += fmt.Sprintf("member %x %s %v %v learner %v\n", m.ID, m.Name, m.PeerURLs, m.ClientURLs, m.IsLearner)
	}
	return text, nil
}

// tellTimeline reads all events of the load's keys from one member.
func tellTimeline(conn *grpc.ClientConn, prefix string) (*timeline, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	head, err := pb.NewKVClient(conn).Range(ctx, &pb.RangeRequest{Key: []byte("x"), CountOnly: true})
	if err != nil {
		return nil, err
	}
	stream, err := pb.NewWatchClient(conn).Watch(ctx)
	if err != nil {
		return nil, err
	}
	err = stream.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: &pb.WatchCreateRequest{
		Key: []byte(prefix), RangeEnd: after(prefix), StartRevision: 1}}})
	if err != nil {
		return nil, err
	}
	events := []event{}
	// A progress answer says that everything up to its revision has been sent.
	asking := time.NewTicker(100 * time.Millisecond)
	defer asking.Stop()
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-asking.C:
				_ = stream.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_ProgressRequest{ProgressRequest: &pb.WatchProgressRequest{}}})
			}
		}
	}()
	for {
		answer, err := stream.Recv()
		if err != nil {
			return nil, fmt.Errorf("timeline: %w", err)
		}
		for _, e := range answer.Events {
			value := string(e.Kv.Value)
			if e.Type != 0 {
				value = ""
			}
			events = append(events, event{e.Kv.ModRevision, string(e.Kv.Key), value})
		}
		if len(answer.Events) == 0 && !answer.Created && answer.Header.Revision >= head.Header.Revision {
			break
		}
		if len(events) > 0 && events[len(events)-1].revision >= head.Header.Revision {
			break
		}
	}
	t := newTimeline(events)
	t.top = max(t.top, head.Header.Revision)
	return t, nil
}

func after(prefix string) []byte {
	end := []byte(prefix)
	end[len(end)-1]++
	return end
}
