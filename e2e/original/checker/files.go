package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"path/filepath"
	"sort"
	"strings"

	bolt "go.etcd.io/bbolt"
	"go.etcd.io/etcd/api/v3/etcdserverpb"
	"go.etcd.io/etcd/server/v3/etcdserver/api/snap"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.etcd.io/etcd/server/v3/storage/wal/walpb"
	"go.etcd.io/raft/v3/raftpb"
	"go.uber.org/zap"
)

// boltcheck opens a database file as bbolt does, checks it, and prints its buckets and the bucket meta.
func boltcheck(args []string) error {
	flags := flag.NewFlagSet("boltcheck", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	db, err := bolt.Open(flags.Arg(0), 0o400, &bolt.Options{ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		return err
	}
	defer db.Close()
	result := struct {
		Errors  []string          `json:"errors"`
		Buckets map[string]int    `json:"buckets"`
		Meta    map[string]string `json:"meta"`
	}{Errors: []string{}, Buckets: map[string]int{}, Meta: map[string]string{}}
	err = db.View(func(tx *bolt.Tx) error {
		for problem := range tx.Check() {
			result.Errors = append(result.Errors, problem.Error())
		}
		if err := tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			result.Buckets[string(name)] = bucket.Stats().KeyN
			return nil
		}); err != nil {
			return err
		}
		if meta := tx.Bucket([]byte("meta")); meta != nil {
			return meta.ForEach(func(key, value []byte) error {
				result.Meta[string(key)] = hex.EncodeToString(value)
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := printJSON(result); err != nil {
		return err
	}
	if len(result.Errors) > 0 {
		return errors.New("the file is damaged")
	}
	return nil
}

// walread reads the log and the snapshot files of a stopped member with etcd's own packages.
func walread(args []string) error {
	flags := flag.NewFlagSet("walread", flag.ContinueOnError)
	if err := flags.Parse(args); err != nil {
		return err
	}
	logger := zap.NewNop()
	member := filepath.Join(flags.Arg(0), "member")
	walDir, snapDir := filepath.Join(member, "wal"), filepath.Join(member, "snap")
	valid, err := wal.ValidSnapshotEntries(logger, walDir)
	if err != nil {
		return fmt.Errorf("snapshot records: %w", err)
	}
	newest, err := snap.New(logger, snapDir).LoadNewestAvailable(valid)
	if err != nil && !errors.Is(err, snap.ErrNoSnapshot) {
		return fmt.Errorf("snapshot file: %w", err)
	}
	var start walpb.Snapshot
	var confState raftpb.ConfState
	if newest != nil {
		start.Index, start.Term = newest.Metadata.Index, newest.Metadata.Term
		confState = newest.Metadata.ConfState
	}
	reader, err := wal.OpenForRead(logger, walDir, start)
	if err != nil {
		return err
	}
	defer reader.Close()
	metadata, state, entries, err := reader.ReadAll()
	if err != nil {
		return fmt.Errorf("log: %w", err)
	}
	var identity etcdserverpb.Metadata
	if err := identity.Unmarshal(metadata); err != nil {
		return err
	}
	requests := map[string]int{}
	for _, entry := range entries {
		requests[kind(entry)]++
	}
	files := []string{}
	_ = filepath.WalkDir(member, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			relative, _ := filepath.Rel(member, path)
			files = append(files, relative)
		}
		return nil
	})
	sort.Strings(files)
	result := map[string]any{
		"nodeId": fmt.Sprintf("%x", identity.NodeID), "clusterId": fmt.Sprintf("%x", identity.ClusterID),
		"hardState": state, "snapshotIndex": start.Index, "snapshotTerm": start.Term, "confState": confState,
		"snapshotRecords": len(valid), "entries": len(entries), "requests": requests, "files": files,
	}
	if len(entries) > 0 {
		result["firstIndex"], result["lastIndex"] = entries[0].Index, entries[len(entries)-1].Index
	}
	if newest != nil {
		var tree struct{ Root json.RawMessage }
		result["v2TreeParses"] = json.Unmarshal(newest.Data, &tree) == nil && strings.HasPrefix(string(tree.Root), "{")
	}
	return printJSON(result)
}

func kind(entry raftpb.Entry) string {
	if entry.Type != raftpb.EntryNormal {
		return entry.Type.String()
	}
	if len(entry.Data) == 0 {
		return "empty"
	}
	var request etcdserverpb.InternalRaftRequest
	if err := request.Unmarshal(entry.Data); err != nil {
		return "unreadable"
	}
	switch {
	case request.Put != nil:
		return "put"
	case request.DeleteRange != nil:
		return "delete_range"
	case request.Txn != nil:
		return "txn"
	case request.Compaction != nil:
		return "compaction"
	case request.LeaseGrant != nil:
		return "lease_grant"
	case request.LeaseRevoke != nil:
		return "lease_revoke"
	default:
		return "other"
	}
}
