package ledger_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/serve/ledger"
)

// another is the archive as another machine has it.
func (g *ground) another(t *testing.T) *ledger.Archive {
	t.Helper()
	return &ledger.Archive{Dir: t.TempDir(), Store: g.Store, Now: g.clock.now}
}

// wantNotes checks that the chains are proved, with notes that say each of these.
func (g *ground) wantNotes(t *testing.T, a *ledger.Archive, says ...string) {
	t.Helper()
	p, err := a.Verify(t.Context(), g.anchors)
	if err != nil || p.Err() != nil {
		t.Fatalf("%v, %v", err, p.Err())
	}
	notes, err := a.Elsewhere(t.Context(), g.anchors)
	if err != nil || strings.Join(notes, "\n") != strings.Join(p.Notes, "\n") || len(notes) != len(says) {
		t.Fatalf("notes %q and %q, %v; want %q", notes, p.Notes, err, says)
	}
	for i, say := range says {
		if !strings.Contains(notes[i], "another server") || !strings.Contains(notes[i], say) {
			t.Errorf("note %q, want %q in it", notes[i], say)
		}
	}
}

func TestVerify_KnowsWhatOtherServersHaveNotMovedYet(t *testing.T) {
	g := newGround(t)
	appended := func() *ledger.Ledger {
		l := g.open(t)
		if err := l.Append(t.Context(), entry(1, "7")); err != nil {
			t.Fatal(err)
		}
		if err := g.anchors.SaveHead(t.Context(), l.Head()); err != nil {
			t.Fatal(err)
		}
		return l
	}
	l := appended()
	g.wantNotes(t, g.another(t), "line 1,")
	g.wantNotes(t, g.archive())
	g.clock.pass(2 * time.Hour)
	if p, err := g.another(t).Verify(t.Context(), g.anchors); err != nil || archwire.CodeOf(p.Err()) != archwire.Mismatch {
		t.Errorf("nothing of it came to the store for hours, and verify says %+v, %v", p, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	l = appended() // behind the header, line 2
	g.wantNotes(t, g.another(t), "proved up to line 1; line 3,")
	g.wantNotes(t, g.archive())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	g.wantNotes(t, g.another(t))
}

func TestClose_LeavesNoEntryOnThisMachineOnly(t *testing.T) {
	g := newGround(t)
	g.with(t, entry(1, "7"), entry(2, "7"))
	a := g.another(t)
	g.wantNotes(t, a)
	if p, err := a.Verify(t.Context(), g.anchors); err != nil || len(p.Chains) != 1 || p.Chains[0].Entries != 2 {
		t.Errorf("proof %+v, %v; want both entries", p, err)
	}
	g.with(t) // without an entry
	g.wantNotes(t, a)
	if infos, err := g.Store.List(t.Context(), "ledger/"); err != nil || len(infos) != 1 {
		t.Errorf("the store holds %v, %v; want one segment", infos, err)
	}
}

// moving is a store to which segments move right after it was listed.
type moving struct {
	object.Store
	dir string
}

func (m moving) List(ctx context.Context, prefix string) ([]object.Info, error) {
	infos, err := m.Store.List(ctx, prefix)
	if err != nil {
		return nil, err
	}
	files, err := filepath.Glob(filepath.Join(m.dir, "*", "*.ledger"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		name, _ := filepath.Rel(m.dir, path)
		if err := m.Put(ctx, "ledger/"+filepath.ToSlash(name), f); err != nil {
			return nil, err
		}
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	return infos, nil
}

func TestVerify_FindsWhatMovesToTheStoreMeanwhile(t *testing.T) {
	g := newGround(t)
	store := g.Store
	g.Store = nil
	g.with(t, entry(1, "7"))
	g.Store = moving{store, g.Dir}
	if p := g.proof(t); p.Err() != nil || len(p.Chains) != 1 || p.Chains[0].Entries != 1 {
		t.Errorf("proof %+v, want one entry", p)
	}
}

// stale is a store that another server removes from after it was listed.
type stale struct{ object.Store }

func (s stale) List(ctx context.Context, prefix string) ([]object.Info, error) {
	infos, err := s.Store.List(ctx, prefix)
	for _, info := range infos[:max(len(infos)-1, 0)] {
		if err := s.Delete(ctx, info.Name); err != nil {
			return nil, err
		}
	}
	return infos, err
}

func TestRetain_LetsOthersRemoveAtTheSameTime(t *testing.T) {
	g := newGround(t)
	for i := range 4 {
		g.with(t, entry(i, "7"))
	}
	if _, err := (&ledger.Archive{Store: stale{g.Store}}).Retain(t.Context(), noon.Add(time.Hour)); err != nil {
		t.Error(err)
	}
}
