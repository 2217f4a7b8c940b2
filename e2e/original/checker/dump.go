package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"sort"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// dump prints everything about a server's state that must survive a change of owner of its data directory. Two dumps
// of the same state are the same bytes.
func dump(args []string) error {
	flags := flag.NewFlagSet("dump", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	user := flags.String("user", "", "who asks; empty: nobody")
	password := flags.String("password", "", "")
	revision := flags.Int64("revision", 0, "the newest revision to look at; 0: the current one")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client, err := connectAs(*endpoint, *user, *password)
	if err != nil {
		return err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	head, err := client.Get(ctx, "x", clientv3.WithCountOnly())
	if err != nil {
		return err
	}
	top := *revision
	if top == 0 {
		top = head.Header.Revision
	}
	result := map[string]any{
		"clusterId": fmt.Sprintf("%x", head.Header.ClusterId), "memberId": fmt.Sprintf("%x", head.Header.MemberId),
		"revision": top,
	}
	first, err := client.HashKV(ctx, *endpoint, top)
	if err != nil {
		return fmt.Errorf("hashkv at %d: %w", top, err)
	}
	result["compactRevision"] = first.CompactRevision
	// Not the compacted revision itself: there the original answers from memory what it hashed while it compacted, which
	// differs from what it finds after a restart.
	oldest := max(first.CompactRevision+1, 1)
	hashes := map[string]uint32{}
	ranges := map[string]string{}
	for _, at := range []int64{top, (top + oldest) / 2, oldest} {
		hash, err := client.HashKV(ctx, *endpoint, at)
		if err != nil {
			return fmt.Errorf("hashkv at %d: %w", at, err)
		}
		hashes[fmt.Sprint(at)] = hash.Hash
		all, err := client.Get(ctx, "\x00", clientv3.WithFromKey(), clientv3.WithRev(at))
		if err != nil {
			return fmt.Errorf("range at %d: %w", at, err)
		}
		digest := sha256.New()
		for _, kv := range all.Kvs {
			bytes, _ := kv.Marshal()
			digest.Write(bytes)
		}
		ranges[fmt.Sprint(at)] = fmt.Sprintf("%d keys %s", all.Count, hex.EncodeToString(digest.Sum(nil)))
	}
	result["hashes"], result["ranges"] = hashes, ranges
	leases, err := client.Leases(ctx)
	if err != nil {
		return err
	}
	lines := []string{}
	for _, lease := range leases.Leases {
		life, err := client.TimeToLive(ctx, lease.ID, clientv3.WithAttachedKeys())
		if err != nil {
			return err
		}
		keys := []string{}
		for _, key := range life.Keys {
			keys = append(keys, string(key))
		}
		sort.Strings(keys)
		lines = append(lines, fmt.Sprintf("%x granted %d keys %q", int64(lease.ID), life.GrantedTTL, keys))
	}
	sort.Strings(lines)
	result["leases"] = lines
	members, err := client.MemberList(ctx)
	if err != nil {
		return err
	}
	people := []string{}
	for _, member := range members.Members {
		people = append(people, fmt.Sprintf("%x %s", member.ID, member.Name))
	}
	result["members"] = people
	alarms, err := client.AlarmList(ctx)
	if err != nil {
		return err
	}
	result["alarms"] = fmt.Sprint(alarms.Alarms)
	return printJSON(result)
}
