package chaostest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"archwire/internal/testproc"
)

// attempt runs the project once while the plan comes true, and judges how the
// run has ended.
func (h *history) attempt(t *testing.T, p plan) {
	t.Helper()
	h.proxy.arm(p.fault)
	empty := func() {}
	if p.trouble == "full" {
		empty = h.disk.fill(t, p.free)
	}
	p.blocked, p.since = h.edition.blocked(h.author.world), len(h.inbox.log)-1
	work := archwire(t, h.folder, h.proxy.url(t, h.db.url()), p.limit, p.args()...)
	work.daemon = p.daemon
	h.accompany(t, work, p)
	work.Wait(t)
	empty()
	bytes, struck := h.proxy.counted()
	h.proxy.arm(nil)
	if work.Killed() {
		t.Logf("%s; killed after %v", p, work.Took.Round(time.Millisecond))
		h.tally.kill(work.Errs.Text())
		return
	}
	status, said := work.outcome(t)
	h.said = said
	t.Logf("%s; exit status %d after %v", p, status, work.Took.Round(time.Millisecond))
	if status == 0 && bytes > 0 && !struck { // a run that goes on from another reads nothing
		h.typical, h.bytes = (h.typical+work.Took)/2, (h.bytes+bytes)/2
	}
	h.tally.trouble(p.trouble, struck || p.fault == nil)
	h.refused, h.differs = status == 7 && strings.Contains(said, vanished), status == 7 && differs(said)
	if status == 0 {
		h.tally.succeeded++
		return
	}
	h.failed(t, p, status, said)
}

// accompany does what the plan says until the process has ended.
func (h *history) accompany(t *testing.T, work *process, p plan) {
	t.Helper()
	var strike, write <-chan time.Time
	lines := work.Errs.Verbs
	kills := slices.Contains([]string{"kill", "stop", "restart", "crash", "sever"}, p.trouble)
	if kills && p.after == "" {
		strike = time.After(p.delay)
	}
	writes := p.writes
	next := func() {
		write = nil
		if len(writes) > 0 {
			write = time.After(time.Until(work.Began.Add(writes[0])))
			writes = writes[1:]
		}
	}
	next()
	for {
		select {
		case <-work.Ended:
			return
		case <-time.After(testproc.Patience):
			return // it hangs, as will be said
		case verb := <-lines:
			if kills && strike == nil && verb == p.after {
				strike = time.After(p.delay)
			}
			if work.daemon && told(verb) {
				work.stop()
			}
		case <-strike:
			strike, kills = nil, false
			switch p.trouble {
			case "kill":
				work.Kill()
			case "stop":
				work.stop()
			case "sever": // the warehouse's connections
				h.cluster.double.CutAll()
			default:
				h.restart(t, p.trouble == "crash")
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
	if h.inbox.rng.IntN(2) == 0 {
		h.inbox.happens(t)
	}
	h.tally.writes++
}

// What a run says that found too much gone, and what one that found the copy wrong.
const vanished = "have vanished from the source"

func differs(said string) bool {
	return strings.Contains(said, "the warehouse has ") || strings.Contains(said, "rows are missing, ")
}

// failed judges a run that has failed: it must say in one sentence why, and there
// must be a reason.
func (h *history) failed(t *testing.T, p plan, status int, said string) {
	t.Helper()
	said = strings.TrimSpace(said)
	at := strings.LastIndex("\n"+said, "\narchwire: ")
	if status < 2 || at < 0 || strings.Contains(said, "panic") || strings.Contains(said, "goroutine ") {
		t.Fatalf("%s: exit status %d\n%s", p, status, said)
	}
	sentence := said[at:]
	h.tally.sentence(sentence)
	objects := strings.Contains(sentence, "check amounts found rows") || strings.Contains(sentence, "rows without a tenant") || strings.Contains(sentence, "rows have NULL in it") ||
		strings.Contains(sentence, "tenants that the tenant table does not have")
	reasons := map[int]bool{ // by exit status, as docs/reference/errors.md lists them
		2:       p.blocked || p.alters || h.inbox.blocked(p.since),           // a table is not as the project needs it, or as it was when the run began
		6:       p.trouble != "" || p.alters || len(h.inbox.log) > p.since+1, // database or disk, or a file that changes while it is read
		7:       (h.braked() || h.inbox.braked(h.judge.latest)) && strings.Contains(sentence, vanished) || h.broken() && differs(sentence) || h.spoilt > h.judge.shown.version && objects,
		stopped: p.trouble == "stop",
	}
	if !reasons[status] {
		t.Errorf("%s failed for no reason: exit status %d\n%s", p, status, said)
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
