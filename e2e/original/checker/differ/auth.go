package differ

import (
	"fmt"
	"strings"

	"go.etcd.io/etcd/api/v3/authpb"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
)

// people is what a run knows of users: their passwords, and whose tokens it has. A token stands in a request as
// "token of NAME" and is replaced by each side's own.
type people struct {
	passwords map[string]string
	holders   []string
}

func newPeople() *people { return &people{passwords: map[string]string{}} }

func tokenOf(name string) string { return "token of " + name }

func (p *people) root() []string { return []string{"token", tokenOf("root")} }

func (p *people) learn(s *side, q *pb.AuthenticateRequest, token string) {
	if _, known := s.tokens[tokenOf(q.Name)]; !known && s.name == original {
		p.holders = append(p.holders, q.Name)
	}
	s.tokens[tokenOf(q.Name)] = token
}

// someone names who asks (an index in a token that is still to come would be waited for): mostly root, else anybody with a token, a false token, or nobody.
func (p *people) someone(w *world, method string) []string {
	administrative := strings.HasPrefix(method, authService)
	switch n := w.Intn(100); {
	case n < 60 || administrative && n < 85:
		return pick(w, p.root(), []string{"authorization", tokenOf("root")})
	case n < 92 && len(p.holders) > 0:
		return []string{"token", tokenOf(pick(w, p.holders...))}
	case n < 95:
		return []string{"token", pick(w, "", "nonsense", "abcdefghijklmnop.1", "a.b.c")}
	default:
		return []string{}
	}
}

func (p *people) user(w *world) string { return pick(w, "root", "u1", "u2", "u3", "u4", "", "nobody") }
func (p *people) role(w *world) string { return pick(w, "root", "r1", "r2", "r3", "", "none", "\xff") }

func (p *people) password(w *world) string {
	return pick(w, "", "secret", "other", strings.Repeat("x", 72), strings.Repeat("y", 73))
}

// request is one of the Auth service.
func (p *people) request(w *world) call {
	switch w.Intn(22) {
	case 0:
		return request(authService+"AuthEnable", &pb.AuthEnableRequest{})
	case 1:
		return request(authService+"AuthStatus", &pb.AuthStatusRequest{})
	case 2, 3, 4, 5:
		q := &pb.AuthenticateRequest{Name: p.user(w), Password: p.password(w)}
		if password, known := p.passwords[q.Name]; known && w.chance(85) {
			q.Password = password
		}
		return request(authService+"Authenticate", q)
	case 6, 7, 8:
		q := &pb.AuthUserAddRequest{Name: p.user(w), Password: p.password(w)}
		if w.chance(30) {
			q.Options = &authpb.UserAddOptions{NoPassword: w.chance(50)}
		}
		if w.chance(10) {
			q.HashedPassword = pick(w, "nonsense", "JDJh")
		}
		if _, known := p.passwords[q.Name]; !known && q.Name != "root" {
			p.passwords[q.Name] = q.Password
		}
		return request(authService+"UserAdd", q)
	case 9:
		return request(authService+"UserGet", &pb.AuthUserGetRequest{Name: p.user(w)})
	case 10:
		return request(authService+"UserList", &pb.AuthUserListRequest{})
	case 11:
		q := &pb.AuthUserDeleteRequest{Name: p.user(w)}
		if q.Name == "root" && w.chance(80) {
			q.Name = "u4"
		}
		delete(p.passwords, q.Name)
		return request(authService+"UserDelete", q)
	case 12:
		q := &pb.AuthUserChangePasswordRequest{Name: pick(w, "u1", "u2", "u3", "u4", "", "nobody"), Password: p.password(w)}
		p.passwords[q.Name] = q.Password
		return request(authService+"UserChangePassword", q)
	case 13, 14:
		return request(authService+"UserGrantRole", &pb.AuthUserGrantRoleRequest{User: p.user(w), Role: p.role(w)})
	case 15:
		return request(authService+"UserRevokeRole", &pb.AuthUserRevokeRoleRequest{Name: p.user(w), Role: p.role(w)})
	case 16:
		return request(authService+"RoleAdd", &pb.AuthRoleAddRequest{Name: p.role(w)})
	case 17:
		return request(authService+"RoleGet", &pb.AuthRoleGetRequest{Role: p.role(w)})
	case 18:
		return request(authService+"RoleList", &pb.AuthRoleListRequest{})
	case 19:
		return request(authService+"RoleDelete", &pb.AuthRoleDeleteRequest{Role: p.role(w)})
	case 20:
		q := &pb.AuthRoleGrantPermissionRequest{Name: p.role(w)}
		if w.chance(95) {
			q.Perm = &authpb.Permission{PermType: authpb.Permission_Type(w.Intn(3)), Key: w.key()}
			q.Perm.RangeEnd = w.rangeEnd(q.Perm.Key)
		}
		return request(authService+"RoleGrantPermission", q)
	default:
		q := &pb.AuthRoleRevokePermissionRequest{Role: p.role(w), Key: w.key()}
		q.RangeEnd = w.rangeEnd(q.Key)
		return request(authService+"RoleRevokePermission", q)
	}
}

// enable makes the user root and some others, and turns auth on.
func (r *run) enableAuth() error {
	const secret = "secret"
	r.auth = newPeople()
	var calls []call
	for _, name := range []string{"root", "u1", "u2"} {
		r.auth.passwords[name] = secret
		calls = append(calls, request(authService+"UserAdd", &pb.AuthUserAddRequest{Name: name, Password: secret}))
	}
	calls = append(calls,
		request(authService+"RoleAdd", &pb.AuthRoleAddRequest{Name: "r1"}),
		request(authService+"RoleGrantPermission", &pb.AuthRoleGrantPermissionRequest{Name: "r1",
			Perm: &authpb.Permission{PermType: authpb.READWRITE, Key: []byte("a"), RangeEnd: []byte("d")}}),
		request(authService+"UserGrantRole", &pb.AuthUserGrantRoleRequest{User: "u1", Role: "r1"}),
		request(authService+"UserGrantRole", &pb.AuthUserGrantRoleRequest{User: "root", Role: "root"}),
		request(authService+"AuthEnable", &pb.AuthEnableRequest{}))
	return r.authenticateAfter(calls)
}

// disableAuth turns auth off for a while.
func (r *run) toggleAuth() error {
	off := request(authService+"AuthDisable", &pb.AuthDisableRequest{})
	off.metadata = r.root()
	calls := []call{off}
	for range r.Intn(20) {
		calls = append(calls, pick(r.world, r.auth.request(r.world), request(kv+"Put", r.putRequest())))
	}
	return r.authenticateAfter(append(calls,
		request(authService+"UserGrantRole", &pb.AuthUserGrantRoleRequest{User: "root", Role: "root"}),
		request(authService+"AuthEnable", &pb.AuthEnableRequest{})))
}

func (r *run) authenticateAfter(calls []call) error {
	for _, c := range calls {
		if c.metadata == nil {
			c.metadata = []string{}
		}
		if _, err := r.ask(c); err != nil {
			return err
		}
	}
	for _, name := range append([]string{"root"}, r.auth.holders...) {
		password, known := r.auth.passwords[name]
		if !known {
			continue
		}
		c := request(authService+"Authenticate", &pb.AuthenticateRequest{Name: name, Password: password})
		c.metadata = []string{}
		m, err := r.ask(c)
		if err != nil {
			return err
		}
		if m == nil && name == "root" {
			return fmt.Errorf("root cannot log in; request %d", r.number)
		}
	}
	return nil
}
