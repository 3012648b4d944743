package chaostest

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A plan is what befalls one run.
type plan struct {
	trouble  string          // "" is none
	after    string          // kill and restart: not before this verb has said that it is done; "" is from the beginning
	delay    time.Duration   // kill and restart: so long after that
	fault    *fault          // of the connections
	limit    string          // of the size of files
	free     int64           // bytes left on the disk, with trouble full
	writes   []time.Duration // at which something is committed meanwhile
	alters   bool            // one of them alters a table
	accepted bool            // that much has vanished
}

// String tells the plan, for whoever looks into a failure.
func (p plan) String() string {
	text := fmt.Sprintf("archwire run with %d writes meanwhile", len(p.writes))
	if p.alters {
		text += ", the last of which alters a table"
	}
	switch p.trouble {
	case "":
		return text
	case "kill", "restart":
		return fmt.Sprintf("%s, %s %v after %s", text, p.trouble, p.delay.Round(time.Millisecond), cmp.Or(p.after, "it began"))
	case "disk":
		return text + ", files end at " + p.limit + " bytes"
	case "full":
		return fmt.Sprintf("%s, %d bytes left on the disk", text, p.free)
	}
	return fmt.Sprintf("%s, connections %s after %d bytes for %v", text, p.trouble, p.fault.after, p.fault.pause.Round(time.Millisecond))
}

// plan makes up how trouble comes about.
func (h *history) plan(trouble string) plan {
	rng := h.author.rng
	p := plan{trouble: trouble, writes: h.moments(), accepted: rng.IntN(2) == 0 || h.refused}
	p.alters = len(p.writes) > 0 && rng.IntN(4) == 0
	switch trouble {
	case "kill", "restart":
		p.delay = time.Duration(rng.Int64N(int64(h.typical)))
		if rng.IntN(2) == 0 { // commits and switches are near the end
			p.after = []string{"extract", "verify", "load", "refresh", "publish"}[rng.IntN(5)]
			p.delay = time.Duration(rng.Int64N(int64(150 * time.Millisecond)))
		}
	case "cut", "stall", "choke":
		p.fault = &fault{kind: trouble, after: rng.Int64N(h.bytes), pause: time.Duration(rng.Int64N(int64(time.Second)))}
	case "full":
		p.free = 4096 << rng.IntN(11)
		if !h.disk.own {
			p.trouble, p.limit = "disk", fmt.Sprint(10_000+rng.Int64N(8<<20))
		}
	case "disk":
		size := int64(4 << 20)
		if info, err := os.Stat(filepath.Join(h.folder, "data", "warehouse.duckdb")); err == nil {
			size = info.Size()
		}
		p.limit = fmt.Sprint(10_000 + rng.Int64N(size*5/4))
	}
	return p
}

// attempt runs the project once while the plan comes true, and judges how the
// run has ended.
func (h *history) attempt(t *testing.T, p plan) {
	t.Helper()
	args := []string{"run"}
	if p.accepted {
		args = append(args, "--accept-deletes")
	}
	h.proxy.arm(p.fault)
	empty := func() {}
	if p.trouble == "full" {
		empty = h.disk.fill(t, p.free)
	}
	work := archwire(t, h.folder, h.proxy.url(t, h.db.url()), p.limit, args...)
	h.accompany(t, work, p)
	work.wait(t)
	empty()
	h.said = work.errs.text()
	bytes, struck := h.proxy.counted()
	t.Logf("%s; %s after %v", p, work.ending(), work.took.Round(time.Millisecond))
	h.proxy.arm(nil)
	switch {
	case work.killed():
		h.tally.kill(work.errs.text())
		return
	case work.status() == 0 && bytes > 0 && !struck: // a run that goes on from another reads nothing
		h.typical, h.bytes = (h.typical+work.took)/2, (h.bytes+bytes)/2
	}
	h.tally.trouble(p.trouble, struck || p.fault == nil)
	h.refused = work.status() == 7
	if work.status() == 0 {
		h.tally.succeeded++
		return
	}
	h.failed(t, work, p)
}

// accompany does what the plan says until the process has ended.
func (h *history) accompany(t *testing.T, work *process, p plan) {
	t.Helper()
	var strike, write <-chan time.Time
	lines := work.errs.lines
	kills := p.trouble == "kill" || p.trouble == "restart"
	if kills && p.after == "" {
		strike = time.After(p.delay)
	}
	writes := p.writes
	next := func() {
		write = nil
		if len(writes) > 0 {
			write = time.After(time.Until(work.began.Add(writes[0])))
			writes = writes[1:]
		}
	}
	next()
	for {
		select {
		case <-work.ended:
			return
		case <-time.After(patience):
			return // it hangs, as will be said
		case verb := <-lines:
			if kills && strike == nil && verb == p.after {
				strike = time.After(p.delay)
			}
		case <-strike:
			strike, kills = nil, false
			if p.trouble == "kill" {
				work.kill()
			} else {
				h.restart(t)
			}
		case <-write:
			h.meanwhile(t, p.alters && len(writes) == 0)
			next()
		}
	}
}

// meanwhile is what happens in the source while a run is under way.
func (h *history) meanwhile(t *testing.T, alters bool) {
	t.Helper()
	switch n := h.author.rng.IntN(5); {
	case alters:
		h.drift(t)
	case n == 0 && len(h.late) > 0:
		h.closeLate(t)
	case n == 1 && len(h.late) < 3:
		h.openLate(t)
	default:
		h.write(t, h.author.transaction())
	}
	h.tally.writes++
}

// failed judges a run that has failed: it must say in one sentence why, and there
// must be a reason.
func (h *history) failed(t *testing.T, work *process, p plan) {
	t.Helper()
	said := strings.TrimSpace(work.errs.text())
	at := strings.LastIndex("\n"+said, "\narchwire: ")
	if work.status() < 2 || at < 0 || strings.Contains(said, "panic") || strings.Contains(said, "goroutine ") {
		t.Fatalf("archwire run (%s): exit status %d\n%s", p, work.status(), said)
	}
	sentence := said[at:]
	h.tally.sentence(sentence)
	reasons := map[int]bool{ // by exit status, as docs/reference/errors.md lists them
		2: p.alters,                    // a table is not as it was when the run began
		6: p.trouble != "" || p.alters, // database or disk
		7: h.braked() && strings.Contains(sentence, "have vanished") ||
			h.spoilt > h.judge.shown.version && strings.Contains(sentence, "check amounts found rows"),
	}
	if !reasons[work.status()] {
		t.Errorf("archwire run (%s) failed for no reason: exit status %d\n%s", p, work.status(), said)
	}
}

// braked says whether more has been removed from some table since the last
// publication than a run takes for granted.
func (h *history) braked() bool {
	removed := map[string]int64{}
	for _, c := range h.db.log[h.judge.shown.version:] {
		for _, s := range c.steps {
			removed[s.removes]++
		}
	}
	delete(removed, "")
	for table, n := range removed {
		if n > 10 && n*100 > 8*h.author.world.rows()[table] {
			return true
		}
	}
	return false
}
