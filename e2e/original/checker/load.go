package main

import (
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math/rand"
	"slices"
	"sync"
	"sync/atomic"
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
	P50         float64 `json:"p50Millis"`
	P99         float64 `json:"p99Millis"`
	Max         float64 `json:"maxMillis"`
}

// load drives one cell of a benchmark: N clients on C connections, until the total or the time is used up.
func load(args []string) error {
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	endpoint := flags.String("endpoint", "http://127.0.0.1:2379", "")
	op := flags.String("op", "put", "put, range or serializable")
	clients := flags.Int("clients", 1, "concurrent clients, each with one request under way")
	connections := flags.Int("connections", 1, "connections that the clients share")
	total := flags.Int64("total", 0, "requests to send; 0: until the time is over")
	duration := flags.Duration("duration", 10*time.Second, "longest time")
	keySize := flags.Int("key-size", 16, "bytes")
	valueSize := flags.Int("value-size", 256, "bytes")
	keySpace := flags.Int("key-space", 100_000, "distinct keys")
	sequential := flags.Bool("sequential", false, "keys in order, each once, instead of at random")
	limit := flags.Int64("limit", 1, "range: keys per answer; 1 asks for one key by name")
	seed := flags.Int64("seed", 1, "of the random keys")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *keySize < 8 {
		return errors.New("a key has at least 8 bytes")
	}
	pool := make([]*clientv3.Client, *connections)
	for i := range pool {
		client, err := connect(*endpoint)
		if err != nil {
			return err
		}
		defer client.Close()
		pool[i] = client
	}
	for _, client := range pool { // connections are made lazily; the first request of each is not measured
		ctx, cancel := limited()
		_, err := client.Get(ctx, "warm", clientv3.WithSerializable())
		cancel()
		if err != nil {
			return err
		}
	}
	value := string(make([]byte, *valueSize))
	ctx, cancel := context.WithTimeout(context.Background(), *duration)
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
			client := pool[c%len(pool)]
			random := rand.New(rand.NewSource(*seed + int64(c)))
			key := make([]byte, *keySize)
			for ctx.Err() == nil {
				n := issued.Add(1)
				if *total > 0 && n > *total {
					return
				}
				number := (n - 1) % int64(*keySpace)
				if !*sequential {
					number = int64(random.Intn(*keySpace))
				}
				binary.BigEndian.PutUint64(key[*keySize-8:], uint64(number))
				begin := time.Now()
				var err error
				requestCtx, done := context.WithTimeout(context.Background(), 60*time.Second)
				switch *op {
				case "put":
					_, err = client.Put(requestCtx, string(key), value)
				case "range", "serializable":
					options := []clientv3.OpOption{}
					if *limit > 1 {
						options = append(options, clientv3.WithFromKey(), clientv3.WithLimit(*limit))
					}
					if *op == "serializable" {
						options = append(options, clientv3.WithSerializable())
					}
					_, err = client.Get(requestCtx, string(key), options...)
				default:
					err = fmt.Errorf("unknown op %q", *op)
				}
				done()
				if err != nil {
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
	slices.Sort(all)
	result := loadResult{
		Op: *op, Clients: *clients, Connections: *connections, KeySize: *keySize, ValueSize: *valueSize,
		KeySpace: *keySpace, Limit: *limit, Total: int64(len(all)), Errors: failed.Load(), Seconds: seconds,
		Rate: float64(len(all)) / seconds,
	}
	if text, ok := firstError.Load().(string); ok {
		result.FirstError = text
	}
	if len(all) > 0 {
		millis := func(share float64) float64 {
			return float64(all[int(share*float64(len(all)-1))].Microseconds()) / 1000
		}
		result.P50, result.P99, result.Max = millis(0.5), millis(0.99), millis(1)
	}
	return printJSON(result)
}
