package differ

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// counted names what both count alike, because it depends on nothing but the requests. Left out is what depends on time,
// on batches (commits, fsyncs, bytes of the log; events that wait, of which etcd forgets some when a stream ends), on what a member proposes for itself, and on the questions that are
// repeated until both are where they should be (Status, and progress on a watch stream). What a start applies again from
// its log is read from another place; so two of the operations it finds there are left out.
var counted = regexp.MustCompile(`^(` + strings.Join([]string{
	`etcd_mvcc_(put|delete|range|txn)_total$`,
	`etcd_mvcc_hash(_rev)?_duration_seconds_count$`,
	`etcd_debugging_mvcc_(put_total|current_revision|compact_revision|keys_total|total_put_size_in_bytes|events_total|` +
		`watch_stream_total|watcher_total|slow_watcher_total|db_compaction_keys_total)$`,
	`etcd_debugging_mvcc_(index_compaction_pause|db_compaction_total)_duration_milliseconds_count$`,
	`etcd_server_(has_leader|is_leader|is_learner|proposals_failed_total|proposals_pending|health_failures|health_success|` +
		`leader_changes_seen_total|learner_promote_successes|quota_backend_bytes|heartbeat_send_failures_total|` +
		`read_indexes_failed_total|snapshot_apply_in_progress_total)$`,
	`etcd_server_(id|version|feature_enabled|learner_promote_failures|healthchecks_total)\{`,
	`etcd_cluster_version\{`,
	`etcd_server_apply_duration_seconds_count\{op="(Compaction|[^C])`,
	`etcd_server_range_duration_seconds_count`,
	`etcd_server_client_requests_total\{client_api_version="[^u]|etcd_server_client_requests_total\{.*stream`,
	`etcd_debugging_lease_(granted_total|revoked_total|renewed_total|ttl_total.*)$`,
	`etcd_debugging_server_(alarms\{|lease_expired_total$)`,
	`etcd_debugging_auth_revision$`,
	`etcd_disk_backend_(defrag|snapshot)_duration_seconds_count$`,
	`etcd_disk_defrag_inflight$`,
	`etcd_network_(known_peers|server_stream_failures_total)\{`,
	`grpc_server_(started|handled|msg_received|msg_sent)_total\{`,
}, "|") + `)`)

// repeated are the methods that are asked until an answer comes, so that their numbers are chance, and the pieces of a
// snapshot, whose size is open.
var repeated = regexp.MustCompile(`^grpc_server_.*grpc_method="Status"|^grpc_server_msg_.*grpc_method="(Watch|Snapshot)"`)

// ofLeases is open once a lease has run out by chance.
var ofLeases = regexp.MustCompile(`^etcd_debugging_(lease|server_lease)`)

// compareMetrics looks again for a while: what ends with a stream is counted a moment later.
func (r *run) compareMetrics() error {
	var differences []string
	for deadline := time.Now().Add(patience / 6); ; time.Sleep(100 * time.Millisecond) {
		var found [2]map[string]float64
		for i, s := range r.sides {
			text, err := s.metrics()
			if err != nil {
				return err
			}
			found[i] = r.samples(text)
		}
		differences = nil
		for name, value := range found[0] {
			if there, has := found[1][name]; !has || there != value {
				differences = append(differences, fmt.Sprintf("%s is %v and %v (there: %t)", name, value, there, has))
			}
		}
		for name, value := range found[1] {
			if _, has := found[0][name]; !has {
				differences = append(differences, fmt.Sprintf("%s is not there and %v", name, value))
			}
		}
		if len(differences) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			break
		}
	}
	sort.Strings(differences)
	return r.differ("metrics", "first of each pair:", "second of each pair:\n    "+strings.Join(differences, "\n    "))
}

func (r *run) samples(text string) map[string]float64 {
	every := map[string]float64{}
	for _, line := range strings.Split(text, "\n") {
		name, value, found := lastCut(line)
		if !found || strings.HasPrefix(line, "#") {
			continue
		}
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			every[name] = number
		}
	}
	result := map[string]float64{}
	for name, number := range every {
		if counted.MatchString(name) && !repeated.MatchString(name) && !(r.expired && ofLeases.MatchString(name)) {
			result[name] = number
		}
	}
	withoutUndecodable(every, result)
	return result
}

// withoutUndecodable takes requests out that do not decode, which etcd counts nowhere (docs/differences.md).
func withoutUndecodable(every, result map[string]float64) {
	const internal = `grpc_server_handled_total{grpc_code="Internal",`
	for name, times := range every {
		method, isInternal := strings.CutPrefix(name, internal)
		if !isInternal || !strings.Contains(name, `grpc_type="unary"`) {
			continue
		}
		delete(result, name)
		for _, counter := range []string{"started", "msg_received", "msg_sent"} {
			counter = "grpc_server_" + counter + "_total{" + method
			if _, has := result[counter]; has {
				result[counter] -= times
			}
		}
	}
}

func lastCut(line string) (string, string, bool) {
	at := strings.LastIndexByte(line, ' ')
	if at < 0 {
		return "", "", false
	}
	return line[:at], line[at+1:], true
}
