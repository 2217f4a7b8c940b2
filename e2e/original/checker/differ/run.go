package differ

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"google.golang.org/grpc/codes"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// A run is one stream of requests to both sides.
type run struct {
	*world
	sides   [2]*side // the original, and the one that is judged
	flags   []string
	number  int // of the request, from 1
	streams []*watchStream
	outcome map[string]int // how often which method ended how, for the summary
	report  func(d difference) error
	auth    *people
	expired bool // whether a lease may have run out, so that what is counted of leases is open
}

// A difference is what a run looks for.
type difference struct {
	number   int
	request  string
	original string
	other    string
}

func (r *run) differ(request, original, other string) error {
	original, other = apart(original, other)
	return r.report(difference{r.number, request, original, other})
}

// apart leaves of two long texts what surrounds the place at which they part.
func apart(a, b string) (string, string) {
	const before, after = 500, 1500
	if len(a) <= before+after && len(b) <= before+after {
		return a, b
	}
	same := 0
	for same < len(a) && same < len(b) && a[same] == b[same] {
		same++
	}
	around := func(text string) string {
		from, to := max(same-before, 0), min(same+after, len(text))
		return fmt.Sprintf("(%d characters, equal up to %d) …%s…", len(text), same, text[from:to])
	}
	return around(a), around(b)
}

// ask sends one request to both and compares; it returns the original's message, nil if it refused.
func (r *run) ask(c call) (message, error) {
	if r.auth != nil && c.metadata == nil {
		c.metadata = r.auth.someone(r.world, c.method)
	}
	answers := r.both(c)
	r.outcome[fmt.Sprintf("%s %v", c.method, answers[0].code)]++
	question := question(c)
	var texts [2]string
	var messages [2]message
	for i, a := range answers {
		texts[i] = fmt.Sprintf("%v %q metadata %s", a.code, a.text, a.names)
		if a.code != codes.OK {
			continue
		}
		m, err := decode(c.method, a.message)
		if err == nil {
			messages[i] = m
			r.learn(i, question, m)
			err = normalise(question, m)
		}
		if err != nil {
			texts[i] += " problem: " + err.Error()
		} else {
			texts[i] += "\n" + string(encoded(m))
		}
	}
	if !r.sides[0].alive() || !r.sides[1].alive() {
		return nil, fmt.Errorf("request %d ended a server: %s", r.number, describeCall(c))
	}
	if texts[0] != texts[1] {
		for i := range texts {
			texts[i], _, _ = strings.Cut(texts[i], "\n")
			if messages[i] != nil {
				texts[i] += "\n    " + messages[i].String()
			}
		}
		return messages[0], r.differ(describeCall(c), texts[0], texts[1])
	}
	return messages[0], nil
}

func question(c call) message {
	m, known := methods[c.method]
	if !known {
		return nil
	}
	q := m.request()
	if q.Unmarshal(c.request) != nil {
		return nil
	}
	return q
}

func (r *run) both(c call) [2]answer {
	var answers [2]answer
	done := make(chan struct{})
	go func() {
		answers[1] = r.sides[1].ask(c)
		close(done)
	}()
	answers[0] = r.sides[0].ask(c)
	<-done
	return answers
}

// learn notes what later requests build on.
func (r *run) learn(side int, question, m message) {
	if token, ok := m.(*pb.AuthenticateResponse); ok && r.auth != nil {
		r.auth.learn(r.sides[side], question.(*pb.AuthenticateRequest), token.Token)
	}
	if side == 1 {
		return
	}
	if withHeader, ok := m.(interface{ GetHeader() *pb.ResponseHeader }); ok {
		if header := withHeader.GetHeader(); header != nil {
			r.head = max(r.head, header.Revision)
			r.memberID = header.MemberId
		}
	}
}

func describeCall(c call) string {
	text := c.method + " "
	if q := question(c); q != nil {
		text += shorten(q.String())
	} else if len(c.request) > 500 {
		text += fmt.Sprintf("%x… (%d bytes)", c.request[:500], len(c.request))
	} else {
		text += fmt.Sprintf("%x", c.request)
	}
	if len(c.metadata) > 0 {
		text += fmt.Sprintf(" metadata %q", c.metadata)
	}
	if c.gzip {
		text += " gzip"
	}
	return text
}

func shorten(text string) string {
	const most = 3000
	if len(text) > most {
		return fmt.Sprintf("%s… (%d characters)", text[:most], len(text))
	}
	return text
}

