package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"strings"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
)

// A check is one behaviour. It gets a client and a key prefix that no other check uses.
type check struct {
	name string
	run  func(t *trial)
}

// trial is what a check works with. Its methods end the check by panicking with a failure.
type trial struct {
	*clientv3.Client
	endpoint string
	prefix   string
}

type failure struct{ text string }

func (t *trial) failf(format string, args ...any) { panic(failure{fmt.Sprintf(format, args...)}) }

func (t *trial) key(name string) string { return t.prefix + name }

func (t *trial) ok(err error) {
	if err != nil {
		t.failf("unexpected error: %v", err)
	}
}

// refused demands one of the errors that the official client gives a name, compared by code and text.
func (t *trial) refused(err, want error) {
	if err == nil {
		t.failf("succeeded; want %v", want)
	}
	if !errors.Is(err, want) && rpctypes.Error(err).Error() != want.Error() {
		t.failf("error %q; want %q", err, want)
	}
}

func equal[T comparable](t *trial, what string, got, want T) {
	if got != want {
		t.failf("%s is %v; want %v", what, got, want)
	}
}

func (t *trial) put(name, value string, options ...clientv3.OpOption) *clientv3.PutResponse {
	ctx, cancel := limited()
	defer cancel()
	response, err := t.Put(ctx, t.key(name), value, options...)
	t.ok(err)
	return response
}

func (t *trial) get(name string, options ...clientv3.OpOption) *clientv3.GetResponse {
	ctx, cancel := limited()
	defer cancel()
	response, err := t.Get(ctx, t.key(name), options...)
	t.ok(err)
	return response
}

func (t *trial) del(name string, options ...clientv3.OpOption) *clientv3.DeleteResponse {
	ctx, cancel := limited()
	defer cancel()
	response, err := t.Delete(ctx, t.key(name), options...)
	t.ok(err)
	return response
}

// names joins the keys of an answer, without the prefix.
func (t *trial) names(response *clientv3.GetResponse) string {
	var names []string
	for _, kv := range response.Kvs {
		names = append(names, strings.TrimPrefix(string(kv.Key), t.prefix))
	}
	return strings.Join(names, " ")
}

