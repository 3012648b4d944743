package progress

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"archwire"
)

// Terminal redraws one line with a bar while a verb goes on and leaves one line
// behind for each verb that ended.
type Terminal struct {
	mu    sync.Mutex
	w     io.Writer
	now   func() time.Time
	tally *tally
	last  time.Time
}

// barWidth is the length of the bar in characters; with the figures beside it
// the line stays below 80.
const barWidth = 24

// NewTerminal returns a sink that draws on w, a terminal.
func NewTerminal(w io.Writer, now func() time.Time) *Terminal {
	return &Terminal{w: w, now: now}
}

// Event draws what e calls for.
func (t *Terminal) Event(e archwire.RunEvent) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.tally == nil || t.tally.verb != e.Verb {
		t.tally = newTally(e.Verb, now)
	}
	switch {
	case e.Note != "":
		fmt.Fprintf(t.w, "\r\x1b[K%-8s %s\n", e.Verb, e.Note)
	case e.What == "" && e.Done:
		fmt.Fprintf(t.w, "\r\x1b[K%s\n", ended(e))
	case e.What != "":
		t.tally.add(e)
		if now.Sub(t.last) >= 80*time.Millisecond { // faster than the eye; slower than the terminal
			t.last = now
			fmt.Fprintf(t.w, "\r\x1b[K%s", bar(t.tally, now))
		}
	}
}

// bar draws a verb that goes on.
func bar(t *tally, now time.Time) string {
	done, of, rate, left := t.totals(now)
	filled := 0
	if of > 0 {
		filled = int(min(done, of) * barWidth / of)
	}
	line := fmt.Sprintf("%-8s %s%s %s %s", t.verb,
		strings.Repeat("█", filled), strings.Repeat("░", barWidth-filled), Count(done), unit(t.verb))
	if rate > 0 {
		line += fmt.Sprintf("  %s/s  %s left", Count(int64(rate)), Took(left))
	}
	return line
}
