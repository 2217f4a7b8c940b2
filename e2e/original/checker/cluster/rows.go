package cluster

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Rows says what a cluster answers that has lost its leader, has learners, or is forwarded to: one verdict per row. The
// expected texts are the original's.
func Rows(args []string) error {
	flags := flag.NewFlagSet("rows", flag.ContinueOnError)
	program := flags.String("program", "", "etcd of all members")
	dir := flags.String("dir", "", "where data and logs go")
	if err := flags.Parse(args); err != nil {
		return err
	}
	c := newCluster(*dir)
	defer c.close()
	for range 3 {
		if _, err := c.add(*program); err != nil {
			return err
		}
	}
	if err := c.found(); err != nil {
		return err
	}
	r := &rows{c: c}
	r.forwarding(*program)
	timeouts, err := r.lostLeader()
	if err != nil {
		return err
	}
	if err := r.learners(*program); err != nil {
		return err
	}
	timeouts()
	if err := r.oneOfThreeGone(); err != nil {
		return err
	}
	if err := r.isolatedLeader(); err != nil {
		return err
	}
	if err := r.noLeader(); err != nil {
		return err
	}
	if r.failed > 0 {
		return fmt.Errorf("%d rows failed", r.failed)
	}
	return nil
}

type rows struct {
	c      *cluster
	failed int
}

func (r *rows) say(row string, err error) {
	if err == nil {
		fmt.Println("PASS", row)
		return
	}
	r.failed++
	fmt.Printf("FAIL %s: %v\n", row, err)
}

// refused demands the status.
func refused(err error, code codes.Code, text string) error {
	if code == codes.DeadlineExceeded && status.Code(err) == code && strings.Contains(err.Error(), "RST_STREAM with error code: CANCEL") {
		return nil // the server's clock was quicker than the client's
	}
	if status.Code(err) != code || status.Convert(err).Message() != text {
		return fmt.Errorf("got %v, want %v %s", err, code, text)
	}
	return nil
}

func shortly() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

func needsLeader(ctx context.Context) context.Context {
	return metadata.AppendToOutgoingContext(ctx, "hasleader", "true")
}

