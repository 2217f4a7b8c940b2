// Package cluster tests clusters of real processes: it starts members, stands between them, does them harm, and checks
// what clients saw meanwhile.
package cluster

import (
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
)

// Faults runs a cluster under load while a nemesis does it harm, and then checks the clients' history, the watchers'
// histories, and that all members are equal.
func Faults(args []string) error {
	flags := flag.NewFlagSet("faults", flag.ContinueOnError)
	programs := flags.String("programs", "", "etcd of each member, comma-separated")
	dir := flags.String("dir", "", "where data and logs go")
	seed := flags.Int64("seed", time.Now().UnixNano()%1_000_000, "")
	limit := flags.Duration("duration", 15*time.Second, "of the faults")
	only := flags.String("only", "", "faults to choose from, comma-separated; empty: all")
	size := flags.Int("mebibytes", 4, "of data to begin with: what a snapshot has to carry")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fmt.Println("seed", *seed)
	c := newCluster(*dir, "--snapshot-count=100", "--snapshot-catchup-entries=50")
	defer c.close()
	for _, program := range strings.Split(*programs, ",") {
		if _, err := c.add(program); err != nil {
			return err
		}
	}
	if err := c.found(); err != nil {
		return err
	}
	if err := preload(c, *size); err != nil {
		return err
	}
	load := startLoad(*seed, 15*time.Millisecond, c.targets)
	watchers := c.watchers(load.prefix, *seed)
	n := &nemesis{c: c, random: rand.New(rand.NewSource(*seed)), start: time.Now()}
	raged := n.rage(*limit, *only)
	n.tell("all faults are over")
	if err := c.awaitAll(); err != nil {
		return errors.Join(raged, err)
	}
	n.tell("all members serve")
	// Under no fault everything is answered again.
	time.Sleep(500 * time.Millisecond)
	return errors.Join(raged, verdict(load.end(), load.prefix, watchers, c.names(), c.conns()))
}

// preload gives the database some size.
func preload(c *cluster, mebibytes int) error {
	n := &nemesis{c: c}
	return n.blocks(mebibytes * 16)
}

func (c *cluster) targets() []target {
	targets := []target{}
	for _, m := range c.all() {
		targets = append(targets, target{m.index, m.life, m.conn})
	}
	return targets
}

func (m *member) life() int {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.starts
}

func (c *cluster) names() (names []string) {
	for _, m := range c.all() {
		names = append(names, m.name+" ("+m.program+")")
	}
	return names
}

func (c *cluster) conns() (conns []*grpc.ClientConn) {
	for _, m := range c.all() {
		conns = append(conns, m.conn)
	}
	return conns
}

// watchers are one for each member, which stays there, and one that wanders.
func (c *cluster) watchers(prefix string, seed int64) []*watcher {
	all := []string{}
	watchers := []*watcher{}
	for _, m := range c.all() {
		all = append(all, m.clientAddress())
		watchers = append(watchers, watch("at "+m.name, prefix, 1, seed, time.Minute, func() []string { return []string{m.clientAddress()} }))
	}
	return append(watchers, watch("wandering", prefix, 1, seed, time.Second, func() []string { return all }))
}

// verdict waits for the members to agree and checks all histories.
func verdict(operations []operation, prefix string, watchers []*watcher, names []string, conns []*grpc.ClientConn) error {
	broken, err := agreed(names, conns)
	if err != nil {
		return err
	}
	var timelines []*timeline
	for _, conn := range conns {
		t, err := tellTimeline(conn, prefix)
		if err != nil {
			return err
		}
		timelines = append(timelines, t)
	}
	for i, t := range timelines {
		if fmt.Sprint(t.events) != fmt.Sprint(timelines[0].events) {
			broken = append(broken, fmt.Sprintf("agree: the events of %s are not those of %s", names[i], names[0]))
		}
	}
	t := timelines[0]
	for _, w := range watchers {
		broken = append(broken, w.finish(t)...)
	}
	answered := 0
	for _, o := range operations {
		if o.answered {
			answered++
		}
	}
	broken = append(broken, check(operations, t)...)
	fmt.Printf("%d operations, %d answered, %d events, %d watchers, %d violations\n",
		len(operations), answered, len(t.events), len(watchers), len(broken))
	if answered == 0 {
		return errors.New("nothing was answered")
	}
	if len(broken) > 0 {
		for _, line := range broken[:min(len(broken), 20)] {
			fmt.Fprintln(os.Stderr, line)
		}
		return fmt.Errorf("%d violations", len(broken))
	}
	return nil
}