// step sends the next request, or the next few that belong together.
func (r *run) step() error {
	large := 1
	if r.maxRequestBytes < 100_000 {
		large = 40 // they are not so large then
	}
	kinds := []struct {
		weight int
		make   func() error
	}{
		{260, r.unary(func() call { return request(kv+"Range", r.rangeRequest()) })},
		{260, r.unary(func() call { return request(kv+"Put", r.putRequest()) })},
		{60, r.unary(func() call { return request(kv+"DeleteRange", r.deleteRequest()) })},
		{160, r.unary(r.txn)},
		{40, r.unary(r.grant)},
		{15, r.unary(func() call { return request(lease+"LeaseRevoke", &pb.LeaseRevokeRequest{ID: r.leaseID()}) })},
		{20, r.unary(func() call {
			return request(lease+"LeaseTimeToLive", &pb.LeaseTimeToLiveRequest{ID: pick(r.world, 0, r.leaseID(), r.leaseID()), Keys: r.chance(60)})
		})},
		{8, r.unary(func() call { return request(lease+"LeaseLeases", &pb.LeaseLeasesRequest{}) })},
		{15, r.keepAlive},
		{1, r.anonymousGrant},
		{1, r.shortGrant},
		{15, r.compact},
		{12, r.unary(func() call { return request(maintenance+"HashKV", &pb.HashKVRequest{Revision: r.revision()}) })},
		{6, r.unary(func() call { return request(maintenance+"Status", &pb.StatusRequest{}) })},
		{4, r.unary(func() call {
			return request(maintenance+"Alarm", &pb.AlarmRequest{MemberID: pick(r.world, 0, r.memberID), Alarm: pb.AlarmType(r.Intn(4))})
		})},
		{3, r.alarm},
		{2, r.hash},
		{1, r.unary(func() call { return request(maintenance+"Defragment", &pb.DefragmentRequest{}) })},
		{1, r.snapshot},
		{2, r.unary(func() call {
			return request(maintenance+"MoveLeader", &pb.MoveLeaderRequest{TargetID: pick(r.world, 0, 7, r.memberID)})
		})},
		{5, r.unary(func() call { return request(cluster+"MemberList", &pb.MemberListRequest{Linearizable: r.chance(50)}) })},
		{3, r.unary(func() call {
			// A message with one text of up to four bytes: the service's name.
			if r.chance(20) {
				return call{method: health + "List"}
			}
			return call{method: health + "Check", request: pick(r.world, nil, []byte{0x0a, 0}, []byte{0x0a, 1, 'x'})}
		})},
		{2, r.unary(func() call {
			return call{method: pick(r.world, kv+"None", "/etcdserverpb.None/Range", "/None/", "/etcdserverpb.KV/range")}
		})},
		{30, r.unary(func() call { return r.damaged(r.anyCall()) })},
		{large, r.large},
		{25, r.createWatch},
		{12, r.cancelWatch},
		{6, r.settle},
		{3, r.endWatch},
		{1, r.fragments},
	}
	if r.auth != nil {
		kinds = append(kinds, struct {
			weight int
			make   func() error
		}{250, r.unary(func() call { return r.auth.request(r.world) })})
	}
	total := 0
	for _, kind := range kinds {
		total += kind.weight
	}
	n := r.Intn(total)
	for _, kind := range kinds {
		if n -= kind.weight; n < 0 {
			return kind.make()
		}
	}
	panic("unreachable")
}

func (r *run) unary(make func() call) func() error {
	return func() error {
		c := make()
		c.gzip = r.chance(3)
		if r.auth == nil && r.chance(5) {
			c.metadata = pick(r.world, []string{"token", "nobody.1"}, []string{"hasleader", "true"}, []string{"hasleader", "false"},
				[]string{"authorization", "Bearer x"}, []string{"client-api-version", "3.6"})
			if question(c) == nil && c.metadata[0] == "client-api-version" {
				c.metadata = nil // ours counts it under this version, etcd nowhere
			}
		}
		_, err := r.ask(c)
		return err
	}
}

func (r *run) txn() call {
	for {
		if q := r.txnRequest(3); !crashesEtcd(q) {
			return request(kv+"Txn", q)
		}
	}
}

func (r *run) grant() call {
	ttl := r.ttl()
	if r.chance(10) {
		ttl = pick[int64](r.world, 9_000_000_000, 9_000_000_001, math.MaxInt64)
	}
	return request(lease+"LeaseGrant", &pb.LeaseGrantRequest{ID: r.leaseID(), TTL: ttl})
}

