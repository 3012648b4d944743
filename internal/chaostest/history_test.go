package chaostest

import (
	"math/rand/v2"
	"testing"
	"time"
)

// A history is one source, one project on it, and all that befalls the two.
type history struct {
	seed    uint64
	author  *author
	db      *database
	proxy   *proxy
	cluster *redshiftCluster // nil: the warehouse is the embedded one
	server  bool             // the source is SQL Server
	inbox   *inbox
	folder  string
	disk    *disk
	edition edition
	rounds  uint64
	judge   *judge
	tally   *tally

	late    []*late
	spoilt  int64         // the last version that must not be published
	said    string        // what the last run said
	refused bool          // the last run found that too much has vanished
	differs bool          // the last run found that the copy differs
	typical time.Duration // of a run that nothing disturbs
	bytes   int64         // that come from the server in it
}

// late is a transaction that is open while others are committed.
type late struct {
	*open
	own session
}

func newHistory(t *testing.T, seed uint64, tally *tally, db *database, cluster *redshiftCluster) *history {
	t.Helper()
	h := &history{
		seed: seed, author: newAuthor(seed, db), db: db, proxy: startProxy(t), edition: edition{}, tally: tally,
		typical: time.Second, bytes: 1 << 20, cluster: cluster,
	}
	h.edition["mode"] = int(seed % 2)
	if _, h.server = db.engine.(*sqlServer); h.server {
		h.edition[engineOption] = 1
	}
	h.author.portable = cluster != nil || h.server
	h.inbox = newInbox(t, seed)
	h.folder = newProject(t, h.edition)
	h.cluster.configure(t, h.folder)
	h.disk = newDisk(t, h.folder)
	h.judge = newJudge(t, h.db, h.inbox)
	h.write(t, h.author.beginning())
	return h
}

// write commits a transaction that the author has made up.
func (h *history) write(t *testing.T, steps []step) {
	t.Helper()
	o, err := h.db.begin(t, h.db.session, steps)
	if err != nil {
		t.Fatalf("writing to the source: %v", err)
	}
	h.db.commit(t, o)
	h.committed()
}

// committed notes that a transaction is part of the world.
func (h *history) committed() {
	h.author.world.version++
	if h.author.world.spoilt() {
		h.spoilt = h.author.world.version
	}
}

// someWrites commits a few transactions.
func (h *history) someWrites(t *testing.T) {
	t.Helper()
	for range h.author.rng.IntN(4) {
		h.write(t, h.author.transaction())
	}
}

// patient is how long a transaction may be open: less than the overlap.
const patient = 20 * time.Second

// openLate opens a transaction that will be committed later.
func (h *history) openLate(t *testing.T) {
	t.Helper()
	own := h.db.connect(t)
	o, err := h.db.begin(t, own, h.author.late())
	if err != nil {
		t.Fatalf("writing to the source: %v", err)
	}
	h.late = append(h.late, &late{open: o, own: own})
}

// closeLate commits the transactions that are open.
func (h *history) closeLate(t *testing.T) {
	t.Helper()
	for _, l := range h.late {
		if time.Since(l.began) < patient {
			h.db.commit(t, l.open)
			h.db.log[len(h.db.log)-1].late = true
			for _, s := range l.steps {
				s.effect(h.author.world)
			}
			h.committed()
			h.tally.late++
		} else if err := l.rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		l.own.close(t.Context())
	}
	h.late, h.author.held = nil, map[int64]bool{}
}

// drift alters a table, if nobody is in the way.
func (h *history) drift(t *testing.T) {
	t.Helper()
	h.alter(t, h.author.alter())
}

// alter commits a transaction that alters a table, and says whether it could.
func (h *history) alter(t *testing.T, steps []step) bool {
	t.Helper()
	if len(steps) == 0 {
		return true
	}
	wait := step{sql: h.author.dialect.waitsAtMost(300)}
	o, err := h.db.begin(t, h.db.session, append([]step{wait}, steps...))
	if err != nil {
		t.Logf("not altered: %v", err)
		return false
	}
	h.db.commit(t, o)
	for _, s := range steps {
		s.effect(h.author.world)
	}
	h.committed()
	h.tally.drifts++
	return true
}

// restart stops PostgreSQL, in order or at once, and starts it again. Transactions
// that are open are lost.
func (h *history) restart(t *testing.T, crash bool) {
	t.Helper()
	for _, l := range h.late {
		l.own.close(t.Context())
	}
	h.late, h.author.held = nil, map[int64]bool{}
	if c, can := h.db.engine.(crasher); crash && can {
		c.crash(t)
	}
	h.db.stop(t)
	h.db.start(t)
	h.proxy.url(t, h.db.url()) // the port may be another one
}

// round lets some time pass in the source, runs the project while something
// befalls it, and looks at what is in service then.
func (h *history) round(t *testing.T, trouble string) {
	t.Helper()
	h.rounds++
	h.author.rng = rand.New(rand.NewPCG(h.seed, h.rounds)) // what happened meanwhile in the last one does not move the dice of this one
	h.inbox.rng = rand.New(rand.NewPCG(h.seed, 1<<32+h.rounds))
	rng := h.author.rng
	h.people(t)
	if rng.IntN(4) == 0 {
		t.Logf("the project is changed: %s", h.edition.edit(h.author))
		h.edition.write(t, h.folder)
		h.cluster.configure(t, h.folder)
		h.tally.edits++
	}
	h.author.look()
	if h.author.world.spoilt() && rng.IntN(2) == 0 {
		h.write(t, h.author.mend())
	}
	h.someWrites(t)
	for range h.inbox.rng.IntN(6) {
		h.inbox.happens(t)
	}
	if rng.IntN(4) == 0 {
		h.drift(t)
	}
	if rng.IntN(3) == 0 {
		h.openLate(t)
	}
	h.attempt(t, h.plan(trouble))
	h.closeLate(t)
	h.judge.look(t, h.folder, h.edition)
}
