package chaostest

import (
	"strings"
	"testing"
	"time"
)

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
