package sourcetest

import (
	"context"
	"testing"

	"archwire"
)

var witnessTests = []struct {
	name string
	run  func(*testing.T, Harness)
}{
	{"UnchangedOnlyWhileNothingIsWritten", testUnchanged},
	{"UnchangedKnowsOtherSources", testUnchangedElsewhere},
	{"UnchangedDoesNotVouchForWhatIsGone", testUnchangedWhenGone},
}

// unchanged asks a view that is opened for it.
func unchanged(t *testing.T, src archwire.Source, table archwire.Table, since archwire.Instant) bool {
	t.Helper()
	v := Open(t, src)
	defer v.Close() //nolint:errcheck // closed again, and checked, at the end
	ok, err := v.(archwire.Witness).Unchanged(context.Background(), table, since)
	if err != nil {
		t.Fatalf("asking whether %s is unchanged: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	return ok
}

// testUnchanged writes in each way and asks a view before and one after. What a
// view may leave open is whether nothing has happened; so each way is tried on its
// own.
func testUnchanged(t *testing.T, h Harness) {
	for _, write := range []struct {
		what string
		do   func(*testing.T, Lab)
	}{
		{"an insert", func(t *testing.T, lab Lab) { lab.Insert(t, "payer", []any{int64(9), "payer", nil}) }},
		{"an update", func(t *testing.T, lab Lab) { lab.Update(t, "payer", "name", "other", 1) }},
		{"a delete", func(t *testing.T, lab Lab) { lab.Delete(t, "payer", 2) }},
		{"an insert and its delete", func(t *testing.T, lab Lab) {
			lab.Insert(t, "payer", []any{int64(9), "payer", nil})
			lab.Delete(t, "payer", 9)
			lab.Delete(t, "payer", 0)
		}},
		{"another type", func(t *testing.T, lab Lab) { lab.Retype(t, "payer", "rating") }},
	} {
		lab := h.Open(t, payer(4))
		table := Find(t, lab.Source, "payer")
		before := Open(t, lab.Source)
		write.do(t, lab)
		if unchanged(t, lab.Source, table, before.At()) {
			t.Errorf("the table is said to be unchanged after %s", write.what)
		}
		ok, err := before.(archwire.Witness).Unchanged(context.Background(), table, archwire.Instant{Time: before.At().Time})
		if ok || err != nil {
			t.Errorf("an instant without a mark is said to be like any other (%v)", err)
		}
	}
}

func testUnchangedElsewhere(t *testing.T, h Harness) {
	one, other := h.Open(t, payer(4)), h.Open(t, payer(5))
	if unchanged(t, other.Source, Find(t, other.Source, "payer"), Open(t, one.Source).At()) {
		t.Error("a table is said to have the rows of another source's")
	}
}

func testUnchangedWhenGone(t *testing.T, h Harness) {
	lab := h.Open(t, payer(4))
	table, since := Find(t, lab.Source, "payer"), Open(t, lab.Source).At()
	lab.DropTable(t, "payer")
	if unchanged(t, lab.Source, table, since) {
		t.Error("a table that is gone is said to be unchanged")
	}
	table.Origin = "never_there"
	v := Open(t, lab.Source)
	if ok, err := v.(archwire.Witness).Unchanged(context.Background(), table, v.At()); ok || err != nil {
		t.Errorf("a table that never was is said to be unchanged: %t, %v", ok, err)
	}
}
