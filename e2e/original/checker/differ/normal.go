package differ

import (
	"bytes"
	"fmt"
	"slices"
	"sort"
	"strings"

	"go.etcd.io/etcd/api/v3/mvccpb"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// What two servers cannot have in common is taken out of their answers, and nothing else; docs/testing.md lists it.
//
//	Status                 raftIndex, raftAppliedIndex, dbSize, dbSizeInUse: how often a member proposes for itself, and pages
//	LeaseTimeToLive        TTL, if no more than ttlSlackSeconds below the granted one differs; keys are a set
//	LeaseLeases, Alarm     sets
//	Range, sorted          the order of ties among more than 12 pairs, which etcd leaves to an unstable sort
//	Authenticate           the token, but for its form
const ttlSlackSeconds = 900

// stableSort is the number of pairs up to which etcd keeps ties in the order of keys (spec/api.md 7.3).
const stableSort = 12

// normalise changes an answer in place. question is the decoded request, nil if it does not decode.
func normalise(question, answer message) error {
	switch a := answer.(type) {
	case *pb.StatusResponse:
		if a.RaftAppliedIndex > a.RaftIndex || a.DbSizeInUse > a.DbSize || a.DbSizeInUse <= 0 {
			return fmt.Errorf("numbers that cannot be: %v", a)
		}
		a.RaftIndex, a.RaftAppliedIndex, a.DbSize, a.DbSizeInUse = 0, 0, 0, 0
	case *pb.LeaseTimeToLiveResponse:
		slices.SortFunc(a.Keys, bytes.Compare)
		if a.TTL != -1 {
			if left := a.GrantedTTL - a.TTL; left < 0 || left > ttlSlackSeconds {
				return fmt.Errorf("TTL %d of %d", a.TTL, a.GrantedTTL)
			}
			a.TTL = 0
		}
	case *pb.LeaseLeasesResponse:
		sort.Slice(a.Leases, func(i, j int) bool { return a.Leases[i].ID < a.Leases[j].ID })
	case *pb.AlarmResponse:
		sort.Slice(a.Alarms, func(i, j int) bool { return a.Alarms[i].String() < a.Alarms[j].String() })
	case *pb.AuthenticateResponse:
		letters, index, found := strings.Cut(a.Token, ".")
		if !found || len(letters) != 16 || strings.Trim(letters, alphabet) != "" || strings.Trim(index, "0123456789") != "" {
			return fmt.Errorf("token %q", a.Token)
		}
		a.Token = ""
	case *pb.RangeResponse:
		if q, ok := question.(*pb.RangeRequest); ok {
			normaliseTies(q, a)
		}
	case *pb.TxnResponse:
		if q, ok := question.(*pb.TxnRequest); ok {
			normaliseTxn(q, a)
		}
	}
	return nil
}

const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

func normaliseTxn(q *pb.TxnRequest, a *pb.TxnResponse) {
	ops := q.Failure
	if a.Succeeded {
		ops = q.Success
	}
	for i, response := range a.Responses {
		if i >= len(ops) {
			return
		}
		if inner := response.GetResponseRange(); inner != nil && ops[i].GetRequestRange() != nil {
			normaliseTies(ops[i].GetRequestRange(), inner)
		} else if inner := response.GetResponseTxn(); inner != nil && ops[i].GetRequestTxn() != nil {
			normaliseTxn(ops[i].GetRequestTxn(), inner)
		}
	}
}

func normaliseTies(q *pb.RangeRequest, a *pb.RangeResponse) {
	if q.SortTarget == pb.RangeRequest_KEY {
		return
	}
	sorted := a.Count
	filtered := q.MinModRevision|q.MaxModRevision|q.MinCreateRevision|q.MaxCreateRevision != 0
	if q.Limit > 0 && q.Limit < sorted && q.SortOrder == pb.RangeRequest_NONE && !filtered {
		sorted = q.Limit + 1
	}
	if sorted <= stableSort {
		return
	}
	if a.More {
		// Which of several equal ones came before the limit is open too: what they are equal in remains.
		for i, pair := range a.Kvs {
			a.Kvs[i] = sortedBy(q.SortTarget, pair)
		}
		return
	}
	for start := 0; start < len(a.Kvs); {
		end := start + 1
		for end < len(a.Kvs) && compareIn(q.SortTarget, a.Kvs[start], a.Kvs[end]) == 0 {
			end++
		}
		ties := a.Kvs[start:end]
		sort.Slice(ties, func(i, j int) bool { return bytes.Compare(ties[i].Key, ties[j].Key) < 0 })
		start = end
	}
}

func sortedBy(target pb.RangeRequest_SortTarget, pair *mvccpb.KeyValue) *mvccpb.KeyValue {
	switch target {
	case pb.RangeRequest_VERSION:
		return &mvccpb.KeyValue{Version: pair.Version}
	case pb.RangeRequest_CREATE:
		return &mvccpb.KeyValue{CreateRevision: pair.CreateRevision}
	case pb.RangeRequest_MOD:
		return &mvccpb.KeyValue{ModRevision: pair.ModRevision}
	default:
		return &mvccpb.KeyValue{Value: pair.Value}
	}
}

func compareIn(target pb.RangeRequest_SortTarget, a, b *mvccpb.KeyValue) int {
	x, y := sortedBy(target, a), sortedBy(target, b)
	if target == pb.RangeRequest_VALUE {
		return bytes.Compare(x.Value, y.Value)
	}
	return int(x.Version+x.CreateRevision+x.ModRevision) - int(y.Version+y.CreateRevision+y.ModRevision)
}
