package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"go.etcd.io/etcd/api/v3/authpb"
	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"
)

// Logging in, and what a token is good for.
var authTokenChecks = []authCheck{
	{"server.md 5.3: a token is 16 letters and the index of its entry; a user may have several", func(t *authTrial) {
		user := t.member("tokens", readwrite("tokens", ""))
		if !simpleToken.MatchString(user) {
			t.failf("token %q", user)
		}
		second := t.login("tokens", "tokens-pw")
		t.ok("first", t.get(user, "tokens", ""))
		t.ok("second", t.get(second, "tokens", ""))
		swapped := user[:16] + second[16:]
		t.want("the letters of one, the index of the other", t.get(swapped, "tokens", ""), badToken)
		t.want("index with a zero before", t.get(strings.Replace(user, ".", ".0", 1), "tokens", ""), badToken)
	}},
	{"api.md 5.1: token comes before authorization; Bearer is taken off", func(t *authTrial) {
		user := t.login("tokens", "tokens-pw")
		get := func(pairs ...string) error {
			_, err := t.kv.Range(with(pairs...), &pb.RangeRequest{Key: []byte("tokens")})
			return err
		}
		t.ok("authorization", get("authorization", user))
		t.ok("Bearer", get("authorization", "Bearer "+user))
		t.want("bearer", get("authorization", "bearer "+user), badToken)
		t.ok("token with Bearer", get("token", "Bearer "+user))
		t.ok("token first", get("authorization", "nonsense", "token", user))
		t.want("bad token first", get("authorization", user, "token", "nonsense"), badToken)
		t.want("empty token", get("token", ""), badToken)
		for _, bad := range []string{"x", ".", "x.y", user + ".1", user + " ", "." + user, "x.-1", "x.18446744073709551616"} {
			t.want(fmt.Sprintf("token %q", bad), get("token", bad), badToken)
		}
	}},
	{"server.md 5.2: logins that fail", func(t *authTrial) {
		_, err := t.auth.UserAdd(as(t.root), &pb.AuthUserAddRequest{Name: "bare", Options: &authpb.UserAddOptions{NoPassword: true}})
		t.ok("a user without password", err)
		for _, c := range []struct{ user, password, wanted string }{
			{"tokens", "wrong", authFailed}, {"tokens", "", authFailed}, {"none", "x", authFailed}, {"", "", authFailed},
			{"bare", "", noPassword}, {"bare", "x", noPassword},
		} {
			_, err = t.tryLogin(c.user, c.password)
			t.want(fmt.Sprintf("login of %q with %q", c.user, c.password), err, c.wanted)
		}
	}},
	{"server.md 5.1: passwords: 72 bytes count, none is one too, any bytes will do", func(t *authTrial) {
		long := strings.Repeat("x", 72)
		t.addUser(t.root, "long", long)
		t.login("long", long)
		t.login("long", long+"y")
		_, err := t.tryLogin("long", long[1:])
		t.want("71 bytes", err, authFailed)
		t.addUser(t.root, "empty", "")
		t.login("empty", "")
		t.addUser(t.root, "zero", "a\x00b")
		t.login("zero", "a\x00b")
		_, err = t.tryLogin("zero", "a")
		t.want("up to the zero", err, authFailed)
		t.addUser(t.root, "pässwörd", "pässwörd")
		t.login("pässwörd", "pässwörd")
	}},
	{"api.md 12.3: passwords: changed, taken away, set as a hash; no-password users stay so", func(t *authTrial) {
		change := func(request *pb.AuthUserChangePasswordRequest) error {
			_, err := t.auth.UserChangePassword(as(t.root), request)
			return err
		}
		old := t.login("tokens", "tokens-pw")
		t.ok("change", change(&pb.AuthUserChangePasswordRequest{Name: "tokens", Password: "new"}))
		t.want("the old token", t.get(old, "tokens", ""), badToken)
		_, err := t.tryLogin("tokens", "tokens-pw")
		t.want("the old password", err, authFailed)
		t.ok("the new password", t.get(t.login("tokens", "new"), "tokens", ""))
		t.ok("take away", change(&pb.AuthUserChangePasswordRequest{Name: "tokens"}))
		for _, password := range []string{"", "new"} {
			_, err = t.tryLogin("tokens", password)
			t.want("login without password", err, authFailed)
		}
		t.want("no Base64", change(&pb.AuthUserChangePasswordRequest{Name: "tokens", HashedPassword: "!"}), noPassword)
		t.want("no padding", change(&pb.AuthUserChangePasswordRequest{Name: "tokens", HashedPassword: "QUE"}), noPassword)
		t.ok("no hash", change(&pb.AuthUserChangePasswordRequest{Name: "tokens", HashedPassword: "QUFB"}))
		_, err = t.tryLogin("tokens", "AAA")
		t.want("login with no hash", err, authFailed)
		// bcrypt, cost 4, of "hashed", in Base64
		t.ok("a hash", change(&pb.AuthUserChangePasswordRequest{Name: "tokens", HashedPassword: hashOfHashed}))
		t.login("tokens", "hashed")
		t.ok("of a user without", change(&pb.AuthUserChangePasswordRequest{Name: "bare", Password: "x"}))
		_, err = t.tryLogin("bare", "x")
		t.want("still without", err, noPassword)
	}},
	{"server.md 5.1: a deleted user is out; one of the same name begins anew", func(t *authTrial) {
		user := t.member("gone", readwrite("gone", ""))
		_, err := t.auth.UserDelete(as(t.root), &pb.AuthUserDeleteRequest{Name: "gone"})
		t.ok("delete", err)
		t.want("token", t.get(user, "gone", ""), badToken)
		_, err = t.tryLogin("gone", "gone-pw")
		t.want("login", err, authFailed)
		t.addUser(t.root, "gone", "gone-pw")
		t.want("old token", t.get(user, "gone", ""), badToken)
		t.want("without its role", t.get(t.login("gone", "gone-pw"), "gone", ""), denied)
	}},
	{"server.md 5.3: the official client logs in, and again when its token is not good any more", func(t *authTrial) {
		t.addUser(t.root, "client", "one")
		t.addRole(t.root, "client", readwrite("client/", "client0"))
		t.grant(t.root, "client", "client")
		client, err := clientv3.New(clientv3.Config{
			Endpoints: []string{t.endpoint}, DialTimeout: requestLimit, Username: "client", Password: "one", Logger: zap.NewNop(),
		})
		t.ok("connect", err)
		defer client.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 4*requestLimit)
		defer cancel()
		events := client.Watch(ctx, "client/", clientv3.WithPrefix())
		_, err = client.Put(ctx, "client/a", "1")
		t.ok("put", err)
		if event := <-events; event.Err() != nil || len(event.Events) != 1 {
			t.failf("watch: %+v", event)
		}
		_, err = client.Put(ctx, "else", "1")
		t.same("put elsewhere", err, "etcdserver: permission denied")
		// The same password set anew: its token is void, its password is not.
		_, err = t.auth.UserChangePassword(as(t.root), &pb.AuthUserChangePasswordRequest{Name: "client", Password: "one"})
		t.ok("change", err)
		_, err = client.Put(ctx, "client/a", "2")
		t.ok("put with a new token", err)
		_, err = clientv3.New(clientv3.Config{
			Endpoints: []string{t.endpoint}, DialTimeout: requestLimit, Username: "client", Password: "two", Logger: zap.NewNop(),
		})
		t.same("connect with a wrong password", err,
			"etcdserver: authentication failed, invalid user ID or password")
	}},
	{"server.md 5.3: many log in at once while users change", func(t *authTrial) {
		t.addUser(t.root, "busy", "busy")
		var wait sync.WaitGroup
		problems := make(chan error, 64)
		for range 8 {
			wait.Add(1)
			go func() {
				defer wait.Done()
				for range 3 {
					if _, err := t.tryLogin("busy", "busy"); err != nil {
						problems <- err
					}
				}
			}()
		}
		for i := range 10 {
			t.addRole(t.root, fmt.Sprint("busy", i))
			time.Sleep(20 * time.Millisecond)
		}
		wait.Wait()
		close(problems)
		for err := range problems {
			t.failf("login: %v", err)
		}
	}},
}

