package warehousetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func testBeginPreparesStaging(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	begin(t, w, "run", payer)
	if rows, err := tryQuery(w, "select * from rcm.payer"); err == nil {
		t.Errorf("a table that was never committed gives %v", rows)
	}
}

func testBeginSweeps(t *testing.T, open Opener) {
	folder := t.TempDir()
	w := open(t, folder)
	lost := begin(t, w, "lost", payer)
	stage(t, lost, payer, batches(payer, []any{1, "lost"}))
	if err := w.Close(); err != nil { // as if the process had ended
		t.Fatal(err)
	}
	w = open(t, folder)
	first := begin(t, w, "first", payer)
	stage(t, first, payer, batches(payer, []any{2, "left"}))
	second := begin(t, w, "second", payer)
	if _, err := first.Stage(context.Background(), payer, archwire.Chunk{}, batches(payer, []any{3, "late"})); err == nil {
		t.Error("a load that another one has swept still stages")
	}
	stage(t, second, payer, batches(payer, []any{4, "kept"}))
	if _, err := second.Commit(context.Background(), today, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"4|kept"}, query(t, w, "select id, name from rcm.payer")); diff != "" {
		t.Error(diff)
	}
}

func testBeginRefuses(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	table := archwire.Table{Source: "rcm", Name: "odd", Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}}, {Name: "ID", Type: archwire.Type{Kind: archwire.Int64}},
	}}
	_, err := w.Begin(context.Background(), "run", []archwire.LoadTable{{Table: table}})
	if err != nil { // a warehouse may also hold such columns
		wantCode(t, err, archwire.Invalid)
	}
}

func testStagedRowsAreHidden(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadAll(t, w, "one", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "old"})}, payer)
	l := begin(t, w, "two", payer)
	stage(t, l, payer, batches(payer, []any{2, "new"}))
	if diff := cmp.Diff([]string{"1|old"}, query(t, w, "select id, name from rcm.payer")); diff != "" {
		t.Error(diff)
	}
}

func testStageCounts(t *testing.T, open Opener) {
	l := begin(t, open(t, t.TempDir()), "run", payer)
	if n := stage(t, l, payer, several()); n != 0 {
		t.Errorf("no batch is %d rows", n)
	}
	n := stage(t, l, payer, several(batch(payer, []any{1, "a"}, []any{2, nil}), batch(payer), batch(payer, []any{3, ""})))
	if n != 3 {
		t.Errorf("staging 3 rows returned %d", n)
	}
}

