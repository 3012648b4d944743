package pipeline_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/pipeline"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/source/sourcetest"
)

// sales are the declared sales.
func (b *bundle) sales() *project.Table { return &b.runner.Project.Sources[0].Tables[0] }

// many makes the sales n of 1.00 each, all of one shop.
func (b *bundle) many(n int64) {
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = nil
		for i := range n {
			s.Rows = append(s.Rows, sale(i, 1, "1.00"))
		}
	})
}

// stamped gives the sales a column at of some kind, to be followed.
func (b *bundle) stamped(t *testing.T, kind archwire.Kind, n int64, at func(i int64) any) {
	t.Helper()
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Columns = append(s.Columns, archwire.Column{Name: "at", Type: archwire.Type{Kind: kind}, Nullable: true})
		s.Rows = nil
		for i := range n {
			s.Rows = append(s.Rows, append(sale(i, 1, "1.00"), at(i)))
		}
	})
	*b.sales() = project.Table{
		Table: sourcetest.Find(t, b.source, "sale"), Sync: "cursor", Cursor: "at", Deletes: "sweep",
		Overlap: project.Overlap{Time: time.Hour},
	}
	b.sales().Tenant = "shop_id"
}

func TestAnotherCursorCopiesAnew(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.many(100)
	b.sales().Deletes = "none"
	_, err := b.run(t)
	check(t, err)
	b.sales().Sync, b.sales().Cursor = "cursor", "shop_id" // as if it were a row version; far below the ids
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows[50][2] = archwire.Number("501.00") })
	run, err := b.run(t)
	check(t, err)
	if d := detail(run, archwire.Extract, "app.sale"); d.Mode != "full" || b.amounts(t) != "1=600.00" {
		t.Errorf("the run did %+v, and the totals are %q", d, b.amounts(t))
	}
}

// TestARowDatedAheadHidesNothing has a clock without a zone that is seven hours
// behind UTC, and a row dated this evening.
func TestARowDatedAheadHidesNothing(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	local := func(hours int) any {
		return arrow.Timestamp(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour).UnixMicro())
	}
	b.stamped(t, archwire.Timestamp, 20_000, func(i int64) any {
		if i == 0 {
			return local(13)
		}
		return local(-30)
	})
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows[19_990][2], s.Rows[19_990][3] = archwire.Number("501.00"), local(10) })
	_, err = b.run(t)
	check(t, err)
	if got := b.amounts(t); got != "1=20500.00" {
		t.Errorf("the totals are %q, want the update in them", got)
	}
}

func TestACursorMayBeInfinite(t *testing.T) {
	t.Parallel()
	for _, at := range []int64{-math.MaxInt64, math.MaxInt64} {
		b := following(setup(t))
		b.stamped(t, archwire.TimestampTZ, 50, func(int64) any { return arrow.Timestamp(at) })
		for range 3 {
			_, err := b.run(t)
			check(t, err)
		}
	}
}

// TestWhatDiffersBlocksUntilItIsEqual has a verification find a row that the
// shares of the next runs do not reach.
func TestWhatDiffersBlocksUntilItIsEqual(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.many(20_000)
	_, err := b.run(t)
	check(t, err)
	b.damage(t, sale(19_990, 1, "500.00"))
	report, err := b.runner.Verify(t.Context(), "verify", []string{"app.sale"})
	check(t, err)
	if report.Err() == nil || report.Tables[0].Changed != 1 {
		t.Fatalf("the verification says %+v", report)
	}
	b.runner.VerifyAll = false
	for range 2 {
		if _, err := b.run(t); archwire.CodeOf(err) != archwire.Mismatch {
			t.Fatalf("a run after that ended with %v, want a mismatch", err)
		}
	}
	b.runner.Repair = true
	_, err = b.run(t)
	check(t, err)
	b.runner.Repair = false
	_, err = b.run(t)
	check(t, err)
	if got := b.amounts(t); got != "1=20000.00" {
		t.Errorf("the totals are %q", got)
	}
}