const hashOfHashed = "JDJhJDA0JEgzM0NHL2tqOC9JTXpHYVZTdzNFM3Vra2FyMzFFanBJeGhGdG1mVHJsc2swNFNUVEE1NUxt"

// How auth ends, and is there again.
var authEndChecks = []authCheck{
	{"api.md 12.2: AuthDisable frees all and logs everybody out; one auth revision", func(t *authTrial) {
		before := t.authRevision(t.root)
		user := t.member("last", readwrite("last", ""))
		_, err := t.auth.AuthDisable(as(t.root), &pb.AuthDisableRequest{})
		t.ok("disable", err)
		t.ok("nobody reads", t.get("", "other", ""))
		t.ok("nonsense reads", t.get("nonsense", "other", ""))
		_, err = t.auth.AuthDisable(as(""), &pb.AuthDisableRequest{})
		t.ok("disable again", err)
		status, err := t.auth.AuthStatus(as(""), &pb.AuthStatusRequest{})
		t.ok("status", err)
		t.same("enabled", status.Enabled, false)
		t.same("revision", status.AuthRevision, before+5) // user, role, permission, grant, disable
		// Root may go now, but then auth cannot come back.
		_, err = t.auth.UserRevokeRole(as(""), &pb.AuthUserRevokeRoleRequest{Name: "root", Role: "root"})
		t.ok("revoke root", err)
		_, err = t.auth.AuthEnable(as(""), &pb.AuthEnableRequest{})
		t.want("enable", err, "FailedPrecondition: etcdserver: root user does not have root role")
		t.grant("", "root", "root")
		_, err = t.auth.AuthEnable(as(""), &pb.AuthEnableRequest{})
		t.ok("enable", err)
		t.want("token of before", t.get(user, "last", ""), badToken)
		t.want("root's token of before", t.get(t.root, "last", ""), badToken)
		t.root = t.login("root", rootPassword)
		t.ok("after a login", t.get(t.login("last", "last-pw"), "last", ""))
	}},
}
