package main

import (
	"context"
	"errors"
	"flag"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

type expiryResult struct {
	Expired int           `json:"total"`
	Errors  int64         `json:"errors"`
	Seconds float64       `json:"seconds"`
	Rate    float64       `json:"ratePerSecond"`
	Before  latencyResult `json:"before"`
	During  latencyResult `json:"during"`
}

// expiry watches the keys of leases go when these expire, and puts at a steady pace before and meanwhile.
func expiry(args []string) error {
	flags := flag.NewFlagSet("expiry", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	prefix := flags.String("key-prefix", "x", "of the keys that go")
	total := flags.Int("total", 50_000, "keys that go")
	rate := flags.Int("rate", 100, "puts per second")
	longest := flags.Duration("duration", 10*time.Minute, "after which to give up")
	if err := flags.Parse(args); err != nil {
		return err
	}
	pool, err := connectAll(*endpoint, 2, true)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), *longest)
	defer cancel()
	here, err := pool[0].Get(ctx, *prefix, clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil {
		return err
	}
	// Some may have gone already: then the rate is that of the others.
	left := int(here.Count)
	if left < *total/2 {
		return errors.New("most of the keys are gone before the measurement: a longer -ttl is needed")
	}
	first, last := make(chan time.Time, 1), make(chan time.Time, 1)
	events := pool[0].Watch(ctx, *prefix, clientv3.WithPrefix(), clientv3.WithFilterPut(), clientv3.WithRev(here.Header.Revision+1))
	go func() {
		gone := 0
		for answer := range events {
			if gone == 0 && len(answer.Events) > 0 {
				first <- time.Now()
			}
			gone += len(answer.Events)
			if gone >= left {
				last <- time.Now()
				return
			}
		}
	}()
	var before, during []time.Duration
	var begin, end time.Time
	tick := time.NewTicker(time.Second / time.Duration(*rate))
	defer tick.Stop()
	for end.IsZero() {
		select {
		case begin = <-first:
		case end = <-last:
		case <-ctx.Done():
			return errors.New("the leases did not expire")
		case <-tick.C:
			sent := time.Now()
			if _, err := pool[1].Put(ctx, "steady", "value"); err != nil {
				return err
			}
			if begin.IsZero() {
				before = append(before, time.Since(sent))
			} else {
				during = append(during, time.Since(sent))
			}
		}
	}
	if begin.IsZero() {
		begin = <-first
	}
	seconds := end.Sub(begin).Seconds()
	return printJSON(expiryResult{
		Expired: left, Seconds: seconds, Rate: float64(left) / seconds, Before: latencyOf(before), During: latencyOf(during),
	})
}
