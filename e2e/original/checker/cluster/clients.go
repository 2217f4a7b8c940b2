package cluster

import (
	"context"
	"fmt"
	"math/rand"
	"sync"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
)

// target is a member as clients see it.
type target struct {
	index int
	life  func() int
	conn  *grpc.ClientConn
}

// load is a number of clients that read and write until they are stopped, and what they saw.
type load struct {
	start   time.Time
	targets func() []target
	prefix  string
	pace    time.Duration

	lock       sync.Mutex
	operations []operation
	stop       chan struct{}
	wait       sync.WaitGroup
}

const (
	clients      = 8
	keysPerPhase = 5
	phase        = 2 * time.Second // then other keys, so that no key's history grows long
	requestLimit = 2 * time.Second
)

func startLoad(seed int64, pace time.Duration, targets func() []target) *load {
	l := &load{start: time.Now(), targets: targets, prefix: "load/", pace: pace, stop: make(chan struct{})}
	for client := range clients {
		l.wait.Add(1)
		go func() {
			defer l.wait.Done()
			l.run(client, rand.New(rand.NewSource(seed+int64(client))))
		}()
	}
	return l
}

// end stops the clients and returns what they did.
func (l *load) end() []operation {
	close(l.stop)
	l.wait.Wait()
	return l.operations
}

// soFar is how many operations were answered.
func (l *load) soFar() (answered int) {
	l.lock.Lock()
	defer l.lock.Unlock()
	for _, o := range l.operations {
		if o.answered {
			answered++
		}
	}
	return answered
}

func (l *load) run(client int, random *rand.Rand) {
	known := map[string]string{} // what this client last saw of a key: what it expects in a swap
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		case <-time.After(time.Duration(random.Int63n(int64(2*l.pace)) + 1)):
		}
		targets := l.targets()
		if len(targets) == 0 {
			continue
		}
		to := targets[random.Intn(len(targets))]
		o := operation{
			client: client, member: to.index, life: to.life(),
			key: fmt.Sprintf("%s%04d/%d", l.prefix, time.Since(l.start)/phase, random.Intn(keysPerPhase)),
		}
		switch dice := random.Intn(100); {
		case dice < 35:
			o.kind = put
		case dice < 60:
			o.kind = get
		case dice < 70:
			o.kind = serial
		case dice < 85:
			o.kind, o.expected = swap, known[o.key]
		case dice < 92:
			o.kind = remove
		default:
			o.kind = pair
		}
		if o.kind == put || o.kind == swap || o.kind == pair {
			o.value = fmt.Sprintf("%d.%d", client, n)
		}
		o.begin = time.Since(l.start)
		ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
		err := o.send(ctx, pb.NewKVClient(to.conn))
		cancel()
		o.end = time.Since(l.start)
		o.answered = err == nil
		// A member that was started anew meanwhile may have less applied.
		if to.life() != o.life {
			o.life = -n - 1
		}
		if o.answered {
			known[o.key] = o.found
			if o.writes() {
				known[o.key] = o.value
			}
		}
		l.lock.Lock()
		l.operations = append(l.operations, o)
		l.lock.Unlock()
	}
}

// send fills in what came of it.
func (o *operation) send(ctx context.Context, kv pb.KVClient) error {
	key := []byte(o.key)
	puts := func(key string) *pb.RequestOp {
		return &pb.RequestOp{Request: &pb.RequestOp_RequestPut{
			RequestPut: &pb.PutRequest{Key: []byte(key), Value: []byte(o.value), PrevKv: true}}}
	}
	reads := &pb.RequestOp{Request: &pb.RequestOp_RequestRange{RequestRange: &pb.RangeRequest{Key: key}}}
	switch o.kind {
	case put:
		answer, err := kv.Put(ctx, &pb.PutRequest{Key: key, Value: []byte(o.value), PrevKv: true})
		if err != nil {
			return err
		}
		o.revision = answer.Header.Revision
		if answer.PrevKv != nil {
			o.found = string(answer.PrevKv.Value)
		}
	case get, serial:
		answer, err := kv.Range(ctx, &pb.RangeRequest{Key: key, Serializable: o.kind == serial})
		if err != nil {
			return err
		}
		o.revision = answer.Header.Revision
		if len(answer.Kvs) > 0 {
			o.found = string(answer.Kvs[0].Value)
		}
	case remove:
		answer, err := kv.DeleteRange(ctx, &pb.DeleteRangeRequest{Key: key, PrevKv: true})
		if err != nil {
			return err
		}
		o.revision, o.done = answer.Header.Revision, answer.Deleted > 0
		if len(answer.PrevKvs) > 0 {
			o.found = string(answer.PrevKvs[0].Value)
		}
	case swap:
		compare := &pb.Compare{
			Key: key, Target: pb.Compare_VALUE, Result: pb.Compare_EQUAL,
			TargetUnion: &pb.Compare_Value{Value: []byte(o.expected)},
		}
		if o.expected == "" {
			compare.Target, compare.TargetUnion = pb.Compare_VERSION, &pb.Compare_Version{Version: 0}
		}
		answer, err := kv.Txn(ctx, &pb.TxnRequest{
			Compare: []*pb.Compare{compare}, Success: []*pb.RequestOp{puts(o.key)}, Failure: []*pb.RequestOp{reads},
		})
		if err != nil {
			return err
		}
		o.revision, o.done = answer.Header.Revision, answer.Succeeded
		if answer.Succeeded {
			if before := answer.Responses[0].GetResponsePut().PrevKv; before != nil {
				o.found = string(before.Value)
			}
		} else if kvs := answer.Responses[0].GetResponseRange().Kvs; len(kvs) > 0 {
			o.found = string(kvs[0].Value)
		}
	case pair:
		answer, err := kv.Txn(ctx, &pb.TxnRequest{Success: []*pb.RequestOp{puts(o.key), puts(mate(o.key))}})
		if err != nil {
			return err
		}
		o.revision = answer.Header.Revision
		if before := answer.Responses[0].GetResponsePut().PrevKv; before != nil {
			o.found = string(before.Value)
		}
	}
	return nil
}
