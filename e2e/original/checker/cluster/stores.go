package cluster

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	bolt "go.etcd.io/bbolt"
	"go.etcd.io/etcd/server/v3/etcdserver/api/snap"
	"go.etcd.io/etcd/server/v3/storage/wal"
	"go.uber.org/zap"
)

// membership is who belongs to a cluster and who did, as one line each.
type membership struct {
	members []string
	removed []string
}

func (m membership) String() string {
	return strings.Join(m.members, "\n") + "\nremoved " + strings.Join(m.removed, " ")
}

func sorted(m membership) membership {
	slices.Sort(m.members)
	slices.Sort(m.removed)
	return m
}

type raftAttributes struct {
	PeerURLs  []string `json:"peerURLs"`
	IsLearner bool     `json:"isLearner"`
}

type attributes struct {
	Name       string   `json:"name"`
	ClientURLs []string `json:"clientURLs"`
}

func memberLine(id string, r raftAttributes, a attributes) string {
	return fmt.Sprintf("%s %v learner %v %s %v", id, r.PeerURLs, r.IsLearner, a.Name, a.ClientURLs)
}

// inDatabase reads the membership of a stopped member's database.
func inDatabase(dataDir string) (membership, error) {
	var found membership
	db, err := bolt.Open(filepath.Join(dataDir, "member/snap/db"), 0o400, &bolt.Options{ReadOnly: true})
	if err != nil {
		return found, err
	}
	defer db.Close()
	err = db.View(func(tx *bolt.Tx) error {
		if err := tx.Bucket([]byte("members")).ForEach(func(key, value []byte) error {
			var m struct {
				raftAttributes
				attributes
			}
			if err := json.Unmarshal(value, &m); err != nil {
				return fmt.Errorf("member %s: %w", key, err)
			}
			found.members = append(found.members, memberLine(string(key), m.raftAttributes, m.attributes))
			return nil
		}); err != nil {
			return err
		}
		return tx.Bucket([]byte("members_removed")).ForEach(func(key, value []byte) error {
			found.removed = append(found.removed, string(key))
			return nil
		})
	})
	return sorted(found), err
}

type v2node struct {
	Value    string
	Children map[string]v2node
}

// inSnapshotFile reads the membership of a stopped member's newest snapshot file: what is left of etcd's v2 store.
func inSnapshotFile(dataDir string) (membership, error) {
	var found membership
	logger := zap.NewNop()
	valid, err := wal.ValidSnapshotEntries(logger, filepath.Join(dataDir, "member/wal"))
	if err != nil {
		return found, err
	}
	newest, err := snap.New(logger, filepath.Join(dataDir, "member/snap")).LoadNewestAvailable(valid)
	if err != nil {
		return found, err
	}
	var tree struct{ Root v2node }
	if err := json.Unmarshal(newest.Data, &tree); err != nil {
		return found, err
	}
	top := tree.Root.Children["0"].Children
	for id, node := range top["members"].Children {
		var r raftAttributes
		var a attributes
		if err := json.Unmarshal([]byte(node.Children["raftAttributes"].Value), &r); err != nil {
			return found, fmt.Errorf("member %s: %w", id, err)
		}
		if err := json.Unmarshal([]byte(node.Children["attributes"].Value), &a); err != nil {
			return found, fmt.Errorf("member %s: %w", id, err)
		}
		found.members = append(found.members, memberLine(id, r, a))
	}
	for id := range top["removed_members"].Children {
		found.removed = append(found.removed, id)
	}
	return sorted(found), nil
}
