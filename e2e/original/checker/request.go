package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"slices"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// requestTimeout is long: a benchmark wants to see how slow an answer is, not that it was slow.
const requestTimeout = 10 * time.Minute

var requestKinds = []string{"put", "range", "serializable", "scan", "keep-alive", "lease"}

// requests says what the clients of a load ask.
type requests struct {
	op         string
	keySize    int
	valueSize  int
	keySpace   int
	keyPrefix  string
	sequential bool
	limit      int64
	ttl        int64
	timeout    time.Duration
}

func requestFlags(flags *flag.FlagSet) *requests {
	r := &requests{}
	flags.StringVar(&r.op, "op", "put", "put, range, serializable; scan: from key to key, -limit at a time, until the last; "+
		"keep-alive: of a lease of its own, on one stream per client; lease: a grant, and a put of a key with it")
	flags.IntVar(&r.keySize, "key-size", 16, "bytes")
	flags.IntVar(&r.valueSize, "value-size", 256, "bytes")
	flags.IntVar(&r.keySpace, "key-space", 100_000, "distinct keys")
	flags.StringVar(&r.keyPrefix, "key-prefix", "", "first bytes of each key")
	flags.BoolVar(&r.sequential, "sequential", false, "keys in order, each once, instead of at random")
	flags.Int64Var(&r.limit, "limit", 1, "range: keys per answer, 0 for all; 1 asks for one key by name")
	flags.Int64Var(&r.ttl, "ttl", 3600, "lease: seconds to live")
	flags.DurationVar(&r.timeout, "request-timeout", requestTimeout, "of each request")
	return r
}

func (r *requests) check() error {
	if r.keySize < 8+len(r.keyPrefix) {
		return errors.New("a key has its prefix and at least 8 bytes")
	}
	if !slices.Contains(requestKinds, r.op) {
		return fmt.Errorf("unknown op %q", r.op)
	}
	return nil
}

// client returns one of a load's clients.
func (r *requests) client(connection *clientv3.Client, random *rand.Rand) *loadClient {
	key := make([]byte, r.keySize)
	copy(key, r.keyPrefix)
	return &loadClient{r: r, connection: connection, random: random, key: key, value: string(make([]byte, r.valueSize))}
}

// loadClient sends one request after the other. Not for several goroutines.
type loadClient struct {
	r          *requests
	connection *clientv3.Client
	random     *rand.Rand
	key        []byte
	value      string
	lease      int64
	keepAlive  pb.Lease_LeaseKeepAliveClient
}

// send sends request number n and waits for its answer.
func (c *loadClient) send(n int64) error {
	number := n % int64(c.r.keySpace)
	if !c.r.sequential {
		number = int64(c.random.Intn(c.r.keySpace))
	}
	binary.BigEndian.PutUint64(c.key[c.r.keySize-8:], uint64(number))
	if c.r.op == "keep-alive" {
		return c.keepLeaseAlive()
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.r.timeout)
	defer cancel()
	switch c.r.op {
	case "put":
		_, err := c.connection.Put(ctx, string(c.key), c.value)
		return err
	case "lease":
		grant, err := c.connection.Grant(ctx, c.r.ttl)
		if err == nil {
			_, err = c.connection.Put(ctx, string(c.key), c.value, clientv3.WithLease(grant.ID))
		}
		return err
	case "scan":
		return c.scan(ctx)
	default:
		options := []clientv3.OpOption{}
		if c.r.limit != 1 {
			options = append(options, clientv3.WithFromKey(), clientv3.WithLimit(c.r.limit))
		}
		if c.r.op == "serializable" {
			options = append(options, clientv3.WithSerializable())
		}
		_, err := c.connection.Get(ctx, string(c.key), options...)
		return err
	}
}

// scan reads all keys as controllers do: in pages, each at the revision of the first.
func (c *loadClient) scan(ctx context.Context) error {
	from, revision := "\x00", int64(0)
	for {
		page, err := c.connection.Get(ctx, from, clientv3.WithFromKey(), clientv3.WithLimit(c.r.limit), clientv3.WithRev(revision))
		if err != nil || !page.More {
			return err
		}
		if revision == 0 {
			revision = page.Header.Revision
		}
		from = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
	}
}

// keepLeaseAlive renews on one stream, as the official client's KeepAlive does, but at once instead of every third of a TTL.
func (c *loadClient) keepLeaseAlive() error {
	if c.keepAlive == nil {
		ctx, cancel := limited()
		defer cancel()
		grant, err := c.connection.Grant(ctx, c.r.ttl)
		if err != nil {
			return err
		}
		stream, err := pb.NewLeaseClient(c.connection.ActiveConnection()).LeaseKeepAlive(context.Background())
		if err != nil {
			return err
		}
		c.lease, c.keepAlive = int64(grant.ID), stream
	}
	if err := c.keepAlive.Send(&pb.LeaseKeepAliveRequest{ID: c.lease}); err != nil {
		return err
	}
	answer, err := c.keepAlive.Recv()
	if err == nil && answer.TTL <= 0 {
		err = errors.New("the lease is gone")
	}
	return err
}
