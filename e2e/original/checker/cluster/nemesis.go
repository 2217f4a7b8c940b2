package cluster

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"syscall"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// nemesis does harm to a cluster of three, one fault after another, and ends each before the next.
type nemesis struct {
	c      *cluster
	random *rand.Rand
	start  time.Time
	told   []string
}

func (n *nemesis) tell(format string, args ...any) {
	line := fmt.Sprintf("%6.2f s %s", time.Since(n.start).Seconds(), fmt.Sprintf(format, args...))
	n.told = append(n.told, line)
	fmt.Println(line)
}

func (n *nemesis) while(least, most time.Duration) {
	time.Sleep(least + time.Duration(n.random.Int63n(int64(most-least))))
}

// victim is one member; more often than by chance, the leader.
func (n *nemesis) victim() *member {
	if n.random.Intn(2) == 0 {
		if leader := n.c.leader(); leader != nil {
			return leader
		}
	}
	members := n.c.all()
	return members[n.random.Intn(len(members))]
}

func (n *nemesis) label(m *member) string {
	if leader := n.c.leader(); leader == m {
		return m.name + " (leader)"
	}
	return m.name
}

// around is all ways between the member and others, or only those that lead to it or from it.
func (n *nemesis) around(m *member, to, from bool) []way {
	ways := []way{}
	if to {
		ways = append(ways, way{stranger, m.index})
	}
	for _, other := range n.c.all() {
		if other == m {
			continue
		}
		if to {
			ways = append(ways, way{other.index, m.index})
		}
		if from {
			ways = append(ways, way{m.index, other.index})
		}
	}
	return ways
}

// The faults, by name. What a fault began it also ends.
var faults = []struct {
	name string
	do   func(n *nemesis) error
}{
	{"kill", func(n *nemesis) error {
		m := n.victim()
		n.tell("kill -9 %s", n.label(m))
		m.kill()
		n.while(200*time.Millisecond, 1500*time.Millisecond)
		return n.c.launch(m, n.c.initial(), "new")
	}},
	{"pause", func(n *nemesis) error {
		m := n.victim()
		n.tell("SIGSTOP %s", n.label(m))
		m.signal(syscall.SIGSTOP)
		n.while(500*time.Millisecond, 3*time.Second)
		m.signal(syscall.SIGCONT)
		return nil
	}},
	{"restart all", func(n *nemesis) error {
		n.tell("kill -9 all")
		for _, m := range n.c.all() {
			m.signal(syscall.SIGKILL)
		}
		for _, m := range n.c.all() {
			if err := m.awaitEnd(); err != nil {
				return err
			}
			if err := n.c.launch(m, n.c.initial(), "new"); err != nil {
				return err
			}
		}
		return nil
	}},
	{"isolate", func(n *nemesis) error {
		m := n.victim()
		ways := n.around(m, true, true)
		if n.random.Intn(2) == 0 {
			n.tell("isolate %s, connections break", n.label(m))
			n.c.network.throw(ways...)
		} else {
			n.tell("isolate %s, packets are lost", n.label(m))
			n.c.network.hold(ways...)
		}
		n.while(time.Second, 3*time.Second)
		n.c.network.heal(n.random.Intn(2) == 0)
		return nil
	}},
	{"deaf", func(n *nemesis) error {
		m := n.victim()
		n.tell("%s hears nobody", n.label(m))
		n.c.network.hold(n.around(m, true, false)...)
		n.while(time.Second, 3*time.Second)
		n.c.network.heal(n.random.Intn(2) == 0)
		return nil
	}},
	{"mute", func(n *nemesis) error {
		m := n.victim()
		n.tell("%s is heard by nobody", n.label(m))
		n.c.network.hold(n.around(m, false, true)...)
		n.while(time.Second, 3*time.Second)
		n.c.network.heal(n.random.Intn(2) == 0)
		return nil
	}},
	{"bridge", func(n *nemesis) error {
		members := n.c.all()
		n.random.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
		a, b := members[0], members[1]
		n.tell("%s and %s are cut off from each other", n.label(a), n.label(b))
		n.c.network.hold(way{a.index, b.index}, way{b.index, a.index})
		n.while(time.Second, 3*time.Second)
		n.c.network.heal(n.random.Intn(2) == 0)
		return nil
	}},
	{"slow", func(n *nemesis) error {
		m := n.victim()
		delay := time.Duration(20+n.random.Intn(150)) * time.Millisecond
		n.tell("%v on all ways of %s", delay, n.label(m))
		n.c.network.slow(delay, n.around(m, true, true)...)
		n.while(time.Second, 3*time.Second)
		n.c.network.heal(false)
		return nil
	}},
	{"behind", func(n *nemesis) error {
		// Away for longer than the others' logs reach back; and while its snapshot is on its way, over a slow link,
		// one of the two is killed, or one rewrites its database.
		leader := n.c.leader()
		if leader == nil {
			return nil
		}
		m := n.c.all()[n.random.Intn(len(n.c.all()))]
		if m == leader {
			return nil
		}
		n.c.network.throw(n.around(m, true, true)...)
		if err := n.fill(leader, 200); err != nil {
			n.tell("%s is left behind, as far as possible: %v", m.name, err)
		}
		n.c.network.heal(false)
		n.c.network.slow(time.Duration(n.random.Intn(30))*time.Millisecond, n.around(m, true, true)...)
		n.while(0, time.Second)
		var err error
		switch n.random.Intn(4) {
		case 0:
			n.tell("%s was left behind; kill -9 of %s, the leader", m.name, leader.name)
			leader.kill()
			err = n.c.launch(leader, n.c.initial(), "new")
		case 1:
			n.tell("%s was left behind; kill -9 of it", m.name)
			m.kill()
			err = n.c.launch(m, n.c.initial(), "new")
		case 2:
			n.tell("%s was left behind; %s, the leader, is defragmented", m.name, leader.name)
			defragment(leader)
		default:
			n.tell("%s was left behind; it is defragmented", m.name)
			defragment(m)
		}
		n.while(500*time.Millisecond, time.Second)
		n.c.network.heal(false)
		return err
	}},
}