func testStageAtOnce(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	l := begin(t, w, "run", payer, ledger)
	var calls sync.WaitGroup
	for i := range 8 {
		calls.Go(func() {
			table, rows := payer, batches(payer, []any{i, "x"}, []any{100 + i, nil})
			if i%2 == 1 {
				table, rows = ledger, batches(ledger, []any{1, i, "1.25", int32(0)})
			}
			if _, err := l.Stage(context.Background(), table, archwire.Chunk{}, rows); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	if _, err := l.Commit(context.Background(), today, nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"8|424|4|5.00"}
	got := query(t, w, "select p.n, p.s, l.m, l.u from (select count(*) as n, sum(id) as s from rcm.payer) p,"+
		" (select count(*) as m, sum(amount) as u from rcm.ledger) l")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

var errSource = errors.New("the source went away")

// broken gives many rows and then fails.
func broken(rows archwire.Batch, times int) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for range times {
			if !yield(rows, nil) {
				return
			}
		}
		yield(nil, errSource)
	}
}

func testFailedStage(t *testing.T, open Opener) {
	for _, times := range []int{0, 1, 100} {
		l := begin(t, open(t, t.TempDir()), "run", payer)
		stage(t, l, payer, batches(payer, []any{1, "kept"}))
		var rows [][]any
		for i := range 4096 {
			rows = append(rows, []any{i, "lost"})
		}
		_, err := l.Stage(context.Background(), payer, archwire.Chunk{}, broken(batch(payer, rows...), times))
		if !errors.Is(err, errSource) {
			t.Errorf("the error is %v, want the source's own", err)
		}
		wantCount(t, l, payer, 1)
		stage(t, l, payer, batches(payer, []any{2, "again"}))
		wantCount(t, l, payer, 2)
	}
}

func testCancelledStage(t *testing.T, open Opener) {
	l := begin(t, open(t, t.TempDir()), "run", payer)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := l.Stage(ctx, payer, archwire.Chunk{}, func(yield func(archwire.Batch, error) bool) {
		if yield(batch(payer, []any{1, "lost"}), nil) {
			cancel()
			yield(batch(payer, []any{2, "lost"}), nil)
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
	wantCount(t, l, payer, 0)
}

func testStageChecksTypes(t *testing.T, open Opener) {
	l := begin(t, open(t, t.TempDir()), "run", payer)
	if _, err := l.Stage(context.Background(), payer, archwire.Chunk{}, batches(ledger, []any{1, 2, "1.00", int32(0)})); err == nil {
		t.Error("rows of another table were staged")
	}
	wantCount(t, l, payer, 0)
}

func wantCount(t *testing.T, l archwire.Load, table archwire.Table, want int64) {
	t.Helper()
	n, err := l.Count(context.Background(), table)
	if err != nil || n != want {
		t.Errorf("%s has %d rows staged and the error %v, want %d", table.ID(), n, err, want)
	}
}

func testCount(t *testing.T, open Opener) {
	l := begin(t, open(t, t.TempDir()), "run", payer, ledger)
	wantCount(t, l, payer, 0)
	stage(t, l, payer, batches(payer, []any{1, "a"}, []any{1, "a"}))
	wantCount(t, l, payer, 2)
	wantCount(t, l, ledger, 0)
}

func testCommitReplaces(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	one := map[string]archwire.Batches{
		"rcm.payer":  batches(payer, []any{1, "a"}, []any{2, "b"}),
		"rcm.ledger": batches(ledger, []any{1, 1, "10.00", int32(0)}),
	}
	loadAll(t, w, "one", one, payer, ledger)
	wider := payer
	wider.Columns = append(slices.Clone(payer.Columns), archwire.Column{Name: "active", Type: archwire.Type{Kind: archwire.Bool}})
	loadAll(t, w, "two", map[string]archwire.Batches{"rcm.payer": batches(wider, []any{3, "c", true})}, wider)
	if diff := cmp.Diff([]string{"3|c|true"}, query(t, w, "select * from rcm.payer")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"1|1|10.00|0"}, query(t, w, "select * from rcm.ledger")); diff != "" {
		t.Errorf("a table that is not in the load has changed: %s", diff)
	}
}

func testCommitEmpty(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadAll(t, w, "one", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "a"})}, payer)
	loadAll(t, w, "two", nil, payer)
	if got := query(t, w, "select * from rcm.payer"); len(got) != 0 {
		t.Errorf("the table has %v, want no row", got)
	}
}

func testCommitWritesJournal(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	l := begin(t, w, "run-1", payer)
	at := archwire.Instant{Time: time.Date(2026, 11, 20, 1, 2, 3, 456789000, time.UTC), Mark: "00000003-0000001B-1"}
	c, err := l.Commit(context.Background(), today, []archwire.JournalRow{
		{Run: "run-1", Table: "rcm.payer", Mode: "cursor", At: at, Rows: 0, Position: "2026-11-20T01:02:03.5Z", Definition: "0a1b"},
	})
	if err != nil || c.AsOf != "2026-11-20" {
		t.Fatalf("the business date is %q and the error %v", c.AsOf, err)
	}
	if diff := cmp.Diff([]string{"20777|run-1"}, query(t, w, "select as_of, run_id from archwire.run")); diff != "" {
		t.Error(diff)
	}
	loaded, err := w.Loaded(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	row := loaded["rcm.payer"]
	if row.LoadedAt.IsZero() {
		t.Error("the warehouse did not set LoadedAt")
	}
	want := archwire.JournalRow{
		Run: "run-1", Table: "rcm.payer", Mode: "cursor", At: at,
		Position: "2026-11-20T01:02:03.5Z", Definition: "0a1b", LoadedAt: row.LoadedAt,
	}
	if diff := cmp.Diff(map[string]archwire.JournalRow{"rcm.payer": want}, loaded); diff != "" {
		t.Error(diff)
	}
}

func testCommitAsksAfter(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	loadAll(t, w, "one", map[string]archwire.Batches{"rcm.ledger": batches(ledger, []any{1, 1, "1.00", int32(20776)})}, ledger)
	l := begin(t, w, "two", ledger)
	stage(t, l, ledger, batches(ledger, []any{1, 1, "1.00", int32(20777)}))
	c, err := l.Commit(context.Background(), archwire.Query{SQL: "select max(posted_on) from rcm.ledger"}, nil)
	if err != nil || c.AsOf != "2026-11-20" {
		t.Errorf("the business date is %q and the error %v, want that of the rows just loaded", c.AsOf, err)
	}
}

func testCommitError(t *testing.T, open Opener) {
	for _, sql := range []string{
		"select max(posted_on) from rcm.nowhere",       // no such table
		"select posted_on from rcm.ledger",             // two rows
		"select posted_on, id from rcm.ledger limit 1", // two columns
		"select cast(null as date)",                    // no date
		"drop table rcm.ledger",                        // no query
		"selec",
	} {
		w := open(t, t.TempDir())
		loadAll(t, w, "one", map[string]archwire.Batches{"rcm.ledger": batches(ledger, []any{1, 1, "1.00", int32(0)})}, ledger)
		l := begin(t, w, "two", ledger)
		stage(t, l, ledger, batches(ledger, []any{7, 1, "1.00", int32(1)}, []any{7, 2, "1.00", int32(2)}))
		_, err := l.Commit(context.Background(), archwire.Query{SQL: sql}, []archwire.JournalRow{{Run: "two", Table: "rcm.ledger", Mode: "full"}})
		wantCode(t, err, archwire.Invalid)
		if diff := cmp.Diff([]string{"1|1|1.00|0"}, query(t, w, "select * from rcm.ledger")); diff != "" {
			t.Errorf("%s: %s", sql, diff)
		}
		if diff := cmp.Diff([]string{"one"}, query(t, w, "select run_id from archwire.run")); diff != "" {
			t.Errorf("%s: %s", sql, diff)
		}
		if loaded, err := w.Loaded(context.Background()); err != nil || len(loaded) != 0 {
			t.Errorf("%s: the journal has %v and the error %v", sql, loaded, err)
		}
	}
}

func testCommitKeepsReaders(t *testing.T, open Opener, limits Limits) {
	w := open(t, t.TempDir())
	var rows [][]any
	for i := range orElse(limits.Rows, 200_000) {
		rows = append(rows, []any{i, "old"})
	}
	loadAll(t, w, "one", map[string]archwire.Batches{"rcm.payer": batches(payer, rows...)}, payer)
	n, committed := 0, false
	for b, err := range w.Query(context.Background(), archwire.Query{SQL: "select name from rcm.payer"}) {
		if err != nil {
			t.Fatal(err)
		}
		if !committed {
			committed = true
			loadAll(t, w, "two", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "new"})}, payer)
		}
		for i := range int(b.NumRows()) {
			if show(b.Column(0), i) != "old" {
				t.Fatal("an open query sees rows of a later load")
			}
		}
		n += int(b.NumRows())
	}
	if n != len(rows) {
		t.Errorf("the open query gave %d rows, want %d", n, len(rows))
	}
	if diff := cmp.Diff([]string{"new"}, query(t, w, "select name from rcm.payer")); diff != "" {
		t.Error(diff)
	}
}

