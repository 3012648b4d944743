package ledger_test

import (
	"strings"
	"testing"
	"time"

	"archwire/internal/serve/ledger"
)

func TestRetain_RemovesPersonsOfSlicesThatNoEntryNames(t *testing.T) {
	g := newGround(t)
	day := func(n int) time.Time { return noon.Add(time.Duration(n) * 24 * time.Hour) }
	slices := map[string]time.Time{"first": day(0), "second": day(90), "third": day(180)}
	for _, slice := range []string{"first", "second", "third"} {
		l := g.open(t)
		if err := l.Keep(t.Context(), slice, ledger.Subjects{1}); err != nil {
			t.Fatal(err)
		}
		e := entry(1, "7")
		e.At, e.Parts[0].Subjects, e.Parts[0].Slice = g.clock.now(), nil, slice
		if err := l.Append(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		g.clock.pass(90 * 24 * time.Hour)
	}
	store := ledger.Archive{Store: g.Store} // what the last segment in it tells of stays
	for _, step := range []struct {
		before int
		want   string
	}{{30, "first second third"}, {100, "second third"}, {170, "third"}, {1000, "third"}} {
		if _, err := store.Retain(t.Context(), day(step.before)); err != nil {
			t.Fatal(err)
		}
		var kept []string
		for _, slice := range []string{"first", "second", "third"} {
			if _, ok, err := (ledger.Lists{Store: g.Store}).Get(t.Context(), slices[slice], slice); err != nil {
				t.Fatal(err)
			} else if ok {
				kept = append(kept, slice)
			}
		}
		if got := strings.Join(kept, " "); got != step.want {
			t.Errorf("before day %d: kept %s, want %s", step.before, got, step.want)
		}
		// Whatever is still told of can still be asked for.
		told, found := 0, 0
		for _, err := range store.Records(t.Context()) {
			if told++; err != nil {
				t.Fatal(err)
			}
		}
		for _, err := range store.Who(t.Context(), 1) {
			if found++; err != nil {
				t.Fatal(err)
			}
		}
		if told == 0 || told != found {
			t.Errorf("before day %d: %d of %d entries are found by the person", step.before, found, told)
		}
	}
}

func TestWho_FindsWhatWasKeptBeforeTheMonthEnded(t *testing.T) {
	g := newGround(t)
	last := time.Date(2026, 12, 31, 23, 59, 59, 0, time.UTC)
	if err := (ledger.Lists{Store: g.Store}).Put(t.Context(), last, "abcd", ledger.Subjects{1}); err != nil {
		t.Fatal(err)
	}
	e := entry(1, "7")
	e.At, e.Parts[0].Subjects, e.Parts[0].Slice = last.Add(2*time.Second), nil, "abcd"
	g.with(t, e)
	found := 0
	for _, err := range g.archive().Who(t.Context(), 1) {
		if found++; err != nil {
			t.Fatal(err)
		}
	}
	if found != 1 {
		t.Errorf("found %d entries, want 1", found)
	}
}
