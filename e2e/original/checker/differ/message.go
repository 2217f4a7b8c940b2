package differ

import (
	"bytes"
	"fmt"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/protobuf/proto"
)

// A message is one of etcd's generated types.
type message interface {
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
	String() string
}

// A method is a unary method with the types of its messages.
type method struct {
	request, response func() message
}

func of[Q, A any, PQ interface {
	*Q
	message
}, PA interface {
	*A
	message
}]() method {
	return method{func() message { return PQ(new(Q)) }, func() message { return PA(new(A)) }}
}

const (
	kv          = "/etcdserverpb.KV/"
	lease       = "/etcdserverpb.Lease/"
	maintenance = "/etcdserverpb.Maintenance/"
	cluster     = "/etcdserverpb.Cluster/"
	authService = "/etcdserverpb.Auth/"
	health      = "/grpc.health.v1.Health/"
)

var methods = map[string]method{
	kv + "Range":       of[pb.RangeRequest, pb.RangeResponse](),
	kv + "Put":         of[pb.PutRequest, pb.PutResponse](),
	kv + "DeleteRange": of[pb.DeleteRangeRequest, pb.DeleteRangeResponse](),
	kv + "Txn":         of[pb.TxnRequest, pb.TxnResponse](),
	kv + "Compact":     of[pb.CompactionRequest, pb.CompactionResponse](),

	lease + "LeaseGrant":      of[pb.LeaseGrantRequest, pb.LeaseGrantResponse](),
	lease + "LeaseRevoke":     of[pb.LeaseRevokeRequest, pb.LeaseRevokeResponse](),
	lease + "LeaseTimeToLive": of[pb.LeaseTimeToLiveRequest, pb.LeaseTimeToLiveResponse](),
	lease + "LeaseLeases":     of[pb.LeaseLeasesRequest, pb.LeaseLeasesResponse](),

	maintenance + "Alarm":      of[pb.AlarmRequest, pb.AlarmResponse](),
	maintenance + "Status":     of[pb.StatusRequest, pb.StatusResponse](),
	maintenance + "Defragment": of[pb.DefragmentRequest, pb.DefragmentResponse](),
	maintenance + "Hash":       of[pb.HashRequest, pb.HashResponse](),
	maintenance + "HashKV":     of[pb.HashKVRequest, pb.HashKVResponse](),
	maintenance + "MoveLeader": of[pb.MoveLeaderRequest, pb.MoveLeaderResponse](),

	cluster + "MemberList": of[pb.MemberListRequest, pb.MemberListResponse](),

	authService + "AuthEnable":           of[pb.AuthEnableRequest, pb.AuthEnableResponse](),
	authService + "AuthDisable":          of[pb.AuthDisableRequest, pb.AuthDisableResponse](),
	authService + "AuthStatus":           of[pb.AuthStatusRequest, pb.AuthStatusResponse](),
	authService + "Authenticate":         of[pb.AuthenticateRequest, pb.AuthenticateResponse](),
	authService + "UserAdd":              of[pb.AuthUserAddRequest, pb.AuthUserAddResponse](),
	authService + "UserGet":              of[pb.AuthUserGetRequest, pb.AuthUserGetResponse](),
	authService + "UserList":             of[pb.AuthUserListRequest, pb.AuthUserListResponse](),
	authService + "UserDelete":           of[pb.AuthUserDeleteRequest, pb.AuthUserDeleteResponse](),
	authService + "UserChangePassword":   of[pb.AuthUserChangePasswordRequest, pb.AuthUserChangePasswordResponse](),
	authService + "UserGrantRole":        of[pb.AuthUserGrantRoleRequest, pb.AuthUserGrantRoleResponse](),
	authService + "UserRevokeRole":       of[pb.AuthUserRevokeRoleRequest, pb.AuthUserRevokeRoleResponse](),
	authService + "RoleAdd":              of[pb.AuthRoleAddRequest, pb.AuthRoleAddResponse](),
	authService + "RoleGet":              of[pb.AuthRoleGetRequest, pb.AuthRoleGetResponse](),
	authService + "RoleList":             of[pb.AuthRoleListRequest, pb.AuthRoleListResponse](),
	authService + "RoleDelete":           of[pb.AuthRoleDeleteRequest, pb.AuthRoleDeleteResponse](),
	authService + "RoleGrantPermission":  of[pb.AuthRoleGrantPermissionRequest, pb.AuthRoleGrantPermissionResponse](),
	authService + "RoleRevokePermission": of[pb.AuthRoleRevokePermissionRequest, pb.AuthRoleRevokePermissionResponse](),

	health + "Check": {
		func() message { return &newer{Message: &healthpb.HealthCheckRequest{}} },
		func() message { return &newer{Message: &healthpb.HealthCheckResponse{}} },
	},
	health + "List": {
		func() message { return &newer{Message: &healthpb.HealthListRequest{}} },
		func() message { return &newer{Message: &healthpb.HealthListResponse{}} },
	},
}

// newer gives a message of Google's generator the methods of etcd's.
type newer struct{ proto.Message }

func (m *newer) Marshal() ([]byte, error)    { return proto.Marshal(m.Message) }
func (m *newer) Unmarshal(data []byte) error { return proto.Unmarshal(data, m.Message) }
func (m *newer) String() string              { return fmt.Sprint(m.Message) }

func encoded(m message) []byte {
	data, err := m.Marshal()
	if err != nil {
		panic(err)
	}
	return data
}

// request makes a call of a well-formed message.
func request(method string, m message) call { return call{method: method, request: encoded(m)} }

// decode reads an answer's message. One that its own fields do not encode to the same bytes has fields in another order,
// unknown ones, or ones that should have been left out.
func decode(method string, data []byte) (message, error) {
	m := methods[method].response()
	if err := m.Unmarshal(data); err != nil {
		return nil, fmt.Errorf("does not decode: %w", err)
	}
	if !bytes.Equal(encoded(m), data) {
		return nil, fmt.Errorf("is not encoded as etcd does: %x is %x there", data, encoded(m))
	}
	return m, nil
}