// anyCall is a call to damage: it may do nothing that the rest of the run would not.
func (r *run) anyCall() call {
	return pick(r.world,
		func() call { return request(kv+"Range", r.rangeRequest()) },
		func() call { return request(kv+"Put", r.putRequest()) },
		func() call { return request(kv+"DeleteRange", r.deleteRequest()) },
		func() call { return r.txn() },
		func() call { return request(lease+"LeaseGrant", &pb.LeaseGrantRequest{ID: r.leaseID(), TTL: r.ttl()}) },
		func() call { return request(lease+"LeaseRevoke", &pb.LeaseRevokeRequest{ID: r.leaseID()}) },
		func() call { return request(lease+"LeaseTimeToLive", &pb.LeaseTimeToLiveRequest{ID: r.leaseID()}) },
		func() call { return request(lease+"LeaseLeases", &pb.LeaseLeasesRequest{}) },
		func() call { return request(maintenance+"Alarm", &pb.AlarmRequest{MemberID: r.memberID}) },
		func() call { return request(maintenance+"Status", &pb.StatusRequest{}) },
		func() call { return request(maintenance+"HashKV", &pb.HashKVRequest{Revision: r.revision()}) },
		func() call { return request(cluster+"MemberList", &pb.MemberListRequest{Linearizable: true}) },
	)()
}

// anonymousGrant asks for a lease without naming it. The two sides choose different ids, so it is given back at once.
func (r *run) anonymousGrant() error {
	c := request(lease+"LeaseGrant", &pb.LeaseGrantRequest{TTL: r.ttl()})
	c.metadata = r.root()
	var texts [2]string
	for i, a := range r.both(c) {
		texts[i] = fmt.Sprint(a.code, " ", a.text)
		if a.code != codes.OK {
			continue
		}
		m, err := decode(c.method, a.message)
		if err != nil {
			return err
		}
		granted := m.(*pb.LeaseGrantResponse)
		revoke := request(lease+"LeaseRevoke", &pb.LeaseRevokeRequest{ID: granted.ID})
		revoke.metadata = c.metadata
		revoked := r.sides[i].ask(revoke)
		texts[i] += fmt.Sprintf(" positive %t TTL %d header {%v}, then %v %q", granted.ID > 0, granted.TTL, granted.Header, revoked.code, revoked.text)
	}
	if texts[0] != texts[1] {
		return r.differ(describeCall(c)+" and its revocation", texts[0], texts[1])
	}
	return nil
}

// shortGrant asks for a time that is raised to the shortest there is, two seconds, and revokes at once. On a machine in
// trouble the lease may run out in between.
func (r *run) shortGrant() error {
	const id = 99
	grant := request(lease+"LeaseGrant", &pb.LeaseGrantRequest{ID: id, TTL: pick[int64](r.world, 0, 1, 2, -1, math.MinInt64)})
	grant.metadata = r.root()
	if m, err := r.ask(grant); m == nil || err != nil {
		return err
	}
	revoke := request(lease+"LeaseRevoke", &pb.LeaseRevokeRequest{ID: id})
	revoke.metadata = grant.metadata
	for _, a := range r.both(revoke) {
		r.expired = r.expired || a.code == codes.NotFound
	}
	return nil
}

func (r *run) root() []string {
	if r.auth == nil {
		return nil
	}
	return r.auth.root()
}

// keepAlive opens a stream and renews some leases, known and unknown.
func (r *run) keepAlive() error {
	var requests [][]byte
	for range 1 + r.Intn(4) {
		requests = append(requests, encoded(&pb.LeaseKeepAliveRequest{ID: r.leaseID()}))
	}
	if r.chance(5) {
		requests = append(requests, []byte{0x0a, 1, 'x'})
	}
	var md []string
	if r.auth != nil {
		md = r.auth.someone(r.world, lease+"LeaseKeepAlive")
	}
	var texts [2]string
	for i, s := range r.sides {
		stream, cancel, err := s.stream(lease+"LeaseKeepAlive", md)
		if err != nil {
			return err
		}
		for _, data := range requests {
			_ = stream.SendMsg(data)
			var reply []byte
			if err := stream.RecvMsg(&reply); err != nil {
				texts[i] += err.Error()
				break
			}
			response := &pb.LeaseKeepAliveResponse{}
			if err := response.Unmarshal(reply); err != nil {
				return err
			}
			texts[i] += fmt.Sprintf("{%v} %x\n", response, reply)
		}
		_ = stream.CloseSend()
		var rest []byte
		texts[i] += fmt.Sprint("then ", stream.RecvMsg(&rest))
		cancel()
	}
	r.outcome[lease+"LeaseKeepAlive"]++
	if texts[0] != texts[1] {
		return r.differ(fmt.Sprintf("%sLeaseKeepAlive %x %q", lease, requests, md), texts[0], texts[1])
	}
	return nil
}

