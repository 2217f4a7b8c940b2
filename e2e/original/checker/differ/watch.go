package differ

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/status"

	"go.etcd.io/etcd/api/v3/mvccpb"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// An end is one side of a watch stream, with all that has come over it and was not compared yet.
type end struct {
	stream grpc.ClientStream
	cancel context.CancelFunc

	lock    sync.Mutex
	changed chan struct{}
	log     []*pb.WatchResponse
	problem string // an answer that is not encoded as etcd does
	ended   error
	asked   int // requests for progress whose answers may still come
}

func openEnd(s *side, md []string) (*end, error) {
	stream, cancel, err := s.stream("/etcdserverpb.Watch/Watch", md)
	if err != nil {
		return nil, err
	}
	e := &end{stream: stream, cancel: cancel, changed: make(chan struct{})}
	go e.receive()
	return e, nil
}

func (e *end) receive() {
	for {
		var data []byte
		err := e.stream.RecvMsg(&data)
		response := &pb.WatchResponse{}
		problem := ""
		if err == nil {
			if fault := response.Unmarshal(data); fault != nil {
				problem = fault.Error()
			} else if again := encoded(response); string(again) != string(data) {
				problem = fmt.Sprintf("%x is %x there", data, again)
			}
		}
		e.lock.Lock()
		if err != nil {
			e.ended = err
		} else {
			e.log = append(e.log, response)
			if e.problem == "" {
				e.problem = problem
			}
		}
		close(e.changed)
		e.changed = make(chan struct{})
		e.lock.Unlock()
		if err != nil {
			return
		}
	}
}

// await waits until what has come satisfies the condition, or the time is over.
func (e *end) await(limit time.Duration, condition func(log []*pb.WatchResponse, ended error) bool) bool {
	deadline := time.After(limit)
	for {
		e.lock.Lock()
		good, changed := condition(e.log, e.ended), e.changed
		e.lock.Unlock()
		if good {
			return true
		}
		select {
		case <-changed:
		case <-deadline:
			return false
		}
	}
}

// A watchStream is one stream of a client, on both sides.
type watchStream struct {
	ends    [2]*end
	live    map[int64]bool
	newest  int64 // the latest revision that one of its watchers waits for
	settled int64 // the revision of the last common progress
}

func (w *watchStream) send(data []byte) error {
	for _, e := range w.ends {
		if err := e.stream.SendMsg(data); err != nil {
			return err
		}
	}
	return nil
}

// count counts the answers so far that satisfy the condition, on each side, to wait later for one more.
func (w *watchStream) count(condition func(*pb.WatchResponse) bool) [2]int {
	var result [2]int
	for i, e := range w.ends {
		e.lock.Lock()
		for _, response := range e.log {
			if condition(response) {
				result[i]++
			}
		}
		e.lock.Unlock()
	}
	return result
}

// awaitOneMore waits on both sides for one answer more than before; the two are returned.
func (w *watchStream) awaitOneMore(before [2]int, condition func(*pb.WatchResponse) bool) ([2]*pb.WatchResponse, error) {
	var found [2]*pb.WatchResponse
	for i, e := range w.ends {
		came := e.await(patience, func(log []*pb.WatchResponse, ended error) bool {
			seen := 0
			for _, response := range log {
				if condition(response) {
					seen++
					found[i] = response
				}
			}
			return seen > before[i] || ended != nil
		})
		if !came || found[i] == nil {
			return found, fmt.Errorf("side %d of a watch stream gave no answer; its end: %v", i, e.ended)
		}
	}
	return found, nil
}

func isProgress(r *pb.WatchResponse) bool {
	return r.WatchId == -1 && !r.Created && !r.Canceled && len(r.Events) == 0
}

// settle asks for progress on both sides until it says that all up to the revision was sent (spec/api.md 8.3).
func (w *watchStream) settle(revision int64) error {
	if len(w.live) == 0 || w.newest > revision || w.settled == revision {
		return nil
	}
	ask := encoded(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_ProgressRequest{ProgressRequest: &pb.WatchProgressRequest{}}})
	for i, e := range w.ends {
		for deadline := time.Now().Add(patience); ; {
			if err := e.stream.SendMsg(ask); err != nil {
				return err
			}
			e.asked++
			if e.await(30*time.Millisecond, func(log []*pb.WatchResponse, ended error) bool {
				return slices.ContainsFunc(log, func(r *pb.WatchResponse) bool { return isProgress(r) && r.Header.Revision >= revision })
			}) {
				break
			}
			if time.Now().After(deadline) {
				return fmt.Errorf("side %d has no progress at revision %d within %v: watchers %v, end %v", i, revision, patience, w.live, e.ended)
			}
		}
	}
	w.settled = revision
	return nil
}

// flush makes sure that no answer to an earlier request for progress comes later, when it would be taken for the answer
// to another. Control answers overtake others by chance alone, and never a dozen of them in a row.
func (e *end) flush() error {
	const many = 14
	refused := encoded(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: &pb.WatchCreateRequest{StartRevision: -1}}})
	for range many {
		if err := e.stream.SendMsg(refused); err != nil {
			return err
		}
	}
	if !e.await(patience, func(log []*pb.WatchResponse, ended error) bool {
		seen := 0
		for _, r := range log {
			if r.Created && r.Canceled {
				seen++
			}
		}
		return seen == many
	}) {
		return fmt.Errorf("watches from a negative revision were not refused; end %v", e.ended)
	}
	e.lock.Lock()
	defer e.lock.Unlock()
	e.log, e.asked = nil, 0
	return nil
}

