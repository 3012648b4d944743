package pipeline_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/sourcetest"
)

// vouching is following, with a source that vouches for what has not changed. The
// function it returns lists what the source was asked since it was called last.
func vouching(t *testing.T) (*bundle, func() []string) {
	t.Helper()
	b := following(setup(t))
	b.source.Vouch()
	var mu sync.Mutex
	var asked []string
	b.source.Watch(func(call sourcetest.Call, table string) {
		mu.Lock()
		defer mu.Unlock()
		if table != "" {
			asked = append(asked, string(call)+" "+table)
		}
	})
	return b, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := asked
		asked = nil
		return out
	}
}

// table is a declared table, to be declared otherwise.
func (b *bundle) table(t *testing.T, name string) *project.Table {
	t.Helper()
	tables := b.runner.Project.Sources[0].Tables
	at := slices.IndexFunc(tables, func(d project.Table) bool { return d.Name == name })
	if at < 0 {
		t.Fatalf("no table %s", name)
	}
	return &tables[at]
}

func TestWhatHasNotChangedIsNotRead(t *testing.T) {
	t.Parallel()
	b, asked := vouching(t)
	_, err := b.run(t)
	check(t, err)
	asked()
	b.source.Wait(time.Hour)
	night, err := b.run(t)
	check(t, err)
	if got := asked(); len(got) > 0 {
		t.Errorf("the source was asked %v", got)
	}
	for _, table := range []string{"app.sale", "app.shop"} {
		if d := detail(night, archwire.Extract, table); !d.Skipped || !strings.Contains(d.Note, "has not changed since it was copied") {
			t.Errorf("the run says %+v of %s", d, table)
		}
	}
	m := b.current(t)
	if m.ID != night.Publication || len(m.Verification.Tables) != 2 {
		t.Fatalf("in service is %s, which verified %+v", m.ID, m.Verification.Tables)
	}
	for _, v := range m.Verification.Tables {
		rows := map[string]int64{"app.sale": 3, "app.shop": 2}[v.Table]
		if v.SourceRows != rows || v.WarehouseRows != rows || !v.At.Equal(b.source.Now()) {
			t.Errorf("the publication says of %s: %+v, want %d rows as of now, %s", v.Table, v, rows, b.source.Now())
		}
	}

	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = append(s.Rows[1:], sale(4, 2, "0.01")) })
	next, err := b.run(t)
	check(t, err)
	if d := detail(next, archwire.Extract, "app.sale"); d.Skipped || d.Changed != 2 {
		t.Errorf("the run after a change says %+v", d)
	}
	if got, want := b.amounts(t), "1=0.10 2=100.00"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

// A table that is copied whole and gently is not read either while it is as it was.
func TestWhatHasNotChangedIsNotReadGently(t *testing.T) {
	t.Parallel()
	b, asked := vouching(t)
	b.runner.Project.Sources[0].Gentle = true
	b.table(t, "sale").Sync = "full"
	_, err := b.run(t)
	check(t, err)
	asked()
	night, err := b.run(t)
	check(t, err)
	if got := asked(); len(got) > 0 {
		t.Errorf("the source was asked %v", got)
	}
	for _, table := range []string{"app.sale", "app.shop"} {
		if d := detail(night, archwire.Extract, table); !d.Skipped {
			t.Errorf("the run says %+v of %s", d, table)
		}
	}
}

// TestWhatIsAskedForIsReadAllTheSame asks for more than that nothing has changed.
func TestWhatIsAskedForIsReadAllTheSame(t *testing.T) {
	t.Parallel()
	for what, ask := range map[string]func(*testing.T, *bundle){
		"all values":      func(_ *testing.T, b *bundle) { b.runner.VerifyAll = true },
		"a repair":        func(_ *testing.T, b *bundle) { b.runner.Repair = true },
		"another mode":    func(t *testing.T, b *bundle) { b.table(t, "sale").Sync = "checksum" },
		"other deletes":   func(t *testing.T, b *bundle) { b.table(t, "sale").Deletes = "none" },
		"another cursor":  func(t *testing.T, b *bundle) { b.table(t, "sale").Cursor = "shop_id" },
		"another source":  func(_ *testing.T, b *bundle) { b.source.Vouch() },
		"a copy in order": func(t *testing.T, b *bundle) { b.lose(t, 2) },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			b, asked := vouching(t)
			_, err := b.run(t)
			check(t, err)
			asked()
			ask(t, b)
			_, err = b.run(t)
			check(t, err)
			if got := asked(); !slices.ContainsFunc(got, func(call string) bool { return strings.HasSuffix(call, " sale") }) {
				t.Errorf("the source was asked %v, and nothing about the sales", got)
			}
			if got, want := b.amounts(t), "1=10.10 2=99.99"; got != want {
				t.Errorf("the totals are %q, want %q", got, want)
			}
		})
	}
}