// compact waits, by asking for the same again, until the compaction has done its work: only then do both sides keep the
// hash that it makes, and the same pages.
func (r *run) compact() error {
	if err := r.settle(); err != nil {
		return err
	}
	q := &pb.CompactionRequest{Revision: r.pastRevision(), Physical: r.chance(50)}
	if r.chance(30) {
		q.Revision = r.revision()
	}
	c := request(kv+"Compact", q)
	if r.auth != nil {
		c.metadata = r.auth.someone(r.world, c.method)
	}
	m, err := r.ask(c)
	if err != nil || m == nil {
		return err
	}
	r.compacted = q.Revision
	again := request(kv+"Compact", &pb.CompactionRequest{Revision: q.Revision, Physical: true})
	again.metadata = c.metadata
	_, err = r.ask(again)
	return err
}

// alarm raises an alarm, sends some requests under it, and puts it out.
func (r *run) alarm() error {
	q := &pb.AlarmRequest{Action: pb.AlarmRequest_ACTIVATE, MemberID: pick(r.world, r.memberID, 7), Alarm: pb.AlarmType(r.Intn(3))}
	c := request(maintenance+"Alarm", q)
	c.metadata = r.root()
	if _, err := r.ask(c); err != nil {
		return err
	}
	for range r.Intn(12) {
		if err := pick(r.world,
			r.unary(func() call { return request(kv+"Put", r.putRequest()) }),
			r.unary(r.txn),
			r.unary(func() call { return request(kv+"DeleteRange", r.deleteRequest()) }),
			r.unary(func() call { return request(kv+"Range", r.rangeRequest()) }),
			r.unary(r.grant),
			r.unary(func() call { return request(lease+"LeaseRevoke", &pb.LeaseRevokeRequest{ID: r.leaseID()}) }),
			r.unary(func() call { return request(lease+"LeaseTimeToLive", &pb.LeaseTimeToLiveRequest{ID: r.leaseID()}) }),
			r.unary(func() call { return request(maintenance+"Status", &pb.StatusRequest{}) }),
			r.unary(func() call { return request(maintenance+"HashKV", &pb.HashKVRequest{}) }),
			r.unary(func() call { return c }),
			r.unary(func() call {
				return request(maintenance+"Alarm", &pb.AlarmRequest{Action: pb.AlarmRequest_DEACTIVATE, MemberID: 99, Alarm: q.Alarm})
			}),
		)(); err != nil {
			return err
		}
	}
	q.Action = pb.AlarmRequest_DEACTIVATE
	c = request(maintenance+"Alarm", q)
	c.metadata = r.root()
	_, err := r.ask(c)
	return err
}

// hash compares the hash of the whole database, which is equal only when both have written all they know.
func (r *run) hash() error {
	if r.auth != nil {
		return nil // the hashes of passwords are salted
	}
	c := request(maintenance+"Hash", &pb.HashRequest{})
	var last [2]answer
	for range 100 {
		last = r.both(c)
		if bytes.Equal(last[0].message, last[1].message) && last[0].code == last[1].code {
			break
		}
	}
	_, err := r.ask(c)
	return err
}

// snapshot compares what is said about the database on its way; the file itself differs in its pages.
func (r *run) snapshot() error {
	var texts [2]string
	for i, s := range r.sides {
		text, err := s.snapshot(r.root())
		if err != nil {
			text = err.Error()
		}
		texts[i] = text
	}
	r.outcome[maintenance+"Snapshot"]++
	if texts[0] != texts[1] {
		return r.differ(maintenance+"Snapshot", texts[0], texts[1])
	}
	return nil
}

