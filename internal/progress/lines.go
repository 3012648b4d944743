package progress

import (
	"fmt"
	"io"
	"sync"
	"time"

	"archwire"
)

// Lines writes plain lines: one when a verb ends, one for each note, and one
// every few seconds in between, so that a log shows that work goes on.
type Lines struct {
	mu    sync.Mutex
	w     io.Writer
	now   func() time.Time
	every time.Duration
	tally *tally
	last  time.Time
}

// NewLines returns a sink that writes to w, at most one line every interval
// while a verb goes on.
func NewLines(w io.Writer, now func() time.Time, every time.Duration) *Lines {
	return &Lines{w: w, now: now, every: every}
}

// Event writes what e calls for.
func (l *Lines) Event(e archwire.RunEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if l.tally == nil || l.tally.verb != e.Verb {
		l.tally, l.last = newTally(e.Verb, now), now
	}
	switch {
	case e.Note != "":
		fmt.Fprintf(l.w, "%-8s %s\n", e.Verb, e.Note)
	case e.What == "" && e.Done:
		fmt.Fprintln(l.w, ended(e))
	case e.What != "":
		l.tally.add(e)
		if now.Sub(l.last) >= l.every {
			l.last = now
			fmt.Fprintln(l.w, underway(l.tally, now))
		}
	}
}

// ended is the line for a verb that is done.
func ended(e archwire.RunEvent) string {
	line := fmt.Sprintf("%-8s %s %s in %s", e.Verb, Count(e.Rows), unit(e.Verb), Took(e.Took))
	if e.Verb == archwire.Extract && e.Took >= time.Second {
		line += fmt.Sprintf(" (%s rows/s)", Count(int64(float64(e.Rows)/e.Took.Seconds())))
	}
	return line
}

// underway is the line for a verb that goes on.
func underway(t *tally, now time.Time) string {
	done, of, rate, left := t.totals(now)
	line := fmt.Sprintf("%-8s %s of about %s %s", t.verb, Count(done), Count(of), unit(t.verb))
	if rate > 0 {
		line += fmt.Sprintf(", %s/s, %s left", Count(int64(rate)), Took(left))
	}
	return line
}