// lose takes a row out of the copy of the sales.
func (b *bundle) lose(t *testing.T, id int64) {
	t.Helper()
	ctx, table := t.Context(), b.table(t, "sale").Table
	lost := sourcetest.NewFake("app", 2, saleTable(sale(id, 1, "0.00")))
	view, err := lost.View(ctx)
	check(t, err)
	chunks, err := view.Chunks(ctx, table)
	check(t, err)
	load, err := b.runner.Warehouse.Begin(ctx, "loss", []archwire.LoadTable{{Table: table, Merge: true}})
	check(t, err)
	_, err = load.Patch(ctx, table, view.Batches(ctx, table.KeyTable(), chunks[0]), nil)
	check(t, err)
	_, err = load.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, nil)
	check(t, err)
	check(t, view.Close())
}

// TestValuesAreComparedWhenTheyAreDue damages a copy that nothing has happened to.
func TestValuesAreComparedWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	b, _ := vouching(t)
	_, err := b.run(t)
	check(t, err)
	b.damage(t, sale(2, 1, "1.10"))
	b.source.Wait(24 * time.Hour)
	_, err = b.run(t)
	check(t, err)
	b.source.Wait(13 * 24 * time.Hour) // 14 are declared
	_, err = b.run(t)
	if archwire.CodeOf(err) != archwire.Mismatch || !strings.Contains(err.Error(), "app.sale: 0 rows are missing, 1 changed, 0 too many") {
		t.Fatalf("the run ended with %v, want that one row is changed", err)
	}
	_, err = b.run(t) // what is known to differ is compared first in each run
	if archwire.CodeOf(err) != archwire.Mismatch {
		t.Fatalf("the next run ended with %v", err)
	}
}

// TestWhatVerifyRefutedIsNotPublished damages copies of every mode that nothing
// has happened to, and has the damage found by verify alone.
func TestWhatVerifyRefutedIsNotPublished(t *testing.T) {
	t.Parallel()
	for mode, heals := range map[string]bool{"full": true, "checksum": true, "cursor": false} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			b, _ := vouching(t)
			if d := b.table(t, "sale"); mode != "cursor" {
				d.Sync, d.Cursor, d.Deletes = mode, "", ""
			}
			_, err := b.run(t)
			check(t, err)
			b.damage(t, sale(2, 1, "1.10"))
			b.source.Wait(time.Hour)
			report, err := b.runner.Verify(t.Context(), "look", []string{"app.sale"})
			if err = errors.Join(err, report.Err()); archwire.CodeOf(err) != archwire.Mismatch {
				t.Fatalf("verify ended with %v", err)
			}
			b.runner.VerifyAll = false // a run is a process of its own
			_, err = b.run(t)
			if heals {
				check(t, err)
				if got, want := b.amounts(t), "1=10.10 2=99.99"; got != want {
					t.Errorf("the totals are %q, want %q", got, want)
				}
			} else if archwire.CodeOf(err) != archwire.Mismatch {
				t.Errorf("the run after verify ended with %v", err)
			}
		})
	}
}

// TestACopyThatWasNotBroughtUpToDateIsRead repairs one table in between, which
// leaves another one as it was.
func TestACopyThatWasNotBroughtUpToDateIsRead(t *testing.T) {
	t.Parallel()
	b, _ := vouching(t)
	b.table(t, "sale").Sync, b.table(t, "sale").Cursor, b.table(t, "sale").Deletes = "checksum", "", ""
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = s.Rows[1:] })
	b.runner.Repair = true
	_, err = b.runner.Verify(t.Context(), "repair", []string{"app.shop"})
	check(t, err)
	b.runner.Repair, b.runner.VerifyAll = false, false
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=0.10 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}