// large sends requests around the limits of size (spec/api.md 15).
func (r *run) large() error {
	maxRequest, maxMessage := r.maxRequestBytes, r.maxRequestBytes+512*1024
	put := &pb.PutRequest{Key: []byte("large")}
	switch r.Intn(3) {
	case 0: // the proposal, with its header, is just about the limit
		put.Value = make([]byte, maxRequest-100)
		// The upper bits of a request's id are the lower ones of the member's.
		id := r.memberID<<48 | 1<<40
		size := (&pb.InternalRaftRequest{Header: &pb.RequestHeader{ID: id}, Put: put}).Size()
		put.Value = make([]byte, len(put.Value)+maxRequest-size+r.Intn(5)-2)
	case 1: // the message is
		put.Value = make([]byte, maxMessage-100)
		put.Value = make([]byte, len(put.Value)+maxMessage-put.Size()+r.Intn(3)-1)
	default:
		put.Value = make([]byte, maxRequest+r.Intn(4_000_000))
	}
	c := request(kv+"Put", put)
	c.metadata = r.root()
	if _, err := r.ask(c); err != nil {
		return err
	}
	c = request(kv+"DeleteRange", &pb.DeleteRangeRequest{Key: put.Key})
	c.metadata = r.root()
	_, err := r.ask(c)
	return err
}

// ---- watches ----

const mostStreams = 4

func (r *run) someStream() (*watchStream, error) {
	if len(r.streams) > 0 && (len(r.streams) == mostStreams || r.chance(70)) {
		return pick(r.world, r.streams...), nil
	}
	var md []string
	if r.auth != nil {
		md = r.auth.someone(r.world, "/etcdserverpb.Watch/Watch")
	}
	return r.openStream(md)
}

func (r *run) openStream(md []string) (*watchStream, error) {
	w := &watchStream{live: map[int64]bool{}}
	for i, s := range r.sides {
		e, err := openEnd(s, md)
		if err != nil {
			w.close()
			return nil, err
		}
		w.ends[i] = e
	}
	r.streams = append(r.streams, w)
	return w, nil
}

func (r *run) createWatch() error {
	w, err := r.someStream()
	if err != nil {
		return err
	}
	q := &pb.WatchCreateRequest{Key: r.key(), PrevKv: r.chance(40), Fragment: r.chance(30), ProgressNotify: r.chance(30)}
	q.RangeEnd = r.rangeEnd(q.Key)
	switch n := r.Intn(100); {
	case n < 40:
	case n < 75:
		q.StartRevision = r.pastRevision()
	case n < 85:
		q.StartRevision = r.head + 1 + int64(r.Intn(3))
	default:
		q.StartRevision = r.revision()
		if q.StartRevision == math.MaxInt64 {
			q.StartRevision = 0 // such a watcher would keep its stream from ever being asked for progress
		}
	}
	if r.chance(25) {
		q.Filters = append(q.Filters, pick(r.world, pb.WatchCreateRequest_NOPUT, pb.WatchCreateRequest_NODELETE, 7))
	}
	if r.chance(20) {
		q.WatchId = pick[int64](r.world, 1, 2, 3, 1000, -1000, math.MaxInt64)
	}
	return r.watch(w, q)
}

// watch creates a watcher and waits for what it says about the past.
func (r *run) watch(w *watchStream, q *pb.WatchCreateRequest) error {
	if w.newest > r.head && q.StartRevision > 0 && q.StartRevision <= r.head {
		// Another watcher waits for the future, so that there is no progress by which one could see that this one has caught
		// up with the past, and what it finds there would depend on when it does.
		q.StartRevision = 0
	}
	before := w.count(func(a *pb.WatchResponse) bool { return a.Created })
	if err := w.send(encoded(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: q}})); err != nil {
		return err
	}
	created, err := w.awaitOneMore(before, func(a *pb.WatchResponse) bool { return a.Created })
	if err != nil {
		return err
	}
	r.outcome[fmt.Sprintf("Watch create refused=%t", created[0].Canceled)]++
	if describeResponse(created[0]) != describeResponse(created[1]) || created[0].WatchId != created[1].WatchId {
		return r.differ(fmt.Sprintf("WatchCreateRequest{%v}", q), fmt.Sprint(created[0]), fmt.Sprint(created[1]))
	}
	if created[0].Canceled {
		return nil
	}
	id := created[0].WatchId
	w.live[id], w.settled = true, 0
	w.newest = max(w.newest, q.StartRevision)
	if q.StartRevision > 0 && q.StartRevision < r.compacted {
		// Answered with a cancellation; as long as the client does not send one too, there is no progress on the stream.
		refusal := func(a *pb.WatchResponse) bool { return a.WatchId == id && a.Canceled && a.CompactRevision != 0 }
		if _, err := w.awaitOneMore([2]int{}, refusal); err != nil {
			return fmt.Errorf("watcher %d from compacted revision %d: %w", id, q.StartRevision, err)
		}
		return r.cancel(w, id)
	}
	return r.compareStream(w)
}

