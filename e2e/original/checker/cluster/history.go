package cluster

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"github.com/anishathalye/porcupine"
)

type kind int

const (
	put kind = iota
	get
	serial // a serializable read: what one member has applied
	swap   // compare the value, then put
	remove
	pair // put two keys in one transaction
)

var kindNames = []string{"put", "get", "serial", "swap", "remove", "pair"}

// operation is one request of a client and what came of it. Times are since the start of the run, on one clock.
type operation struct {
	kind     kind
	client   int
	member   int
	life     int // which of the member's processes answered
	key      string
	value    string // what it writes: unique in the run
	expected string // of a swap; empty: the key is not there
	begin    time.Duration
	end      time.Duration

	answered bool // otherwise it may have happened or not, or may still happen
	revision int64
	found    string // what a read found; what a put or removal replaced
	done     bool   // the swap took place; the removal removed something
}

func (o operation) String() string {
	text := fmt.Sprintf("client %d, member %d, %v to %v: %s %s", o.client, o.member, o.begin, o.end, kindNames[o.kind], o.key)
	if o.kind == swap {
		text += fmt.Sprintf(" %q to", o.expected)
	}
	if o.value != "" {
		text += fmt.Sprintf(" %q", o.value)
	}
	if !o.answered {
		return text + ": no answer"
	}
	return text + fmt.Sprintf(": revision %d, found %q, done %v", o.revision, o.found, o.done)
}

func (o operation) writes() bool {
	return o.answered && (o.kind == put || o.kind == pair || (o.kind == swap || o.kind == remove) && o.done)
}

// event is what a revision did to a key; the empty value stands for its removal.
type event struct {
	revision int64
	key      string
	value    string
}

// mate is the second key of a pair.
func mate(key string) string { return key + "/mate" }

// timeline is the history of all keys, as the members tell it in the end.
type timeline struct {
	events []event
	byKey  map[string][]event
	last   int64 // revision of the last event
	top    int64 // revision of the store, which other keys may have moved further
}

func newTimeline(events []event) *timeline {
	t := &timeline{events: events, byKey: map[string][]event{}}
	for _, e := range events {
		t.byKey[e.key] = append(t.byKey[e.key], e)
		t.last = max(t.last, e.revision)
	}
	t.top = t.last
	return t
}

// at is the key's value after the revision.
func (t *timeline) at(key string, revision int64) string {
	of := t.byKey[key]
	next := sort.Search(len(of), func(i int) bool { return of[i].revision > revision })
	if next == 0 {
		return ""
	}
	return of[next-1].value
}

// wrote says what the revision did to the key.
func (t *timeline) wrote(key string, revision int64) (string, bool) {
	of := t.byKey[key]
	i := sort.Search(len(of), func(i int) bool { return of[i].revision >= revision })
	if i == len(of) || of[i].revision != revision {
		return "", false
	}
	return of[i].value, true
}

// check says every way in which what the clients saw cannot have come from one copy of the data. The revisions in the
// answers order all operations, so the first two laws alone are complete and take no search; porcupine, which knows
// nothing of revisions, searches for an order of its own, key by key.
func check(operations []operation, t *timeline) []string {
	broken := append(contentLaw(operations, t), timeLaw(operations)...)
	broken = append(broken, onceLaw(operations, t)...)
	broken = append(broken, serialLaw(operations)...)
	return append(broken, search(operations, t)...)
}

// contentLaw: what was answered is what the timeline says of that revision.
func contentLaw(operations []operation, t *timeline) (broken []string) {
	for _, o := range operations {
		if !o.answered {
			continue
		}
		fail := func(format string, args ...any) {
			broken = append(broken, "content: "+fmt.Sprintf(format, args...)+": "+o.String())
		}
		before := t.at(o.key, o.revision-1)
		if o.writes() {
			value, written := t.wrote(o.key, o.revision)
			if !written || value != o.value {
				fail("the members have %q (%v) at that revision", value, written)
			}
			if o.found != before {
				fail("before it there was %q", before)
			}
			if o.kind == swap && before != o.expected {
				fail("the swap should have been refused, there was %q", before)
			}
			if value, written := t.wrote(mate(o.key), o.revision); o.kind == pair && (!written || value != o.value) {
				fail("the other key of the pair has %q (%v)", value, written)
			}
			continue
		}
		now := t.at(o.key, o.revision)
		switch {
		case o.revision > t.top:
			fail("the members end at revision %d", t.top)
		case (o.kind == get || o.kind == serial) && o.found != now:
			fail("there was %q", now)
		case o.kind == remove && now != "":
			fail("there was %q to remove", now)
		case o.kind == swap && (now == o.expected || o.found != now):
			fail("the swap should have taken place, or seen %q", now)
		}
	}
	return broken
}