func kvcheck(args []string) error {
	flags := flag.NewFlagSet("kvcheck", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	run := flags.String("run", "", "regular expression: only checks whose name it matches")
	list := flags.Bool("list", false, "print the names of the checks")
	if err := flags.Parse(args); err != nil {
		return err
	}
	only, err := regexp.Compile(*run)
	if err != nil {
		return err
	}
	var all []check
	for _, group := range [][]check{kvChecks, txnChecks, watchChecks, leaseChecks, maintenanceChecks, recipeChecks, lockChecks, grpcChecks, apiChecks} {
		all = append(all, group...)
	}
	if *list {
		for _, c := range all {
			fmt.Println(c.name)
		}
		return nil
	}
	salt := time.Now().UnixNano() // several runs against one server do not meet
	passed, failed := 0, 0
	for i, c := range all {
		if !only.MatchString(c.name) {
			continue
		}
		start := time.Now()
		if text := attempt(c, *endpoint, fmt.Sprintf("check/%x/%03d/", salt, i)); text == "" {
			passed++
			fmt.Printf("PASS %s (%d ms)\n", c.name, time.Since(start).Milliseconds())
		} else {
			failed++
			fmt.Printf("FAIL %s: %s\n", c.name, strings.ReplaceAll(text, "\n", " | "))
		}
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		return errors.New("some checks failed")
	}
	return nil
}

// attempt runs one check with a client of its own, for at most two minutes; the empty text means that it passed.
func attempt(c check, endpoint, prefix string) string {
	client, err := connect(endpoint)
	if err != nil {
		return err.Error()
	}
	defer client.Close()
	result := make(chan string, 1)
	go func() {
		defer func() {
			switch problem := recover().(type) {
			case nil:
				result <- ""
			case failure:
				result <- problem.text
			default:
				result <- fmt.Sprint("panic: ", problem)
			}
		}()
		c.run(&trial{Client: client, endpoint: endpoint, prefix: prefix})
	}()
	select {
	case text := <-result:
		return text
	case <-time.After(2 * time.Minute):
		return "did not end within two minutes"
	}
}

var kvChecks = []check{
	{"kv: a put is one revision and can be read back", func(t *trial) {
		first := t.put("a", "1")
		second := t.put("a", "2")
		equal(t, "second revision", second.Header.Revision, first.Header.Revision+1)
		answer := t.get("a")
		equal(t, "count", answer.Count, 1)
		kv := answer.Kvs[0]
		equal(t, "value", string(kv.Value), "2")
		equal(t, "create revision", kv.CreateRevision, first.Header.Revision)
		equal(t, "mod revision", kv.ModRevision, second.Header.Revision)
		equal(t, "version", kv.Version, 2)
		if second.Header.ClusterId == 0 || second.Header.MemberId == 0 || second.Header.RaftTerm < 2 {
			t.failf("header %+v lacks ids or term", second.Header)
		}
	}},
	{"kv: put returns the previous pair on request", func(t *trial) {
		if t.put("a", "1", clientv3.WithPrevKV()).PrevKv != nil {
			t.failf("a new key has a previous pair")
		}
		equal(t, "previous value", string(t.put("a", "2", clientv3.WithPrevKV()).PrevKv.Value), "1")
		if t.put("a", "3").PrevKv != nil {
			t.failf("previous pair without request")
		}
	}},
	{"kv: put with ignore_value keeps the value and makes a version", func(t *trial) {
		t.put("a", "keep")
		t.put("a", "", clientv3.WithIgnoreValue())
		kv := t.get("a").Kvs[0]
		equal(t, "value", string(kv.Value), "keep")
		equal(t, "version", kv.Version, 2)
	}},
	{"kv: put with ignore_value or ignore_lease needs the key", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Put(ctx, t.key("none"), "", clientv3.WithIgnoreValue())
		t.refused(err, rpctypes.ErrKeyNotFound)
		_, err = t.Put(ctx, t.key("none"), "v", clientv3.WithIgnoreLease())
		t.refused(err, rpctypes.ErrKeyNotFound)
	}},
	{"kv: put with ignore_value refuses a value, with ignore_lease a lease", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		t.put("a", "1")
		_, err := t.Put(ctx, t.key("a"), "v", clientv3.WithIgnoreValue())
		t.refused(err, rpctypes.ErrValueProvided)
		_, err = t.Put(ctx, t.key("a"), "v", clientv3.WithIgnoreLease(), clientv3.WithLease(7))
		t.refused(err, rpctypes.ErrLeaseProvided)
	}},
	{"kv: empty key, unknown lease", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Put(ctx, "", "v")
		t.refused(err, rpctypes.ErrEmptyKey)
		_, err = t.Put(ctx, t.key("a"), "v", clientv3.WithLease(0x7fff))
		t.refused(err, rpctypes.ErrLeaseNotFound)
		equal(t, "count", t.get("a").Count, 0)
	}},
	{"kv: a request beyond the size limit", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Put(ctx, t.key("big"), strings.Repeat("x", 1536*1024+1))
		t.refused(err, rpctypes.ErrRequestTooLarge)
		t.put("fits", strings.Repeat("x", 1400*1024))
		equal(t, "length", len(t.get("fits").Kvs[0].Value), 1400*1024)
	}},
	{"kv: binary keys and values", func(t *trial) {
		value := string([]byte{0, 0xff, 0xfe, 0x80, 0})
		t.put("\x00\xff\xc3\x28", value)
		t.put("empty", "")
		equal(t, "value", string(t.get("\x00\xff\xc3\x28").Kvs[0].Value), value)
		equal(t, "length", len(t.get("empty").Kvs[0].Value), 0)
	}},
	{"kv: ranges: prefix, interval, from-key, limit, count, keys only", func(t *trial) {
		for _, name := range []string{"c", "a", "b", "e", "d"} {
			t.put(name, "v"+name)
		}
		equal(t, "prefix", t.names(t.get("", clientv3.WithPrefix())), "a b c d e")
		equal(t, "interval", t.names(t.get("b", clientv3.WithRange(t.key("d")))), "b c")
		equal(t, "empty interval", t.get("d", clientv3.WithRange(t.key("b"))).Count, 0)
		limited := t.get("", clientv3.WithPrefix(), clientv3.WithLimit(2))
		equal(t, "limited", t.names(limited), "a b")
		equal(t, "more", limited.More, true)
		equal(t, "count beyond the limit", limited.Count, 5)
		exact := t.get("", clientv3.WithPrefix(), clientv3.WithLimit(5))
		equal(t, "more at the exact limit", exact.More, false)
		count := t.get("", clientv3.WithPrefix(), clientv3.WithCountOnly())
		equal(t, "count", count.Count, 5)
		equal(t, "pairs with count only", len(count.Kvs), 0)
		keys := t.get("", clientv3.WithPrefix(), clientv3.WithKeysOnly())
		equal(t, "keys only", t.names(keys), "a b c d e")
		equal(t, "value with keys only", len(keys.Kvs[0].Value), 0)
		fromKey := t.get("d", clientv3.WithFromKey(), clientv3.WithLimit(2))
		equal(t, "from key", t.names(fromKey), "d e")
	}},
	{"kv: every sort target in both orders", func(t *trial) {
		t.put("a", "3")
		t.put("c", "1")
		t.put("b", "2")
		t.put("a", "3")
		t.put("a", "3")
		t.put("c", "1")
		for _, c := range []struct {
			target clientv3.SortTarget
			order  clientv3.SortOrder
			want   string
		}{
			{clientv3.SortByKey, clientv3.SortAscend, "a b c"}, {clientv3.SortByKey, clientv3.SortDescend, "c b a"},
			{clientv3.SortByVersion, clientv3.SortAscend, "b c a"}, {clientv3.SortByVersion, clientv3.SortDescend, "a c b"},
			{clientv3.SortByCreateRevision, clientv3.SortAscend, "a c b"},
			{clientv3.SortByCreateRevision, clientv3.SortDescend, "b c a"},
			{clientv3.SortByModRevision, clientv3.SortAscend, "b a c"},
			{clientv3.SortByModRevision, clientv3.SortDescend, "c a b"},
			{clientv3.SortByValue, clientv3.SortAscend, "c b a"}, {clientv3.SortByValue, clientv3.SortDescend, "a b c"},
		} {
			got := t.names(t.get("", clientv3.WithPrefix(), clientv3.WithSort(c.target, c.order)))
			equal(t, fmt.Sprintf("target %v order %v", c.target, c.order), got, c.want)
		}
		one := t.get("", clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByKey, clientv3.SortDescend), clientv3.WithLimit(1))
		equal(t, "last key", t.names(one), "c")
		equal(t, "more", one.More, true)
		equal(t, "newest", t.names(t.get("", clientv3.WithLastRev()...)), "c")
		equal(t, "first created", t.names(t.get("", clientv3.WithFirstCreate()...)), "a")
	}},
	{"kv: revision filters", func(t *trial) {
		a := t.put("a", "1").Header.Revision
		b := t.put("b", "1").Header.Revision
		a2 := t.put("a", "2").Header.Revision
		equal(t, "min mod", t.names(t.get("", clientv3.WithPrefix(), clientv3.WithMinModRev(a2))), "a")
		equal(t, "max mod", t.names(t.get("", clientv3.WithPrefix(), clientv3.WithMaxModRev(b))), "b")
		equal(t, "min create", t.names(t.get("", clientv3.WithPrefix(), clientv3.WithMinCreateRev(b))), "b")
		equal(t, "max create", t.names(t.get("", clientv3.WithPrefix(), clientv3.WithMaxCreateRev(a))), "a")
	}},
	{"kv: reads at an old revision", func(t *trial) {
		first := t.put("a", "1").Header.Revision
		t.put("a", "2")
		t.put("b", "1")
		t.del("a")
		answer := t.get("", clientv3.WithPrefix(), clientv3.WithRev(first))
		equal(t, "keys then", t.names(answer), "a")
		equal(t, "value then", string(answer.Kvs[0].Value), "1")
		if answer.Header.Revision < first+3 {
			t.failf("the header's revision %d is not the current one", answer.Header.Revision)
		}
		equal(t, "keys now", t.names(t.get("", clientv3.WithPrefix())), "b")
	}},
	{"kv: reads at a future and at a compacted revision", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		old := t.put("a", "1").Header.Revision
		now := t.put("a", "2").Header.Revision
		_, err := t.Get(ctx, t.key("a"), clientv3.WithRev(now+1000))
		t.refused(err, rpctypes.ErrFutureRev)
		_, err = t.Compact(ctx, now)
		t.ok(err)
		_, err = t.Get(ctx, t.key("a"), clientv3.WithRev(old))
		t.refused(err, rpctypes.ErrCompacted)
		equal(t, "at the compacted revision", string(t.get("a", clientv3.WithRev(now)).Kvs[0].Value), "2")
	}},
	{"kv: serializable reads", func(t *trial) {
		t.put("a", "1")
		equal(t, "value", string(t.get("a", clientv3.WithSerializable()).Kvs[0].Value), "1")
	}},
	{"kv: delete one key, a range, nothing", func(t *trial) {
		for _, name := range []string{"a", "b", "c", "d"} {
			t.put(name, "v"+name)
		}
		one := t.del("a", clientv3.WithPrevKV())
		equal(t, "deleted", one.Deleted, 1)
		equal(t, "previous", string(one.PrevKvs[0].Value), "va")
		none := t.del("a")
		equal(t, "deleted again", none.Deleted, 0)
		equal(t, "revision of deleting nothing", none.Header.Revision, one.Header.Revision)
		rest := t.del("", clientv3.WithPrefix(), clientv3.WithPrevKV())
		equal(t, "deleted by prefix", rest.Deleted, 3)
		equal(t, "previous pairs", len(rest.PrevKvs), 3)
		equal(t, "revision", rest.Header.Revision, one.Header.Revision+1)
		equal(t, "left", t.get("", clientv3.WithPrefix()).Count, 0)
		t.put("a", "again")
		equal(t, "version after re-creation", t.get("a").Kvs[0].Version, 1)
	}},
	{"kv: delete with an empty key", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Delete(ctx, "")
		t.refused(err, rpctypes.ErrEmptyKey)
	}},
	{"kv: compaction: done, twice, in the future, physical", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		now := t.put("a", "1").Header.Revision
		_, err := t.Compact(ctx, now)
		t.ok(err)
		_, err = t.Compact(ctx, now)
		t.refused(err, rpctypes.ErrCompacted)
		_, err = t.Compact(ctx, now+1000)
		t.refused(err, rpctypes.ErrFutureRev)
		now = t.put("a", "2").Header.Revision
		_, err = t.Compact(ctx, now, clientv3.WithCompactPhysical())
		t.ok(err)
		equal(t, "value", string(t.get("a").Kvs[0].Value), "2")
	}},
	{"kv: a compacted tombstone is gone, the live key stays", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		t.put("dead", "1")
		t.put("live", "1")
		t.put("live", "2")
		now := t.del("dead").Header.Revision
		_, err := t.Compact(ctx, now, clientv3.WithCompactPhysical())
		t.ok(err)
		equal(t, "keys", t.names(t.get("", clientv3.WithPrefix())), "live")
		kv := t.get("live").Kvs[0]
		equal(t, "version", kv.Version, 2)
	}},
	{"kv: 5,000 keys in one answer", func(t *trial) {
		for batch := range 50 {
			var ops []clientv3.Op
			for i := range 100 {
				ops = append(ops, clientv3.OpPut(t.key(fmt.Sprintf("%05d", batch*100+i)), strings.Repeat("v", 200)))
			}
			ctx, cancel := limited()
			_, err := t.Txn(ctx).Then(ops...).Commit()
			cancel()
			t.ok(err)
		}
		answer := t.get("", clientv3.WithPrefix())
		equal(t, "count", answer.Count, 5000)
		for i, kv := range answer.Kvs {
			equal(t, "key", string(kv.Key), t.key(fmt.Sprintf("%05d", i)))
		}
	}},
	{"kv: a cancelled and an expired context", func(t *trial) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := t.Get(ctx, t.key("a"))
		if !errors.Is(err, context.Canceled) {
			t.failf("error %v; want cancelled", err)
		}
		ctx, cancel = context.WithTimeout(context.Background(), time.Nanosecond)
		defer cancel()
		_, err = t.Get(ctx, t.key("a"))
		if !errors.Is(err, context.DeadlineExceeded) {
			t.failf("error %v; want deadline exceeded", err)
		}
		t.put("a", "still works")
	}},
}

