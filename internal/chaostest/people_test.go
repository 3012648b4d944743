package chaostest

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
)

// people do what only they can: they correct the source, repair the copy, and put
// an older publication into service. They are not always there.
func (h *history) people(t *testing.T) {
	t.Helper()
	rng := h.author.rng
	if h.edition.blocked(h.author.world) && rng.IntN(2) == 0 {
		h.unblock(t)
	}
	if h.inbox.shelf().blocked && h.inbox.rng.IntN(2) == 0 {
		h.inbox.mend(t)
	}
	if h.differs && rng.IntN(2) == 0 && !h.edition.blocked(h.author.world) && !h.inbox.shelf().blocked && !h.braked() {
		run(t, h.folder, h.db.url(), "verify", "--repair")
		t.Log("archwire verify --repair")
		h.differs = false
	}
	if rng.IntN(12) == 0 {
		h.rollBack(t, rng)
	}
}

// unblock gives the project back what it needs.
func (h *history) unblock(t *testing.T) bool {
	t.Helper()
	h.author.apart = true
	h.author.restore()
	if h.edition["spares"] == 1 && h.author.world.spares == nil {
		h.author.dropSpares()
	}
	h.author.apart = false
	return h.alter(t, h.author.written())
}

// rollBack puts any publication that is kept into service.
func (h *history) rollBack(t *testing.T, rng *rand.Rand) {
	t.Helper()
	kept, err := filepath.Glob(filepath.Join(h.folder, "data", "store", "publications", "*", "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(kept)
	if len(kept) == 0 || len(h.judge.seen) == 0 {
		return
	}
	id := filepath.Base(filepath.Dir(kept[rng.IntN(len(kept))]))
	version, seen := h.judge.seen[id]
	if !seen {
		return // it never came into service
	}
	run(t, h.folder, h.db.url(), "rollback", id)
	t.Logf("archwire rollback %s", id)
	h.judge.shown = newWorld()
	h.db.play(h.judge.shown, version)
	h.judge.shown.shelf = h.inbox.log[h.judge.files[id]]
	h.judge.look(t, h.folder, h.edition)
}