// TestAWrongModelIsComputedInFull puts rows into a model that its SQL does not
// give; the sample of the next run finds them.
func TestAWrongModelIsComputedInFull(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.source.Change("shop", func(s *sourcetest.Table) {
		for i := int64(3); i < 12; i++ { // so that one of them is a small share
			s.Rows = append(s.Rows, []any{i, fmt.Sprint("S", i)})
		}
	})
	_, err := b.run(t)
	check(t, err)
	before := b.current(t).ID
	m := b.runner.Project.Models[0]
	wrong := m
	wrong.SQL = "select shop_id, as_of, (amount + case when shop_id = 2 then 900 else 0 end)::decimal(18,2) as amount from (" + m.SQL + ") x"
	p, err := b.runner.Warehouse.Pending(t.Context(), m.Name, m.Reads)
	check(t, err)
	_, err = b.runner.Warehouse.Refresh(t.Context(), wrong, archwire.RefreshScope{Seq: p.Seq, Mark: p.Mark})
	check(t, err)
	b.source.Insert("sale", sale(50, 1, "1.00"))
	if _, err := b.run(t); archwire.CodeOf(err) != archwire.Mismatch || !strings.Contains(err.Error(), m.Name) || b.current(t).ID != before {
		t.Fatalf("the run ended with %v and %s is in service", err, b.current(t).ID)
	}
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=11.10 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

// TestTheBrakeHoldsForRepairsAndMarks empties tables in every way.
func TestTheBrakeHoldsForRepairsAndMarks(t *testing.T) {
	t.Parallel()
	for _, sync := range []string{"append", "full", "checksum"} {
		b := following(setup(t))
		b.many(1000)
		b.sales().Sync, b.sales().Deletes = sync, "none"
		if sync != "append" {
			b.sales().Cursor = ""
		}
		_, err := b.run(t)
		check(t, err)
		b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = s.Rows[:5] })
		if _, err = b.run(t); archwire.CodeOf(err) != archwire.Mismatch {
			t.Errorf("%s: the run ended with %v", sync, err)
		}
		b.runner.Repair = true
		if _, err = b.runner.Verify(t.Context(), "repair", nil); archwire.CodeOf(err) != archwire.Mismatch || !strings.Contains(err.Error(), "have vanished") {
			t.Errorf("%s: the repair ended with %v, want the brake", sync, err)
		}
	}
	b := following(setup(t))
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Columns = append(s.Columns, archwire.Column{Name: "gone", Type: archwire.Type{Kind: archwire.Bool}, Nullable: true})
		s.Rows = nil
		for i := range int64(1000) {
			s.Rows = append(s.Rows, append(sale(i, 1, "1.00"), false))
		}
	})
	marked := sourcetest.Find(t, b.source, "sale")
	marked.Deleted, marked.Tenant = "gone", "shop_id"
	*b.sales() = project.Table{Table: marked, Sync: "append", Cursor: "id", Deletes: "soft", Overlap: project.Overlap{Keys: 10_000}}
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) {
		for i := 5; i < 1000; i++ {
			s.Rows[i][3] = true
		}
	})
	if _, err := b.run(t); archwire.CodeOf(err) != archwire.Mismatch || b.amounts(t) != "1=1000.00" {
		t.Errorf("995 rows were marked: %v, and the totals are %q", err, b.amounts(t))
	}
}

// unlucky is a publisher whose run is stopped.
type unlucky struct {
	pipeline.Publisher
	stop func()
}

func (u unlucky) Publish(ctx context.Context, _ publish.Input) (archwire.Manifest, publish.Stats, error) {
	u.stop()
	return archwire.Manifest{}, publish.Stats{}, ctx.Err()
}

// TestARunThatGoesOnDoesWhatItWasAsked: asked to compare all rows, a run reads the
// sources though an earlier one has left a load.
func TestARunThatGoesOnDoesWhatItWasAsked(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.many(20_000)
	_, err := b.run(t)
	check(t, err)
	b.damage(t, sale(19_990, 1, "500.00"))
	ctx, cancel := context.WithCancel(t.Context())
	sound := b.runner.Publisher
	b.runner.Publisher = unlucky{sound, cancel}
	*b.now = b.now.Add(time.Hour)
	if _, err = b.runner.Run(ctx, pipeline.NewRunID(*b.now)); err == nil {
		t.Fatal("the run that was stopped has succeeded")
	}
	b.runner.Publisher, b.runner.VerifyAll = sound, true
	if run, err := b.run(t); archwire.CodeOf(err) != archwire.Mismatch || run.Resumes != "" {
		t.Errorf("the run ended with %v and resumes %q", err, run.Resumes)
	}
}

func TestAnEmptyTableMayGetAnotherCursor(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.many(0)
	_, err := b.run(t)
	check(t, err)
	b.sales().Sync, b.sales().Cursor = "cursor", "shop_id"
	b.many(3)
	_, err = b.run(t)
	check(t, err)
	if got := b.amounts(t); got != "1=3.00" {
		t.Errorf("the totals are %q", got)
	}
}

// TestARepairMendsWhatLiesBesideALateRow: a sweep reads a row that was missed, and
// in the same part a row has another value.
func TestARepairMendsWhatLiesBesideALateRow(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.sales().Overlap.Keys = 0
	_, err := b.run(t)
	check(t, err)
	b.damage(t, sale(2, 1, "1.10"))
	b.source.Insert("sale", sale(-7, 1, "5.00"))
	if _, err := b.run(t); archwire.CodeOf(err) != archwire.Mismatch {
		t.Fatalf("the run ended with %v, want a mismatch", err)
	}
	b.runner.Repair = true
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=15.10 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

// TestAnotherKeyIsComparedByPartsOfItsOwn: a table so large that runs compare a
// share of its values gets another key while some of its parts are still to come.
func TestAnotherKeyIsComparedByPartsOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.sales().Sync, b.sales().Cursor, b.sales().Deletes = "full", "", ""
	b.runner.Project.Verify.Days = 30
	b.runner.SetFewRows(2_000)
	b.many(5_000)
	_, err := b.run(t)
	check(t, err)
	b.sales().Key = []string{"shop_id", "id"}
	_, err = b.run(t)
	check(t, err)
	for _, v := range b.current(t).Verification.Tables {
		if v.Table == b.sales().ID() && (v.Parts == 0 || v.PrintedRows == 0) {
			t.Errorf("nothing was compared: %+v", v)
		}
	}
}
