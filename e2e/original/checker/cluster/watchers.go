package cluster

import (
	"context"
	"fmt"
	"math/rand"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// watcher follows the load's keys from the first revision on, now at one member and now at another, and goes on each
// time where it was.
type watcher struct {
	name   string
	lock   sync.Mutex
	next   int64
	events []event
	broken []string
	cancel context.CancelFunc
	ended  chan struct{}
}

// watch starts a watcher that stays with each of the endpoints for a random time.
func watch(name string, prefix string, from int64, seed int64, stay time.Duration, endpoints func() []string) *watcher {
	ctx, cancel := context.WithCancel(context.Background())
	w := &watcher{name: name, next: from, cancel: cancel, ended: make(chan struct{})}
	random := rand.New(rand.NewSource(seed))
	go func() {
		defer close(w.ended)
		for ctx.Err() == nil {
			choice := endpoints()
			endpoint := choice[random.Intn(len(choice))]
			some, cancel := context.WithTimeout(ctx, stay/2+time.Duration(random.Int63n(int64(stay))))
			w.follow(some, prefix, endpoint)
			cancel()
			select {
			case <-ctx.Done():
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return w
}

func (w *watcher) follow(ctx context.Context, prefix, endpoint string) {
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{endpoint}, DialTimeout: 5 * time.Second, Logger: zap.NewNop(), Context: ctx,
		DialKeepAliveTime: 5 * time.Second, DialKeepAliveTimeout: 2 * time.Second,
	})
	if err != nil {
		return
	}
	defer client.Close()
	for answer := range client.Watch(ctx, prefix, clientv3.WithPrefix(), clientv3.WithRev(w.next)) {
		if err := answer.Err(); err != nil {
			if answer.CompactRevision > 0 {
				w.fail("compacted at %d, nobody compacts", answer.CompactRevision)
			}
			return
		}
		w.take(answer.Events)
	}
}

func (w *watcher) fail(format string, args ...any) {
	w.broken = append(w.broken, "watch: "+w.name+": "+fmt.Sprintf(format, args...))
}

func (w *watcher) take(events []*clientv3.Event) {
	w.lock.Lock()
	defer w.lock.Unlock()
	for _, e := range events {
		revision := e.Kv.ModRevision
		if revision < w.next {
			w.fail("revision %d after %d", revision, w.next-1)
		}
		value := string(e.Kv.Value)
		if e.Type == mvccpb.DELETE {
			value = ""
		}
		w.events = append(w.events, event{revision, string(e.Kv.Key), value})
	}
	if len(events) > 0 {
		w.next = events[len(events)-1].Kv.ModRevision + 1
	}
}

func (w *watcher) reached(revision int64) bool {
	w.lock.Lock()
	defer w.lock.Unlock()
	return w.next > revision
}

// finish waits until the watcher has seen the timeline's last event, and says how what it saw differs.
func (w *watcher) finish(t *timeline) []string {
	deadline := time.Now().Add(patience)
	for !w.reached(t.last) && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	w.cancel()
	<-w.ended
	for i := range max(len(w.events), len(t.events)) {
		switch {
		case i >= len(w.events):
			w.fail("ended before %v (%d of %d events)", t.events[i], len(w.events), len(t.events))
		case i >= len(t.events):
			w.fail("has %v, which the members do not know", w.events[i])
		case w.events[i] != t.events[i]:
			w.fail("has %v where the members have %v", w.events[i], t.events[i])
		default:
			continue
		}
		break
	}
	return w.broken
}
