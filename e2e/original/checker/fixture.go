package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// expectedState is what a stored directory's expected.json says of its content, as far as a client can see it.
type expectedState struct {
	Name            string `json:"name"`
	Revision        int64  `json:"revision"`
	CompactRevision int64  `json:"compact_revision"`
	HashKV          []struct {
		Rev             int64  `json:"rev"`
		Hash            uint32 `json:"hash"`
		CompactRevision int64  `json:"compact_revision"`
		Error           string `json:"error"`
	} `json:"hashkv"`
	Leases []struct {
		ID         int64    `json:"id"`
		GrantedTTL int64    `json:"granted_ttl"`
		Keys       [][]byte `json:"keys"`
	} `json:"leases"`
	Auth struct {
		Users map[string]struct {
			Roles    []string `json:"roles"`
			Password *string  `json:"password"`
		} `json:"users"`
		Roles map[string][]struct {
			PermType string `json:"permType"`
			Key      []byte `json:"key"`
			RangeEnd []byte `json:"range_end"`
		} `json:"roles"`
	} `json:"auth"`
	Members []struct {
		ID   string `json:"ID"`
		Name string `json:"name"`
	} `json:"members"`
}

// expectedRange is a full range at one revision, from ranges.json.
type expectedRange struct {
	Rev   int64 `json:"rev"`
	Count int64 `json:"count"`
	Kvs   []struct {
		Key            []byte `json:"key"`
		CreateRevision int64  `json:"create_revision"`
		ModRevision    int64  `json:"mod_revision"`
		Version        int64  `json:"version"`
		Lease          int64  `json:"lease"`
		Value          []byte `json:"value"`
		ValueLength    int    `json:"value_length"`
		ValueSHA256    string `json:"value_sha256"`
	} `json:"kvs"`
}

