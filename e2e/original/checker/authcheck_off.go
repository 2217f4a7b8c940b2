package main

import (
	"strings"

	"go.etcd.io/etcd/api/v3/authpb"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// What holds while auth is off, and how it is turned on.
var authOffChecks = []authCheck{
	{"api.md 12.1: a new store is off, at auth revision 1", func(t *authTrial) {
		response, err := t.auth.AuthStatus(as(""), &pb.AuthStatusRequest{})
		t.ok("status", err)
		t.same("enabled", response.Enabled, false)
		t.same("revision", response.AuthRevision, 1)
	}},
	{"api.md 12.2: while auth is off tokens are not looked at", func(t *authTrial) {
		_, err := t.kv.Put(as("nonsense"), &pb.PutRequest{Key: []byte("off")})
		t.ok("put", err)
		t.ok("get", t.get("nonsense.1", "off", ""))
		_, err = t.maintenance.HashKV(as("nonsense"), &pb.HashKVRequest{})
		t.ok("hash", err)
	}},
	{"api.md 12.3: nobody logs in while auth is off", func(t *authTrial) {
		_, err := t.tryLogin("root", "x")
		t.want("login", err, "FailedPrecondition: etcdserver: authentication is not enabled")
	}},
	{"api.md 12.3: users: added, listed in order, got, deleted; each change is one auth revision", func(t *authTrial) {
		before := t.authRevision("")
		for _, name := range []string{"b", "B", "a", "ü"} {
			t.addUser("", name, "p")
		}
		t.same("revision", t.authRevision(""), before+4)
		list, err := t.auth.UserList(as(""), &pb.AuthUserListRequest{})
		t.ok("list", err)
		t.same("users", list.Users, "[B a b ü]")
		get, err := t.auth.UserGet(as(""), &pb.AuthUserGetRequest{Name: "a"})
		t.ok("get", err)
		t.same("roles", len(get.Roles), 0)
		for _, name := range []string{"b", "B", "a", "ü"} {
			_, err = t.auth.UserDelete(as(""), &pb.AuthUserDeleteRequest{Name: name})
			t.ok("delete", err)
		}
		t.same("revision", t.authRevision(""), before+8)
	}},
	{"server.md 5.2: users: what is refused leaves the auth revision alone", func(t *authTrial) {
		t.addUser("", "twice", "p")
		before := t.authRevision("")
		_, err := t.auth.UserAdd(as(""), &pb.AuthUserAddRequest{Name: "twice", Password: "q"})
		t.want("again", err, "FailedPrecondition: etcdserver: user name already exists")
		_, err = t.auth.UserAdd(as(""), &pb.AuthUserAddRequest{Password: "q"})
		t.want("no name", err, userEmpty)
		_, err = t.auth.UserAdd(as(""), &pb.AuthUserAddRequest{Name: "x", Password: strings.Repeat("x", 73)})
		t.want("73 bytes", err, "Unknown: bcrypt: password length exceeds 72 bytes")
		_, err = t.auth.UserAdd(as(""), &pb.AuthUserAddRequest{Name: "twice", Password: strings.Repeat("x", 73)})
		t.want("hashing comes first", err, "Unknown: bcrypt: password length exceeds 72 bytes")
		_, err = t.auth.UserGet(as(""), &pb.AuthUserGetRequest{Name: "none"})
		t.want("get", err, noUser)
		_, err = t.auth.UserDelete(as(""), &pb.AuthUserDeleteRequest{Name: "none"})
		t.want("delete", err, noUser)
		_, err = t.auth.UserChangePassword(as(""), &pb.AuthUserChangePasswordRequest{Name: "none", Password: "x"})
		t.want("password", err, noUser)
		_, err = t.auth.UserGrantRole(as(""), &pb.AuthUserGrantRoleRequest{User: "none", Role: "none"})
		t.want("grant to nobody", err, noUser)
		_, err = t.auth.UserGrantRole(as(""), &pb.AuthUserGrantRoleRequest{User: "twice", Role: "none"})
		t.want("grant of nothing", err, noRole)
		_, err = t.auth.UserRevokeRole(as(""), &pb.AuthUserRevokeRoleRequest{Name: "none", Role: "none"})
		t.want("revoke from nobody", err, noUser)
		_, err = t.auth.UserRevokeRole(as(""), &pb.AuthUserRevokeRoleRequest{Name: "twice", Role: "none"})
		t.want("revoke of nothing", err, "FailedPrecondition: etcdserver: role is not granted to the user")
		t.same("revision", t.authRevision(""), before)
	}},
	{"api.md 12.3: roles: added, listed in order, granted sorted, deleted from their users too", func(t *authTrial) {
		for _, name := range []string{"r2", "r1", "R"} {
			t.addRole("", name)
			t.grant("", "twice", name)
		}
		list, err := t.auth.RoleList(as(""), &pb.AuthRoleListRequest{})
		t.ok("list", err)
		t.same("roles", list.Roles, "[R r1 r2]")
		before := t.authRevision("")
		t.grant("", "twice", "r1")
		t.same("revision after a grant of what is granted", t.authRevision(""), before)
		get, err := t.auth.UserGet(as(""), &pb.AuthUserGetRequest{Name: "twice"})
		t.ok("get", err)
		t.same("roles of the user", get.Roles, "[R r1 r2]")
		_, err = t.auth.RoleDelete(as(""), &pb.AuthRoleDeleteRequest{Role: "r1"})
		t.ok("delete", err)
		_, err = t.auth.UserRevokeRole(as(""), &pb.AuthUserRevokeRoleRequest{Name: "twice", Role: "R"})
		t.ok("revoke", err)
		t.same("revision", t.authRevision(""), before+2)
		get, err = t.auth.UserGet(as(""), &pb.AuthUserGetRequest{Name: "twice"})
		t.ok("get", err)
		t.same("roles of the user", get.Roles, "[r2]")
	}},
	{"server.md 5.2: roles: what is refused", func(t *authTrial) {
		_, err := t.auth.RoleAdd(as(""), &pb.AuthRoleAddRequest{Name: "r2"})
		t.want("again", err, "FailedPrecondition: etcdserver: role name already exists")
		_, err = t.auth.RoleAdd(as(""), &pb.AuthRoleAddRequest{})
		t.want("no name", err, "InvalidArgument: etcdserver: role name is empty")
		_, err = t.auth.RoleGet(as(""), &pb.AuthRoleGetRequest{Role: "none"})
		t.want("get", err, noRole)
		_, err = t.auth.RoleGet(as(""), &pb.AuthRoleGetRequest{Role: "root"})
		t.want("get of root, which was not added", err, noRole)
		_, err = t.auth.RoleDelete(as(""), &pb.AuthRoleDeleteRequest{Role: "none"})
		t.want("delete", err, noRole)
		for what, permission := range map[string]*authpb.Permission{
			"empty key": read("", ""), "empty key to the end": read("", "\x00"), "empty range": read("b", "b"),
			"inverted range": read("b", "a"),
		} {
			_, err = t.auth.RoleGrantPermission(as(""), &pb.AuthRoleGrantPermissionRequest{Name: "r2", Perm: permission})
			t.want(what, err, badManagement)
		}
		_, err = t.auth.RoleGrantPermission(as(""), &pb.AuthRoleGrantPermissionRequest{Name: "none"})
		t.want("no permission", err, "InvalidArgument: etcdserver: permission not given")
		_, err = t.auth.RoleGrantPermission(as(""), &pb.AuthRoleGrantPermissionRequest{Name: "none", Perm: read("a", "")})
		t.want("to no role", err, noRole)
		_, err = t.auth.RoleRevokePermission(as(""), &pb.AuthRoleRevokePermissionRequest{Role: "none", Key: []byte("a")})
		t.want("revoke from no role", err, noRole)
		_, err = t.auth.RoleRevokePermission(as(""), &pb.AuthRoleRevokePermissionRequest{Role: "r2", Key: []byte("a")})
		t.want("revoke of nothing", err, "FailedPrecondition: etcdserver: permission is not granted to the role")
	}},
	{"api.md 12.3: permissions: sorted by key, replaced by the same range, revoked by exactly that", func(t *authTrial) {
		for _, permission := range []*authpb.Permission{
			read("m", ""), write("b", "d"), read("b", "c"), readwrite("z", "\x00"), write("m", ""),
			// The second range from one key is not found again, so it is there twice.
			readwrite("b", "c"),
		} {
			t.permit("", "r2", permission)
		}
		_, err := t.auth.RoleRevokePermission(as(""),
			&pb.AuthRoleRevokePermissionRequest{Role: "r2", Key: []byte("z"), RangeEnd: []byte("zz")})
		t.want("revoke of another range", err, "FailedPrecondition: etcdserver: permission is not granted to the role")
		get, err := t.auth.RoleGet(as(""), &pb.AuthRoleGetRequest{Role: "r2"})
		t.ok("get", err)
		t.same("permissions", permissions(get), `WRITE "b".."d", READ "b".."c", READWRITE "b".."c", WRITE "m".."", READWRITE "z".."\x00"`)
		_, err = t.auth.RoleRevokePermission(as(""),
			&pb.AuthRoleRevokePermissionRequest{Role: "r2", Key: []byte("b"), RangeEnd: []byte("c")})
		t.ok("revoke", err)
		get, err = t.auth.RoleGet(as(""), &pb.AuthRoleGetRequest{Role: "r2"})
		t.ok("get", err)
		t.same("permissions", permissions(get), `WRITE "b".."d", WRITE "m".."", READWRITE "z".."\x00"`)
	}},
	{"api.md 12.3: AuthEnable wants user root with role root, and does not move the auth revision", func(t *authTrial) {
		_, err := t.auth.AuthEnable(as(""), &pb.AuthEnableRequest{})
		t.want("without root", err, "FailedPrecondition: etcdserver: root user does not exist")
		t.addUser("", "root", rootPassword)
		_, err = t.auth.AuthEnable(as(""), &pb.AuthEnableRequest{})
		t.want("without its role", err, "FailedPrecondition: etcdserver: root user does not have root role")
		t.grant("", "root", "root") // which need not exist
		before := t.authRevision("")
		_, err = t.auth.AuthDisable(as(""), &pb.AuthDisableRequest{})
		t.ok("disable what is off", err)
		_, err = t.auth.AuthEnable(as(""), &pb.AuthEnableRequest{})
		t.ok("enable", err)
		t.root = t.login("root", rootPassword)
		_, err = t.auth.AuthEnable(as(t.root), &pb.AuthEnableRequest{})
		t.ok("enable again", err)
		t.same("revision", t.authRevision(t.root), before)
	}},
}

func permissions(response *pb.AuthRoleGetResponse) string {
	var all []string
	for _, p := range response.Perm {
		all = append(all, p.PermType.String()+" "+quoted(p.Key)+".."+quoted(p.RangeEnd))
	}
	return strings.Join(all, ", ")
}