// await asks again until it is so.
func await(what string, so func() bool) error {
	deadline := time.Now().Add(patience)
	for !so() {
		if time.Now().After(deadline) {
			return errors.New("not in time: " + what)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

func (r *rows) follower() *member {
	for {
		if leader := r.c.leader(); leader != nil {
			return r.except(leader)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (r *rows) except(one *member) *member {
	for _, m := range r.c.all() {
		if m != one {
			return m
		}
	}
	panic("nobody else")
}

func keepAlive(ctx context.Context, conn *grpc.ClientConn, id int64) (int64, error) {
	stream, err := pb.NewLeaseClient(conn).LeaseKeepAlive(ctx)
	if err != nil {
		return 0, err
	}
	if err := stream.Send(&pb.LeaseKeepAliveRequest{ID: id}); err != nil {
		return 0, err
	}
	answer, err := stream.Recv()
	if err != nil {
		return 0, err
	}
	return answer.TTL, nil
}

// lostLeader cuts off the leader while requests are under way. What becomes of writes is known only when their time is
// over; the function it returns waits for that and says it.
func (r *rows) lostLeader() (func(), error) {
	const timedOut = "etcdserver: request timed out"
	// Only shortly after an election is it thought of. Where that took long, the row is looked at again, but not for ever on
	// a machine with too much to do.
	for try := 1; ; try++ {
		old := r.c.leader()
		for old == nil {
			old = r.c.leader()
		}
		n := &nemesis{c: r.c}
		r.c.network.throw(n.around(old, true, true)...)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		start := time.Now()
		read, writes := make(chan error, 1), map[*member]chan error{}
		for _, m := range r.c.all() {
			answer := make(chan error, 1)
			writes[m] = answer
			go func() {
				_, err := pb.NewKVClient(m.conn).Put(ctx, &pb.PutRequest{Key: []byte("lost")})
				answer <- err
			}()
		}
		follower := r.except(old)
		go func() {
			_, err := pb.NewKVClient(follower.conn).Range(ctx, &pb.RangeRequest{Key: []byte("lost")})
			read <- err
		}()
		var next *member
		err := await("another leader", func() bool {
			next = r.c.leader()
			return next != nil && next != old
		})
		took := time.Since(start)
		r.c.network.heal(false)
		if err != nil {
			cancel()
			return nil, err
		}
		late := took > 1700*time.Millisecond
		if late && try < 3 {
			cancel()
			if err := r.connected(); err != nil {
				return nil, err
			}
			continue
		}
		return func() {
			defer cancel()
			demand := func(row string, answer chan error, text string) {
				err := refused(<-answer, codes.Unavailable, text)
				if late {
					row, err = row+" (too late to tell)", nil
				}
				r.say(row, err)
			}
			demand("a read whose leader changes", read, "etcdserver: leader changed")
			for m, answer := range writes {
				switch m {
				case old:
					demand("a write to a leader that is cut off", answer, timedOut+", possibly due to connection lost")
				case next:
					demand("a write to who leads next", answer, timedOut+", possibly due to previous leader failure")
				default:
					demand("a write to who loses its leader", answer, timedOut)
				}
			}
		}, r.c.awaitAll()
	}
}

func (r *rows) forwarding(program string) {
	ctx, cancel := shortly()
	defer cancel()
	follower := r.follower()
	lease := pb.NewLeaseClient(follower.conn)
	_, err := lease.LeaseGrant(ctx, &pb.LeaseGrantRequest{ID: 77, TTL: 300})
	ttl := int64(0)
	if err == nil {
		ttl, err = keepAlive(ctx, follower.conn, 77)
	}
	if err == nil && ttl != 300 {
		err = fmt.Errorf("TTL %d", ttl)
	}
	r.say("a renewal is forwarded to the leader", err)
	ttl, err = keepAlive(ctx, follower.conn, 78)
	if err == nil && ttl != 0 {
		err = fmt.Errorf("TTL %d", ttl)
	}
	r.say("renewal of an unknown lease through a follower answers 0", err)
	life, err := lease.LeaseTimeToLive(ctx, &pb.LeaseTimeToLiveRequest{ID: 77})
	if err == nil && (life.TTL < 200 || life.TTL > 300 || life.GrantedTTL != 300) {
		err = fmt.Errorf("%v", life)
	}
	r.say("a lease's time is asked of the leader", err)
	_, err = pb.NewMaintenanceClient(follower.conn).MoveLeader(ctx, &pb.MoveLeaderRequest{TargetID: follower.id})
	r.say("a follower does not move the leader", refused(err, codes.FailedPrecondition, "etcdserver: not leader"))
	_, err = lease.LeaseGrant(ctx, &pb.LeaseGrantRequest{ID: 79, TTL: 2})
	if err == nil {
		err = await("lease ended everywhere", func() bool {
			for _, m := range r.c.all() {
				leases, err := pb.NewLeaseClient(m.conn).LeaseLeases(ctx, &pb.LeaseLeasesRequest{})
				if err != nil || len(leases.Leases) != 1 {
					return false
				}
			}
			return true
		})
	}
	r.say("a lease granted through a follower ends on all members", err)
	r.say("leadership moves", r.moveLeader(ctx))
}

func (r *rows) moveLeader(ctx context.Context) error {
	target := r.follower()
	leader := r.c.leader()
	if leader == nil {
		return errors.New("nobody leads")
	}
	if _, err := pb.NewMaintenanceClient(leader.conn).MoveLeader(ctx, &pb.MoveLeaderRequest{TargetID: target.id}); err != nil {
		return err
	}
	return await("the target leads", func() bool { return r.c.leader() == target })
}

func (r *rows) learners(program string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	first := r.c.all()[0]
	learner, err := r.c.add(program)
	if err != nil {
		return err
	}
	add := func(url string, learner bool) (*pb.MemberAddResponse, error) {
		var added *pb.MemberAddResponse
		err := untilTaken(func() (err error) {
			added, err = pb.NewClusterClient(first.conn).MemberAdd(ctx, &pb.MemberAddRequest{PeerURLs: []string{url}, IsLearner: learner})
			return err
		})
		return added, err
	}
	// Not before all have been connected for five seconds; until then the answer is the row.
	var early error
	err = await("a learner is added", func() bool {
		_, err := add(learner.peerURL(), true)
		if err != nil {
			early = err
		}
		return err == nil || strings.Contains(err.Error(), "Peer URLs already exists")
	})
	if err != nil {
		return errors.Join(err, early)
	}
	if early != nil {
		r.say("too early for a change", refused(early, codes.Unavailable, "etcdserver: unhealthy cluster"))
	}
	_, err = add("http://127.0.0.1:1", true)
	r.say("--max-learners", refused(err, codes.FailedPrecondition, "etcdserver: too many learner members in cluster"))
	if err := r.c.launch(learner, r.c.initial(), "existing"); err != nil {
		return err
	}
	if err := r.c.await(learner); err != nil {
		return err
	}
	const text = "etcdserver: rpc not supported for learner"
	kv := pb.NewKVClient(learner.conn)
	_, err = kv.Put(ctx, &pb.PutRequest{Key: []byte("a")})
	r.say("learner: put", refused(err, codes.FailedPrecondition, text))
	_, err = kv.Range(ctx, &pb.RangeRequest{Key: []byte("a")})
	r.say("learner: range", refused(err, codes.FailedPrecondition, text))
	_, err = kv.Txn(ctx, &pb.TxnRequest{})
	r.say("learner: txn", refused(err, codes.FailedPrecondition, text))
	_, err = pb.NewClusterClient(learner.conn).MemberList(ctx, &pb.MemberListRequest{})
	r.say("learner: member list", refused(err, codes.FailedPrecondition, text))
	_, err = pb.NewMaintenanceClient(learner.conn).HashKV(ctx, &pb.HashKVRequest{})
	r.say("learner: hashkv", refused(err, codes.FailedPrecondition, text))
	_, err = keepAlive(ctx, learner.conn, 77)
	r.say("learner: keep-alive", refused(err, codes.FailedPrecondition, text))
	watcher, err := pb.NewWatchClient(learner.conn).Watch(ctx)
	if err == nil {
		_, err = watcher.Recv()
	}
	r.say("learner: watch", refused(err, codes.FailedPrecondition, text))
	_, err = kv.Range(ctx, &pb.RangeRequest{Key: []byte("a"), Serializable: true})
	r.say("learner: serializable range", err)
	answer, err := learner.status()
	if err == nil && !answer.IsLearner {
		err = errors.New("does not say so")
	}
	r.say("learner: status", err)
	leader := r.c.leader()
	if leader != nil {
		_, err = pb.NewMaintenanceClient(leader.conn).MoveLeader(ctx, &pb.MoveLeaderRequest{TargetID: learner.id})
		r.say("a learner cannot lead", refused(err, codes.FailedPrecondition, "etcdserver: bad leader transferee"))
	}
	_, err = pb.NewClusterClient(first.conn).MemberPromote(ctx, &pb.MemberPromoteRequest{ID: first.id})
	r.say("a voter is not promoted", refused(err, codes.FailedPrecondition, "etcdserver: can only promote a learner member"))
	if err := untilTaken(func() error {
		_, err := pb.NewClusterClient(first.conn).MemberRemove(ctx, &pb.MemberRemoveRequest{ID: learner.id})
		return err
	}); err != nil {
		return err
	}
	err = learner.awaitEnd()
	r.say("a removed member ends", err)
	r.c.drop(learner)
	return err
}

// isolatedLeader: it steps down, answers nothing stale, and does not disturb the others when it is back.
func (r *rows) isolatedLeader() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	// Another election may be under way on a busy machine; then the row is looked at again.
	var disturbed error
	for range 3 {
		old := r.c.leader()
		for old == nil {
			old = r.c.leader()
		}
		other := r.follower()
		n := &nemesis{c: r.c}
		watching, err := pb.NewWatchClient(old.conn).Watch(needsLeader(ctx))
		if err != nil {
			return err
		}
		r.c.network.hold(n.around(old, true, true)...)
		err = await("a new leader", func() bool {
			status, err := other.status()
			return err == nil && status.Leader != 0 && status.Leader != old.id
		})
		if err != nil {
			return err
		}
		if err := await("a write", func() bool {
			_, err := pb.NewKVClient(other.conn).Put(ctx, &pb.PutRequest{Key: []byte("seat"), Value: []byte("taken")})
			return err == nil
		}); err != nil {
			return err
		}
		stale, stop := context.WithTimeout(ctx, 3*time.Second)
		_, err = pb.NewKVClient(old.conn).Range(stale, &pb.RangeRequest{Key: []byte("seat")})
		stop()
		if err == nil {
			err = errors.New("it answered")
		} else {
			err = nil
		}
		r.say("a partitioned leader gives no stale read", err)
		r.say("a partitioned leader steps down", await("no leader there", func() bool {
			status, err := old.status()
			return err == nil && status.Leader == 0
		}))
		_, err = watching.Recv()
		r.say("a stream with hasleader ends there", refused(err, codes.Unavailable, "etcdserver: no leader"))
		before, err := other.status()
		if err != nil {
			return err
		}
		r.c.network.heal(false)
		if err := await("the old leader follows", func() bool {
			status, err := old.status()
			// The term in a status is that of the entry applied last.
			return err == nil && status.Leader != 0 && status.RaftTerm >= before.RaftTerm
		}); err != nil {
			return err
		}
		now, err := old.status()
		if err != nil {
			return err
		}
		disturbed = nil
		if now.RaftTerm != before.RaftTerm || now.Leader != before.Leader {
			disturbed = fmt.Errorf("term %d leader %x became term %d leader %x", before.RaftTerm, before.Leader, now.RaftTerm, now.Leader)
			continue
		}
		break
	}
	r.say("a returning leader disturbs nobody", disturbed)
	return r.c.awaitAll()
}

// noLeader: two of three are gone.
func (r *rows) noLeader() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	members := r.c.all()
	alone := members[0]
	watching, err := pb.NewWatchClient(alone.conn).Watch(needsLeader(ctx))
	if err != nil {
		return err
	}
	renewing, err := pb.NewLeaseClient(alone.conn).LeaseKeepAlive(needsLeader(ctx))
	if err != nil {
		return err
	}
	patient, err := pb.NewWatchClient(alone.conn).Watch(ctx)
	if err != nil {
		return err
	}
	members[1].kill()
	members[2].kill()
	if err := await("no leader", func() bool {
		status, err := alone.status()
		return err == nil && status.Leader == 0
	}); err != nil {
		return err
	}
	kv := pb.NewKVClient(alone.conn)
	const text = "etcdserver: no leader"
	_, err = kv.Range(needsLeader(ctx), &pb.RangeRequest{Key: []byte("a"), Serializable: true})
	r.say("hasleader: unary", refused(err, codes.Unavailable, text))
	_, err = watching.Recv()
	r.say("hasleader: a watch that was open", refused(err, codes.Unavailable, text))
	_, err = renewing.Recv()
	r.say("hasleader: a keep-alive that was open", refused(err, codes.Unavailable, text))
	late, err := pb.NewWatchClient(alone.conn).Watch(needsLeader(ctx))
	if err == nil {
		_, err = late.Recv()
	}
	r.say("hasleader: a new watch", refused(err, codes.Unavailable, text))
	err = patient.Send(&pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: &pb.WatchCreateRequest{Key: []byte("a")}}})
	if err == nil {
		_, err = patient.Recv()
	}
	r.say("a watch without hasleader lives", err)
	_, err = kv.Range(ctx, &pb.RangeRequest{Key: []byte("a"), Serializable: true})
	r.say("no leader: a serializable range", err)
	answers := make(chan [2]error, 7)
	ask := func(row string, code codes.Code, text string, request func() error) {
		go func() { answers <- [2]error{errors.New(row), refused(request(), code, text)} }()
	}
	ask("no leader: put", codes.DeadlineExceeded, "context deadline exceeded", func() error {
		_, err := kv.Put(ctx, &pb.PutRequest{Key: []byte("a")})
		return err
	})
	ask("no leader: range", codes.Unavailable, "etcdserver: request timed out", func() error {
		_, err := kv.Range(ctx, &pb.RangeRequest{Key: []byte("a")})
		return err
	})
	ask("no leader: renewal", codes.Unavailable, text, func() error {
		_, err := keepAlive(ctx, alone.conn, 77)
		return err
	})
	ask("no leader: member add", codes.Unavailable, "etcdserver: unhealthy cluster", func() error {
		_, err := pb.NewClusterClient(alone.conn).MemberAdd(ctx, &pb.MemberAddRequest{PeerURLs: []string{"http://127.0.0.1:1"}})
		return err
	})
	change := pb.NewClusterClient(alone.conn)
	ask("no leader: member remove", codes.Unavailable, "etcdserver: unhealthy cluster", func() error {
		_, err := change.MemberRemove(ctx, &pb.MemberRemoveRequest{ID: alone.id})
		return err
	})
	ask("no leader: removal of who is gone waits as long as its client", codes.DeadlineExceeded, "context deadline exceeded", func() error {
		start := time.Now()
		short, stop := context.WithTimeout(ctx, 8*time.Second)
		defer stop()
		_, err := change.MemberRemove(short, &pb.MemberRemoveRequest{ID: members[1].id})
		if took := time.Since(start); took < 7900*time.Millisecond {
			return fmt.Errorf("after %v: %w", took, err)
		}
		return err
	})
	ask("no leader: member promote", codes.Unavailable, text, func() error {
		_, err := change.MemberPromote(ctx, &pb.MemberPromoteRequest{ID: members[1].id})
		return err
	})
	for range 7 {
		answer := <-answers
		r.say(answer[0].Error(), answer[1])
	}
	return nil
}

// oneOfThreeGone: the other two go on, and refuse what might cost them their quorum.
func (r *rows) oneOfThreeGone() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	if err := r.connected(); err != nil {
		return err
	}
	members := r.c.all()
	asked, there, gone := members[0], members[1], members[2]
	if r.c.leader() == gone {
		there, gone = gone, there // without an election
	}
	change := pb.NewClusterClient(asked.conn)
	add := func(url string, learner bool) error {
		_, err := change.MemberAdd(ctx, &pb.MemberAddRequest{PeerURLs: []string{url}, IsLearner: learner})
		return err
	}
	gone.kill()
	// Its end must have been seen first; till then nothing but the URL stands against a member.
	if err := await("seen", func() bool {
		return strings.Contains(fmt.Sprint(add(there.peerURL(), true)), "unhealthy cluster")
	}); err != nil {
		return err
	}
	var before *pb.StatusResponse
	if err := await("a leader", func() bool {
		var err error
		before, err = asked.status()
		return err == nil && before.Leader != 0 && before.Leader != gone.id
	}); err != nil {
		return err
	}
	const text = "etcdserver: unhealthy cluster"
	r.say("one of three gone: member add", refused(add("http://127.0.0.1:1", false), codes.Unavailable, text))
	r.say("one of three gone: member add as learner", refused(add("http://127.0.0.1:1", true), codes.Unavailable, text))
	for row, m := range map[string]*member{"of the one that is asked": asked, "of the other": there} {
		_, err := change.MemberRemove(ctx, &pb.MemberRemoveRequest{ID: m.id})
		r.say("one of three gone: removal "+row, refused(err, codes.Unavailable, text))
	}
	after, err := asked.status()
	if err == nil && (after.Leader != before.Leader || after.RaftTerm != before.RaftTerm || after.RaftIndex != before.RaftIndex) {
		err = fmt.Errorf("%v became %v", before, after)
	}
	r.say("what is refused is not noticed", err)
	if err := r.c.launch(gone, r.c.initial(), "new"); err != nil {
		return err
	}
	return r.c.awaitAll()
}

// connected waits until all have been connected for five seconds: then the only objection to a member is its URL.
func (r *rows) connected() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	for _, m := range r.c.all() {
		if err := await("all connected", func() bool {
			_, err := pb.NewClusterClient(m.conn).MemberAdd(ctx, &pb.MemberAddRequest{PeerURLs: []string{m.peerURL()}, IsLearner: true})
			return strings.Contains(fmt.Sprint(err), "Peer URLs already exists")
		}); err != nil {
			return err
		}
	}
	return nil
}

// untilTaken repeats a change of the membership that raft has passed over, since its leader had not applied the one before:
// it is never answered, and times out.
func untilTaken(change func() error) error {
	err := change()
	for i := 0; i < 3 && err != nil && strings.HasSuffix(err.Error(), "etcdserver: request timed out"); i++ {
		err = change()
	}
	return err
}
