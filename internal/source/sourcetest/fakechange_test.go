package sourcetest

import (
	"errors"
	"testing"

	"archwire"
)

func TestLateRowsAreStampedBeforeTheyAreSeen(t *testing.T) {
	f := NewFake("fake", 1, payer(1))
	begun := f.Now()
	commit := f.Late("payer", []any{int64(7), "late", nil})
	between := Open(t, f)
	table := Find(t, f, "payer")
	commit()
	sameIDs(t, "before the commit", ReadAll(t, between, table), 0)
	after := Open(t, f)
	sameIDs(t, "after it", ReadAll(t, after, table), 0, 7)
	if !begun.Before(between.At().Time) || !between.At().Time.Before(after.At().Time) {
		t.Errorf("begun at %s, seen at %s and %s", begun, between.At().Time, after.At().Time)
	}
}

func TestOpenViewsDoNotSeeChangesUnlessTheyAreGentle(t *testing.T) {
	for _, gentle := range []bool{false, true} {
		f := NewFake("fake", 1, payer(3))
		if gentle {
			f.Gentle()
		}
		table := Find(t, f, "payer")
		v := Open(t, f)
		c := firstChunk(t, v, table)
		if n := f.Update("payer", []any{int64(1)}, map[string]any{"name": "another"}); n != 1 {
			t.Fatalf("%d rows updated, want 1", n)
		}
		if n := f.Delete("payer", []any{int64(0)}, []any{int64(99)}); n != 1 {
			t.Fatalf("%d rows deleted, want 1", n)
		}
		rows, err := Rows(v.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatal(err)
		}
		if gentle {
			sameIDs(t, "gentle", rows, 1, 2)
			continue
		}
		sameIDs(t, "consistent", rows, 0, 1, 2)
		if rows[1][1] != "payer" {
			t.Errorf("an open view sees %v", rows[1])
		}
	}
}

func TestColumnsComeGoAndChange(t *testing.T) {
	f := NewFake("fake", 1, payer(2))
	f.AddColumn("payer", column("city", archwire.Text), "Denver")
	f.DropColumn("payer", "name")
	f.RenameColumn("payer", "rating", "score")
	f.Retype("payer", "id", archwire.Type{Kind: archwire.Int32}, func(v any) any { return int32(v.(int64)) })
	table := Find(t, f, "payer")
	rows := ReadAll(t, Open(t, f), table)
	want := []any{int32(1), nil, "Denver"}
	if len(rows) != 2 || len(rows[1]) != 3 || rows[1][0] != want[0] || rows[1][1] != want[1] || rows[1][2] != want[2] {
		t.Errorf("got %v, want the second to be %v", rows, want)
	}
	for i, name := range []string{"id", "score", "city"} {
		if c := table.Columns[i]; c.Name != name || c.Ordinal != []int{1, 3, 4}[i] {
			t.Errorf("column %d is %s with number %d", i, c.Name, c.Ordinal)
		}
	}
}

func TestFaultsHappenWhereAndAsOftenAsTold(t *testing.T) {
	f := NewFake("fake", 1, payer(10))
	table := Find(t, f, "payer")
	planted := errors.New("planted")
	f.Fail("", Fault{On: OnView, Times: 2, Err: planted})
	for range 2 {
		if _, err := f.View(t.Context()); !errors.Is(err, planted) {
			t.Errorf("View: %v, want the fault", err)
		}
	}
	v := Open(t, f)
	f.Fail("payer", Fault{On: OnCount, Times: 1, Err: planted})
	f.Fail("payer", Fault{After: 4, Err: planted})
	if _, err := v.Count(t.Context(), table); !errors.Is(err, planted) {
		t.Errorf("Count: %v, want the fault", err)
	}
	if n, err := v.Count(t.Context(), table); err != nil || n != 10 {
		t.Errorf("Count: %d, %v", n, err)
	}
	if err := ReadError(v, table); !errors.Is(err, planted) {
		t.Errorf("reading: %v, want the fault", err)
	}
	f.Fail("payer", Fault{})
	if rows := ReadAll(t, v, table); len(rows) != 10 {
		t.Errorf("%d rows after the fault was mended", len(rows))
	}
}

func TestWatcherIsCalledBeforeEachCall(t *testing.T) {
	f := NewFake("fake", 1, payer(1))
	table := Find(t, f, "payer")
	f.Gentle()
	v := Open(t, f)
	f.Watch(func(call Call, name string) {
		if call == OnBatches && name == "payer" {
			f.Insert("payer", []any{int64(5), "just in time", nil})
		}
	})
	sameIDs(t, "rows", ReadAll(t, v, table), 0, 5)
}
