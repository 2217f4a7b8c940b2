package cluster

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"google.golang.org/grpc"
)

// Workload reads and writes through members that others start and stop, until SIGTERM; then it checks the history and
// that the members are equal. Which members serve stands in a file that changes.
func Workload(args []string) error {
	flags := flag.NewFlagSet("workload", flag.ContinueOnError)
	live := flags.String("live", "", "a file that holds host:port of the voters that run, comma-separated")
	seed := flags.Int64("seed", time.Now().UnixNano()%1_000_000, "")
	pace := flags.Duration("pace", 30*time.Millisecond, "mean pause of a client between two requests")
	if err := flags.Parse(args); err != nil {
		return err
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	fmt.Println("seed", *seed)
	p := &populace{conns: map[string]*grpc.ClientConn{}}
	if err := p.look(*live); err != nil {
		return err
	}
	load := startLoad(*seed, *pace, p.targets)
	wandering := watch("wandering", load.prefix, 1, *seed, time.Second, p.addresses)
	for {
		select {
		case <-stop:
			if err := p.look(*live); err != nil { // somebody may have gone since the last look
				return err
			}
			addresses := p.addresses()
			conns := []*grpc.ClientConn{}
			for _, address := range addresses {
				conns = append(conns, p.conns[address])
			}
			return verdict(load.end(), load.prefix, []*watcher{wandering}, addresses, conns)
		case <-time.After(100 * time.Millisecond):
			if err := p.look(*live); err != nil {
				return err
			}
		}
	}
}

// populace is who serves at the moment.
type populace struct {
	lock    sync.Mutex
	conns   map[string]*grpc.ClientConn
	serving []string
	made    atomic.Int64
}

// look reads the file, which is replaced in one step and never empty.
func (p *populace) look(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.serving = strings.Split(strings.TrimSpace(string(text)), ",")
	for _, address := range p.serving {
		if p.conns[address] == nil {
			if p.conns[address], err = dial(address); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *populace) addresses() []string {
	p.lock.Lock()
	defer p.lock.Unlock()
	return slices.Clone(p.serving)
}

func (p *populace) targets() (targets []target) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for i, address := range p.serving {
		// Of processes nothing is known here, so each answer counts as one of a process of its own.
		targets = append(targets, target{i, func() int { return int(p.made.Add(1)) }, p.conns[address]})
	}
	return targets
}
