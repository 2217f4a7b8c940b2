package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"

	"quorate.io/e2e/original/checker/ports"
)

// patience is how long something may take that must happen in the end, on a machine with other things to do.
const patience = 60 * time.Second

// member is one process of a cluster with its data directory, which starts and ends many times.
type member struct {
	index      int
	name       string
	program    string
	version35  bool
	dir        string
	clientPort int
	peerPort   int
	doorPort   int
	door       io.Closer
	conn       *grpc.ClientConn
	id         uint64
	voter      atomic.Bool // serves everything

	lock   sync.Mutex
	cmd    *exec.Cmd
	ended  chan struct{}
	starts int
	paused bool
}

// cluster is a few members and what lies between them.
type cluster struct {
	dir     string
	network *network
	flags   []string
	lock    sync.Mutex
	members []*member
	made    int
}

func newCluster(dir string, flags ...string) *cluster {
	return &cluster{dir: dir, network: newNetwork(), flags: flags}
}

// add makes a member that is not started.
func (c *cluster) add(program string) (*member, error) {
	c.lock.Lock()
	m := &member{
		index: c.made, name: fmt.Sprintf("m%d", c.made), program: program,
		clientPort: ports.Free(), peerPort: ports.Free(), doorPort: ports.Free(),
	}
	c.made++
	c.lock.Unlock()
	version, err := exec.Command(program, "--version").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --version: %w", program, err)
	}
	m.version35 = strings.Contains(string(version), "etcd Version: 3.5")
	m.dir = filepath.Join(c.dir, m.name)
	if m.door, err = c.network.door(m.doorPort, m.peerAddress(), m.index); err != nil {
		return nil, err
	}
	m.conn, err = dial(m.clientAddress())
	if err != nil {
		return nil, err
	}
	c.lock.Lock()
	c.members = append(c.members, m)
	c.lock.Unlock()
	return m, nil
}

// dial makes a connection that never repeats a request by itself.
func dial(address string) (*grpc.ClientConn, error) {
	return grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry(),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(256<<20)),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: 5 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 50 * time.Millisecond, Multiplier: 1.5, MaxDelay: 500 * time.Millisecond},
			MinConnectTimeout: 5 * time.Second,
		}))
}

func (m *member) clientAddress() string { return fmt.Sprintf("127.0.0.1:%d", m.clientPort) }
func (m *member) peerAddress() string   { return fmt.Sprintf("127.0.0.1:%d", m.peerPort) }
func (m *member) peerURL() string       { return fmt.Sprintf("http://127.0.0.1:%d", m.doorPort) }

func (c *cluster) all() []*member {
	c.lock.Lock()
	defer c.lock.Unlock()
	return append([]*member{}, c.members...)
}

// drop forgets a member that is no more.
func (c *cluster) drop(gone *member) {
	c.lock.Lock()
	defer c.lock.Unlock()
	kept := []*member{}
	for _, m := range c.members {
		if m != gone {
			kept = append(kept, m)
		}
	}
	c.members = kept
	gone.door.Close()
}

func (c *cluster) initial() string {
	parts := []string{}
	for _, m := range c.all() {
		parts = append(parts, m.name+"="+m.peerURL())
	}
	return strings.Join(parts, ",")
}

// launch starts the member's process; state is "new" or "existing", without effect on a directory with data.
func (c *cluster) launch(m *member, initial, state string) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.cmd != nil {
		return errors.New(m.name + " runs already")
	}
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return err
	}
	m.starts++
	log, err := os.Create(filepath.Join(m.dir, fmt.Sprintf("start-%d.log", m.starts)))
	if err != nil {
		return err
	}
	defer log.Close()
	client := "http://" + m.clientAddress()
	args := []string{
		"--name=" + m.name, "--data-dir=" + filepath.Join(m.dir, "data"),
		"--listen-client-urls=" + client, "--advertise-client-urls=" + client,
		"--listen-peer-urls=http://" + m.peerAddress(), "--initial-advertise-peer-urls=" + m.peerURL(),
		"--initial-cluster=" + initial, "--initial-cluster-state=" + state,
	}
	for _, flag := range c.flags {
		if m.version35 {
			flag = strings.Replace(flag, "--snapshot-catchup-entries", "--experimental-snapshot-catchup-entries", 1)
		}
		args = append(args, flag)
	}
	cmd := exec.Command(m.program, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan struct{})
	m.cmd, m.ended, m.paused = cmd, ended, false
	go func() {
		_ = cmd.Wait()
		m.lock.Lock()
		m.cmd = nil
		m.lock.Unlock()
		close(ended)
	}()
	return nil
}

