package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// next gives the next answer of a watch that carries what is asked for; waiting for more than the limit of a request fails.
func (t *trial) next(watch clientv3.WatchChan) clientv3.WatchResponse {
	select {
	case response, open := <-watch:
		if !open {
			t.failf("the watch was closed")
		}
		return response
	case <-time.After(requestLimit):
		t.failf("no answer on the watch within %v", requestLimit)
		panic("unreachable")
	}
}

// events collects n events and writes them as "PUT a=1@+0 DELETE b@+1": revisions count from the base.
func (t *trial) events(watch clientv3.WatchChan, n int, base int64) string {
	var words []string
	for len(words) < n {
		response := t.next(watch)
		t.ok(response.Err())
		for _, event := range response.Events {
			name := strings.TrimPrefix(string(event.Kv.Key), t.prefix)
			word := fmt.Sprintf("%s %s", event.Type, name)
			if event.Type == clientv3.EventTypePut {
				word += "=" + string(event.Kv.Value)
			}
			words = append(words, fmt.Sprintf("%s@+%d", word, event.Kv.ModRevision-base))
		}
	}
	return strings.Join(words, " ")
}

func (t *trial) watching(name string, options ...clientv3.OpOption) (clientv3.WatchChan, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	watch := t.Watch(ctx, t.key(name), append(options, clientv3.WithCreatedNotify())...)
	created := t.next(watch)
	if !created.Created {
		t.failf("first answer %+v; want created", created)
	}
	return watch, cancel
}

