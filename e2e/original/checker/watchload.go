package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

type watchLoadResult struct {
	Streams       int           `json:"streams"`
	Watchers      int           `json:"watchers"`
	PutsPerSecond int           `json:"putsPerSecond"`
	Puts          int           `json:"puts"`
	Total         int64         `json:"total"` // events
	Errors        int64         `json:"errors"`
	Seconds       float64       `json:"seconds"`
	EventRate     float64       `json:"ratePerSecond"`
	Event         latencyResult `json:"event"`
	Put           latencyResult `json:"put"`
}

// watchload has many watchers on one key, on a few streams, and puts that key at a steady pace. An event's latency counts
// from the sending of its put.
func watchload(args []string) error {
	flags := flag.NewFlagSet("watchload", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	streams := flags.Int("streams", 10, "watch streams, each on a connection of its own")
	watchers := flags.Int("watchers", 1000, "on all streams together")
	rate := flags.Int("rate", 100, "puts per second")
	duration := flags.Duration("duration", 10*time.Second, "")
	valueSize := flags.Int("value-size", 256, "bytes")
	if err := flags.Parse(args); err != nil {
		return err
	}
	pool, err := connectAll(*endpoint, *streams+1, true)
	if err != nil {
		return err
	}
	for _, client := range pool {
		defer client.Close()
	}
	puts := int(duration.Seconds() * float64(*rate))
	value := string(make([]byte, *valueSize))
	const key = "watched"
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	putter := pool[*streams]
	if _, err := putter.Delete(ctx, key); err != nil {
		return err
	}
	// The sending time of each put, written before the put and read on its event.
	sent := make([]time.Time, puts+1)
	var failed atomic.Int64
	var seen, created sync.WaitGroup
	latencies := make([][]time.Duration, *watchers)
	for w := range *watchers {
		seen.Add(1)
		created.Add(1)
		go func() {
			defer seen.Done()
			once := sync.OnceFunc(created.Done)
			defer once()
			for answer := range pool[w%*streams].Watch(ctx, key, clientv3.WithCreatedNotify()) {
				if answer.Err() != nil {
					break
				}
				once()
				for _, event := range answer.Events {
					// The version counts the puts of this run, since the key was deleted before it.
					latencies[w] = append(latencies[w], time.Since(sent[event.Kv.Version]))
				}
				if len(latencies[w]) >= puts {
					return
				}
			}
			failed.Add(1)
		}()
	}
	created.Wait()
	putLatencies := make([]time.Duration, 0, puts)
	start := time.Now()
	for n := 1; n <= puts; n++ {
		time.Sleep(time.Until(start.Add(time.Duration(n-1) * time.Second / time.Duration(*rate))))
		sent[n] = time.Now()
		putCtx, done := context.WithTimeout(ctx, requestTimeout)
		_, err := putter.Put(putCtx, key, value)
		done()
		if err != nil {
			return fmt.Errorf("put %d: %w", n, err)
		}
		putLatencies = append(putLatencies, time.Since(sent[n]))
	}
	all := make(chan struct{})
	go func() {
		seen.Wait()
		close(all)
	}()
	select {
	case <-all:
	case <-time.After(time.Minute):
		return errors.New("not every watcher saw every put within a minute of the last")
	}
	seconds := time.Since(start).Seconds()
	var events []time.Duration
	for _, l := range latencies {
		events = append(events, l...)
	}
	return printJSON(watchLoadResult{
		Streams: *streams, Watchers: *watchers, PutsPerSecond: *rate, Puts: puts, Total: int64(len(events)),
		Errors: failed.Load(), Seconds: seconds, EventRate: float64(len(events)) / seconds,
		Event: latencyOf(events), Put: latencyOf(putLatencies),
	})
}
