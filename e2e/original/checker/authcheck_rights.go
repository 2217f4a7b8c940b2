package main

import (
	"context"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/authpb"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

func quoted(b []byte) string { return fmt.Sprintf("%q", b) }

// Who needs what. "plain" is a user that may read and write key plain/a and nothing else.
const (
	anybody = iota // some user
	admin
	reader // READ on what the call names; plain has none
)

type rpc struct {
	name  string
	needs int
	call  func(t *authTrial, ctx context.Context) error
}

var rpcs = []rpc{
	{"KV.Range", reader, func(t *authTrial, ctx context.Context) error {
		_, err := t.kv.Range(ctx, &pb.RangeRequest{Key: []byte("other")})
		return err
	}},
	{"KV.Range, serializable", reader, func(t *authTrial, ctx context.Context) error {
		_, err := t.kv.Range(ctx, &pb.RangeRequest{Key: []byte("other"), Serializable: true})
		return err
	}},
	{"KV.Put", reader, func(t *authTrial, ctx context.Context) error {
		_, err := t.kv.Put(ctx, &pb.PutRequest{Key: []byte("other")})
		return err
	}},
	{"KV.DeleteRange", reader, func(t *authTrial, ctx context.Context) error {
		_, err := t.kv.DeleteRange(ctx, &pb.DeleteRangeRequest{Key: []byte("none")})
		return err
	}},
	{"KV.Txn", reader, func(t *authTrial, ctx context.Context) error {
		_, err := t.kv.Txn(ctx, &pb.TxnRequest{Compare: []*pb.Compare{{Key: []byte("other")}}})
		return err
	}},
	{"KV.Compact", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.kv.Compact(ctx, &pb.CompactionRequest{Revision: 1})
		return err
	}},
	{"Lease.LeaseGrant", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.lease.LeaseGrant(ctx, &pb.LeaseGrantRequest{TTL: 1000})
		return err
	}},
	{"Lease.LeaseTimeToLive", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.lease.LeaseTimeToLive(ctx, &pb.LeaseTimeToLiveRequest{ID: 404})
		return err
	}},
	{"Lease.LeaseTimeToLive, with keys", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.lease.LeaseTimeToLive(ctx, &pb.LeaseTimeToLiveRequest{ID: 404, Keys: true})
		return err
	}},
	{"Cluster.MemberList", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.cluster.MemberList(ctx, &pb.MemberListRequest{})
		return err
	}},
	{"Cluster.MemberList, linearizable", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.cluster.MemberList(ctx, &pb.MemberListRequest{Linearizable: true})
		return err
	}},
	{"Maintenance.Status", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.Status(ctx, &pb.StatusRequest{})
		return err
	}},
	{"Maintenance.Alarm, GET", anybody, func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.Alarm(ctx, &pb.AlarmRequest{})
		return err
	}},
	{"Maintenance.Alarm, DEACTIVATE", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.Alarm(ctx,
			&pb.AlarmRequest{Action: pb.AlarmRequest_DEACTIVATE, Alarm: pb.AlarmType_NOSPACE})
		return err
	}},
	{"Maintenance.Defragment", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.Defragment(ctx, &pb.DefragmentRequest{})
		return err
	}},
	{"Maintenance.Hash", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.Hash(ctx, &pb.HashRequest{})
		return err
	}},
	{"Maintenance.HashKV", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.HashKV(ctx, &pb.HashKVRequest{})
		return err
	}},
	{"Maintenance.Snapshot", admin, func(t *authTrial, ctx context.Context) error {
		stream, err := t.maintenance.Snapshot(ctx, &pb.SnapshotRequest{})
		if err != nil {
			return err
		}
		_, err = stream.Recv()
		return err
	}},
	{"Auth.AuthStatus", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.AuthStatus(ctx, &pb.AuthStatusRequest{})
		return err
	}},
	{"Auth.AuthEnable", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.AuthEnable(ctx, &pb.AuthEnableRequest{})
		return err
	}},
	{"Auth.UserAdd", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserAdd(ctx,
			&pb.AuthUserAddRequest{Name: fmt.Sprint("added", time.Now().UnixNano()), Options: &authpb.UserAddOptions{NoPassword: true}})
		return err
	}},
	{"Auth.UserGet", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserGet(ctx, &pb.AuthUserGetRequest{Name: "root"})
		return err
	}},
	{"Auth.UserList", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserList(ctx, &pb.AuthUserListRequest{})
		return err
	}},
	{"Auth.UserGrantRole", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserGrantRole(ctx, &pb.AuthUserGrantRoleRequest{User: "root", Role: "root"})
		return err
	}},
	{"Auth.RoleGet", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.RoleGet(ctx, &pb.AuthRoleGetRequest{Role: "r2"})
		return err
	}},
	{"Auth.RoleList", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.RoleList(ctx, &pb.AuthRoleListRequest{})
		return err
	}},
	{"Auth.RoleGrantPermission", admin, func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.RoleGrantPermission(ctx, &pb.AuthRoleGrantPermissionRequest{Name: "r2", Perm: read("m", "")})
		return err
	}},
}

