package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"

	bolt "go.etcd.io/bbolt"
	"go.etcd.io/etcd/api/v3/mvccpb"
)

// corrupt changes the database file of a stopped member, as a bad disk or a bug might; the log still has the truth, which is
// applied already and hence never looked at again.
//
//	-key k        the newest value of k becomes another of the same length
//	-ahead k      k gets one more revision, which no other member has
//	-compacted n  the history counts as compacted up to revision n, without being so
func corrupt(args []string) error {
	flags := flag.NewFlagSet("corrupt", flag.ContinueOnError)
	key := flags.String("key", "", "whose value is changed")
	ahead := flags.String("ahead", "", "what is put once more")
	compacted := flags.Uint64("compacted", 0, "up to where the history counts as compacted")
	if err := flags.Parse(args); err != nil {
		return err
	}
	db, err := bolt.Open(flags.Arg(0), 0o600, nil)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Update(func(tx *bolt.Tx) error {
		switch {
		case *key != "":
			return changeValue(tx.Bucket([]byte("key")), *key)
		case *ahead != "":
			return addRevision(tx.Bucket([]byte("key")), *ahead)
		default:
			return tx.Bucket([]byte("meta")).Put([]byte("finishedCompactRev"), revisionBytes(*compacted))
		}
	})
}

func changeValue(bucket *bolt.Bucket, key string) error {
	cursor := bucket.Cursor()
	for revision, stored := cursor.Last(); revision != nil; revision, stored = cursor.Prev() {
		var pair mvccpb.KeyValue
		if err := pair.Unmarshal(stored); err != nil {
			return err
		}
		if string(pair.Key) != key || len(pair.Value) == 0 {
			continue
		}
		pair.Value = bytes.Repeat([]byte{pair.Value[0] ^ 1}, len(pair.Value))
		changed, err := pair.Marshal()
		if err != nil {
			return err
		}
		return bucket.Put(bytes.Clone(revision), changed)
	}
	return errors.New("no such key")
}

func addRevision(bucket *bolt.Bucket, key string) error {
	newest, _ := bucket.Cursor().Last()
	revision := binary.BigEndian.Uint64(newest) + 1
	pair := mvccpb.KeyValue{
		Key: []byte(key), Value: []byte("x"), CreateRevision: int64(revision), ModRevision: int64(revision), Version: 1,
	}
	stored, err := pair.Marshal()
	if err != nil {
		return err
	}
	return bucket.Put(revisionBytes(revision), stored)
}

// revisionBytes is main, an underscore, sub.
func revisionBytes(main uint64) []byte {
	return append(append(binary.BigEndian.AppendUint64(nil, main), '_'), make([]byte, 8)...)
}