var watchChecks = []check{
	{"watch: puts and deletes in order", func(t *trial) {
		watch, cancel := t.watching("", clientv3.WithPrefix())
		defer cancel()
		base := t.put("a", "1").Header.Revision
		t.put("b", "1")
		t.put("a", "2")
		t.del("a")
		equal(t, "events", t.events(watch, 4, base), "PUT a=1@+0 PUT b=1@+1 PUT a=2@+2 DELETE a@+3")
	}},
	{"watch: one key only; create and modify are told apart", func(t *trial) {
		watch, cancel := t.watching("a")
		defer cancel()
		t.put("b", "1")
		t.put("a", "1")
		t.put("a", "2")
		first, second := t.next(watch).Events[0], t.next(watch).Events[0]
		equal(t, "created", first.IsCreate(), true)
		equal(t, "modified", second.IsModify(), true)
	}},
	{"watch: from an old revision", func(t *trial) {
		base := t.put("a", "1").Header.Revision
		t.put("a", "2")
		t.del("a")
		t.put("other", "x")
		watch, cancel := t.watching("a", clientv3.WithRev(base))
		defer cancel()
		equal(t, "events", t.events(watch, 3, base), "PUT a=1@+0 PUT a=2@+1 DELETE a@+2")
		t.put("a", "3")
		equal(t, "then live", t.events(watch, 1, base), "PUT a=3@+4")
	}},
	{"watch: from a future revision", func(t *trial) {
		base := t.put("a", "1").Header.Revision
		watch, cancel := t.watching("a", clientv3.WithRev(base+2))
		defer cancel()
		t.put("a", "2")
		t.put("a", "3")
		equal(t, "events", t.events(watch, 1, base), "PUT a=3@+2")
	}},
	{"watch: from a compacted revision", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		old := t.put("a", "1").Header.Revision
		now := t.put("a", "2").Header.Revision
		_, err := t.Compact(ctx, now)
		t.ok(err)
		watch := t.Watch(ctx, t.key("a"), clientv3.WithRev(old))
		response := t.next(watch)
		for response.Created {
			response = t.next(watch)
		}
		t.refused(response.Err(), rpctypes.ErrCompacted)
		equal(t, "compact revision", response.CompactRevision, now)
	}},
	{"watch: previous pairs", func(t *trial) {
		t.put("a", "1")
		watch, cancel := t.watching("a", clientv3.WithPrevKV())
		defer cancel()
		t.put("a", "2")
		t.del("a")
		t.put("a", "3")
		equal(t, "before the put", string(t.next(watch).Events[0].PrevKv.Value), "1")
		equal(t, "before the delete", string(t.next(watch).Events[0].PrevKv.Value), "2")
		if t.next(watch).Events[0].PrevKv != nil {
			t.failf("a created key has a previous pair")
		}
	}},
	{"watch: filters", func(t *trial) {
		deletes, cancel := t.watching("", clientv3.WithPrefix(), clientv3.WithFilterPut())
		defer cancel()
		puts, cancelPuts := t.watching("", clientv3.WithPrefix(), clientv3.WithFilterDelete())
		defer cancelPuts()
		base := t.put("a", "1").Header.Revision
		t.del("a")
		t.put("a", "2")
		equal(t, "without puts", t.events(deletes, 1, base), "DELETE a@+1")
		equal(t, "without deletes", t.events(puts, 2, base), "PUT a=1@+0 PUT a=2@+2")
	}},
	{"watch: the events of one txn come together", func(t *trial) {
		watch, cancel := t.watching("", clientv3.WithPrefix())
		defer cancel()
		ctx, done := limited()
		defer done()
		_, err := t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), "1"), clientv3.OpPut(t.key("b"), "1"), clientv3.OpPut(t.key("c"), "1")).Commit()
		t.ok(err)
		equal(t, "events in one answer", len(t.next(watch).Events), 3)
	}},
	{"watch: progress on request", func(t *trial) {
		watch, cancel := t.watching("a")
		defer cancel()
		revision := t.put("elsewhere", "1").Header.Revision
		time.Sleep(50 * time.Millisecond)
		ctx, done := limited()
		defer done()
		// A progress answer is only sent when all watchers of the stream are synced; ask until then.
		for deadline := time.Now().Add(requestLimit); ; {
			t.ok(t.RequestProgress(ctx))
			select {
			case response := <-watch:
				if response.IsProgressNotify() && response.Header.Revision >= revision {
					return
				}
			case <-time.After(300 * time.Millisecond):
			}
			if time.Now().After(deadline) {
				t.failf("no progress answer")
			}
		}
	}},
	{"watch: fragments of a large answer", func(t *trial) {
		watch, cancel := t.watching("", clientv3.WithPrefix(), clientv3.WithFragment())
		defer cancel()
		var base int64
		for i := range 10 {
			revision := t.put(fmt.Sprint(i), strings.Repeat("x", 1<<20)).Header.Revision
			if base == 0 {
				base = revision
			}
		}
		history, cancelHistory := t.watching("", clientv3.WithPrefix(), clientv3.WithFragment(), clientv3.WithRev(base))
		defer cancelHistory()
		for _, w := range []clientv3.WatchChan{watch, history} {
			seen := 0
			for seen < 10 {
				for _, event := range t.next(w).Events {
					equal(t, "event", string(event.Kv.Key), t.key(fmt.Sprint(seen)))
					equal(t, "length", len(event.Kv.Value), 1<<20)
					seen++
				}
			}
		}
	}},
	{"watch: cancel ends it", func(t *trial) {
		watch, cancel := t.watching("a")
		cancel()
		for range watch {
		}
		other, cancelOther := t.watching("a")
		defer cancelOther()
		base := t.put("a", "1").Header.Revision
		equal(t, "the next one works", t.events(other, 1, base), "PUT a=1@+0")
	}},
	{"watch: thousands of watchers on one stream", func(t *trial) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		var watches []clientv3.WatchChan
		for range 3000 {
			watches = append(watches, t.Watch(ctx, t.key("a"), clientv3.WithCreatedNotify()))
		}
		for _, watch := range watches {
			equal(t, "created", t.next(watch).Created, true)
		}
		base := t.put("a", "1").Header.Revision
		for _, watch := range watches {
			equal(t, "events", t.events(watch, 1, base), "PUT a=1@+0")
		}
	}},
	{"watch: two thousand events in order while writers go on", func(t *trial) {
		watch, cancel := t.watching("", clientv3.WithPrefix())
		defer cancel()
		const writers, each = 8, 250
		var wait sync.WaitGroup
		var failures sync.Map
		for w := range writers {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for i := range each {
					ctx, done := limited()
					_, err := t.Put(ctx, t.key(fmt.Sprint(w)), fmt.Sprint(i))
					done()
					if err != nil {
						failures.Store(w, err)
						return
					}
				}
			}()
		}
		last := map[string]string{}
		var revision int64
		for seen := 0; seen < writers*each; {
			for _, event := range t.next(watch).Events {
				if event.Kv.ModRevision <= revision {
					t.failf("revision %d after %d", event.Kv.ModRevision, revision)
				}
				revision = event.Kv.ModRevision
				equal(t, "version", event.Kv.Version, int64(len(last[string(event.Kv.Key)]))+1)
				last[string(event.Kv.Key)] += "."
				seen++
			}
		}
		wait.Wait()
		failures.Range(func(_, err any) bool { t.failf("a writer failed: %v", err); return false })
	}},
	{"watch: resumes after a lost connection without a gap or a repetition", func(t *trial) {
		relay, err := newRelay(t.endpoint)
		t.ok(err)
		defer relay.close()
		through, err := connect("http://" + relay.address())
		t.ok(err)
		defer through.Close()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		watch := through.Watch(ctx, t.prefix, clientv3.WithPrefix(), clientv3.WithCreatedNotify())
		equal(t, "created", t.next(watch).Created, true)
		want := 1
		for round := range 4 {
			for i := range 20 {
				t.put(fmt.Sprint("k", i%3), fmt.Sprint(round*20+i+1))
				if i == 10 {
					relay.cut()
				}
			}
			for want <= (round+1)*20 {
				for _, event := range t.next(watch).Events {
					equal(t, "value", string(event.Kv.Value), fmt.Sprint(want))
					want++
				}
			}
		}
	}},
	{"watch: an unread stream does not hold up the others", func(t *trial) {
		slow, err := connect(t.endpoint)
		t.ok(err)
		defer slow.Close()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		_ = slow.Watch(ctx, t.prefix, clientv3.WithPrefix())
		watch, cancelFast := t.watching("", clientv3.WithPrefix())
		defer cancelFast()
		for i := range 20 {
			t.put("a", fmt.Sprint(i, strings.Repeat("x", 256<<10)))
			equal(t, "events", len(t.next(watch).Events), 1)
		}
	}},
}

// relay passes connections to the server on, and can cut them all.
type relay struct {
	listener net.Listener
	target   string
	lock     sync.Mutex
	open     []net.Conn
}

func newRelay(endpoint string) (*relay, error) {
	target, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{listener: listener, target: target.Host}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", r.target)
			if err != nil {
				_ = near.Close()
				continue
			}
			r.lock.Lock()
			r.open = append(r.open, near, far)
			r.lock.Unlock()
			go func() { _, _ = io.Copy(near, far); _ = near.Close() }()
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
		}
	}()
	return r, nil
}

func (r *relay) address() string { return r.listener.Addr().String() }

func (r *relay) cut() {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, connection := range r.open {
		_ = connection.Close()
	}
	r.open = nil
}

func (r *relay) close() {
	_ = r.listener.Close()
	r.cut()
}