// found starts all members at once and waits until each serves.
func (c *cluster) found() error {
	for _, m := range c.all() {
		if err := c.launch(m, c.initial(), "new"); err != nil {
			return err
		}
	}
	for _, m := range c.all() {
		m.voter.Store(true)
	}
	return c.awaitAll()
}

func (c *cluster) awaitAll() error {
	for _, m := range c.all() {
		if err := c.await(m); err != nil {
			return err
		}
	}
	return nil
}

// cameTooEarly says whether the member has just given up because whomever it asked had not heard of it yet: an addition
// is answered when one member has applied it.
func (m *member) cameTooEarly() bool {
	m.lock.Lock()
	last := m.starts
	m.lock.Unlock()
	log, err := os.ReadFile(filepath.Join(m.dir, fmt.Sprintf("start-%d.log", last)))
	return err == nil && last < 5 && strings.Contains(string(log), "error validating peerURLs")
}

// await waits until the member answers a linearizable read, or, as a learner, a serializable one.
func (c *cluster) await(m *member) error {
	deadline := time.Now().Add(patience)
	for {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		answer, err := pb.NewKVClient(m.conn).Range(ctx, &pb.RangeRequest{Key: []byte("ready")})
		if err != nil && strings.Contains(err.Error(), "for learner") {
			answer, err = pb.NewKVClient(m.conn).Range(ctx, &pb.RangeRequest{Key: []byte("ready"), Serializable: true})
		}
		cancel()
		if err == nil {
			m.id = answer.Header.MemberId
			c.network.know(m.id, m.index)
			return nil
		}
		if !m.running() && m.cameTooEarly() {
			if err := c.launch(m, c.initial(), "existing"); err != nil {
				return err
			}
		}
		if !m.running() {
			return fmt.Errorf("%s ended while it should start: see %s", m.name, m.dir)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s does not serve: %w; see %s", m.name, err, m.dir)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

func (m *member) running() bool {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.cmd != nil
}

func (m *member) signal(s syscall.Signal) {
	m.lock.Lock()
	defer m.lock.Unlock()
	if m.cmd != nil {
		_ = m.cmd.Process.Signal(s)
		m.paused = s == syscall.SIGSTOP || m.paused && s != syscall.SIGCONT
	}
}

// awaitEnd waits until the process has ended.
func (m *member) awaitEnd() error {
	m.lock.Lock()
	ended := m.ended
	m.lock.Unlock()
	if ended == nil {
		return nil
	}
	select {
	case <-ended:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s is still running", m.name)
	}
}

func (m *member) kill() {
	m.signal(syscall.SIGKILL)
	_ = m.awaitEnd()
}

func (c *cluster) close() {
	for _, m := range c.all() {
		m.kill()
	}
}

// status asks the member itself.
func (m *member) status() (*pb.StatusResponse, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	return pb.NewMaintenanceClient(m.conn).Status(ctx, &pb.StatusRequest{})
}

// leader is the member that a majority takes for the leader, or nil.
func (c *cluster) leader() *member {
	votes := map[uint64]int{}
	members := c.all()
	for _, m := range members {
		if m.running() && !m.paused {
			if status, err := m.status(); err == nil {
				votes[status.Leader]++
			}
		}
	}
	for _, m := range members {
		if votes[m.id] > len(members)/2 {
			return m
		}
	}
	return nil
}