// Calls that only administrators get past the door with; what they then answer is not asked here.
var refusedAtTheDoor = map[string]func(t *authTrial, ctx context.Context) error{
	"Cluster.MemberRemove": func(t *authTrial, ctx context.Context) error {
		_, err := t.cluster.MemberRemove(ctx, &pb.MemberRemoveRequest{ID: 1})
		return err
	},
	"Cluster.MemberUpdate": func(t *authTrial, ctx context.Context) error {
		_, err := t.cluster.MemberUpdate(ctx, &pb.MemberUpdateRequest{ID: 1})
		return err
	},
	"Cluster.MemberPromote": func(t *authTrial, ctx context.Context) error {
		_, err := t.cluster.MemberPromote(ctx, &pb.MemberPromoteRequest{ID: 1})
		return err
	},
	"Cluster.MemberAdd": func(t *authTrial, ctx context.Context) error {
		_, err := t.cluster.MemberAdd(ctx, &pb.MemberAddRequest{PeerURLs: []string{"http://127.0.0.1:1"}})
		return err
	},
	"Maintenance.MoveLeader": func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.MoveLeader(ctx, &pb.MoveLeaderRequest{TargetID: 1})
		return err
	},
	"Maintenance.Downgrade": func(t *authTrial, ctx context.Context) error {
		_, err := t.maintenance.Downgrade(ctx, &pb.DowngradeRequest{Version: "nonsense"})
		return err
	},
	"Auth.AuthDisable": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.AuthDisable(ctx, &pb.AuthDisableRequest{})
		return err
	},
	"Auth.UserDelete": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserDelete(ctx, &pb.AuthUserDeleteRequest{Name: "none"})
		return err
	},
	"Auth.UserChangePassword, one's own too": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserChangePassword(ctx, &pb.AuthUserChangePasswordRequest{Name: "plain", Password: "x"})
		return err
	},
	"Auth.UserRevokeRole": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.UserRevokeRole(ctx, &pb.AuthUserRevokeRoleRequest{Name: "none", Role: "none"})
		return err
	},
	"Auth.RoleAdd": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.RoleAdd(ctx, &pb.AuthRoleAddRequest{})
		return err
	},
	"Auth.RoleDelete": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.RoleDelete(ctx, &pb.AuthRoleDeleteRequest{Role: "none"})
		return err
	},
	"Auth.RoleRevokePermission": func(t *authTrial, ctx context.Context) error {
		_, err := t.auth.RoleRevokePermission(ctx, &pb.AuthRoleRevokePermissionRequest{Role: "none"})
		return err
	},
}