var txnChecks = []check{
	{"txn: the first branch if all compares hold, else the second", func(t *trial) {
		t.put("a", "1")
		for _, c := range []struct {
			compare []clientv3.Cmp
			want    bool
		}{
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("a")), "=", "1")}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("a")), "!=", "1")}, false},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("a")), "<", "2")}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("a")), ">", "2")}, false},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Version(t.key("a")), ">", 0)}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Version(t.key("none")), "=", 0)}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.CreateRevision(t.key("none")), "=", 0)}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.ModRevision(t.key("a")), ">", 1)}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.LeaseValue(t.key("a")), "=", 0)}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("none")), "=", "")}, false},
			{[]clientv3.Cmp{
				clientv3.Compare(clientv3.Value(t.key("a")), "=", "1"),
				clientv3.Compare(clientv3.Value(t.key("a")), "=", "2")}, false},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.prefix).WithPrefix(), "=", "1")}, true},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("zz")).WithRange(t.key("zzz")), "=", "1")}, false},
			{[]clientv3.Cmp{clientv3.Compare(clientv3.Version(t.key("zz")).WithRange(t.key("zzz")), "=", 0)}, true},
			{nil, true},
		} {
			ctx, cancel := limited()
			response, err := t.Txn(ctx).If(c.compare...).Then(clientv3.OpGet(t.key("a"))).Else(clientv3.OpGet(t.key("none"))).Commit()
			cancel()
			t.ok(err)
			equal(t, fmt.Sprint("outcome of ", c.compare), response.Succeeded, c.want)
			got := response.Responses[0].GetResponseRange().Count
			equal(t, "branch taken", got == 1, c.want)
		}
	}},
	{"txn: all its writes are one revision, and its reads see its writes", func(t *trial) {
		before := t.put("x", "0").Header.Revision
		ctx, cancel := limited()
		defer cancel()
		response, err := t.Txn(ctx).Then(
			clientv3.OpPut(t.key("a"), "1"), clientv3.OpPut(t.key("b"), "1"),
			clientv3.OpGet(t.prefix, clientv3.WithPrefix()), clientv3.OpDelete(t.key("x"), clientv3.WithPrevKV()),
			clientv3.OpGet(t.prefix, clientv3.WithPrefix(), clientv3.WithCountOnly()),
		).Commit()
		t.ok(err)
		equal(t, "revision", response.Header.Revision, before+1)
		equal(t, "keys seen", len(response.Responses[2].GetResponseRange().Kvs), 3)
		equal(t, "deleted", response.Responses[3].GetResponseDeleteRange().Deleted, 1)
		equal(t, "left", response.Responses[4].GetResponseRange().Count, 2)
		equal(t, "mod revision", t.get("b").Kvs[0].ModRevision, before+1)
	}},
	{"txn: reads alone make no revision", func(t *trial) {
		before := t.put("a", "1").Header.Revision
		ctx, cancel := limited()
		defer cancel()
		response, err := t.Txn(ctx).Then(clientv3.OpGet(t.key("a"))).Commit()
		t.ok(err)
		equal(t, "revision", response.Header.Revision, before)
		response, err = t.Txn(ctx).Commit()
		t.ok(err)
		equal(t, "empty txn succeeds", response.Succeeded, true)
		equal(t, "revision", t.put("a", "2").Header.Revision, before+1)
	}},
	{"txn: nested", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		t.put("a", "1")
		response, err := t.Txn(ctx).If(clientv3.Compare(clientv3.Value(t.key("a")), "=", "1")).Then(
			clientv3.OpPut(t.key("outer"), "1"),
			clientv3.OpTxn([]clientv3.Cmp{clientv3.Compare(clientv3.Value(t.key("a")), "=", "2")},
				[]clientv3.Op{clientv3.OpPut(t.key("inner"), "then")}, []clientv3.Op{clientv3.OpPut(t.key("inner"), "else")}),
		).Commit()
		t.ok(err)
		equal(t, "inner outcome", response.Responses[1].GetResponseTxn().Succeeded, false)
		equal(t, "inner", string(t.get("inner").Kvs[0].Value), "else")
		equal(t, "same revision", t.get("inner").Kvs[0].ModRevision, t.get("outer").Kvs[0].ModRevision)
	}},
	{"txn: duplicate keys, too many operations", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), "1"), clientv3.OpPut(t.key("a"), "2")).Commit()
		t.refused(err, rpctypes.ErrDuplicateKey)
		_, err = t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), "1"), clientv3.OpDelete(t.prefix, clientv3.WithPrefix())).Commit()
		t.refused(err, rpctypes.ErrDuplicateKey)
		var ops []clientv3.Op
		for i := range 129 {
			ops = append(ops, clientv3.OpPut(t.key(fmt.Sprint(i)), "v"))
		}
		_, err = t.Txn(ctx).Then(ops...).Commit()
		t.refused(err, rpctypes.ErrTooManyOps)
		_, err = t.Txn(ctx).Then(ops[:128]...).Commit()
		t.ok(err)
	}},
	{"txn: a bad operation undoes nothing because nothing was done", func(t *trial) {
		ctx, cancel := limited()
		defer cancel()
		_, err := t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), "1"), clientv3.OpPut(t.key("b"), "1", clientv3.WithLease(0x7ffe))).Commit()
		t.refused(err, rpctypes.ErrLeaseNotFound)
		_, err = t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), "1"), clientv3.OpGet(t.key("a"), clientv3.WithRev(1<<40))).Commit()
		t.refused(err, rpctypes.ErrFutureRev)
		_, err = t.Txn(ctx).Then(clientv3.OpPut(t.key("a"), "1"), clientv3.OpPut(t.key("b"), "", clientv3.WithIgnoreValue())).Commit()
		t.refused(err, rpctypes.ErrKeyNotFound)
		equal(t, "keys", t.get("", clientv3.WithPrefix()).Count, 0)
	}},
	{"txn: eight clients count together by compare-and-swap", func(t *trial) {
		t.put("n", "0")
		const each = 25
		problems := make(chan error, 8)
		for range 8 {
			go func() {
				for done := 0; done < each; {
					ctx, cancel := limited()
					now, err := t.Get(ctx, t.key("n"))
					if err == nil {
						var number int
						_, _ = fmt.Sscan(string(now.Kvs[0].Value), &number)
						var response *clientv3.TxnResponse
						response, err = t.Txn(ctx).
							If(clientv3.Compare(clientv3.ModRevision(t.key("n")), "=", now.Kvs[0].ModRevision)).
							Then(clientv3.OpPut(t.key("n"), fmt.Sprint(number+1))).Commit()
						if err == nil && response.Succeeded {
							done++
						}
					}
					cancel()
					if err != nil {
						problems <- err
						return
					}
				}
				problems <- nil
			}()
		}
		for range 8 {
			t.ok(<-problems)
		}
		equal(t, "count", string(t.get("n").Kvs[0].Value), fmt.Sprint(8*each))
	}},
}