// take gives what has come on both sides, watcher by watcher, and forgets it. Across watchers, and between events and
// progress, the order is open.
func (w *watchStream) take() (string, string, error) {
	var texts [2]string
	var pieces [2][][]int
	var logs [2][]*pb.WatchResponse
	for i, e := range w.ends {
		e.lock.Lock()
		log, problem := e.log, e.problem
		e.log = nil
		e.lock.Unlock()
		if problem != "" {
			return "", "", errors.New("an answer is not encoded as etcd does: " + problem)
		}
		logs[i] = log
		texts[i], pieces[i] = describe(log)
		if e.asked > 1 {
			if err := e.flush(); err != nil {
				return "", "", err
			}
		}
		e.asked = 0
	}
	if texts[0] == texts[1] {
		// Whether what a watcher catches up with is sent in pieces depends in etcd on which of two threads is quicker; it is
		// not if the events are found before the answer to the creation is sent. Where both cut, they must cut alike.
		for i, first := range pieces[0] {
			if second := pieces[1][i]; len(first) > 1 && len(second) > 1 && !slices.Equal(first, second) {
				return fmt.Sprint("pieces ", first, texts[0]), fmt.Sprint("pieces ", second, texts[1]), nil
			}
		}
	} else if eventBytes(logs[1]) >= largeCatchUp {
		for i, log := range logs {
			texts[i], _ = describe(joined(log))
		}
	}
	return texts[0], texts[1], nil
}

// largeCatchUp is where ours ends a batch for a watcher that is behind, to hold no more in memory; etcd ends it after
// 1,000 revisions only (docs/differences.md). Beyond it, where batches end is open.
const largeCatchUp = 4 << 20

func eventBytes(log []*pb.WatchResponse) int {
	total := 0
	for _, r := range log {
		for _, event := range r.Events {
			total += event.Size()
		}
	}
	return total
}

// joined puts the events of one watcher together that came one after the other at the same revision.
func joined(log []*pb.WatchResponse) []*pb.WatchResponse {
	var result []*pb.WatchResponse
	last := map[int64]*pb.WatchResponse{}
	for _, r := range log {
		before := last[r.WatchId]
		if before != nil && len(r.Events) > 0 && len(before.Events) > 0 && r.Header.Revision == before.Header.Revision {
			before.Events = append(slices.Clone(before.Events), r.Events...)
			before.Fragment = r.Fragment
			continue
		}
		copied := *r
		last[r.WatchId] = &copied
		result = append(result, &copied)
	}
	return result
}

// describe puts the pieces of a response together. The second result has for each response how many events its pieces
// have.
func describe(log []*pb.WatchResponse) (string, [][]int) {
	byID := map[int64][]*pb.WatchResponse{}
	for _, r := range log {
		if !isProgress(r) {
			byID[r.WatchId] = append(byID[r.WatchId], r)
		}
	}
	var ids []int64
	for id := range byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var out strings.Builder
	var pieces [][]int
	for _, id := range ids {
		fmt.Fprintf(&out, "watcher %d:\n", id)
		var whole *pb.WatchResponse
		var sizes []int
		for _, r := range byID[id] {
			sizes = append(sizes, len(r.Events))
			if whole == nil {
				copied := *r
				whole = &copied
			} else {
				whole.Events = append(slices.Clone(whole.Events), r.Events...)
			}
			if r.Fragment {
				continue
			}
			whole.Fragment = false
			fmt.Fprintf(&out, "  %s\n", describeResponse(whole))
			pieces = append(pieces, sizes)
			whole, sizes = nil, nil
		}
		if whole != nil {
			fmt.Fprintf(&out, "  %s\n", describeResponse(whole))
			pieces = append(pieces, sizes)
		}
	}
	return out.String(), pieces
}

func describeResponse(r *pb.WatchResponse) string {
	var out strings.Builder
	fmt.Fprintf(&out, "{%v}", r.Header)
	for _, flag := range []struct {
		set  bool
		name string
	}{{r.Created, "created"}, {r.Canceled, "canceled"}, {r.Fragment, "fragment"}} {
		if flag.set {
			out.WriteString(" " + flag.name)
		}
	}
	if r.CompactRevision != 0 || r.CancelReason != "" {
		fmt.Fprintf(&out, " compacted %d reason %q", r.CompactRevision, r.CancelReason)
	}
	for _, event := range r.Events {
		fmt.Fprintf(&out, " %s {%s}", event.Type, describePair(event.Kv))
		if event.PrevKv != nil {
			fmt.Fprintf(&out, " was {%s}", describePair(event.PrevKv))
		}
	}
	return out.String()
}

func describePair(pair *mvccpb.KeyValue) string {
	if pair == nil {
		return "none"
	}
	value := fmt.Sprintf("%q", pair.Value)
	if len(pair.Value) > 40 {
		value = fmt.Sprintf("%d bytes with CRC %08x", len(pair.Value), crc32.ChecksumIEEE(pair.Value))
	}
	return fmt.Sprintf("%q=%s create %d mod %d version %d lease %d",
		pair.Key, value, pair.CreateRevision, pair.ModRevision, pair.Version, pair.Lease)
}

// outcome waits for the end of the stream on both sides and gives its status.
func (w *watchStream) outcome() ([2]string, error) {
	var texts [2]string
	for i, e := range w.ends {
		if !e.await(patience, func(log []*pb.WatchResponse, ended error) bool { return ended != nil }) {
			return texts, fmt.Errorf("side %d of a watch stream has not ended", i)
		}
		texts[i] = fmt.Sprint(status.Code(e.ended), " ", status.Convert(e.ended).Message())
	}
	return texts, nil
}

func (w *watchStream) close() {
	for _, e := range w.ends {
		if e != nil {
			e.cancel()
		}
	}
}
