// Package progress shows how a run is getting on: redrawn on a terminal, plain
// lines elsewhere, JSON on request. It receives events and decides nothing.
package progress

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"archwire"
)

// A Sink receives the events of a run. It is safe for use by several
// goroutines and never blocks for long.
type Sink interface {
	Event(e archwire.RunEvent)
}

// Discard is a Sink that shows nothing.
type Discard struct{}

// Event does nothing.
func (Discard) Event(archwire.RunEvent) {}

// JSON writes one object a line for every event.
type JSON struct {
	mu sync.Mutex
	w  io.Writer
}

// NewJSON returns a sink that writes to w.
func NewJSON(w io.Writer) *JSON { return &JSON{w: w} }

// Event writes e.
func (j *JSON) Event(e archwire.RunEvent) {
	j.mu.Lock()
	defer j.mu.Unlock()
	line, err := json.Marshal(map[string]any{
		"verb": e.Verb, "what": e.What, "rows": e.Rows, "of": e.Of,
		"took_ms": e.Took.Milliseconds(), "done": e.Done, "note": e.Note,
	})
	if err == nil {
		fmt.Fprintf(j.w, "%s\n", line)
	}
}

// tally adds up what the parts of one verb have done so far.
type tally struct {
	verb    archwire.Verb
	started time.Time
	done    map[string]int64
	of      map[string]int64
}

func newTally(verb archwire.Verb, now time.Time) *tally {
	return &tally{verb: verb, started: now, done: map[string]int64{}, of: map[string]int64{}}
}

func (t *tally) add(e archwire.RunEvent) {
	t.done[e.What] = e.Rows
	if e.Of > 0 {
		t.of[e.What] = e.Of
	}
	if e.Done {
		t.of[e.What] = e.Rows
	}
}

// totals returns what is done, what is expected, the rate a second and the time
// left. Rate and time are zero while there is too little to judge by.
func (t *tally) totals(now time.Time) (done, of int64, rate float64, left time.Duration) {
	for what, n := range t.done {
		done += n
		of += max(n, t.of[what])
	}
	for what, n := range t.of {
		if _, begun := t.done[what]; !begun {
			of += n
		}
	}
	took := now.Sub(t.started)
	if took < 500*time.Millisecond || done == 0 {
		return done, of, 0, 0
	}
	rate = float64(done) / took.Seconds()
	left = time.Duration(float64(of-done) / rate * float64(time.Second))
	return done, of, rate, left
}

// unit is what a verb counts.
func unit(v archwire.Verb) string {
	switch v {
	case archwire.Extract, archwire.LoadVerb:
		return "rows"
	case archwire.Refresh:
		return "models"
	case archwire.Verify:
		return "comparisons"
	case archwire.Publish:
		return "slices"
	case archwire.Discover, archwire.Serve:
		return "tables"
	}
	return "things"
}

// Count writes n with separators: 1,234,567.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Took writes a duration as people read it: 340ms, 4.2s, 3m12s.
func Took(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	return d.Round(time.Second).String()
}
