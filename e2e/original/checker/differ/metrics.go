package differ

import (
	"fmt"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

// counted names what both count alike, because it depends on nothing but the requests. Not here: what a start applies
// again from its log (the operations whose names begin with C), which is read from another place.
var counted = regexp.MustCompile(`^(etcd_mvcc_put_total$|etcd_debugging_mvcc_(put_total|current_revision|compact_revision|keys_total|` +
	`total_put_size_in_bytes|watcher_total|slow_watcher_total|db_compaction_keys_total)$` +
	`|etcd_server_(has_leader|is_leader|is_learner|proposals_failed_total|proposals_pending|health_failures|` +
	`leader_changes_seen_total|learner_promote_failures)$|etcd_server_(id|version)\{` +
	`|etcd_server_apply_duration_seconds_count\{op="[^C])`)

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
			found[i] = samples(text)
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

func samples(text string) map[string]float64 {
	result := map[string]float64{}
	for _, line := range strings.Split(text, "\n") {
		name, value, found := lastCut(line)
		if !found || strings.HasPrefix(line, "#") || !counted.MatchString(name) {
			continue
		}
		if number, err := strconv.ParseFloat(value, 64); err == nil {
			result[name] = number
		}
	}
	return result
}

func lastCut(line string) (string, string, bool) {
	at := strings.LastIndexByte(line, ' ')
	if at < 0 {
		return "", "", false
	}
	return line[:at], line[at+1:], true
}