func testEndedLoad(t *testing.T, open Opener) {
	ctx := context.Background()
	w := open(t, t.TempDir())
	l := begin(t, w, "run", payer)
	if _, err := l.Commit(ctx, today, nil); err != nil {
		t.Fatal(err)
	}
	_, err := l.Stage(ctx, payer, archwire.Chunk{}, batches(payer, []any{1, "late"}))
	wantCode(t, err, archwire.Conflict)
	_, err = l.Count(ctx, payer)
	wantCode(t, err, archwire.Conflict)
	_, err = l.Commit(ctx, today, nil)
	wantCode(t, err, archwire.Conflict)
}

func testAbort(t *testing.T, open Opener) {
	ctx := context.Background()
	w := open(t, t.TempDir())
	loadAll(t, w, "one", map[string]archwire.Batches{"rcm.payer": batches(payer, []any{1, "old"})}, payer)
	l := begin(t, w, "two", payer)
	stage(t, l, payer, batches(payer, []any{2, "new"}))
	for range 2 {
		if err := l.Abort(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Commit(ctx, today, nil); err == nil {
		t.Error("an aborted load was committed")
	}
	if diff := cmp.Diff([]string{"1|old"}, query(t, w, "select * from rcm.payer")); diff != "" {
		t.Error(diff)
	}
}

func testAbortAfterCommit(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	l := begin(t, w, "one", payer)
	stage(t, l, payer, batches(payer, []any{1, "kept"}))
	if _, err := l.Commit(context.Background(), today, nil); err != nil {
		t.Fatal(err)
	}
	next := begin(t, w, "two", payer)
	stage(t, next, payer, batches(payer, []any{2, "next"}))
	if err := l.Abort(context.Background()); err != nil {
		t.Fatal(err)
	}
	wantCount(t, next, payer, 1)
	if diff := cmp.Diff([]string{"1|kept"}, query(t, w, "select * from rcm.payer")); diff != "" {
		t.Error(diff)
	}
}

func testLoaded(t *testing.T, open Opener) {
	ctx := context.Background()
	w := open(t, t.TempDir())
	if loaded, err := w.Loaded(ctx); err != nil || len(loaded) != 0 {
		t.Errorf("a new warehouse has loaded %v (%v)", loaded, err)
	}
	for i, tables := range [][]archwire.Table{{payer, ledger}, {payer}} {
		l := begin(t, w, archwire.RunID(fmt.Sprint("run-", i)), tables...)
		var journal []archwire.JournalRow
		for _, table := range tables {
			journal = append(journal, archwire.JournalRow{Run: archwire.RunID(fmt.Sprint("run-", i)), Table: table.ID(), Mode: "full", Rows: int64(i)})
		}
		if _, err := l.Commit(ctx, today, journal); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := w.Loaded(ctx)
	if err != nil || len(loaded) != 2 || loaded["rcm.payer"].Run != "run-1" || loaded["rcm.ledger"].Run != "run-0" {
		t.Errorf("loaded is %v (%v), want the second run for payer and the first for ledger", loaded, err)
	}
}