// timeLaw: what ended before another began has a lower revision, or the same if the later one wrote nothing.
func timeLaw(operations []operation) (broken []string) {
	begun := []operation{}
	for _, o := range operations {
		if o.answered && o.kind != serial {
			begun = append(begun, o)
		}
	}
	ended := slices.Clone(begun)
	slices.SortFunc(begun, func(a, b operation) int { return int(a.begin - b.begin) })
	slices.SortFunc(ended, func(a, b operation) int { return int(a.end - b.end) })
	var newest operation
	next := 0
	for _, o := range begun {
		for next < len(ended) && ended[next].end < o.begin {
			if ended[next].revision > newest.revision {
				newest = ended[next]
			}
			next++
		}
		if o.revision < newest.revision || o.revision == newest.revision && o.writes() {
			broken = append(broken, "time: back in time: "+o.String()+"\n      after "+newest.String())
		}
	}
	return broken
}

// onceLaw: every write of the timeline was asked for by somebody, once.
func onceLaw(operations []operation, t *timeline) (broken []string) {
	asked := map[string]bool{}
	removals := map[string]int{}
	for _, o := range operations {
		if o.value != "" {
			asked[o.value] = true
		}
		if o.kind == remove && (!o.answered || o.done) {
			removals[o.key]++
		}
	}
	type place struct{ key, value string }
	seen := map[place]int64{}
	for _, e := range t.events {
		if e.value == "" {
			if removals[e.key]--; removals[e.key] < 0 {
				broken = append(broken, fmt.Sprintf("once: nobody asked for the removal of %s at %d", e.key, e.revision))
			}
			continue
		}
		at := place{e.key, e.value}
		if !asked[e.value] {
			broken = append(broken, fmt.Sprintf("once: nobody wrote %q to %s at %d", e.value, e.key, e.revision))
		}
		if seen[at] != 0 {
			broken = append(broken, fmt.Sprintf("once: %q was written to %s at %d and at %d", e.value, e.key, seen[at], e.revision))
		}
		seen[at] = e.revision
	}
	return broken
}

// serialLaw: one process never goes back in time.
func serialLaw(operations []operation) (broken []string) {
	type process struct{ client, member, life int }
	newest := map[process]operation{}
	for _, o := range operations {
		// Each client asks one thing at a time, so its operations are in order.
		if o.answered {
			p := process{o.client, o.member, o.life}
			if before, seen := newest[p]; seen && before.revision > o.revision {
				broken = append(broken, "serial: a process went back in time: "+o.String()+"\n      after "+before.String())
			}
			newest[p] = o
		}
	}
	return broken
}

// The model of one key for porcupine: its value; empty: it is not there.
var model = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		byKey := map[string][]porcupine.Operation{}
		for _, o := range history {
			key := o.Input.(operation).key
			byKey[key] = append(byKey[key], o)
		}
		parts := [][]porcupine.Operation{}
		for _, part := range byKey {
			parts = append(parts, part)
		}
		return parts
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		value, o := state.(string), input.(operation)
		switch o.kind {
		case get:
			return o.found == value, value
		case put, pair:
			return !o.answered || o.found == value, o.value
		case remove:
			return !o.answered || o.found == value && o.done == (value != ""), ""
		case swap:
			took := value == o.expected
			if o.answered && (o.done != took || o.found != value) {
				return false, value
			}
			if took {
				return true, o.value
			}
			return true, value
		}
		return false, value
	},
	Equal: func(a, b any) bool { return a == b },
}

// search lets porcupine look for an order. A write without an answer that the timeline does not have has not happened;
// one that it has took effect before anybody was shown its revision; of a removal without an answer nothing is known.
func search(operations []operation, t *timeline) (broken []string) {
	byEnd := []operation{}
	for _, o := range operations {
		if o.answered && o.kind != serial {
			byEnd = append(byEnd, o)
		}
	}
	slices.SortFunc(byEnd, func(a, b operation) int { return int(a.end - b.end) })
	history := []porcupine.Operation{}
	for _, o := range operations {
		if o.kind == serial {
			continue
		}
		end := int64(o.end)
		if !o.answered {
			switch o.kind {
			case get:
				continue
			case remove:
				end = math.MaxInt64
			default:
				revision := int64(0)
				for _, e := range t.byKey[o.key] {
					if e.value == o.value {
						revision = e.revision
					}
				}
				if revision == 0 {
					continue
				}
				end = math.MaxInt64
				for _, other := range byEnd {
					if other.revision >= revision && other.end > o.begin {
						end = int64(other.end)
						break
					}
				}
			}
		}
		history = append(history, porcupine.Operation{ClientId: o.client, Input: o, Call: int64(o.begin), Return: end})
	}
	switch porcupine.CheckOperationsTimeout(model, history, patience) {
	case porcupine.Illegal:
		return []string{"porcupine: the history is not linearizable"}
	case porcupine.Unknown:
		// The laws above are complete without it.
		fmt.Println("porcupine came to no end in", patience)
	}
	return nil
}
