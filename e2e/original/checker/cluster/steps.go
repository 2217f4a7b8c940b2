package cluster

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"

	"quorate.io/e2e/original/checker/ports"
)

// steps changes the membership of a cluster under load, one random change after another.
type steps struct {
	c        *cluster
	programs []string
	random   *rand.Rand
	learner  *member
	ids      map[uint64]bool
	removed  []string
}

const (
	leastVoters = 3
	mostVoters  = 5
)

// Steps runs random changes of membership and then checks that nothing was lost, that all members are equal, that no id
// came twice, and that each member's two stores of the membership say the same.
func Steps(args []string) error {
	flags := flag.NewFlagSet("steps", flag.ContinueOnError)
	programs := flags.String("programs", "", "etcd of each of the first three; later ones are taken from them by chance")
	dir := flags.String("dir", "", "where data and logs go")
	seed := flags.Int64("seed", time.Now().UnixNano()%1_000_000, "")
	count := flags.Int("steps", 20, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fmt.Println("seed", *seed)
	c := newCluster(*dir, "--snapshot-count=100", "--snapshot-catchup-entries=50")
	defer c.close()
	s := &steps{c: c, programs: strings.Split(*programs, ","), random: rand.New(rand.NewSource(*seed)), ids: map[uint64]bool{}}
	for _, program := range s.programs {
		if _, err := c.add(program); err != nil {
			return err
		}
	}
	if err := c.found(); err != nil {
		return err
	}
	for _, m := range c.all() {
		s.ids[m.id] = true
	}
	load := startLoad(*seed, 15*time.Millisecond, s.targets)
	wandering := watch("wandering", load.prefix, 1, *seed, time.Second, func() []string {
		addresses := []string{}
		for _, m := range s.voters() {
			addresses = append(addresses, m.clientAddress())
		}
		return addresses
	})
	start := time.Now()
	for i := range *count {
		what, err := s.step()
		fmt.Printf("%6.2f s step %d: %s\n", time.Since(start).Seconds(), i+1, what)
		if err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, what, err)
		}
	}
	if s.learner != nil {
		if err := s.remove(s.learner); err != nil {
			return err
		}
	}
	if err := c.awaitAll(); err != nil {
		return err
	}
	// A snapshot file must come that is newer than the last change.
	n := &nemesis{c: c}
	if err := n.fill(c.all()[0], 250); err != nil {
		return err
	}
	if err := verdict(load.end(), load.prefix, []*watcher{wandering}, c.names(), c.conns()); err != nil {
		return err
	}
	return s.storesAgree()
}

// voters are those that serve everything.
func (s *steps) voters() []*member {
	return slices.DeleteFunc(s.c.all(), func(m *member) bool { return !m.voter.Load() })
}

func (s *steps) targets() (targets []target) {
	for _, m := range s.voters() {
		targets = append(targets, target{m.index, m.life, m.conn})
	}
	return targets
}

func (s *steps) anyVoter() *member {
	voters := s.voters()
	return voters[s.random.Intn(len(voters))]
}

func (s *steps) step() (string, error) {
	voters := len(s.voters())
	for {
		switch s.random.Intn(6) {
		case 0:
			if voters == mostVoters || s.learner != nil {
				continue
			}
			m, err := s.join(false)
			return "add " + m.name, err
		case 1:
			if s.learner != nil {
				continue
			}
			m, err := s.join(true)
			s.learner = m
			return "add learner " + m.name, err
		case 2:
			if s.learner == nil || voters == mostVoters {
				continue
			}
			m := s.learner
			s.learner = nil
			return "promote " + m.name, s.promote(m)
		case 3:
			if s.learner == nil {
				continue
			}
			m := s.learner
			s.learner = nil
			return "remove learner " + m.name, s.remove(m)
		case 4:
			if voters == leastVoters {
				continue
			}
			m := s.anyVoter()
			return "remove " + m.name, s.remove(m)
		default:
			members := s.c.all()
			m := members[s.random.Intn(len(members))]
			return "update " + m.name, s.update(m)
		}
	}
}

