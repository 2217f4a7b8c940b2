package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand"
	"os/signal"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

type loadResult struct {
	Op          string  `json:"op"`
	Clients     int     `json:"clients"`
	Connections int     `json:"connections"`
	KeySize     int     `json:"keySizeBytes"`
	ValueSize   int     `json:"valueSizeBytes"`
	KeySpace    int     `json:"keySpace"`
	Limit       int64   `json:"limit"`
	Total       int64   `json:"total"`
	Errors      int64   `json:"errors"`
	FirstError  string  `json:"firstError,omitempty"`
	Seconds     float64 `json:"seconds"`
	Rate        float64 `json:"ratePerSecond"`
	latencyResult
}

// latencyResult says how long requests took.
type latencyResult struct {
	P50 float64 `json:"p50Millis"`
	P99 float64 `json:"p99Millis"`
	Max float64 `json:"maxMillis"`
}

func latencyOf(all []time.Duration) latencyResult {
	if len(all) == 0 {
		return latencyResult{}
	}
	slices.Sort(all)
	millis := func(share float64) float64 {
		return float64(all[int(share*float64(len(all)-1))].Microseconds()) / 1000
	}
	return latencyResult{P50: millis(0.5), P99: millis(0.99), Max: millis(1)}
}

// load drives one cell of a benchmark: N clients on C connections, until the total or the time is used up or SIGTERM
// ends it. Each client has one request under way; with -rate, requests are sent at that pace, as far as clients are free.
func load(args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	clients := flags.Int("clients", 1, "concurrent clients, each with one request under way")
	connections := flags.Int("connections", 1, "connections that the clients share")
	total := flags.Int64("total", 0, "requests to send; 0: until the time is over")
	duration := flags.Duration("duration", 10*time.Second, "longest time")
	rate := flags.Int("rate", 0, "requests per second of all clients together; 0: as many as they can")
	warm := flags.Bool("warm", true, "make the connections before the measurement begins")
	seed := flags.Int64("seed", 1, "of the random keys")
	r := requestFlags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if err := r.check(); err != nil {
		return err
	}
	pool, err := connectAll(*endpoint, *connections, *warm)
	if err != nil {
		return err
	}
	for _, client := range pool {
		defer client.Close()
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *duration)
	defer cancel()
	var issued, failed atomic.Int64
	var firstError atomic.Value
	latencies := make([][]time.Duration, *clients)
	var wait sync.WaitGroup
	start := time.Now()
	for c := range *clients {
		wait.Add(1)
		go func() {
			defer wait.Done()
			client := r.client(pool[c%len(pool)], rand.New(rand.NewSource(*seed+int64(c))))
			for ctx.Err() == nil {
				n := issued.Add(1)
				if *total > 0 && n > *total {
					return
				}
				if *rate > 0 {
					due := start.Add(time.Duration(n-1) * time.Second / time.Duration(*rate))
					select {
					case <-ctx.Done():
						return
					case <-time.After(time.Until(due)):
					}
				}
				begin := time.Now()
				if err := client.send(n - 1); err != nil {
					failed.Add(1)
					firstError.CompareAndSwap(nil, err.Error())
					continue
				}
				latencies[c] = append(latencies[c], time.Since(begin))
			}
		}()
	}
	wait.Wait()
	seconds := time.Since(start).Seconds()
	all := slices.Concat(latencies...)
	result := loadResult{
		Op: r.op, Clients: *clients, Connections: *connections, KeySize: r.keySize, ValueSize: r.valueSize,
		KeySpace: r.keySpace, Limit: r.limit, Total: int64(len(all)), Errors: failed.Load(), Seconds: seconds,
		Rate: float64(len(all)) / seconds, latencyResult: latencyOf(all),
	}
	if text, ok := firstError.Load().(string); ok {
		result.FirstError = text
	}
	return printJSON(result)
}

// connectAll makes the clients; warmed up, so that what follows does not measure the making of connections, which a
// client does at its first request.
func connectAll(endpoint string, connections int, warm bool) ([]*clientv3.Client, error) {
	pool := make([]*clientv3.Client, connections)
	for i := range pool {
		client, err := connect(endpoint)
		if err != nil {
			return nil, err
		}
		pool[i] = client
		if !warm {
			continue
		}
		ctx, cancel := limited()
		_, err = client.Get(ctx, "warm", clientv3.WithSerializable())
		cancel()
		if err != nil {
			return nil, fmt.Errorf("first request: %w", err)
		}
	}
	return pool, nil
}
