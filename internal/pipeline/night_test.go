package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/pipeline"
	"archwire/internal/project"
	"archwire/internal/source/sourcetest"
)

// following makes the sales follow their ids, with deletes swept.
func following(b *bundle) *bundle {
	tables := b.runner.Project.Sources[0].Tables
	for i := range tables {
		if tables[i].Name == "sale" {
			tables[i].Sync, tables[i].Cursor, tables[i].Deletes, tables[i].Tenant = "append", "id", "sweep", "shop_id"
		}
	}
	b.runner.Project.Sources[0].MostDeletes = 10
	b.runner.Project.Verify.Days = 14
	return b
}

func detail(run archwire.Run, verb archwire.Verb, what string) archwire.Detail {
	for _, d := range run.Details {
		if d.Verb == verb && d.What == what {
			return d
		}
	}
	return archwire.Detail{}
}

// amounts is what sales.totals holds, as text.
func (b *bundle) amounts(t *testing.T) string {
	t.Helper()
	var out []string
	q := archwire.Query{SQL: "select shop_id || '=' || amount from sales.totals order by 1"}
	for batch, err := range b.runner.Warehouse.Query(t.Context(), q) {
		check(t, err)
		for row := range int(batch.NumRows()) {
			out = append(out, strings.Clone(batch.Column(0).ValueStr(row)))
		}
	}
	return strings.Join(out, " ")
}

func sale(id, shop int64, amount string) []any { return []any{id, shop, archwire.Number(amount)} }

func TestANightReadsWhatChanged(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	first, err := b.run(t)
	check(t, err)
	if d := detail(first, archwire.Extract, "app.sale"); d.Mode != "full" || d.Note != "first copy" || d.Rows != 3 {
		t.Errorf("the first run did %+v with the sales", d)
	}
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = append(s.Rows[1:], sale(4, 2, "0.01")) // 1 is gone
	})
	night, err := b.run(t)
	check(t, err)
	if d := detail(night, archwire.Extract, "app.sale"); d.Mode != "append" || d.Changed != 2 {
		t.Errorf("the night did %+v with the sales, want 2 rows changed", d)
	}
	if got, want := b.amounts(t), "1=0.10 2=100.00"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

func TestALateRowIsFoundByItsKey(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	for i := range b.runner.Project.Sources[0].Tables {
		b.runner.Project.Sources[0].Tables[i].Overlap.Keys = 0
	}
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = append(s.Rows, sale(-7, 1, "5.00")) }) // below what was read
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=15.10 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

func TestAnUnchangedNightRecomputesNothing(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	_, err := b.run(t)
	check(t, err)
	night, err := b.run(t)
	check(t, err)
	if d := detail(night, archwire.Refresh, "sales.totals"); !d.Skipped {
		t.Errorf("the model was refreshed: %+v", d)
	}
	if d := detail(night, archwire.Verify, "no_negative"); !d.Skipped {
		t.Errorf("the check was run: %+v", d)
	}
	if night.Publication == "" || b.current(t).ID != night.Publication {
		t.Errorf("in service is %s, want the night's publication %q", b.current(t).ID, night.Publication)
	}
}

// upgraded is a warehouse of which another version is in use.
type upgraded struct{ archwire.Warehouse }

func (upgraded) Dialect(context.Context) (string, error) { return "another", nil }

func TestAnUpgradeRecomputesWhatNothingElseChanged(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	_, err := b.run(t)
	check(t, err)
	b.runner.Warehouse = upgraded{b.runner.Warehouse}
	for _, want := range []bool{false, true} { // skipped
		night, err := b.run(t)
		check(t, err)
		if d := detail(night, archwire.Refresh, "sales.totals"); d.Skipped != want || !want && d.Mode != "all" {
			t.Errorf("the model was refreshed: %+v; want it left alone: %t", d, want)
		}
		if d := detail(night, archwire.Verify, "no_negative"); d.Skipped != want {
			t.Errorf("the check was run: %+v; want it left alone: %t", d, want)
		}
	}
}

func TestTheDeleteBrake(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = nil
		for i := range int64(100) {
			s.Rows = append(s.Rows, sale(i, 1, "1.00"))
		}
	})
	_, err := b.run(t)
	check(t, err)
	before := b.current(t).ID
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = s.Rows[:89] })
	run, err := b.run(t)
	braked, ok := errors.AsType[*pipeline.DeleteBrake](err)
	if !ok || braked.Removed != 11 || braked.Of != 100 || archwire.CodeOf(err) != archwire.Mismatch {
		t.Fatalf("the run ended with %v (%s), want the brake for 11 of 100 rows", err, archwire.CodeOf(err))
	}
	if !strings.Contains(run.Hint, "--accept-deletes") || len(run.Events) != 1 || run.Events[0] != archwire.EventBrake {
		t.Errorf("the run advises %q and tells of %v", run.Hint, run.Events)
	}
	if got := b.amounts(t); got != "1=100.00" || b.current(t).ID != before {
		t.Errorf("the totals are %q and in service is %s, want nothing changed", got, b.current(t).ID)
	}
	b.runner.AcceptDeletes = true
	_, err = b.run(t)
	check(t, err)
	if got := b.amounts(t); got != "1=89.00" {
		t.Errorf("the totals are %q after the deletes were accepted", got)
	}
}

