package pipeline_test

import (
	"strings"
	"testing"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// tracking makes the sales follow what their source tracks.
func tracking(b *bundle) *bundle {
	tables := b.runner.Project.Sources[0].Tables
	for i := range tables {
		if tables[i].Name == "sale" {
			tables[i].Sync, tables[i].Cursor, tables[i].Deletes, tables[i].Tenant = "tracking", "", "none", "shop_id"
		}
	}
	b.runner.Project.Sources[0].MostDeletes = 10
	b.runner.Project.Verify.Days = 14
	return b
}

func TestANightReadsWhatTheSourceTracked(t *testing.T) {
	t.Parallel()
	b := tracking(setup(t))
	b.source.Track()
	first, err := b.run(t)
	check(t, err)
	if d := detail(first, archwire.Extract, "app.sale"); d.Mode != "full" || d.Rows != 3 {
		t.Errorf("the first run did %+v with the sales", d)
	}
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = append(s.Rows[1:], sale(4, 2, "0.01")) // 1 is gone
		s.Rows[0][2] = archwire.Number("0.20")
	})
	night, err := b.run(t)
	check(t, err)
	if d := detail(night, archwire.Extract, "app.sale"); d.Mode != "tracking" || d.Rows != 2 || d.Changed != 3 {
		t.Errorf("the night did %+v with the sales, want 2 rows read and 3 changed", d)
	}
	if got, want := b.amounts(t), "1=0.20 2=100.00"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
	b.source.Delete("sale", []any{int64(4)})
	last, err := b.run(t)
	check(t, err)
	if d := detail(last, archwire.Extract, "app.sale"); d.Mode != "tracking" || d.Rows != 0 || d.Changed != 1 {
		t.Errorf("the last run did %+v with the sales, want nothing read and 1 changed", d)
	}
}

// TestWhatIsTrackedNoMoreIsCompared lets the source forget, as after its retention,
// and changes a row that nothing tells of.
func TestWhatIsTrackedNoMoreIsCompared(t *testing.T) {
	t.Parallel()
	b := tracking(setup(t))
	b.source.Track()
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = append(s.Rows[1:], sale(4, 2, "0.01"))
		s.Rows[0][2] = archwire.Number("0.20")
	})
	b.source.Forget()
	for _, want := range []string{"checksum", "tracking"} {
		night, err := b.run(t)
		check(t, err)
		if d := detail(night, archwire.Extract, "app.sale"); d.Mode != want {
			t.Errorf("the night did %+v with the sales, want %s", d, want)
		}
		if got, want := b.amounts(t), "1=0.20 2=100.00"; got != want {
			t.Errorf("the totals are %q, want %q", got, want)
		}
		b.source.Change("sale", func(*sourcetest.Table) {})
	}
}

// TestWhatIsForgottenWhileItIsReadIsNotTakenForAll reads without a snapshot, and lets
// the source forget in between.
func TestWhatIsForgottenWhileItIsReadIsNotTakenForAll(t *testing.T) {
	t.Parallel()
	b := tracking(setup(t))
	b.source.Track()
	_, err := b.run(t)
	check(t, err)
	b.runner.Project.Sources[0].ReadCommitted = true
	b.source.Update("sale", []any{int64(2)}, map[string]any{"amount": archwire.Number("0.20")})
	asked := 0
	b.source.Watch(func(call sourcetest.Call, table string) {
		if call != sourcetest.OnChanges || table != "sale" {
			return
		}
		if asked++; asked == 3 { // after what changed, and what was deleted
			b.source.Forget()
		}
	})
	_, err = b.run(t)
	b.source.Watch(nil)
	if archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(err.Error(), "app.sale") {
		t.Errorf("error %v, want one that says what was forgotten", err)
	}
	night, err := b.run(t)
	check(t, err)
	if d := detail(night, archwire.Extract, "app.sale"); d.Mode != "checksum" {
		t.Errorf("the next run did %+v with the sales, want them compared", d)
	}
	if got, want := b.amounts(t), "1=10.20 2=99.99"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

func TestATableThatFollowedAColumnIsTrackedFromThenOn(t *testing.T) {
	t.Parallel()
	b := following(setup(t))
	b.source.Track()
	_, err := b.run(t)
	check(t, err)
	b.source.Update("sale", []any{int64(2)}, map[string]any{"amount": archwire.Number("0.20")}) // its id tells nothing
	tracking(b)
	for _, want := range []string{"checksum", "tracking"} {
		night, err := b.run(t)
		check(t, err)
		if d := detail(night, archwire.Extract, "app.sale"); d.Mode != want {
			t.Errorf("the night did %+v with the sales, want %s", d, want)
		}
		b.source.Update("sale", []any{int64(3)}, map[string]any{"amount": archwire.Number("1.00")})
	}
	if got, want := b.amounts(t), "1=10.20 2=1.00"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

// TestWhatIsTrackedIsNotedAsOfTheCopy changes a row while the first copy is read
// chunk by chunk, which no run but the next can tell.
func TestWhatIsTrackedIsNotedAsOfTheCopy(t *testing.T) {
	t.Parallel()
	b := tracking(setup(t))
	b.source.Track()
	b.runner.Project.Sources[0].Gentle = true
	b.source.Gentle()
	changed := false
	b.source.Watch(func(call sourcetest.Call, table string) {
		if call == sourcetest.OnBatches && table == "sale" && !changed {
			changed = true
			b.source.Update("sale", []any{int64(2)}, map[string]any{"amount": archwire.Number("0.20")})
		}
	})
	_, err := b.run(t)
	check(t, err)
	b.source.Update("sale", []any{int64(3)}, map[string]any{"amount": archwire.Number("1.00")})
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=10.20 2=1.00"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}

func TestASourceThatTracksNothingIsToldSo(t *testing.T) {
	t.Parallel()
	b := tracking(setup(t))
	_, err := b.run(t)
	if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "app.sale") {
		t.Errorf("error %v, want one that names the table", err)
	}
}

func TestTheDeleteBrakeHoldsForTrackedRows(t *testing.T) {
	t.Parallel()
	b := tracking(setup(t))
	b.source.Track()
	b.source.Change("sale", func(s *sourcetest.Table) {
		s.Rows = nil
		for i := range int64(100) {
			s.Rows = append(s.Rows, sale(i, 1, "1.00"))
		}
	})
	_, err := b.run(t)
	check(t, err)
	b.source.Change("sale", func(s *sourcetest.Table) { s.Rows = s.Rows[:80] })
	if _, err = b.run(t); archwire.CodeOf(err) != archwire.Mismatch {
		t.Errorf("error %v after a fifth of the rows was deleted, want the brake", err)
	}
	b.runner.AcceptDeletes = true
	_, err = b.run(t)
	check(t, err)
	if got, want := b.amounts(t), "1=80.00"; got != want {
		t.Errorf("the totals are %q, want %q", got, want)
	}
}
