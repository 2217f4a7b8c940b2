package differ

import (
	"bytes"
	"math"
	"math/rand"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// A world is what requests are made of: a seeded source of chance, and what the original has answered so far.
type world struct {
	*rand.Rand
	head      int64
	compacted int64
	memberID  uint64
	grants    int64

	maxRequestBytes int
	maxTxnOps       int
}

func (w *world) chance(percent int) bool { return w.Intn(100) < percent }

func pick[T any](w *world, choices ...T) T { return choices[w.Intn(len(choices))] }

// key is one of about fifty, so that requests meet; sometimes one that needs care.
func (w *world) key() []byte {
	const letters = "abcdef"
	switch n := w.Intn(1000); {
	case n < 10:
		return nil
	case n < 15:
		return bytes.Repeat([]byte{'k'}, 1+w.Intn(20_000))
	case n < 100:
		return pick(w, []byte{0}, []byte{0, 0}, []byte{0xff}, []byte{0xff, 0xff}, []byte{'a', 0}, []byte{'a', 0xff}, []byte{0xc3, 0x28})
	case n < 400:
		return []byte{letters[w.Intn(len(letters))]}
	default:
		return []byte{letters[w.Intn(len(letters))], letters[w.Intn(len(letters))]}
	}
}

func (w *world) rangeEnd(key []byte) []byte {
	switch n := w.Intn(100); {
	case n < 40:
		return nil
	case n < 50:
		return []byte{0}
	case n < 75 && len(key) > 0:
		end := bytes.Clone(key)
		end[len(end)-1]++ // of ff it makes an empty range
		return end
	default:
		return w.key()
	}
}

func (w *world) value() []byte {
	switch n := w.Intn(100); {
	case n < 10:
		return nil
	case n < 12:
		return bytes.Repeat([]byte{byte(n)}, w.Intn(50_000))
	case n < 20:
		return []byte{0, 0xff, byte(w.Intn(256))}
	default:
		return []byte{'v', byte('0' + w.Intn(5))}
	}
}

// revision is the current one in most cases.
func (w *world) revision() int64 {
	switch n := w.Intn(100); {
	case n < 50:
		return 0
	case n < 80:
		return w.pastRevision()
	case n < 85:
		return w.compacted
	case n < 88:
		return w.compacted - 1 - int64(w.Intn(3))
	case n < 92:
		return w.head
	case n < 96:
		return w.head + 1 + int64(w.Intn(3))
	default:
		return pick[int64](w, -1, 1, math.MinInt64, math.MaxInt64)
	}
}

func (w *world) pastRevision() int64 {
	first := max(w.compacted, 1)
	return first + w.Int63n(max(w.head-first+1, 1))
}

// leaseID is one of few; not all of them are granted at a time.
func (w *world) leaseID() int64 {
	return pick[int64](w, 1, 2, 3, 4, 5, 6, 7, 1<<40, -1, -7, math.MaxInt64, math.MinInt64)
}

func (w *world) rangeRequest() *pb.RangeRequest {
	q := &pb.RangeRequest{Key: w.key()}
	q.RangeEnd = w.rangeEnd(q.Key)
	if w.chance(50) {
		q.RangeEnd = pick(w, nil, []byte{0}, []byte("g"))
	}
	q.Revision = w.revision()
	q.Serializable = w.chance(40)
	q.KeysOnly = w.chance(15)
	q.CountOnly = w.chance(8)
	if w.chance(30) {
		q.Limit = pick[int64](w, 1, 2, 3, 5, 13, 40, -1, math.MaxInt64)
	}
	if w.chance(40) {
		q.SortOrder = pb.RangeRequest_SortOrder(w.Intn(3))
		q.SortTarget = pb.RangeRequest_SortTarget(w.Intn(5))
		if w.chance(5) {
			q.SortOrder = pick(w, pb.RangeRequest_SortOrder(3), -1, math.MaxInt32)
		}
		if w.chance(5) {
			q.SortTarget = pick(w, pb.RangeRequest_SortTarget(5), -1, math.MinInt32)
		}
	}
	for _, bound := range []*int64{&q.MinModRevision, &q.MaxModRevision, &q.MinCreateRevision, &q.MaxCreateRevision} {
		if w.chance(7) {
			*bound = pick(w, w.pastRevision(), w.head, w.head+1, -1)
		}
	}
	return q
}

func (w *world) putRequest() *pb.PutRequest {
	q := &pb.PutRequest{Key: w.key(), Value: w.value(), PrevKv: w.chance(30)}
	if w.chance(20) {
		q.Lease = w.leaseID()
	}
	if w.chance(10) {
		q.IgnoreValue = true
		if w.chance(80) {
			q.Value = nil
		}
	}
	if w.chance(10) {
		q.IgnoreLease = true
		if w.chance(80) {
			q.Lease = 0
		}
	}
	return q
}

func (w *world) deleteRequest() *pb.DeleteRangeRequest {
	q := &pb.DeleteRangeRequest{Key: w.key(), PrevKv: w.chance(30)}
	if w.chance(50) {
		q.RangeEnd = w.rangeEnd(q.Key)
	}
	return q
}

// txnRequest makes a transaction of at most this depth. A third of them only read.
func (w *world) txnRequest(depth int) *pb.TxnRequest {
	reads := w.chance(33)
	q := &pb.TxnRequest{}
	for range w.Intn(3) {
		q.Compare = append(q.Compare, w.compare())
	}
	lists := []*[]*pb.RequestOp{&q.Success, &q.Failure}
	for _, list := range lists {
		for range w.Intn(4) {
			*list = append(*list, w.op(depth, reads))
		}
	}
	if w.chance(1) {
		for range max(w.maxTxnOps-2+w.Intn(5), 0) {
			*lists[w.Intn(2)] = append(*lists[w.Intn(2)], &pb.RequestOp{Request: &pb.RequestOp_RequestRange{RequestRange: &pb.RangeRequest{Key: []byte("a")}}})
		}
	}
	return q
}

func (w *world) op(depth int, reads bool) *pb.RequestOp {
	switch n := w.Intn(100); {
	case reads && n < 98 || n < 25:
		q := w.rangeRequest()
		if w.chance(70) {
			q.Revision = 0
		}
		return &pb.RequestOp{Request: &pb.RequestOp_RequestRange{RequestRange: q}}
	case n < 65:
		q := w.putRequest()
		if w.chance(60) {
			q.Lease, q.IgnoreValue, q.IgnoreLease = 0, false, false
		}
		return &pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: q}}
	case n < 85:
		return &pb.RequestOp{Request: &pb.RequestOp_RequestDeleteRange{RequestDeleteRange: w.deleteRequest()}}
	case n < 99 && depth > 1:
		return &pb.RequestOp{Request: &pb.RequestOp_RequestTxn{RequestTxn: w.txnRequest(depth - 1)}}
	case n < 99:
		return &pb.RequestOp{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: w.key(), Value: w.value()}}}
	default:
		return &pb.RequestOp{}
	}
}