// Who may do what, with auth on.
var authRightsChecks = []authCheck{
	{"api.md 12.4: every RPC without token, with a bad one, as a plain user, as root", func(t *authTrial) {
		plain := t.member("plain", readwrite("plain/a", ""))
		for _, rpc := range rpcs {
			t.want(rpc.name+" by nobody", rpc.call(t, as("")), userEmpty)
			t.want(rpc.name+" with a bad token", rpc.call(t, as("nonsense")), badToken)
			t.want(rpc.name+" with a made-up token", rpc.call(t, as("abcdefghijklmnop.1")), badToken)
			wanted := denied
			if rpc.needs == anybody {
				wanted = "OK"
			}
			t.want(rpc.name+" by a plain user", rpc.call(t, as(plain)), wanted)
			t.ok(rpc.name+" by root", rpc.call(t, as(t.root)))
		}
		for name, call := range refusedAtTheDoor {
			t.want(name+" by nobody", call(t, as("")), userEmpty)
			t.want(name+" with a bad token", call(t, as("nonsense")), badToken)
			t.want(name+" by a plain user", call(t, as(plain)), denied)
		}
	}},
	{"api.md 12.4: what a request says is checked before who asks, passwords are hashed before", func(t *authTrial) {
		t.want("empty key", t.get("nonsense", "", ""), "InvalidArgument: etcdserver: key is not provided")
		_, err := t.kv.Put(as("nonsense"), &pb.PutRequest{})
		t.want("empty key", err, "InvalidArgument: etcdserver: key is not provided")
		_, err = t.auth.UserAdd(as("nonsense"), &pb.AuthUserAddRequest{Name: "x", Password: string(make([]byte, 73))})
		t.want("long password", err, "Unknown: bcrypt: password length exceeds 72 bytes")
		t.ok("a txn with nothing in it", t.txn("", &pb.TxnRequest{}))
	}},
	{"api.md 12.4: own user and own roles may be got; no name is nobody's own", func(t *authTrial) {
		plain := t.login("plain", "plain-pw")
		user, err := t.auth.UserGet(as(plain), &pb.AuthUserGetRequest{Name: "plain"})
		t.ok("own user", err)
		t.same("roles", user.Roles, "[plain]")
		role, err := t.auth.RoleGet(as(plain), &pb.AuthRoleGetRequest{Role: "plain"})
		t.ok("own role", err)
		t.same("permissions", permissions(role), `READWRITE "plain/a"..""`)
		_, err = t.auth.UserGet(as(plain), &pb.AuthUserGetRequest{Name: "none"})
		t.want("no user", err, denied)
		_, err = t.auth.UserGet(as(""), &pb.AuthUserGetRequest{})
		t.want("nobody's own", err, noUser)
		_, err = t.auth.UserGet(as(t.root), &pb.AuthUserGetRequest{Name: "none"})
		t.want("no user, for root", err, noUser)
	}},
	{"server.md 5.2: root stays root while auth is on", func(t *authTrial) {
		_, err := t.auth.UserDelete(as(t.root), &pb.AuthUserDeleteRequest{Name: "root"})
		t.want("delete user", err, badManagement)
		_, err = t.auth.RoleDelete(as(t.root), &pb.AuthRoleDeleteRequest{Role: "root"})
		t.want("delete role", err, badManagement)
		_, err = t.auth.UserRevokeRole(as(t.root), &pb.AuthUserRevokeRoleRequest{Name: "root", Role: "root"})
		t.want("revoke", err, badManagement)
	}},
	{"api.md 12.3: role root, where it was added, permits everything whatever it holds", func(t *authTrial) {
		t.addRole(t.root, "root", read("q", ""))
		role, err := t.auth.RoleGet(as(t.root), &pb.AuthRoleGetRequest{Role: "root"})
		t.ok("get", err)
		t.same("permissions", permissions(role), `READWRITE "".."\x00"`)
		second := t.member("second")
		t.want("before", t.get(second, "a", "\x00"), denied)
		t.grant(t.root, "second", "root")
		t.ok("after", t.get(t.login("second", "second-pw"), "a", "\x00"))
		_, err = t.auth.UserRevokeRole(as(t.root), &pb.AuthUserRevokeRoleRequest{Name: "second", Role: "root"})
		t.ok("revoke from another", err)
	}},
	{"server.md 5.4: a range must lie in the union of what all roles permit", func(t *authTrial) {
		t.member("ranges", read("b", "d"), read("d", "f"), write("f", "g"), readwrite("g", "h"), read("k", ""),
			read("k\x00", "l"), read("t", "\x00"))
		t.addRole(t.root, "ranges2", read("f", "g"), &authpb.Permission{PermType: 7, Key: []byte("x7"), RangeEnd: []byte("\x00")})
		t.grant(t.root, "ranges", "ranges2")
		user := t.login("ranges", "ranges-pw")
		for _, c := range []struct {
			key, end string
			allowed  bool
		}{
			{"a", "", false}, {"b", "", true}, {"c\xff", "", true}, {"h", "", false}, {"k", "", true}, {"kk", "", true},
			{"b", "h", true}, {"b", "h\x00", false}, {"a", "c", false}, {"b", "f", true}, {"e", "g", true},
			{"g", "h", true}, {"g", "i", false}, {"k", "k\x00", true}, {"k", "l", true}, {"k", "m", false},
			{"t", "\x00", true}, {"z", "\x00", true}, {"s", "\x00", false}, {"b", "\x00", false}, {"\x00", "\x00", false},
			{"t", "zzz", true}, {"\xff\xff", "", true}, {"c", "a", true}, {"m", "a", false},
		} {
			wanted := denied
			if c.allowed {
				wanted = "OK"
			}
			t.want(fmt.Sprintf("range %q..%q", c.key, c.end), t.get(user, c.key, c.end), wanted)
			watched := "canceled -1 rpc error: code = PermissionDenied desc = etcdserver: permission denied"
			if c.allowed {
				watched = "created"
			}
			if c.end == "" || c.end == "\x00" || c.key < c.end {
				t.same(fmt.Sprintf("watch %q..%q", c.key, c.end),
					t.watched(user, &pb.WatchCreateRequest{Key: []byte(c.key), RangeEnd: []byte(c.end)}), watched)
			}
		}
		_, err := t.kv.DeleteRange(as(user), &pb.DeleteRangeRequest{Key: []byte("f"), RangeEnd: []byte("h")})
		t.ok("delete of f..h", err)
		_, err = t.kv.DeleteRange(as(user), &pb.DeleteRangeRequest{Key: []byte("e"), RangeEnd: []byte("h")})
		t.want("delete of e..h", err, denied)
	}},
	{"server.md 5.4: put: WRITE, READ for prev_kv, WRITE on the keys of its lease", func(t *authTrial) {
		user := t.member("putter", write("putter/w", ""), read("putter/r", ""), readwrite("putter/rw", ""))
		t.newLease(t.root, 7001, "other")
		t.newLease(t.root, 7002, "putter/rw")
		t.newLease(t.root, 7003, "putter/rw", "other")
		for _, c := range []struct {
			what   string
			put    *pb.PutRequest
			wanted string
		}{
			{"w", &pb.PutRequest{Key: []byte("putter/w")}, "OK"},
			{"r", &pb.PutRequest{Key: []byte("putter/r")}, denied},
			{"w with prev_kv", &pb.PutRequest{Key: []byte("putter/w"), PrevKv: true}, denied},
			{"rw with prev_kv", &pb.PutRequest{Key: []byte("putter/rw"), PrevKv: true}, "OK"},
			{"w with ignore_value", &pb.PutRequest{Key: []byte("putter/w"), IgnoreValue: true}, "OK"},
			{"w with no lease that there is", &pb.PutRequest{Key: []byte("putter/w"), Lease: 404},
				"NotFound: etcdserver: requested lease not found"},
			{"r with no lease that there is", &pb.PutRequest{Key: []byte("putter/r"), Lease: 404}, denied},
			{"w with its own lease", &pb.PutRequest{Key: []byte("putter/w"), Lease: 7002}, "OK"},
			{"w with another's lease", &pb.PutRequest{Key: []byte("putter/w"), Lease: 7003}, denied},
		} {
			_, err := t.kv.Put(as(user), c.put)
			t.want(c.what, err, c.wanted)
			op := []*pb.RequestOp{{Request: &pb.RequestOp_RequestPut{RequestPut: c.put}}}
			t.want(c.what+" in a txn", t.txn(user, &pb.TxnRequest{Success: op}), c.wanted)
		}
	}},
	{"server.md 5.4: delete: WRITE on the range, READ for prev_kv", func(t *authTrial) {
		user := t.member("deleter", write("deleter/w", "deleter/x"), readwrite("deleter/rw", ""))
		for _, c := range []struct {
			what   string
			delete *pb.DeleteRangeRequest
			wanted string
		}{
			{"w", &pb.DeleteRangeRequest{Key: []byte("deleter/w"), RangeEnd: []byte("deleter/x")}, "OK"},
			{"w with prev_kv", &pb.DeleteRangeRequest{Key: []byte("deleter/w"), RangeEnd: []byte("deleter/x"), PrevKv: true}, denied},
			{"rw with prev_kv", &pb.DeleteRangeRequest{Key: []byte("deleter/rw"), PrevKv: true}, "OK"},
			{"more than w", &pb.DeleteRangeRequest{Key: []byte("deleter/w"), RangeEnd: []byte("deleter/y")}, denied},
			{"all", &pb.DeleteRangeRequest{Key: []byte("deleter/w"), RangeEnd: []byte{0}}, denied},
		} {
			_, err := t.kv.DeleteRange(as(user), c.delete)
			t.want(c.what, err, c.wanted)
			op := []*pb.RequestOp{{Request: &pb.RequestOp_RequestDeleteRange{RequestDeleteRange: c.delete}}}
			t.want(c.what+" in a txn", t.txn(user, &pb.TxnRequest{Failure: op}), c.wanted)
		}
	}},
	{"server.md 5.4: txn: compares, both branches, and all that is nested", func(t *authTrial) {
		user := t.member("txner", readwrite("txner/a", ""))
		mine := []*pb.RequestOp{{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: []byte("txner/a")}}}}
		other := []*pb.RequestOp{{Request: &pb.RequestOp_RequestPut{RequestPut: &pb.PutRequest{Key: []byte("other")}}}}
		peek := []*pb.RequestOp{{Request: &pb.RequestOp_RequestRange{RequestRange: &pb.RangeRequest{Key: []byte("other")}}}}
		look := []*pb.RequestOp{{Request: &pb.RequestOp_RequestRange{RequestRange: &pb.RangeRequest{Key: []byte("txner/a")}}}}
		never := []*pb.Compare{{Key: []byte("txner/a"), Target: pb.Compare_VERSION, TargetUnion: &pb.Compare_Version{Version: 999}}}
		foreign := []*pb.Compare{{Key: []byte("other")}}
		wide := []*pb.Compare{{Key: []byte("txner/a"), RangeEnd: []byte("txner/b")}}
		in := func(txn *pb.TxnRequest) []*pb.RequestOp {
			return []*pb.RequestOp{{Request: &pb.RequestOp_RequestTxn{RequestTxn: txn}}}
		}
		for _, c := range []struct {
			what   string
			txn    *pb.TxnRequest
			wanted string
		}{
			{"mine", &pb.TxnRequest{Compare: never, Success: mine, Failure: look}, "OK"},
			{"other, not taken", &pb.TxnRequest{Compare: never, Success: other, Failure: mine}, denied},
			{"other, taken", &pb.TxnRequest{Compare: never, Success: mine, Failure: other}, denied},
			{"compare", &pb.TxnRequest{Compare: foreign, Success: mine}, denied},
			{"compare of a range", &pb.TxnRequest{Compare: wide, Success: mine}, denied},
			{"read-only", &pb.TxnRequest{Success: look}, "OK"},
			{"read-only, compare", &pb.TxnRequest{Compare: foreign, Success: look}, denied},
			{"read-only, not taken", &pb.TxnRequest{Compare: never, Success: peek, Failure: look}, denied},
			{"nested mine", &pb.TxnRequest{Success: in(&pb.TxnRequest{Success: mine})}, "OK"},
			{"nested, not taken", &pb.TxnRequest{Success: in(&pb.TxnRequest{Compare: never, Success: other})}, denied},
			{"nested read", &pb.TxnRequest{Success: in(&pb.TxnRequest{Success: peek})}, denied},
			{"nested compare", &pb.TxnRequest{Success: in(&pb.TxnRequest{Compare: foreign})}, denied},
			{"nested twice", &pb.TxnRequest{Failure: in(&pb.TxnRequest{Failure: in(&pb.TxnRequest{Failure: other})})}, denied},
		} {
			t.want(c.what, t.txn(user, c.txn), c.wanted)
		}
		t.want("nobody", t.txn("", &pb.TxnRequest{Success: mine}), userEmpty)
	}},
	{"server.md 5.4: leases: their keys decide", func(t *authTrial) {
		user := t.member("lessee", write("lessee/w", ""), read("lessee/r", ""), readwrite("lessee/rw", ""))
		t.newLease(t.root, 7101)
		t.newLease(t.root, 7102, "lessee/rw")
		t.newLease(t.root, 7103, "lessee/rw2", "other")
		t.newLease(t.root, 7104, "lessee/w")
		t.newLease(t.root, 7105, "lessee/r")
		timeToLive := func(token string, id int64) error {
			_, err := t.lease.LeaseTimeToLive(as(token), &pb.LeaseTimeToLiveRequest{ID: id, Keys: true})
			return err
		}
		revoke := func(token string, id int64) error {
			_, err := t.lease.LeaseRevoke(as(token), &pb.LeaseRevokeRequest{ID: id})
			return err
		}
		t.same("renew 7101", t.renewed(user, 7101), "TTL 10000")
		t.same("renew 7102", t.renewed(user, 7102), "TTL 10000")
		t.same("renew 7103", t.renewed(user, 7103), denied)
		t.same("renew 7104", t.renewed(user, 7104), "TTL 10000")
		t.same("renew 7105", t.renewed(user, 7105), denied)
		t.same("renew none", t.renewed(user, 404), "TTL 0")
		t.same("renew by nobody", t.renewed("", 404), userEmpty)
		t.same("renew with a bad token", t.renewed("nonsense", 7102), badToken)
		t.ok("time to live of 7101", timeToLive(user, 7101))
		t.ok("time to live of 7102", timeToLive(user, 7102))
		t.want("time to live of 7103", timeToLive(user, 7103), denied)
		t.want("time to live of 7104", timeToLive(user, 7104), denied)
		t.ok("time to live of 7105", timeToLive(user, 7105))
		_, err := t.lease.LeaseTimeToLive(as(user), &pb.LeaseTimeToLiveRequest{ID: 7103})
		t.ok("time to live of 7103 without keys", err)
		_, err = t.lease.LeaseLeases(as(user), &pb.LeaseLeasesRequest{})
		t.want("all leases", err, denied)
		_, err = t.lease.LeaseLeases(as(t.root), &pb.LeaseLeasesRequest{})
		t.ok("all leases, for root", err)
		t.want("revoke 7103", revoke(user, 7103), denied)
		t.want("revoke 7105", revoke(user, 7105), denied)
		t.want("revoke by nobody", revoke("", 7101), userEmpty)
		t.want("revoke of none by nobody", revoke("", 404), userEmpty)
		t.want("revoke of none", revoke(user, 404), "NotFound: etcdserver: requested lease not found")
		t.ok("revoke 7101", revoke(user, 7101))
		t.ok("revoke 7102", revoke(user, 7102))
		t.ok("revoke 7104", revoke(user, 7104))
	}},
	{"server.md 5.4: a lease that ends takes its keys along, whoever may write them", func(t *authTrial) {
		_, err := t.lease.LeaseGrant(as(t.root), &pb.LeaseGrantRequest{TTL: 1, ID: 7201})
		t.ok("grant", err)
		_, err = t.kv.Put(as(t.root), &pb.PutRequest{Key: []byte("short"), Lease: 7201})
		t.ok("put", err)
		for end := time.Now().Add(30 * time.Second); ; {
			response, err := t.kv.Range(as(t.root), &pb.RangeRequest{Key: []byte("short")})
			t.ok("get", err)
			if response.Count == 0 {
				return
			}
			if time.Now().After(end) {
				t.failf("the key is still there")
			}
			time.Sleep(100 * time.Millisecond)
		}
	}},
	{"api.md 8.1: watch: refusals, and that rights are asked once", func(t *authTrial) {
		user := t.member("watcher", read("watcher/a", ""))
		refusal := func(code, text string) string {
			return "canceled -1 rpc error: code = " + code + " desc = etcdserver: " + text
		}
		t.same("by nobody", t.watched("", &pb.WatchCreateRequest{Key: []byte("x")}),
			refusal("InvalidArgument", "user name is empty"))
		t.same("with a bad token", t.watched("nonsense", &pb.WatchCreateRequest{Key: []byte("x")}),
			refusal("Unauthenticated", "invalid auth token"))
		t.same("of another key", t.watched(user, &pb.WatchCreateRequest{Key: []byte("x")}),
			refusal("PermissionDenied", "permission denied"))
		t.same("of the empty key", t.watched(user, &pb.WatchCreateRequest{}),
			refusal("PermissionDenied", "permission denied"))
		t.same("of one key and on", t.watched(user, &pb.WatchCreateRequest{Key: []byte("watcher/a"), RangeEnd: []byte{0}}),
			refusal("PermissionDenied", "permission denied"))
		t.same("of before all time", t.watched("nonsense", &pb.WatchCreateRequest{Key: []byte("x"), StartRevision: -1}),
			"canceled -1 etcdserver: mvcc: required revision has been compacted")
		t.same("of an empty range", t.watched(user, &pb.WatchCreateRequest{Key: []byte("watcher/a"), RangeEnd: []byte("watcher/a")}),
			"canceled -1 mvcc: watcher range is empty")

		ctx, cancel := context.WithCancel(as(user))
		defer cancel()
		stream, err := t.watch.Watch(ctx)
		t.ok("watch", err)
		t.ok("send", stream.Send(creation(&pb.WatchCreateRequest{Key: []byte("watcher/a")})))
		_, err = stream.Recv()
		t.ok("created", err)
		_, err = t.auth.UserRevokeRole(as(t.root), &pb.AuthUserRevokeRoleRequest{Name: "watcher", Role: "watcher"})
		t.ok("revoke", err)
		t.put(t.root, "watcher/a", "still seen")
		response, err := stream.Recv()
		t.ok("event", err)
		t.same("value", string(response.Events[0].Kv.Value), "still seen")
		// The same stream, another watcher: the token is good still, the right is gone.
		t.ok("send", stream.Send(creation(&pb.WatchCreateRequest{Key: []byte("watcher/a")})))
		response, err = stream.Recv()
		t.ok("second", err)
		t.same("second", fmt.Sprint("canceled ", response.WatchId, " ", response.CancelReason),
			refusal("PermissionDenied", "permission denied"))
	}},
	{"server.md 5.4: a change of rights binds at once", func(t *authTrial) {
		user := t.member("changed", read("changed", ""))
		t.ok("before", t.get(user, "changed", ""))
		_, err := t.auth.RoleRevokePermission(as(t.root), &pb.AuthRoleRevokePermissionRequest{Role: "changed", Key: []byte("changed")})
		t.ok("revoke", err)
		t.want("without", t.get(user, "changed", ""), denied)
		t.permit(t.root, "changed", readwrite("changed", ""))
		t.ok("with again", t.get(user, "changed", ""))
		t.put(user, "changed", "")
		_, err = t.auth.RoleDelete(as(t.root), &pb.AuthRoleDeleteRequest{Role: "changed"})
		t.ok("delete role", err)
		t.want("without the role", t.get(user, "changed", ""), denied)
	}},
}
