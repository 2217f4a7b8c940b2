package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"sort"
	"strings"

	pb "go.etcd.io/etcd/api/v3/etcdserverpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Ranges at, across and beside the bounds of what the roles of stored directories permit, as key:end in hex.
const edges = "00:00,00:00ff,00:0100,01:,6100:,61:,6b2f:6b30,6b2f:6b31,6b2f3030:6b2f3130,6b2f3035:,6b2f3130:6b30," +
	"6c656173652f61:,6d756c74692f:00,6d756c74692f61:,7a:00"

// authdump logs one user in and prints every answer that depends on who asks. Two servers that protect the same data
// alike give the same bytes. Nothing is changed: rights to write are asked for in branches that are not taken.
func authdump(args []string) error {
	flags := flag.NewFlagSet("authdump", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	user := flags.String("user", "", "whom to log in; empty: nobody")
	password := flags.String("password", "", "")
	ranges := flags.String("ranges", edges, "")
	if err := flags.Parse(args); err != nil {
		return err
	}
	conn, err := grpc.NewClient(strings.TrimPrefix(*endpoint, "http://"),
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(1<<30)))
	if err != nil {
		return err
	}
	defer conn.Close()
	kv, auth, lease := pb.NewKVClient(conn), pb.NewAuthClient(conn), pb.NewLeaseClient(conn)
	answers := map[string]string{}
	token := ""
	if *user != "" {
		response, err := auth.Authenticate(as(""), &pb.AuthenticateRequest{Name: *user, Password: *password})
		answers["login"] = verdict(err)
		if err == nil {
			token = response.Token
		}
	}
	for _, edge := range strings.Split(*ranges, ",") {
		first, last, _ := strings.Cut(edge, ":")
		key, _ := hex.DecodeString(first)
		end, _ := hex.DecodeString(last)
		found, err := kv.Range(as(token), &pb.RangeRequest{Key: key, RangeEnd: end})
		answers["read "+edge] = verdict(err)
		if err == nil {
			sum := sha256.New()
			for _, each := range found.Kvs {
				encoded, _ := each.Marshal()
				sum.Write(encoded)
			}
			answers["read "+edge] = fmt.Sprintf("%d keys %x", found.Count, sum.Sum(nil)[:8])
		}
		_, err = kv.Txn(as(token), &pb.TxnRequest{Failure: []*pb.RequestOp{{Request: &pb.RequestOp_RequestPut{
			RequestPut: &pb.PutRequest{Key: key}}}}})
		answers["put "+first] = verdict(err)
		_, err = kv.Txn(as(token), &pb.TxnRequest{Failure: []*pb.RequestOp{{Request: &pb.RequestOp_RequestDeleteRange{
			RequestDeleteRange: &pb.DeleteRangeRequest{Key: key, RangeEnd: end, PrevKv: true}}}}})
		answers["delete "+edge] = verdict(err)
	}
	for id := int64(1001); id <= 1005; id++ {
		response, err := lease.LeaseTimeToLive(as(token), &pb.LeaseTimeToLiveRequest{ID: id, Keys: true})
		answers[fmt.Sprint("lease ", id)] = verdict(err)
		if err == nil {
			answers[fmt.Sprint("lease ", id)] = fmt.Sprintf("%d %q", response.GrantedTTL, sorted(response.Keys))
		}
	}
	status, err := auth.AuthStatus(as(token), &pb.AuthStatusRequest{})
	answers["status"] = verdict(err)
	if err == nil {
		answers["status"] = fmt.Sprintf("%v at %d, revision %d", status.Enabled, status.AuthRevision, status.Header.Revision)
	}
	users, err := auth.UserList(as(token), &pb.AuthUserListRequest{})
	answers["users"] = fmt.Sprint(verdict(err), users.GetUsers())
	roles, err := auth.RoleList(as(token), &pb.AuthRoleListRequest{})
	answers["roles"] = fmt.Sprint(verdict(err), roles.GetRoles())
	for _, name := range append([]string{*user, "alice", "bob", "certonly", "root"}, users.GetUsers()...) {
		response, err := auth.UserGet(as(token), &pb.AuthUserGetRequest{Name: name})
		answers["user "+name] = fmt.Sprint(verdict(err), response.GetRoles())
	}
	for _, name := range append([]string{"reader", "writer", "root"}, roles.GetRoles()...) {
		response, err := auth.RoleGet(as(token), &pb.AuthRoleGetRequest{Role: name})
		answers["role "+name] = verdict(err)
		if err == nil {
			answers["role "+name] = permissions(response)
		}
	}
	return printJSON(answers)
}

func sorted(keys [][]byte) []string {
	var all []string
	for _, key := range keys {
		all = append(all, string(key))
	}
	sort.Strings(all)
	return all
}