// fill writes to keys beside those of the load.
func (n *nemesis) fill(through *member, puts int) error {
	for i := range puts {
		ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
		_, err := pb.NewKVClient(through.conn).Put(ctx, &pb.PutRequest{Key: fmt.Appendf(nil, "fill/%d", i%10), Value: []byte("x")})
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

// blocks writes values of 64 KiB.
func (n *nemesis) blocks(count int) error {
	value := make([]byte, 64<<10)
	rand.New(rand.NewSource(1)).Read(value)
	for i := range count {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, err := pb.NewKVClient(n.c.all()[0].conn).Put(ctx, &pb.PutRequest{Key: fmt.Appendf(nil, "block/%d", i), Value: value})
		cancel()
		if err != nil {
			return err
		}
	}
	return nil
}

func defragment(m *member) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, _ = pb.NewMaintenanceClient(m.conn).Defragment(ctx, &pb.DefragmentRequest{})
}

// rage does faults until the time is over: all kinds in random order, then again. The last one has ended then.
func (n *nemesis) rage(limit time.Duration, only string) error {
	chosen := slices.Clone(faults)
	if only != "" {
		chosen = slices.DeleteFunc(chosen, func(fault struct {
			name string
			do   func(n *nemesis) error
		}) bool {
			return !slices.Contains(strings.Split(only, ","), fault.name)
		})
	}
	for {
		n.random.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		for _, fault := range chosen {
			if time.Since(n.start) > limit {
				return nil
			}
			if err := fault.do(n); err != nil {
				return err
			}
			n.while(200*time.Millisecond, 1200*time.Millisecond)
		}
	}
}
