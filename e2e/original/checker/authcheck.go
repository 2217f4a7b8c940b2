package main

import (
	"context"
	"flag"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/authpb"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// authcheck looks at auth through the bare RPCs, so that tokens, codes and texts are seen as they are. Auth is one
// switch for the whole server: the checks run in order, on a server that has never had auth, and leave it on, with
// user root and password rootPassword.
func authcheck(args []string) error {
	flags := flag.NewFlagSet("authcheck", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	conn, err := grpc.NewClient(strings.TrimPrefix(*endpoint, "http://"),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer conn.Close()
	t := &authTrial{
		endpoint: *endpoint, kv: pb.NewKVClient(conn), auth: pb.NewAuthClient(conn), lease: pb.NewLeaseClient(conn),
		watch: pb.NewWatchClient(conn), maintenance: pb.NewMaintenanceClient(conn), cluster: pb.NewClusterClient(conn),
	}
	var all []authCheck
	for _, group := range [][]authCheck{authOffChecks, authRightsChecks, authTokenChecks, authEndChecks} {
		all = append(all, group...)
	}
	failed := 0
	for _, c := range all {
		start := time.Now()
		if text := c.attempt(t); text == "" {
			fmt.Printf("PASS %s (%d ms)\n", c.name, time.Since(start).Milliseconds())
		} else {
			failed++
			fmt.Printf("FAIL %s: %s\n", c.name, strings.ReplaceAll(text, "\n", " | "))
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d checks failed", failed)
	}
	return nil
}

const rootPassword = "root's password"

type authCheck struct {
	name string
	run  func(t *authTrial)
}

func (c authCheck) attempt(t *authTrial) (text string) {
	defer func() {
		if problem := recover(); problem != nil {
			if f, ours := problem.(failure); ours {
				text = f.text
				return
			}
			text = fmt.Sprint("panic: ", problem)
		}
	}()
	c.run(t)
	return ""
}

type authTrial struct {
	endpoint    string
	kv          pb.KVClient
	auth        pb.AuthClient
	lease       pb.LeaseClient
	watch       pb.WatchClient
	maintenance pb.MaintenanceClient
	cluster     pb.ClusterClient
	root        string // token of user root, from when auth is on
}

func (t *authTrial) failf(format string, args ...any) { panic(failure{fmt.Sprintf(format, args...)}) }

// as is the context of a call with that token; the empty token is none.
func as(token string) context.Context {
	if token == "" {
		return with()
	}
	return with("token", token)
}

// with is the context of a call with any metadata; it lasts no longer than a request may.
func with(pairs ...string) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), requestLimit)
	context.AfterFunc(ctx, cancel)
	return metadata.AppendToOutgoingContext(ctx, pairs...)
}

// verdict is an error as code and text, or OK.
func verdict(err error) string {
	if err == nil {
		return "OK"
	}
	s := status.Convert(err)
	return s.Code().String() + ": " + s.Message()
}

func (t *authTrial) want(what string, err error, wanted string) {
	if got := verdict(err); got != wanted {
		t.failf("%s: %q; want %q", what, got, wanted)
	}
}

func (t *authTrial) ok(what string, err error) { t.want(what, err, "OK") }

func (t *authTrial) same(what string, got, wanted any) {
	if fmt.Sprint(got) != fmt.Sprint(wanted) {
		t.failf("%s: %v; want %v", what, got, wanted)
	}
}

const (
	userEmpty     = "InvalidArgument: etcdserver: user name is empty"
	badToken      = "Unauthenticated: etcdserver: invalid auth token"
	denied        = "PermissionDenied: etcdserver: permission denied"
	noUser        = "FailedPrecondition: etcdserver: user name not found"
	noRole        = "FailedPrecondition: etcdserver: role name not found"
	authFailed    = "InvalidArgument: etcdserver: authentication failed, invalid user ID or password"
	noPassword    = "Unknown: auth: authentication failed, password was given for no password user"
	badManagement = "InvalidArgument: etcdserver: invalid auth management"
)

// ---- users and roles, as the caller with that token ----

func (t *authTrial) addUser(token, name, password string) {
	_, err := t.auth.UserAdd(as(token), &pb.AuthUserAddRequest{Name: name, Password: password})
	t.ok("add user "+name, err)
}

func (t *authTrial) addRole(token, name string, permissions ...*authpb.Permission) {
	_, err := t.auth.RoleAdd(as(token), &pb.AuthRoleAddRequest{Name: name})
	t.ok("add role "+name, err)
	for _, permission := range permissions {
		t.permit(token, name, permission)
	}
}

func (t *authTrial) permit(token, role string, permission *authpb.Permission) {
	_, err := t.auth.RoleGrantPermission(as(token), &pb.AuthRoleGrantPermissionRequest{Name: role, Perm: permission})
	t.ok("permit "+role, err)
}

func (t *authTrial) grant(token, user, role string) {
	_, err := t.auth.UserGrantRole(as(token), &pb.AuthUserGrantRoleRequest{User: user, Role: role})
	t.ok("grant "+role, err)
}

// member makes a user with one role of its own name, and logs it in.
func (t *authTrial) member(name string, permissions ...*authpb.Permission) string {
	t.addUser(t.root, name, name+"-pw")
	t.addRole(t.root, name, permissions...)
	t.grant(t.root, name, name)
	return t.login(name, name+"-pw")
}

func (t *authTrial) login(name, password string) string {
	token, err := t.tryLogin(name, password)
	t.ok("login of "+name, err)
	return token
}

func (t *authTrial) tryLogin(name, password string) (string, error) {
	response, err := t.auth.Authenticate(as(""), &pb.AuthenticateRequest{Name: name, Password: password})
	if err != nil {
		return "", err
	}
	return response.Token, nil
}

func (t *authTrial) authRevision(token string) uint64 {
	response, err := t.auth.AuthStatus(as(token), &pb.AuthStatusRequest{})
	t.ok("status", err)
	return response.AuthRevision
}

func read(key, end string) *authpb.Permission {
	return &authpb.Permission{PermType: authpb.READ, Key: []byte(key), RangeEnd: []byte(end)}
}

func write(key, end string) *authpb.Permission {
	return &authpb.Permission{PermType: authpb.WRITE, Key: []byte(key), RangeEnd: []byte(end)}
}

func readwrite(key, end string) *authpb.Permission {
	return &authpb.Permission{PermType: authpb.READWRITE, Key: []byte(key), RangeEnd: []byte(end)}
}

func (t *authTrial) put(token, key, value string) {
	_, err := t.kv.Put(as(token), &pb.PutRequest{Key: []byte(key), Value: []byte(value)})
	t.ok("put "+key, err)
}

func (t *authTrial) get(token, key, end string) error {
	_, err := t.kv.Range(as(token), &pb.RangeRequest{Key: []byte(key), RangeEnd: []byte(end)})
	return err
}

func (t *authTrial) txn(token string, request *pb.TxnRequest) error {
	_, err := t.kv.Txn(as(token), request)
	return err
}

func (t *authTrial) newLease(token string, id int64, keys ...string) {
	_, err := t.lease.LeaseGrant(as(token), &pb.LeaseGrantRequest{TTL: 10000, ID: id})
	t.ok("grant of a lease", err)
	for _, key := range keys {
		_, err = t.kv.Put(as(token), &pb.PutRequest{Key: []byte(key), Lease: id})
		t.ok("put with a lease", err)
	}
}

// renewed is what a keep-alive of the lease says: its TTL, or an error.
func (t *authTrial) renewed(token string, id int64) string {
	stream, err := t.lease.LeaseKeepAlive(as(token))
	if err != nil {
		return verdict(err)
	}
	if err = stream.Send(&pb.LeaseKeepAliveRequest{ID: id}); err != nil {
		return verdict(err)
	}
	response, err := stream.Recv()
	if err != nil {
		return verdict(err)
	}
	_ = stream.CloseSend()
	return fmt.Sprint("TTL ", response.TTL)
}

// watched is what the creation of a watcher says.
func (t *authTrial) watched(token string, create *pb.WatchCreateRequest) string {
	ctx, cancel := context.WithCancel(as(token))
	defer cancel()
	stream, err := t.watch.Watch(ctx)
	if err != nil {
		return verdict(err)
	}
	if err = stream.Send(creation(create)); err != nil {
		return verdict(err)
	}
	response, err := stream.Recv()
	if err != nil {
		return verdict(err)
	}
	if !response.Created {
		return "not created"
	}
	if response.Canceled {
		return fmt.Sprint("canceled ", response.WatchId, " ", response.CancelReason)
	}
	return "created"
}

func creation(create *pb.WatchCreateRequest) *pb.WatchRequest {
	return &pb.WatchRequest{RequestUnion: &pb.WatchRequest_CreateRequest{CreateRequest: create}}
}

func (t *authTrial) snapshot(token string) error {
	stream, err := t.maintenance.Snapshot(as(token), &pb.SnapshotRequest{})
	if err != nil {
		return err
	}
	_, err = stream.Recv()
	return err
}

var simpleToken = regexp.MustCompile(`^[a-zA-Z]{16}\.[0-9]+$`)
