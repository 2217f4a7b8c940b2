package cluster

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// network is what lies between the members: every member advertises the address of its door, so that all traffic between
// members passes here and can be held up, thrown away and slowed down, each way by itself.
type network struct {
	lock    sync.Mutex
	changed *sync.Cond
	ids     map[string]int // member id in hex, as in the header X-Server-From
	held    map[way]bool
	thrown  map[way]bool
	delays  map[way]time.Duration
	open    map[*pipe]bool
}

// way is the direction from one member to another.
type way struct{ from, to int }

// stranger stands for a connection that does not say who it comes from: probes and questions of members to come.
const stranger = -1

// pipe is one connection. Who made it is an id, which belongs to a member that may be known only later.
type pipe struct {
	client, server net.Conn
	sender         string
	to             int
	gone           bool
}

// there is the way of what the one who made the connection says; the answers go back. The caller holds the lock.
func (n *network) there(p *pipe) way {
	if from, known := n.ids[p.sender]; known {
		return way{from, p.to}
	}
	return way{stranger, p.to}
}

func (w way) back() way { return way{w.to, w.from} }

func newNetwork() *network {
	n := &network{
		ids: map[string]int{}, held: map[way]bool{}, thrown: map[way]bool{}, delays: map[way]time.Duration{},
		open: map[*pipe]bool{},
	}
	n.changed = sync.NewCond(&n.lock)
	return n
}

// know says whose id it is.
func (n *network) know(id uint64, member int) {
	n.lock.Lock()
	defer n.lock.Unlock()
	n.ids[fmt.Sprintf("%x", id)] = member
}

// hold lets nothing through on these ways; what is under way waits, as in a network that loses packets.
func (n *network) hold(ways ...way) {
	n.lock.Lock()
	defer n.lock.Unlock()
	for _, w := range ways {
		n.held[w] = true
	}
}

// throw breaks the connections between the two ends of these ways and every new one at once.
func (n *network) throw(ways ...way) {
	n.lock.Lock()
	defer n.lock.Unlock()
	for _, w := range ways {
		n.thrown[w] = true
	}
	n.breakThrown()
}

func (n *network) breakThrown() {
	for p := range n.open {
		if n.thrown[n.there(p)] || n.thrown[n.there(p).back()] {
			n.end(p)
		}
	}
}

func (n *network) slow(delay time.Duration, ways ...way) {
	n.lock.Lock()
	defer n.lock.Unlock()
	for _, w := range ways {
		n.delays[w] = delay
	}
}

// heal ends all faults. With fresh, connections that were held up are broken; otherwise what waited arrives after all.
func (n *network) heal(fresh bool) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if fresh {
		for p := range n.open {
			if n.held[n.there(p)] || n.held[n.there(p).back()] {
				n.end(p)
			}
		}
	}
	clear(n.held)
	clear(n.thrown)
	clear(n.delays)
	n.changed.Broadcast()
}

// leave breaks all connections that were made to the member.
func (n *network) leave(member int) {
	n.lock.Lock()
	defer n.lock.Unlock()
	for p := range n.open {
		if p.to == member {
			n.end(p)
		}
	}
}

func (n *network) end(p *pipe) {
	if !p.gone {
		p.gone = true
		p.client.Close()
		p.server.Close()
		delete(n.open, p)
		n.changed.Broadcast()
	}
}

// pass waits until the way is free, and says whether the connection still stands.
func (n *network) pass(p *pipe, back bool) bool {
	current := func() way {
		if back {
			return n.there(p).back()
		}
		return n.there(p)
	}
	n.lock.Lock()
	for n.held[current()] && !p.gone {
		n.changed.Wait()
	}
	delay := n.delays[current()]
	n.lock.Unlock()
	if delay > 0 {
		time.Sleep(delay)
	}
	n.lock.Lock()
	defer n.lock.Unlock()
	return !p.gone
}

// door listens on port and leads to the target, which is member owner.
func (n *network) door(port int, target string, owner int) (io.Closer, error) {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go n.serve(conn, target, owner)
		}
	}()
	return listener, nil
}

const headLimit = 16 << 10

func (n *network) serve(client net.Conn, target string, owner int) {
	head := make([]byte, 0, 1024)
	for !bytes.Contains(head, []byte("\r\n\r\n")) && len(head) < headLimit {
		part := make([]byte, 1024)
		count, err := client.Read(part)
		if err != nil {
			client.Close()
			return
		}
		head = append(head, part[:count]...)
	}
	server, err := net.Dial("tcp", target)
	if err != nil {
		client.Close()
		return
	}
	p := &pipe{client: client, server: server, sender: sender(head), to: owner}
	n.lock.Lock()
	n.open[p] = true
	n.breakThrown()
	n.lock.Unlock()
	go n.pump(p, server, io.MultiReader(bytes.NewReader(head), client), false)
	n.pump(p, client, server, true)
}

// recognize looks who it is: a connection that began with a probe, which says nothing of that, may be used again for a
// member's messages.
func (n *network) recognize(p *pipe, part []byte) {
	n.lock.Lock()
	defer n.lock.Unlock()
	if p.sender == "" {
		p.sender = sender(part)
		n.breakThrown()
	}
}

// sender is the value of X-Server-From in a request's head.
func sender(head []byte) string {
	for _, line := range bytes.Split(head, []byte("\r\n")) {
		name, value, found := bytes.Cut(line, []byte(":"))
		if found && bytes.EqualFold(name, []byte("X-Server-From")) {
			return string(bytes.TrimSpace(value))
		}
	}
	return ""
}

func (n *network) pump(p *pipe, to io.Writer, from io.Reader, back bool) {
	buffer := make([]byte, 32<<10)
	for {
		count, err := from.Read(buffer)
		if count > 0 {
			if !back {
				n.recognize(p, buffer[:count])
			}
			if !n.pass(p, back) {
				break
			}
			if _, err := to.Write(buffer[:count]); err != nil {
				break
			}
		}
		if err != nil {
			// The end of a connection is held up like what came before it.
			n.pass(p, back)
			break
		}
	}
	n.lock.Lock()
	defer n.lock.Unlock()
	n.end(p)
}
