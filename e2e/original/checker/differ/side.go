package differ

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"

	"quorate.io/e2e/original/checker/ports"
)

// patience bounds everything that is waited for; only a machine in great trouble needs so much.
const patience = 180 * time.Second

// A side is one of the two servers: a process with a data directory of its own, and a connection to it. Both run with
// the same name and the same advertised addresses, so that they have the same ids, and nothing needs to be translated.
type side struct {
	name       string
	program    string
	home       string
	clientPort int
	peerPort   int
	starts     int
	process    *exec.Cmd
	ended      chan error
	connection *grpc.ClientConn
	tokens     map[string]string // what stands in a request for a token of this side
}

func newSide(name, program, home string) *side {
	return &side{name: name, program: program, home: home, clientPort: ports.Free(), peerPort: ports.Free(), tokens: map[string]string{}}
}

func (s *side) url() string { return fmt.Sprintf("http://127.0.0.1:%d", s.clientPort) }

// start runs the server until its storage has the version of today, which it writes a moment after it serves.
func (s *side) start(flags []string) error {
	if err := os.MkdirAll(s.home, 0o755); err != nil {
		return err
	}
	s.starts++
	log, err := os.Create(filepath.Join(s.home, fmt.Sprintf("start-%d.log", s.starts)))
	if err != nil {
		return err
	}
	defer log.Close()
	const advertised = "http://127.0.0.1:2380"
	s.process = exec.Command(s.program, append([]string{
		"--name=m1", "--data-dir=" + filepath.Join(s.home, "data"),
		"--listen-client-urls=" + s.url(), "--advertise-client-urls=http://127.0.0.1:2379",
		fmt.Sprintf("--listen-peer-urls=http://127.0.0.1:%d", s.peerPort), "--initial-advertise-peer-urls=" + advertised,
		"--initial-cluster=m1=" + advertised,
	}, flags...)...)
	s.process.Stdout, s.process.Stderr = log, log
	s.process.Env = []string{"PATH=" + os.Getenv("PATH")}
	if err := s.process.Start(); err != nil {
		return err
	}
	s.ended = make(chan error, 1)
	go func() { s.ended <- s.process.Wait() }()
	s.connection, err = grpc.NewClient(fmt.Sprintf("127.0.0.1:%d", s.clientPort),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(64<<20), grpc.MaxCallRecvMsgSize(1<<30)))
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var version pb.StatusResponse
		err := s.reach(&version)
		if err == nil && version.StorageVersion == "3.6.0" || status.Convert(err).Message() == "etcdserver: user name is empty" {
			return nil // the second: auth is on, so this is not the first start
		}
		select {
		case <-s.ended:
			return fmt.Errorf("%s ended at its start; see %s", s.name, log.Name())
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is not ready after %v; see %s", s.name, patience, log.Name())
		}
	}
}

func (s *side) reach(status *pb.StatusResponse) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return s.connection.Invoke(ctx, "/etcdserverpb.Maintenance/Status", &pb.StatusRequest{}, status)
}

// stop ends the process in an orderly way.
func (s *side) stop() error {
	_ = s.connection.Close()
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	select {
	case <-s.ended:
		return nil
	case <-time.After(patience):
		return fmt.Errorf("%s has not stopped after %v", s.name, patience)
	}
}

func (s *side) kill() {
	if s.process == nil || s.process.Process == nil {
		return
	}
	_ = s.process.Process.Kill()
	<-s.ended
}

// alive tells whether the process runs; a server that a request has killed is a difference of its own.
func (s *side) alive() bool {
	select {
	case err := <-s.ended:
		s.ended <- err
		return false
	default:
		return true
	}
}

// A call is one unary request as it goes over the wire.
type call struct {
	method   string
	request  []byte
	metadata []string
	gzip     bool
}

// An answer is what came back: a status and, if that is OK, the bytes of a message; and the names of the metadata.
type answer struct {
	code    codes.Code
	text    string
	message []byte
	names   string
}

func (s *side) ask(c call) answer {
	ctx, cancel := context.WithTimeout(s.outgoing(c.metadata), patience)
	defer cancel()
	var reply []byte
	var header, trailer metadata.MD
	options := []grpc.CallOption{grpc.ForceCodec(bytesCodec{}), grpc.Header(&header), grpc.Trailer(&trailer)}
	if c.gzip {
		options = append(options, grpc.UseCompressor(gzip.Name))
	}
	err := s.connection.Invoke(ctx, c.method, c.request, &reply, options...)
	return answer{status.Code(err), status.Convert(err).Message(), reply, names(header) + "; " + names(trailer)}
}

func (s *side) outgoing(pairs []string) context.Context {
	own := make([]string, len(pairs))
	for i, word := range pairs {
		own[i] = word
		if token, known := s.tokens[word]; known {
			own[i] = token
		}
	}
	return metadata.AppendToOutgoingContext(context.Background(), own...)
}

func names(md metadata.MD) string {
	var all []string
	for name, values := range md {
		all = append(all, fmt.Sprintf("%s×%d", name, len(values)))
	}
	sort.Strings(all)
	return strings.Join(all, " ")
}

// stream opens a bidirectional or server stream.
func (s *side) stream(method string, md []string) (grpc.ClientStream, context.CancelFunc, error) {
	ctx, cancel := context.WithCancel(s.outgoing(md))
	description := &grpc.StreamDesc{StreamName: method, ServerStreams: true, ClientStreams: true}
	stream, err := s.connection.NewStream(ctx, description, method, grpc.ForceCodec(bytesCodec{}))
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return stream, cancel, nil
}

func (s *side) metrics() (string, error) {
	response, err := http.Get(s.url() + "/metrics")
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// bytesCodec sends and receives messages as the bytes they are, so that invalid ones can be sent, and answers be judged
// to the byte.
type bytesCodec struct{}

func (bytesCodec) Name() string { return "" }

func (bytesCodec) Marshal(v any) ([]byte, error) {
	bytes, ok := v.([]byte)
	if !ok {
		return nil, errors.New("not bytes")
	}
	return bytes, nil
}

func (bytesCodec) Unmarshal(data []byte, v any) error {
	into, ok := v.(*[]byte)
	if !ok {
		return errors.New("not bytes")
	}
	*into = append([]byte(nil), data...)
	return nil
}