func (r *run) cancel(w *watchStream, id int64) error {
	if err := w.cancel(id); err != nil {
		return err
	}
	return r.compareStream(w)
}

// cancel ends a watcher, and returns when both sides have said so.
func (w *watchStream) cancel(id int64) error {
	isAnswer := func(a *pb.WatchResponse) bool {
		return a.WatchId == id && a.Canceled && a.CompactRevision == 0 && !a.Created
	}
	before := w.count(isAnswer)
	if err := w.send(encoded(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CancelRequest{CancelRequest: &pb.WatchCancelRequest{WatchId: id}}})); err != nil {
		return err
	}
	if w.live[id] {
		delete(w.live, id)
		if _, err := w.awaitOneMore(before, isAnswer); err != nil {
			return fmt.Errorf("cancel of watcher %d: %w", id, err)
		}
	}
	return nil
}

// leave ends a stream from the client's side, watcher by watcher before: when a server sees that its client has gone is
// open, and until then it counts events.
func (w *watchStream) leave() error {
	for _, id := range slices.Sorted(maps.Keys(w.live)) {
		if err := w.cancel(id); err != nil {
			return err
		}
	}
	w.close()
	return nil
}

// compareStream compares what has come over a stream, once all has come.
func (r *run) compareStream(w *watchStream) error {
	if len(w.live) > 0 && w.newest > r.head {
		return nil // somebody waits for a revision that is still to come; until then there is no progress
	}
	if err := w.settle(r.head); err != nil {
		return err
	}
	original, other, err := w.take()
	if err != nil {
		return err
	}
	if original != other {
		return r.differ("a watch stream", original, other)
	}
	return nil
}

func (r *run) settle() error {
	for _, w := range r.streams {
		if err := r.compareStream(w); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) cancelWatch() error {
	if len(r.streams) == 0 {
		return nil
	}
	w := pick(r.world, r.streams...)
	if len(w.live) == 0 || w.newest > r.head {
		return nil
	}
	if err := r.compareStream(w); err != nil {
		return err
	}
	var ids []int64
	for id := range w.live {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	id := pick(r.world, ids...)
	if r.chance(15) {
		id = pick[int64](r.world, 12345, -1) // unknown: nothing is said
	}
	r.outcome["Watch cancel"]++
	return r.cancel(w, id)
}

// endWatch ends a stream: by an invalid message, or from the client's side.
func (r *run) endWatch() error {
	if len(r.streams) == 0 {
		return nil
	}
	w := r.streams[0]
	if err := r.compareStream(w); err != nil {
		return err
	}
	r.streams = r.streams[1:]
	defer w.close()
	if r.chance(50) {
		if err := w.leave(); err != nil {
			return err
		}
	} else if err := w.send(pick(r.world, []byte{0x0a, 1, 'x'}, []byte{0x0a, 5}, []byte{0x12, 2, 0x0a, 0}, []byte{0x00})); err != nil {
		return err
	}
	ends, err := w.outcome()
	if err != nil {
		return err
	}
	r.outcome["Watch end "+ends[0]]++
	if ends[0] != ends[1] {
		return r.differ("the end of a watch stream", ends[0], ends[1])
	}
	return nil
}

// fragments writes a few large values and lets a watcher read them in pieces, and another in one.
func (r *run) fragments() error {
	first := r.head + 1
	for i := range 5 {
		c := request(kv+"Put", &pb.PutRequest{Key: []byte("large"), Value: bytes.Repeat([]byte{byte('0' + i)}, 500_000+r.Intn(500_000))})
		c.metadata = r.root()
		if _, err := r.ask(c); err != nil {
			return err
		}
	}
	w, err := r.openStream(r.root())
	if err != nil {
		return err
	}
	if r.head >= first {
		for _, fragment := range []bool{true, false} {
			q := &pb.WatchCreateRequest{Key: []byte("large"), StartRevision: first, Fragment: fragment, PrevKv: r.chance(50)}
			if err := r.watch(w, q); err != nil {
				return err
			}
		}
	}
	if err := w.leave(); err != nil {
		return err
	}
	r.streams = r.streams[:len(r.streams)-1]
	c := request(kv+"DeleteRange", &pb.DeleteRangeRequest{Key: []byte("large")})
	c.metadata = r.root()
	_, err = r.ask(c)
	return err
}
