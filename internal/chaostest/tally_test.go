package chaostest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A tally counts what has happened.
type tally struct {
	kills, succeeded, late, drifts, writes, edits int
	killedAfter                                   map[string]int // by the last verb that had said that it was done
	troubles                                      map[string]int
	sentences                                     map[string]int // of runs that failed
	files                                         map[string]int // what befell the inbox
}

func newTally() *tally {
	return &tally{killedAfter: map[string]int{}, troubles: map[string]int{}, sentences: map[string]int{}}
}

// kill counts a run that was killed.
func (y *tally) kill(said string) {
	y.kills++
	lines := strings.Split(strings.TrimSpace(said), "\n")
	verb, _, _ := strings.Cut(lines[len(lines)-1], " ")
	if verb == "" {
		verb = "nothing"
	}
	y.killedAfter[verb]++
}

func (y *tally) trouble(what string, happened bool) {
	if what == "" {
		return
	}
	if what == "kill" || !happened {
		what += " (too late)"
	}
	y.troubles[what]++
}

var particular = regexp.MustCompile(`[0-9][0-9a-f,.:TZ-]*|/\S+`)

func (y *tally) sentence(s string) { y.sentences[particular.ReplaceAllString(s, "#")]++ }

// faults is how many runs met trouble other than being killed.
func (y *tally) faults() (n int) {
	for what, times := range y.troubles {
		if !strings.Contains(what, "too late") {
			n += times
		}
	}
	return n
}

func (y *tally) log(t *testing.T) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "%d runs were killed (after %v), %d met other trouble (%v), %d succeeded.\n",
		y.kills, y.killedAfter, y.faults(), y.troubles, y.succeeded)
	fmt.Fprintf(&b, "%d writes during a run, %d transactions committed late, %d changes of tables, %d of the project.\n", y.writes, y.late, y.drifts, y.edits)
	fmt.Fprintf(&b, "Files: %v.\n", y.files)
	for _, s := range slices.Sorted(maps.Keys(y.sentences)) {
		fmt.Fprintf(&b, "%4d times: %s\n", y.sentences[s], strings.ReplaceAll(s, "\n", "\n            "))
	}
	t.Log(b.String())
}
