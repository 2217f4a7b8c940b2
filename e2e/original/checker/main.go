// Command checker is what Quorate's tests and benchmarks use of the original etcd beside its programs: the official Go
// client, and the original's own readers of its files. The same commands run against the original and against ours.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"quorate.io/e2e/original/checker/cluster"
	"quorate.io/e2e/original/checker/differ"
)

var commands = map[string]func(args []string) error{
	"kvcheck":     kvcheck,          // behaviours of a server, seen through the official client
	"authcheck":   authcheck,        // behaviours of a server with users and roles
	"authdump":    authdump,         // what one user may see of a server, and do
	"load":        load,             // load for benchmarks
	"watchload":   watchload,        // the same for watchers
	"expiry":      expiry,           // the same for leases that expire
	"killwrite":   killwrite,        // writes and records what was acknowledged
	"killread":    killread,         // checks that all of that is there
	"boltcheck":   boltcheck,        // a database file, read by bbolt
	"corrupt":     corrupt,          // a stopped member's database file, changed
	"walread":     walread,          // a data directory's log and snapshots, read by etcd's packages
	"unknowns":    unknowns,         // requests with fields that no etcd knows
	"logged":      logged,           // what the log has of requests, byte for byte
	"dump":        dump,             // a server's whole state: keys, hashes, leases
	"fixture":     fixture,          // a server on a stored directory, and what must be there
	"connections": connections,      // thousands of them at once
	"echo":        echo,             // a gRPC server of grpc-go for the conformance set
	"conformance": conformance,      // the conformance set with grpc-go as client
	"faults":      cluster.Faults,   // a cluster under load, to which harm is done, and its clients' history
	"steps":       cluster.Steps,    // the same while its membership changes
	"rows":        cluster.Rows,     // what a cluster answers without a leader, through followers, of learners
	"workload":    cluster.Workload, // clients of members that others start and stop, and their history
	"differ":      differ.Main,      // one stream of requests to two servers, and what they answer differently
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: checker kvcheck|authcheck|authdump|load|watchload|expiry|killwrite|killread|boltcheck|corrupt|walread|unknowns|logged|dump|fixture|connections|echo|conformance|differ|faults|steps|rows|workload [flags]")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}

func printJSON(v any) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
