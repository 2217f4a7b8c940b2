// Package differ sends one random stream of requests to two servers, the original and another, and compares what they
// answer, field by field. It speaks gRPC without etcd's client, so that invalid requests go through.
//
// The stream follows from its seed and from the original's answers. Both servers get a request at the same time, and the
// next one only when both have answered; so they see the same history, and answers must agree up to what normalise names.
package differ

import (
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

const (
	original = "original"
	other    = "other"
)

// Main is the command.
func Main(args []string) error {
	flags := flag.NewFlagSet("differ", flag.ContinueOnError)
	originalProgram := flags.String("original", "", "the original's etcd")
	otherProgram := flags.String("other", "", "the etcd to compare it with")
	home := flags.String("dir", "", "where data directories and logs go; a fresh one if empty, removed after success")
	seed := flags.Int64("seed", 0, "of the stream of requests; 0: a new one")
	requests := flags.Int("requests", 1500, "how many steps of the stream")
	restarts := flags.Int("restarts", 1, "how often both servers are stopped and started on the way")
	withAuth := flags.Bool("auth", false, "with users, roles and rights")
	maxRequestBytes := flags.Int("max-request-bytes", 1_572_864, "of both servers")
	maxTxnOps := flags.Int("max-txn-ops", 128, "of both servers")
	all := flags.Bool("all", false, "go on after a difference; what follows may be its consequence")
	verbose := flags.Bool("v", false, "print every request")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *seed == 0 {
		*seed = time.Now().UnixNano() % 1_000_000_000
	}
	keep := *home != ""
	if !keep {
		fresh, err := os.MkdirTemp("", "differ-")
		if err != nil {
			return err
		}
		*home = fresh
	}
	r := &run{world: &world{Rand: rand.New(rand.NewSource(*seed)), compacted: -1,
		maxRequestBytes: *maxRequestBytes, maxTxnOps: *maxTxnOps}, outcome: map[string]int{}}
	found := 0
	r.report = func(d difference) error {
		found++
		again := "differ"
		flags.Visit(func(f *flag.Flag) {
			if f.Name != "seed" && f.Name != "dir" && f.Name != "all" && f.Name != "v" {
				again += fmt.Sprintf(" -%s=%s", f.Name, f.Value)
			}
		})
		fmt.Printf("DIFFERENCE at request %d of seed %d\n  request  %s\n  original %s\n  other    %s\n  again:   %s %s -seed=%d\n",
			d.number, *seed, d.request, d.original, d.other, os.Args[0], again, *seed)
		if *all {
			return nil
		}
		return errors.New("the two differ")
	}
	for i, program := range []string{*originalProgram, *otherProgram} {
		name := []string{original, other}[i]
		s := newSide(name, program, filepath.Join(*home, name))
		defer s.kill()
		r.sides[i] = s
	}
	start := time.Now()
	r.flags = []string{"--bcrypt-cost=4", "--auth-token-ttl=100000",
		fmt.Sprint("--max-request-bytes=", *maxRequestBytes), fmt.Sprint("--max-txn-ops=", *maxTxnOps)}
	err := r.all(*requests, *restarts, *withAuth, *verbose)
	if err != nil {
		return fmt.Errorf("seed %d, request %d: %w; data and logs in %s", *seed, r.number, err, *home)
	}
	if found > 0 {
		return fmt.Errorf("%d differences; data and logs in %s", found, *home)
	}
	r.summarise()
	fmt.Printf("no difference in %d requests, seed %d, %.1f s\n", *requests, *seed, time.Since(start).Seconds())
	if !keep {
		return os.RemoveAll(*home)
	}
	return nil
}

func (r *run) all(requests, restarts int, withAuth, verbose bool) error {
	if err := r.startBoth(); err != nil {
		return err
	}
	if err := r.greet(); err != nil {
		return err
	}
	if withAuth {
		if err := r.enableAuth(); err != nil {
			return err
		}
	}
	for r.number = 1; r.number <= requests; r.number++ {
		if verbose {
			fmt.Println(r.number, r.head, r.compacted)
		}
		if err := r.step(); err != nil {
			return err
		}
		if r.number%50 == 0 {
			if err := r.settle(); err != nil {
				return err
			}
		}
		if withAuth && r.Intn(200) == 0 {
			if err := r.toggleAuth(); err != nil {
				return err
			}
		}
		if restarts > 0 && r.number%(requests/(restarts+1)) == 0 && r.number < requests {
			if err := r.restart(); err != nil {
				return err
			}
		}
	}
	return r.end()
}

func (r *run) startBoth() error {
	failures := make(chan error, 2)
	for _, s := range r.sides {
		go func() { failures <- s.start(r.flags) }()
	}
	return errors.Join(<-failures, <-failures)
}

// greet asks what a fresh or restarted pair must agree on before anything else.
func (r *run) greet() error {
	for _, c := range []call{
		request(maintenance+"Status", &pb.StatusRequest{}),
		request(cluster+"MemberList", &pb.MemberListRequest{}),
		request(kv+"Range", &pb.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}}),
		request(maintenance+"HashKV", &pb.HashKVRequest{}),
	} {
		c.metadata = r.root()
		if _, err := r.ask(c); err != nil {
			return err
		}
	}
	return nil
}

// restart stops both servers and starts them on what they have written.
func (r *run) restart() error {
	if err := r.settle(); err != nil {
		return err
	}
	for _, w := range r.streams {
		w.close()
	}
	r.streams = nil
	for _, s := range r.sides {
		if err := s.stop(); err != nil {
			return err
		}
	}
	if err := r.startBoth(); err != nil {
		return err
	}
	if r.auth != nil {
		if err := r.authenticateAfter(nil); err != nil {
			return err
		}
	}
	return r.greet()
}

// end compares everything there is.
func (r *run) end() error {
	if err := r.settle(); err != nil {
		return err
	}
	calls := []call{
		request(maintenance+"Status", &pb.StatusRequest{}),
		request(cluster+"MemberList", &pb.MemberListRequest{Linearizable: true}),
		request(maintenance+"Alarm", &pb.AlarmRequest{}),
		request(lease+"LeaseLeases", &pb.LeaseLeasesRequest{}),
	}
	for _, id := range []int64{1, 2, 3, 4, 5, 6, 7, 1 << 40, -1, -7, 1<<63 - 1, -1 << 63} {
		calls = append(calls, request(lease+"LeaseTimeToLive", &pb.LeaseTimeToLiveRequest{ID: id, Keys: true}))
	}
	first := max(r.compacted, 1)
	for _, at := range []int64{0, r.head, (first + r.head) / 2, first + 1, first} {
		calls = append(calls,
			request(maintenance+"HashKV", &pb.HashKVRequest{Revision: at}),
			request(kv+"Range", &pb.RangeRequest{Key: []byte{0}, RangeEnd: []byte{0}, Revision: at}))
	}
	for _, c := range calls {
		c.metadata = r.root()
		if _, err := r.ask(c); err != nil {
			return err
		}
	}
	if err := r.hash(); err != nil {
		return err
	}
	return r.compareMetrics()
}

func (r *run) summarise() {
	var lines []string
	for what, times := range r.outcome {
		lines = append(lines, fmt.Sprintf("%7d %s", times, what))
	}
	sort.Slice(lines, func(i, j int) bool { return lines[i][8:] < lines[j][8:] })
	fmt.Println(strings.Join(lines, "\n"))
	fmt.Printf("revision %d, compacted %d\n", r.head, r.compacted)
}
