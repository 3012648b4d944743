package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/serve/ledger"
)

func TestAppend_IsFoundAgain(t *testing.T) {
	g := newGround(t)
	want := []ledger.Entry{entry(1, "7"), entry(2, "7", "8"), entry(3, "9")}
	g.with(t, want...)
	if diff := cmp.Diff(want, g.found(t, ledger.Filter{})); diff != "" {
		t.Errorf("entries (-appended +found):\n%s", diff)
	}
}

func TestAppend_IsChainedAsTheFormatSays(t *testing.T) {
	g := newGround(t)
	g.Store = nil
	g.with(t, entry(1, "7"), entry(2, "8"))
	files, err := filepath.Glob(filepath.Join(g.Dir, "*", "*.ledger"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	all, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	before := strings.Repeat("0", 64)
	n := 0
	for line := range strings.Lines(string(all)) {
		sum := sha256.Sum256([]byte(before + " " + strings.TrimSuffix(line[65:], "\n")))
		if before = line[:64]; before != hex.EncodeToString(sum[:]) || !strings.HasSuffix(line, "}\n") {
			t.Errorf("line %d is not linked as docs/format/ledger.md says: %s", n, line)
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d lines, want a header and two entries", n)
	}
}

func TestAppend_ByManyAtOnceLosesNone(t *testing.T) {
	g := newGround(t)
	l := g.open(t)
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 50 {
				if err := l.Append(t.Context(), entry(worker*1000+i, "7")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range g.found(t, ledger.Filter{}) {
		seen[e.Request] = true
	}
	if p := g.proof(t); len(seen) != 400 || p.Err() != nil || p.Chains[0].Entries != 400 {
		t.Errorf("%d entries of 400 are there; proof %+v", len(seen), p)
	}
}

func TestOpen_GoesOnWithTheChainThatWasLeft(t *testing.T) {
	g := newGround(t)
	g.with(t, entry(1, "7"))
	g.with(t, entry(2, "7"))
	p := g.proof(t)
	if p.Err() != nil || len(p.Chains) != 1 || p.Chains[0].Entries != 2 {
		t.Errorf("proof %+v, want one chain with two entries", p)
	}
}

func TestOpen_GivesEachProcessAChainOfItsOwn(t *testing.T) {
	g := newGround(t)
	first, second := g.open(t), g.open(t)
	for i, l := range []*ledger.Ledger{first, second} {
		if err := l.Append(t.Context(), entry(i, "7")); err != nil {
			t.Fatal(err)
		}
		defer l.Close() //nolint:errcheck // the test is over
	}
	if first.Head().Chain == second.Head().Chain {
		t.Error("two ledgers write one chain")
	}
	if p := g.proof(t); p.Err() != nil || len(p.Chains) != 2 || len(g.found(t, ledger.Filter{})) != 2 {
		t.Errorf("proof %+v, want two chains", p)
	}
}

func TestClose_TakesNoMore(t *testing.T) {
	g := newGround(t)
	l := g.open(t)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Append(t.Context(), entry(1, "7")); archwire.CodeOf(err) != archwire.Unavailable {
		t.Errorf("an entry after Close: %v, want Unavailable", err)
	}
}

func TestSegments_MoveToTheStoreAndAreRetained(t *testing.T) {
	g := newGround(t)
	g.SegmentBytes = 1 // each upkeep begins another
	for i := range 4 {
		g.with(t, entry(i, "7"))
		g.clock.pass(24 * time.Hour)
	}
	infos, err := g.Store.List(t.Context(), "ledger/")
	if err != nil || len(infos) != 4 {
		t.Fatalf("the store holds %v, %v; want 4 segments", infos, err)
	}
	local, _ := filepath.Glob(filepath.Join(g.Dir, "*", "*.ledger"))
	if p := g.proof(t); p.Err() != nil || p.Chains[0].Entries != 4 || len(local) != 1 {
		t.Errorf("proof %+v with %d segments on this machine", p, len(local))
	}
	// The first segment was begun at noon and its successor then, too; those of the
	// first and second day are older than the third.
	removed, err := g.archive().Retain(t.Context(), noon.Add(36*time.Hour))
	p := g.proof(t)
	if err != nil || p.Err() != nil || removed == 0 || p.Chains[0].Retired == 0 {
		t.Fatalf("%d removed, %v; proof %+v", removed, err, p)
	}
	var kept []string
	for _, e := range g.found(t, ledger.Filter{}) {
		kept = append(kept, e.Request)
	}
	if diff := cmp.Diff([]string{"r2", "r3"}, kept); diff != "" {
		t.Errorf("entries kept (-want +got):\n%s", diff)
	}
}

func TestFind_TellsATenantNothingOfOthers(t *testing.T) {
	g := newGround(t)
	g.with(t, entry(1, "7", "8"), entry(2, "8"), entry(3, "7"))
	got := g.found(t, ledger.Filter{Tenant: "7", From: noon.Add(time.Second), Until: noon.Add(4 * time.Second)})
	if len(got) != 2 || got[0].Request != "r1" || got[1].Request != "r3" {
		t.Fatalf("found %+v", got)
	}
	for _, e := range got {
		for _, p := range e.Parts {
			if p.Tenant != "7" {
				t.Errorf("tenant 7 is told of %s", p.Tenant)
			}
		}
	}
	for name, f := range map[string]ledger.Filter{
		"another client":  {Client: "other"},
		"another dataset": {Name: "claims"},
		"later":           {From: noon.Add(time.Hour)},
		"earlier":         {Until: noon},
	} {
		if got := g.found(t, f); len(got) != 0 {
			t.Errorf("%s: found %d entries", name, len(got))
		}
	}
}

func TestWho_NamesAnswersWithThePerson(t *testing.T) {
	g := newGround(t)
	secret := []byte("the ledger's secret")
	h := ledger.NewHasher(secret)
	h.Add([]byte("patient 1"))
	h.Add([]byte("patient 2"))
	h.Add([]byte("patient 1"))
	rows := entry(1, "7")
	rows.Parts[0].Subjects = h.Subjects()
	if len(rows.Parts[0].Subjects) != 2 {
		t.Errorf("two persons are %d subjects", len(rows.Parts[0].Subjects))
	}
	h.Add([]byte("patient 3"))
	if err := (ledger.Lists{Store: g.Store}).Put(t.Context(), noon, "abcd", h.Subjects()); err != nil {
		t.Fatal(err)
	}
	whole := entry(2, "7", "8")
	whole.Parts[0] = ledger.Part{Tenant: "7", Rows: 5, Slice: "abcd"}
	l := g.open(t)
	for _, e := range []ledger.Entry{rows, whole, entry(3, "7")} {
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	defer l.Close() //nolint:errcheck // the test is over
	for person, want := range map[string]string{"patient 1": "r1", "patient 2": "r1", "patient 3": "r2", "patient 4": ""} {
		var got []string
		for r, err := range g.archive().Who(t.Context(), ledger.NewHasher(secret).Person([]byte(person))) {
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Parts) != 1 {
				t.Errorf("%s was in one part of %s, not %d", person, r.Request, len(r.Parts))
			}
			got = append(got, r.Request)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s was in %v, want %q", person, got, want)
		}
	}
	files, _ := filepath.Glob(filepath.Join(g.Dir, "*", "*.ledger"))
	if len(files) != 1 {
		t.Fatalf("files %v", files)
	}
	for _, f := range files {
		all, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(all, []byte("patient")) {
			t.Errorf("%s holds the key of a person", f)
		}
	}
}

// TestWho_NamesStreamsWithoutAnEnd looks for a person in streams: what ended is told
// by its end, whatever it said, and what did not may have been sent.
func TestWho_NamesStreamsWithoutAnEnd(t *testing.T) {
	g := newGround(t)
	secret := []byte("the ledger's secret")
	h := ledger.NewHasher(secret)
	h.Add([]byte("patient 1"))
	with := func(n int, stream string, o ledger.Outcome, persons ledger.Subjects, tenants ...string) ledger.Entry {
		e := entry(n, tenants...)
		e.Request, e.Stream, e.Outcome = "alike", stream, o // a caller that names all its requests alike
		for i := range e.Parts {
			e.Parts[i].Subjects = persons
		}
		return e
	}
	one := h.Subjects()
	l := g.open(t)
	for _, e := range []ledger.Entry{
		with(1, "ended", ledger.Begun, one, "7"), with(1, "ended", ledger.Sent, one, "7"),
		with(2, "without", ledger.Begun, one, "7"), with(2, "without", ledger.Sent, nil, "7"), // what was sent is not about the person
		with(3, "died", ledger.Begun, one, "7"), // the server did
		with(4, "", ledger.Begun, one, "7"),     // which no entry can be told to end
		with(4, "", ledger.Begun, one, "7"), with(4, "", ledger.Sent, nil, "7"),
		with(3, "again", ledger.Begun, nil, "7"), with(3, "again", ledger.Sent, nil, "7"), with(3, "again", ledger.Cut, nil, "7"),
	} {
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	defer l.Close() //nolint:errcheck // the test is over
	var got []string
	for r, err := range g.archive().Who(t.Context(), ledger.NewHasher(secret).Person([]byte("patient 1"))) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.Stream+" "+string(r.Outcome))
	}
	if diff := cmp.Diff([]string{"ended sent", "died begun", " begun", " begun"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