func (w *world) compare() *pb.Compare {
	q := &pb.Compare{Key: w.key(), Result: pb.Compare_CompareResult(w.Intn(4)), Target: pb.Compare_CompareTarget(w.Intn(5))}
	if w.chance(25) {
		q.RangeEnd = w.rangeEnd(q.Key)
	}
	if w.chance(2) {
		q.Result = pick(w, pb.Compare_CompareResult(4), -1)
	}
	if w.chance(2) {
		q.Target = pick(w, pb.Compare_CompareTarget(5), -1)
	}
	operand := q.Target
	if w.chance(5) {
		operand = pb.Compare_CompareTarget(w.Intn(6)) // of another target, or none
	}
	revision := pick(w, 0, 0, w.pastRevision(), w.head)
	switch operand {
	case pb.Compare_VERSION:
		q.TargetUnion = &pb.Compare_Version{Version: int64(w.Intn(4))}
	case pb.Compare_CREATE:
		q.TargetUnion = &pb.Compare_CreateRevision{CreateRevision: revision}
	case pb.Compare_MOD:
		q.TargetUnion = &pb.Compare_ModRevision{ModRevision: revision}
	case pb.Compare_VALUE:
		q.TargetUnion = &pb.Compare_Value{Value: w.value()}
	case pb.Compare_LEASE:
		q.TargetUnion = &pb.Compare_Lease{Lease: pick(w, 0, w.leaseID())}
	}
	return q
}

// crashesEtcd tells whether the original would panic: a put that keeps value or lease of a key which a delete "from here
// on" of the same transaction has taken away passes its checks. Ours refuses (docs/differences.md).
func crashesEtcd(q *pb.TxnRequest) bool {
	keeps, deletes := false, false
	var walk func(q *pb.TxnRequest)
	walk = func(q *pb.TxnRequest) {
		for _, list := range [][]*pb.RequestOp{q.Success, q.Failure} {
			for _, op := range list {
				if put := op.GetRequestPut(); put != nil {
					keeps = keeps || put.IgnoreValue || put.IgnoreLease
				}
				if del := op.GetRequestDeleteRange(); del != nil {
					deletes = deletes || bytes.Equal(del.RangeEnd, []byte{0})
				}
				if inner := op.GetRequestTxn(); inner != nil {
					walk(inner)
				}
			}
		}
	}
	walk(q)
	return keeps && deletes
}

// ttl is long enough to outlive the run, and no two leases have the same.
func (w *world) ttl() int64 {
	w.grants++
	return 100_000 + 1_000*w.grants
}

// damaged makes bytes of a request that no client sends: flipped, cut off, repeated, with unknown fields. The answer is
// mostly an error text, sometimes that of another request. What must not happen by chance is sent undamaged.
func (w *world) damaged(c call) call {
	data := bytes.Clone(c.request)
	switch w.Intn(4) {
	case 0:
		if len(data) > 0 {
			data[w.Intn(len(data))] ^= 1 << w.Intn(8)
		}
	case 1:
		data = data[:w.Intn(len(data)+1)]
	case 2:
		data = append(data, pick(w, []byte{0xa0, 0x06, 7}, []byte{0xa2, 0x06, 1, 'x'}, []byte{0x07}, []byte{0}, []byte{0x0b, 0x0c},
			[]byte{0x80}, bytes.Repeat([]byte{0xff}, 11), []byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f})...)
	default:
		data = append(data, data...)
	}
	q := methods[c.method].request()
	if q.Unmarshal(data) == nil {
		switch q := q.(type) {
		case *pb.LeaseGrantRequest:
			if q.ID == 0 || q.TTL < 10_000 {
				return c
			}
		case *pb.AlarmRequest:
			if q.Action != pb.AlarmRequest_GET {
				return c
			}
		case *pb.TxnRequest:
			if crashesEtcd(q) {
				return c
			}
		}
	}
	c.request = data
	return c
}