// fixture compares a server that runs on a stored directory with what must be found there: every range, hash, lease,
// user and role. Head and hashes at revision 0 are those of a server on which nobody has written yet.
func fixture(args []string) error {
	flags := flag.NewFlagSet("fixture", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	folder := flags.String("expected", "", "the folder of expected.json and ranges.json")
	if err := flags.Parse(args); err != nil {
		return err
	}
	var want expectedState
	var ranges []expectedRange
	if err := errors.Join(readJSON(filepath.Join(*folder, "expected.json"), &want), readJSON(filepath.Join(*folder, "ranges.json"), &ranges)); err != nil {
		return err
	}
	root := want.Auth.Users["root"]
	client, err := connectAs(*endpoint, "root", *root.Password)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var problems []string
	check := func(what string, got, want any) {
		if fmt.Sprint(got) != fmt.Sprint(want) {
			problems = append(problems, fmt.Sprintf("%s is %v; want %v", what, got, want))
		}
	}
	count := 0
	for _, at := range ranges {
		all, err := client.Get(ctx, "\x00", clientv3.WithFromKey(), clientv3.WithRev(at.Rev))
		if err != nil {
			return fmt.Errorf("range at %d: %w", at.Rev, err)
		}
		check("head", all.Header.Revision, want.Revision)
		check(fmt.Sprint("count at ", at.Rev), all.Count, at.Count)
		check(fmt.Sprint("keys at ", at.Rev), len(all.Kvs), len(at.Kvs))
		for i, expected := range at.Kvs {
			if i >= len(all.Kvs) {
				break
			}
			pair := all.Kvs[i]
			count++
			check(fmt.Sprintf("pair %d at %d", i, at.Rev), describe(pair), fmt.Sprintf("%x create %d mod %d version %d lease %d",
				expected.Key, expected.CreateRevision, expected.ModRevision, expected.Version, expected.Lease))
			if expected.ValueSHA256 != "" {
				sum := sha256.Sum256(pair.Value)
				check("its value", fmt.Sprint(len(pair.Value), hex.EncodeToString(sum[:])), fmt.Sprint(expected.ValueLength, expected.ValueSHA256))
			} else if !bytes.Equal(pair.Value, expected.Value) {
				check("its value", pair.Value, expected.Value)
			}
		}
	}
	for _, expected := range want.HashKV {
		if expected.Error != "" {
			continue // 3.4 refuses at the compacted revision, 3.6 does not (spec/observed.md 4)
		}
		hash, err := client.HashKV(ctx, *endpoint, expected.Rev)
		if err != nil {
			return fmt.Errorf("hash at %d: %w", expected.Rev, err)
		}
		check(fmt.Sprint("hash at ", expected.Rev), fmt.Sprint(hash.Hash, " compacted ", hash.CompactRevision),
			fmt.Sprint(expected.Hash, " compacted ", expected.CompactRevision))
	}
	_, err = client.HashKV(ctx, *endpoint, want.CompactRevision-1)
	check("hash below the compaction", err, "etcdserver: mvcc: required revision has been compacted")
	leases, err := client.Leases(ctx)
	if err != nil {
		return err
	}
	check("number of leases", len(leases.Leases), len(want.Leases))
	for _, expected := range want.Leases {
		life, err := client.TimeToLive(ctx, clientv3.LeaseID(expected.ID), clientv3.WithAttachedKeys())
		if err != nil {
			return err
		}
		slices.SortFunc(life.Keys, bytes.Compare)
		slices.SortFunc(expected.Keys, bytes.Compare)
		check(fmt.Sprint("lease ", expected.ID), fmt.Sprintf("%d %x", life.GrantedTTL, life.Keys), fmt.Sprintf("%d %x", expected.GrantedTTL, expected.Keys))
	}
	for name, expected := range want.Auth.Users {
		user, err := client.UserGet(ctx, name)
		if err != nil {
			return err
		}
		check("roles of "+name, user.Roles, expected.Roles)
		if expected.Password == nil {
			_, err = client.Authenticate(ctx, name, "")
			check("login of "+name, err, "rpc error: code = Unknown desc = auth: authentication failed, password was given for no password user")
			continue
		}
		_, err = client.Authenticate(ctx, name, *expected.Password)
		check("login of "+name, err, nil)
		_, err = client.Authenticate(ctx, name, *expected.Password+"x")
		check("false login of "+name, err, "etcdserver: authentication failed, invalid user ID or password")
	}
	users, err := client.UserList(ctx)
	if err != nil {
		return err
	}
	check("number of users", len(users.Users), len(want.Auth.Users))
	for name, expected := range want.Auth.Roles {
		role, err := client.RoleGet(ctx, name)
		if err != nil {
			return err
		}
		var got, wanted []string
		for _, permission := range role.Perm {
			got = append(got, fmt.Sprintf("%s %x %x", permission.PermType, permission.Key, permission.RangeEnd))
		}
		for _, permission := range expected {
			wanted = append(wanted, fmt.Sprintf("%s %x %x", permission.PermType, permission.Key, permission.RangeEnd))
		}
		sort.Strings(wanted)
		sort.Strings(got)
		if name != "root" { // 3.4 and 3.5 say nothing of the role root, 3.6 all it may do
			check("rights of "+name, got, wanted)
		}
	}
	members, err := client.MemberList(ctx)
	if err != nil {
		return err
	}
	check("members", fmt.Sprintf("%x %s", members.Members[0].ID, members.Members[0].Name), want.Members[0].ID+" "+want.Members[0].Name)
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	fmt.Printf("found as expected: %d pairs at %d revisions, %d hashes, %d leases, %d users, %d roles\n",
		count, len(ranges), len(want.HashKV), len(want.Leases), len(want.Auth.Users), len(want.Auth.Roles))
	return nil
}

func describe(pair *mvccpb.KeyValue) string {
	return fmt.Sprintf("%x create %d mod %d version %d lease %d", pair.Key, pair.CreateRevision, pair.ModRevision, pair.Version, pair.Lease)
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}
