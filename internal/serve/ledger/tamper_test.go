package ledger_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/serve/ledger"
)

// segments makes a ledger of a few segments, all on this machine.
func segments(t *testing.T) (*ground, []string) {
	t.Helper()
	g := newGround(t)
	g.Store, g.SegmentBytes = nil, 1
	for i := range 3 {
		g.with(t, entry(2*i, "7"), entry(2*i+1, "8"))
	}
	files, err := filepath.Glob(filepath.Join(g.Dir, "*", "*.ledger"))
	if err != nil || len(files) != 4 { // the last holds its header
		t.Fatalf("%v, %v", files, err)
	}
	if p := g.proof(t); p.Err() != nil {
		t.Fatal(p.Err())
	}
	return g, files
}

func TestVerify_FindsAnyChangedByte(t *testing.T) {
	g, files := segments(t)
	rapid.Check(t, func(rt *rapid.T) {
		file := rapid.SampledFrom(files).Draw(rt, "file")
		all, err := os.ReadFile(file)
		if err != nil {
			rt.Fatal(err)
		}
		defer os.WriteFile(file, all, 0o600) //nolint:errcheck // the next draw would fail
		changed := append([]byte(nil), all...)
		at := rapid.IntRange(0, len(all)-1).Draw(rt, "at")
		changed[at] ^= byte(rapid.IntRange(1, 255).Draw(rt, "by"))
		if err := os.WriteFile(file, changed, 0o600); err != nil {
			rt.Fatal(err)
		}
		p, err := g.archive().Verify(t.Context(), g.anchors)
		if err != nil || archwire.CodeOf(p.Err()) != archwire.Mismatch {
			rt.Errorf("byte %d of %s is another, and verify says %v, %v", at, filepath.Base(file), p.Err(), err)
		}
	})
}

func TestVerify_FindsAnythingCutOff(t *testing.T) {
	g, files := segments(t)
	rapid.Check(t, func(rt *rapid.T) {
		file := rapid.SampledFrom(files).Draw(rt, "file")
		all, err := os.ReadFile(file)
		if err != nil {
			rt.Fatal(err)
		}
		defer os.WriteFile(file, all, 0o600) //nolint:errcheck // the next draw would fail
		if err := os.WriteFile(file, all[:rapid.IntRange(0, len(all)-1).Draw(rt, "to")], 0o600); err != nil {
			rt.Fatal(err)
		}
		p, err := g.archive().Verify(t.Context(), g.anchors)
		if err != nil || archwire.CodeOf(p.Err()) != archwire.Mismatch {
			rt.Errorf("the end of %s is gone, and verify says %v, %v", filepath.Base(file), p.Err(), err)
		}
	})
}

func TestVerify_FindsWhatIsGone(t *testing.T) {
	for i := range 4 {
		g, files := segments(t)
		if err := os.Remove(files[i]); err != nil {
			t.Fatal(err)
		}
		p := g.proof(t)
		if i == 0 {
			// What was kept long enough goes from the front.
			if p.Err() != nil || p.Chains[0].Retired == 0 {
				t.Errorf("without the first segment: %+v", p)
			}
			continue
		}
		if archwire.CodeOf(p.Err()) != archwire.Mismatch {
			t.Errorf("segment %d is gone, and verify says %+v", i, p)
		}
	}
	g, files := segments(t)
	if err := os.RemoveAll(filepath.Dir(files[0])); err != nil {
		t.Fatal(err)
	}
	g.clock.pass(2 * time.Hour)
	if p := g.proof(t); archwire.CodeOf(p.Err()) != archwire.Mismatch {
		t.Errorf("the chain is gone, and verify says %+v", p)
	}
}

func TestOpen_DoesNotGoOnWithAChainThatLostItsEnd(t *testing.T) {
	g := newGround(t)
	g.Store = nil
	g.with(t, entry(1, "7"), entry(2, "7"))
	files, _ := filepath.Glob(filepath.Join(g.Dir, "*", "*.ledger"))
	all, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], all[:len(all)-1], 0o600); err != nil {
		t.Fatal(err)
	}
	g.with(t, entry(3, "7"))
	p := g.proof(t)
	if archwire.CodeOf(p.Err()) != archwire.Mismatch || len(p.Chains) != 2 {
		t.Errorf("proof %+v; want a second chain, and the first told of", p)
	}
	if after, err := os.ReadFile(files[0]); err != nil || len(after) != len(all)-1 {
		t.Errorf("what is left of the first has %d bytes instead of %d, %v", len(after), len(all)-1, err)
	}
}

func FuzzSegment(f *testing.F) {
	dir := f.TempDir()
	f.Add([]byte("x"))
	f.Add([]byte("0000000000000000000000000000000000000000000000000000000000000000 {}\n"))
	f.Fuzz(func(t *testing.T, all []byte) {
		path := filepath.Join(dir, "c", "000000000000.ledger")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, all, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := (&ledger.Archive{Dir: dir}).Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		// Nobody finds a SHA-256 by chance.
		if p.Err() == nil {
			t.Errorf("%q passes for a ledger", all)
		}
	})
}
