package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

// acknowledged is one line of the record: a write whose answer the client has seen.
type acknowledged struct {
	Kind     string `json:"kind"` // "put": the key is written once; "over": again and again; "delete"
	Key      string `json:"key"`
	Value    int64  `json:"value"`
	Revision int64  `json:"revision"`
}

// killwrite writes with several clients until the server is gone or the time is over, and appends every acknowledged
// write to the record. A client stops at its first error: whether that write happened is unknown.
func killwrite(args []string) error {
	flags := flag.NewFlagSet("killwrite", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	record := flags.String("record", "", "file to append acknowledged writes to")
	run := flags.String("run", "0", "name of this round, part of the keys")
	clients := flags.Int("clients", 8, "")
	duration := flags.Duration("duration", 30*time.Second, "longest time")
	if err := flags.Parse(args); err != nil {
		return err
	}
	file, err := os.OpenFile(*record, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	var lock sync.Mutex
	encoder := json.NewEncoder(file)
	note := func(a acknowledged) {
		lock.Lock()
		defer lock.Unlock()
		_ = encoder.Encode(a)
	}
	ctx, cancel := context.WithTimeout(context.Background(), *duration)
	defer cancel()
	var wait sync.WaitGroup
	for c := range *clients {
		wait.Add(1)
		go func() {
			defer wait.Done()
			client, err := connect(*endpoint)
			if err != nil {
				return
			}
			defer client.Close()
			for n := int64(1); ctx.Err() == nil; n++ {
				if !writeOnce(ctx, client, *run, c, n, note) {
					return
				}
			}
		}()
	}
	wait.Wait()
	return nil
}

func writeOnce(parent context.Context, client *clientv3.Client, run string, c int, n int64, note func(acknowledged)) bool {
	ctx, cancel := context.WithTimeout(parent, 2*time.Second)
	defer cancel()
	unique := fmt.Sprintf("unique/%s/%d/%d", run, c, n)
	over := fmt.Sprintf("over/%d", c)
	text := strconv.FormatInt(n, 10)
	switch n % 4 {
	case 0: // one revision for both keys
		response, err := client.Txn(ctx).Then(clientv3.OpPut(unique, text), clientv3.OpPut(over, run+"/"+text)).Commit()
		if err != nil {
			return false
		}
		note(acknowledged{"put", unique, n, response.Header.Revision})
		note(acknowledged{"over", over, n, response.Header.Revision})
	case 1:
		doomed := fmt.Sprintf("doomed/%s/%d/%d", run, c, n)
		if _, err := client.Put(ctx, doomed, text); err != nil {
			return false
		}
		response, err := client.Delete(ctx, doomed)
		if err != nil {
			return false
		}
		note(acknowledged{"delete", doomed, n, response.Header.Revision})
	default:
		response, err := client.Put(ctx, unique, text)
		if err != nil {
			return false
		}
		note(acknowledged{"put", unique, n, response.Header.Revision})
	}
	return true
}

// killread fails unless every write in the record is there: a key written once with its value at its revision, a key
// written again and again at least at its last acknowledged revision, a deleted key not at all.
func killread(args []string) error {
	flags := flag.NewFlagSet("killread", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	record := flags.String("record", "", "the file of killwrite")
	if err := flags.Parse(args); err != nil {
		return err
	}
	client, err := connect(*endpoint)
	if err != nil {
		return err
	}
	defer client.Close()
	type stored struct {
		value    string
		revision int64
	}
	have := map[string]stored{}
	for _, prefix := range []string{"unique/", "over/", "doomed/"} {
		from := prefix
		for {
			ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
			answer, err := client.Get(ctx, from, clientv3.WithRange(clientv3.GetPrefixRangeEnd(prefix)), clientv3.WithLimit(10_000))
			cancel()
			if err != nil {
				return err
			}
			for _, kv := range answer.Kvs {
				have[string(kv.Key)] = stored{string(kv.Value), kv.ModRevision}
			}
			if !answer.More {
				break
			}
			from = string(answer.Kvs[len(answer.Kvs)-1].Key) + "\x00"
		}
	}
	file, err := os.Open(*record)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	checked, lost := 0, 0
	for lines.Scan() {
		var a acknowledged
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return err
		}
		checked++
		kv, present := have[a.Key]
		ok := false
		switch a.Kind {
		case "put":
			ok = present && kv.revision == a.Revision && kv.value == strconv.FormatInt(a.Value, 10)
		case "over":
			ok = present && kv.revision >= a.Revision
		case "delete":
			ok = !present
		}
		if !ok {
			lost++
			if lost <= 10 {
				fmt.Printf("LOST %s %s value %d revision %d: found %v %+v\n", a.Kind, a.Key, a.Value, a.Revision, present, kv)
			}
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	fmt.Printf("acknowledged %d, lost %d\n", checked, lost)
	if lost > 0 {
		return errors.New("acknowledged writes are missing")
	}
	return nil
}