// damage puts a row into the copy of the sales that the source does not have.
func (b *bundle) damage(t *testing.T, row []any) {
	t.Helper()
	ctx, table := t.Context(), b.runner.Project.Sources[0].Tables[0].Table
	wrong := sourcetest.NewFake("app", 2, saleTable(row))
	view, err := wrong.View(ctx)
	check(t, err)
	chunks, err := view.Chunks(ctx, table)
	check(t, err)
	load, err := b.runner.Warehouse.Begin(ctx, "damage", []archwire.LoadTable{{Table: table, Merge: true}})
	check(t, err)
	_, err = load.Patch(ctx, table, view.Batches(ctx, table.KeyTable(), chunks[0]), view.Batches(ctx, table, chunks[0]))
	check(t, err)
	_, err = load.Commit(ctx, archwire.Query{SQL: "select date '2026-11-20'"}, nil)
	check(t, err)
	check(t, view.Close())
}

// TestADamagedCopyBlocksPublication changes a row behind the warehouse's back.
func TestADamagedCopyBlocksPublication(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	_, err := b.run(t)
	check(t, err)
	before := b.current(t).ID
	b.damage(t, sale(2, 1, "1.10"))
	_, err = b.run(t)
	if archwire.CodeOf(err) != archwire.Mismatch || !strings.Contains(err.Error(), "app.sale: 0 rows are missing, 1 changed, 0 too many") {
		t.Fatalf("the run ended with %v, want that one row is changed", err)
	}
	if b.current(t).ID != before {
		t.Errorf("%s was published", b.current(t).ID)
	}
	report, err := b.runner.Verify(t.Context(), "verify", []string{"app.sale"})
	check(t, err)
	if len(report.Tables) != 1 || len(report.Tables[0].Keys) != 1 || report.Tables[0].Keys[0].Values[0] != "2" || report.Tables[0].Changed != 1 {
		t.Fatalf("the report is %+v, want that row 2 is changed", report)
	}
	b.runner.Repair = true
	report, err = b.runner.Verify(t.Context(), "repair", nil)
	check(t, err)
	check(t, report.Err())
	b.runner.Repair = false
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=10.10 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

func TestVerifyFollowsASourceAsARunDoes(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.runner.Project.Sources[0].Drift = project.DriftFollow
	declared := b.runner.Project
	b.source.AddColumn("sale", archwire.Column{Name: "note", Type: archwire.Type{Kind: archwire.Text}}, "new")
	_, err := b.run(t)
	check(t, err)
	b.runner.Project, b.runner.Repair = declared, true // as the next process reads it
	report, err := b.runner.Verify(t.Context(), "verify", nil)
	check(t, err)
	check(t, report.Err())
	for batch, err := range b.runner.Warehouse.Query(t.Context(), archwire.Query{SQL: "select count(*) from app.sale where note = 'new'"}) {
		check(t, err)
		if got := batch.Column(0).ValueStr(0); got != "3" {
			t.Errorf("%s rows of the copy have the new column after it was verified, want 3", got)
		}
	}
}

func TestVerifyComparesWhatHasNoKeyAndCountsIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sales := &b.runner.Project.Sources[0].Tables[0]
	sales.Key = nil
	_, err := b.run(t)
	check(t, err)
	b.runner.Repair = true
	report, err := b.runner.Verify(t.Context(), "verify", nil)
	check(t, err)
	check(t, report.Err())
	journal, err := b.runner.Warehouse.Loaded(t.Context())
	check(t, err)
	if row := journal[sales.ID()]; row.Run != "verify" || row.Rows != 3 {
		t.Errorf("the journal says %+v of %s, want 3 rows", row, sales.ID())
	}
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = s.Rows[1:] })
	b.runner.Repair = false
	report, err = b.runner.Verify(t.Context(), "again", nil)
	check(t, err)
	if archwire.CodeOf(report.Err()) != archwire.Mismatch || !strings.Contains(report.Err().Error(), sales.ID()) {
		t.Errorf("a row is too many and the verdict is %v", report.Err())
	}
	b.runner.Repair = true
	report, err = b.runner.Verify(t.Context(), "repair", nil)
	check(t, err)
	check(t, report.Err())
	journal, err = b.runner.Warehouse.Loaded(t.Context())
	check(t, err)
	if row := journal[sales.ID()]; row.Run != "repair" || row.Rows != 2 {
		t.Errorf("after the repair the journal says %+v of %s, want 2 rows", row, sales.ID())
	}
}

// forgetful is a warehouse that cannot write down what was loaded, as a process
// cannot that dies just then.
type forgetful struct{ archwire.Warehouse }

func (f forgetful) Published(ctx context.Context, marks map[string]archwire.Acknowledged) error {
	if marks["load"].Mark == "" {
		return f.Warehouse.Published(ctx, marks)
	}
	return &archwire.Error{Code: archwire.Unavailable, Message: "the process has died"}
}

// TestWhatIsPublishedIsDescribedByItsOwnLoad loads rows that fail a check, and then,
// in a run that dies right after its commit, others.
func TestWhatIsPublishedIsDescribedByItsOwnLoad(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	sound := b.runner.Warehouse
	b.source.Insert("sale", sale(4, 1, "-1.00"))
	if _, err := b.run(t); archwire.CodeOf(err) != archwire.Mismatch {
		t.Fatalf("the run ended with %v, want that a check failed", err)
	}
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = s.Rows[:2] })
	b.runner.Warehouse = forgetful{sound}
	if _, err := b.run(t); archwire.CodeOf(err) != archwire.Unavailable {
		t.Fatalf("the run ended with %v, want that the process died", err)
	}
	b.runner.Warehouse = sound
	_, err := b.run(t)
	check(t, err)
	for _, table := range b.current(t).Verification.Tables {
		if table.Table == "app.sale" && table.WarehouseRows != 2 {
			t.Errorf("the publication says that %d sales were verified, and holds 2", table.WarehouseRows)
		}
	}
}
