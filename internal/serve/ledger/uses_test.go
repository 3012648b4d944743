package ledger_test

import (
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
	"archwire/internal/serve/ledger"
)

func TestUses_SayWhoTookWhatOfADatasetAndWhen(t *testing.T) {
	g := newGround(t)
	named, all, old, metric, older := entry(1, "17"), entry(2, "17", "18"), entry(0, "17"), entry(4, "17"), entry(5, "17")
	named.Contract = 2
	all.Client, all.Fields, all.Contract = "north", nil, 2
	again := all
	again.At, again.Outcome = noon.Add(time.Minute), ledger.Cut
	old.At = noon.AddDate(0, 0, -91)
	metric.Resource, metric.Name, metric.Fields = "metric", "net_collections", nil
	metric.Query = "by=practice%2Cpayer_kind&filter%5Blocation_id%5D=3&from=2026-01-01"
	older.Name, older.Resource, older.Outcome = "collections_daily@1", "export", ledger.Begun
	ann, partner := entry(6, "17"), entry(7, "17")
	ann.Client, ann.Person, ann.Contract = "", "ann1", 2
	partner.Person, partner.Contract = "bob2", 3 // calls for the client
	g.with(t, old, named, all, again, metric, older, ann, partner)
	got, err := g.archive().Uses(t.Context(), noon.AddDate(0, 0, -90))
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Use{
		{
			Name: "collections_daily", Contract: 2, Person: "ann1", Profile: archwire.Pseudonymous,
			Columns: []string{"location_id", "net_amount"}, Answers: 1, Last: ann.At,
		},
		{
			Name: "collections_daily", Contract: 2, Client: "analytics", Profile: archwire.Pseudonymous,
			Columns: []string{"location_id", "net_amount"}, Answers: 1, Last: named.At,
		},
		{
			Name: "collections_daily", Contract: 1, Client: "analytics", Profile: archwire.Pseudonymous,
			Columns: []string{"location_id", "net_amount"}, Last: older.At,
		},
		{
			Name: "collections_daily", Contract: 3, Client: "analytics", Profile: archwire.Pseudonymous,
			Columns: []string{"location_id", "net_amount"}, Answers: 1, Last: partner.At,
		},
		{
			Name: "collections_daily", Contract: 2, Client: "north", Profile: archwire.Pseudonymous,
			All: true, Columns: []string{"location_id"}, Answers: 1, Last: again.At,
		},
		{
			Metric: true, Name: "net_collections", Client: "analytics", Profile: archwire.Pseudonymous,
			Columns: []string{"location_id", "payer_kind", "practice"}, Answers: 1, Last: metric.At,
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// Segments that were closed before the time asked about are not read: they may be
// thousands.
func TestUses_LeaveOldSegmentsAlone(t *testing.T) {
	g := newGround(t)
	g.SegmentBytes = 1 // each entry begins another one, with the next upkeep
	for day := range 9 {
		e := entry(day, "17")
		e.At = g.clock.now()
		g.with(t, e)
		g.clock.pass(24 * time.Hour)
	}
	first := g.found(t, ledger.Filter{})[0]
	names, err := g.Store.List(t.Context(), "ledger/")
	if err != nil || len(names) < 9 {
		t.Fatalf("%d segments, %v", len(names), err)
	}
	// The oldest cannot be read any more; nobody asks it.
	if err := g.Store.Put(t.Context(), names[0].Name, strings.NewReader("")); err != nil {
		t.Fatal(err)
	}
	for back := 1; back < 8; back++ {
		got, err := g.archive().Uses(t.Context(), g.clock.now().AddDate(0, 0, -back))
		if err != nil || len(got) != 1 || got[0].Answers != back {
			t.Errorf("in the last %d days: %+v, %v", back, got, err)
		}
	}
	if _, err := g.archive().Uses(t.Context(), first.At); err == nil {
		t.Error("a segment that is not what was written is used")
	}
}

// What a summary says of a segment is what the segment says: asked twice, the
// answer is the same, and the second one reads no segment but the one of the day
// that is asked about.
func TestUses_AreTheSameFromSummaries(t *testing.T) {
	g := newGround(t)
	for day := range 5 {
		e, more := entry(day, "17"), entry(day, "18")
		e.At, more.At, more.Client = g.clock.now(), g.clock.now(), "north"
		g.with(t, e, more)
		g.clock.pass(24 * time.Hour)
	}
	since := g.clock.now().AddDate(0, 0, -4)
	first, err := g.archive().Uses(t.Context(), since)
	if err != nil || len(first) != 2 || first[0].Answers != 4 {
		t.Fatalf("%+v, %v", first, err)
	}
	made, err := g.Store.List(t.Context(), "ledger-uses/")
	if err != nil || len(made) == 0 {
		t.Fatalf("%v summaries, %v", made, err)
	}
	second, err := g.archive().Uses(t.Context(), since)
	if diff := cmp.Diff(first, second); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if err := g.Store.Put(t.Context(), made[0].Name, strings.NewReader(`[{"name": "claims", "client": "", "all": true}]`)); err != nil {
		t.Fatal(err)
	}
	if got, err := g.archive().Uses(t.Context(), since); err != nil || !cmp.Equal(first, got) {
		t.Errorf("from a summary that names nobody: %+v, %v", got, err)
	}
	if err := g.Store.Put(t.Context(), made[0].Name, strings.NewReader("{")); err != nil {
		t.Fatal(err)
	}
	third, err := g.archive().Uses(t.Context(), since)
	if diff := cmp.Diff(first, third); err != nil || diff != "" {
		t.Error("from a summary that is none:", err, diff)
	}
	g.clock.pass(100 * 24 * time.Hour)
	g.with(t, entry(1, "17"))
	if _, err := g.archive().Retain(t.Context(), g.clock.now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	kept, err := g.Store.List(t.Context(), "ledger-uses/")
	if err != nil || len(kept) >= len(made) {
		t.Errorf("%v summaries outlive their segments, %v", kept, err)
	}
}

func BenchmarkUses(b *testing.B) {
	dir := b.TempDir()
	l, err := ledger.Open(b.Context(), ledger.Config{Dir: dir, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	const entries = 100_000
	var wg sync.WaitGroup
	for at := range 100 {
		wg.Go(func() {
			for i := range entries / 100 {
				if err := l.Append(b.Context(), entry(at*1000+i, "7")); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		uses, err := (&ledger.Archive{Dir: dir}).Uses(b.Context(), noon)
		if err != nil || len(uses) != 1 {
			b.Fatal(uses, err)
		}
	}
	b.ReportMetric(float64(entries)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
