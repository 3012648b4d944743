package progress_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/progress"
)

// clock is a time that a test sets.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func newClock() *clock { return &clock{t: time.Date(2026, 11, 21, 1, 30, 0, 0, time.UTC)} }

func TestLinesTellRateAndTimeLeftEveryInterval(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	sink := progress.NewLines(&out, c.now, 5*time.Second)

	sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: "rcm.a", Of: 3000})
	c.advance(2 * time.Second)
	sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: "rcm.a", Rows: 500, Of: 3000})
	if out.Len() != 0 {
		t.Fatalf("a line before the interval passed: %q", out.String())
	}
	c.advance(3 * time.Second)
	sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: "rcm.a", Rows: 1000, Of: 3000})
	if got, want := out.String(), "extract  1,000 of about 3,000 rows, 200/s, 10.0s left\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestLinesEndAVerbWithItsTotal(t *testing.T) {
	var out bytes.Buffer
	sink := progress.NewLines(&out, newClock().now, time.Second)
	sink.Event(archwire.RunEvent{Verb: archwire.Extract, Rows: 1200000, Took: 2 * time.Second, Done: true})
	sink.Event(archwire.RunEvent{Verb: archwire.Publish, Note: "CURRENT is 2026"})
	want := "extract  1,200,000 rows in 2.0s (600,000 rows/s)\npublish  CURRENT is 2026\n"
	if got := out.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTerminalLeavesOneLineAVerb(t *testing.T) {
	var out bytes.Buffer
	c := newClock()
	sink := progress.NewTerminal(&out, c.now)
	for rows := int64(0); rows <= 1000; rows += 100 {
		sink.Event(archwire.RunEvent{Verb: archwire.Extract, What: "rcm.a", Rows: rows, Of: 1000})
		c.advance(time.Second)
	}
	sink.Event(archwire.RunEvent{Verb: archwire.Extract, Rows: 1000, Took: 10 * time.Second, Done: true})
	if got := strings.Count(out.String(), "\n"); got != 1 {
		t.Errorf("%d lines are left behind, want 1: %q", got, out.String())
	}
	if !strings.Contains(out.String(), "left") {
		t.Errorf("no time left was shown: %q", out.String())
	}
}

func TestJSONIsOneObjectALine(t *testing.T) {
	var out bytes.Buffer
	sink := progress.NewJSON(&out)
	sink.Event(archwire.RunEvent{Verb: archwire.Refresh, What: "finance.daily", Rows: 1, Of: 4, Done: true, Took: 1500 * time.Millisecond})
	var got struct {
		Verb, What string
		Rows, Of   int64
		Done       bool
		TookMS     int64 `json:"took_ms"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Verb != "refresh" || got.What != "finance.daily" || got.Rows != 1 || got.Of != 4 || !got.Done || got.TookMS != 1500 {
		t.Errorf("got %+v", got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := progress.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}