// ask tries until it is done. A request that got no answer may have been carried out: then done says by which error the
// next one is refused.
func (s *steps) ask(done string, request func(context.Context, pb.ClusterClient) error) error {
	deadline := time.Now().Add(patience)
	for tried := 0; ; tried++ {
		ctx, cancel := context.WithTimeout(context.Background(), 8*time.Second)
		err := request(ctx, pb.NewClusterClient(s.anyVoter().conn))
		cancel()
		if err == nil || tried > 0 && done != "" && strings.Contains(err.Error(), done) {
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (s *steps) join(learner bool) (*member, error) {
	m, err := s.c.add(s.programs[s.random.Intn(len(s.programs))])
	if err != nil {
		return m, err
	}
	if err := s.ask("Peer URLs already exists", func(ctx context.Context, cluster pb.ClusterClient) error {
		_, err := cluster.MemberAdd(ctx, &pb.MemberAddRequest{PeerURLs: []string{m.peerURL()}, IsLearner: learner})
		return err
	}); err != nil {
		return m, err
	}
	if err := s.c.launch(m, s.c.initial(), "existing"); err != nil {
		return m, err
	}
	if err := s.c.await(m); err != nil {
		return m, err
	}
	if s.ids[m.id] {
		return m, fmt.Errorf("id %x came again", m.id)
	}
	s.ids[m.id] = true
	m.voter.Store(!learner)
	return m, nil
}

func (s *steps) promote(m *member) error {
	err := s.ask("can only promote a learner member", func(ctx context.Context, cluster pb.ClusterClient) error {
		_, err := cluster.MemberPromote(ctx, &pb.MemberPromoteRequest{ID: m.id})
		return err
	})
	m.voter.Store(err == nil)
	return err
}

// remove ends the member's process by nothing but its removal.
func (s *steps) remove(m *member) error {
	m.voter.Store(false)
	if err := s.ask("member not found", func(ctx context.Context, cluster pb.ClusterClient) error {
		_, err := cluster.MemberRemove(ctx, &pb.MemberRemoveRequest{ID: m.id})
		return err
	}); err != nil {
		return err
	}
	s.removed = append(s.removed, fmt.Sprintf("%x", m.id))
	if err := m.awaitEnd(); err != nil {
		return err
	}
	s.c.drop(m)
	return nil
}

// update moves the member's door.
func (s *steps) update(m *member) error {
	port, before := ports.Free(), m.door
	door, err := s.c.network.door(port, m.peerAddress(), m.index)
	if err != nil {
		return err
	}
	m.door, m.doorPort = door, port
	err = s.ask("", func(ctx context.Context, cluster pb.ClusterClient) error {
		_, err := cluster.MemberUpdate(ctx, &pb.MemberUpdateRequest{ID: m.id, PeerURLs: []string{m.peerURL()}})
		return err
	})
	before.Close()
	s.c.network.leave(m.index)
	return err
}

func (s *steps) storesAgree() error {
	for _, m := range s.c.all() {
		m.signal(syscall.SIGTERM)
		if err := m.awaitEnd(); err != nil {
			return err
		}
	}
	slices.Sort(s.removed)
	problems := []error{}
	var first membership
	for i, m := range s.c.all() {
		database, err := inDatabase(filepath.Join(m.dir, "data"))
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		file, err := inSnapshotFile(filepath.Join(m.dir, "data"))
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if i == 0 {
			first = database
		}
		if database.String() != file.String() || database.String() != first.String() {
			problems = append(problems, fmt.Errorf("%s: the database says\n%v\nthe snapshot file\n%v\nthe first member's database\n%v",
				m.name, database, file, first))
		}
		if fmt.Sprint(database.removed) != fmt.Sprint(s.removed) {
			problems = append(problems, fmt.Errorf("%s: removed are %v, not %v", m.name, database.removed, s.removed))
		}
	}
	fmt.Printf("%d ids, %d removed, %d members\n", len(s.ids), len(s.removed), len(first.members))
	return errors.Join(problems...)
}
