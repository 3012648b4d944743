package sourcetest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

// trackerTests are for views that are an archwire.Tracker. Their sources track all
// tables that have a key.
var trackerTests = []struct {
	name string
	run  func(*testing.T, Harness)
}{
	{"ChangesTellWrittenAndDeletedRows", testChanges},
	{"ChangesAreUpToTheInstantOfTheView", testChangesOneInstant},
	{"ChangesGoOnFromPositionToPosition", testChangesGoOn},
	{"ChangesOfNothingAreKnown", testNoChanges},
	{"ChangesSinceElsewhereAreNotKnown", testChangesUnknown},
	{"ChangesHoldMarkedRows", testChangesHoldMarked},
	{"ChangesByCompositeKeys", testChangesByCompositeKeys},
	{"ChangesWithoutAKeyAreInvalid", testChangesWithoutKey},
}

// changes asks a view.
func changes(t *testing.T, v archwire.View, table archwire.Table, since string) archwire.Changes {
	t.Helper()
	c, err := v.(archwire.Tracker).Changes(t.Context(), table, since)
	if err != nil {
		t.Fatalf("asking what changed in %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	if c.Position == "" {
		t.Fatal("there is no position to go on from")
	}
	return c
}

// changed reads the rows that were written since a position, and the keys of those
// that are gone.
func changedSince(t *testing.T, v archwire.View, table archwire.Table, since string) (rows, deleted [][]any) {
	t.Helper()
	c := changes(t, v, table, since)
	if !c.Known {
		t.Fatalf("what changed since %q is not known", since)
	}
	deleted, err := Rows(v.(archwire.Tracker).Deleted(t.Context(), table, since))
	if err != nil {
		t.Fatalf("reading what was deleted from %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	return readChunks(t, v, table, c.Chunks), deleted
}

func testChanges(t *testing.T, h Harness) {
	lab := h.Open(t, payer(20))
	table := Find(t, lab.Source, "payer")
	since := changes(t, Open(t, lab.Source), table, "").Position
	lab.Update(t, "payer", "name", "another", 3)
	lab.Insert(t, "payer", []any{int64(100), "new", nil})
	lab.Delete(t, "payer", 5, 6)
	lab.Insert(t, "payer", []any{int64(6), "again", nil})
	lab.Insert(t, "payer", []any{int64(101), "not for long", nil})
	lab.Delete(t, "payer", 101)
	rows, deleted := changedSince(t, Open(t, lab.Source), table, since)
	sameIDs(t, "written", rows, 3, 6, 100)
	gone := map[int64]bool{}
	for _, key := range deleted {
		gone[key[0].(int64)] = true
	}
	delete(gone, 101) // may be told or not
	if diff := cmp.Diff(map[int64]bool{5: true}, gone); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
}

func testChangesOneInstant(t *testing.T, h Harness) {
	lab := h.Open(t, payer(5))
	table := Find(t, lab.Source, "payer")
	since := changes(t, Open(t, lab.Source), table, "").Position
	lab.Update(t, "payer", "name", "before", 1)
	v := Open(t, lab.Source)
	lab.Update(t, "payer", "name", "after", 1, 2)
	lab.Delete(t, "payer", 3)
	rows, deleted := changedSince(t, v, table, since)
	if diff := cmp.Diff([][]any{{int64(1), "before", nil}}, rows); diff != "" || len(deleted) > 0 {
		t.Errorf("deleted %v; written (-want +got):\n%s", deleted, diff)
	}
}

func testChangesGoOn(t *testing.T, h Harness) {
	lab := h.Open(t, payer(3))
	table := Find(t, lab.Source, "payer")
	since := changes(t, Open(t, lab.Source), table, "").Position
	for id := int64(10); id < 13; id++ {
		lab.Insert(t, "payer", []any{id, "new", nil})
		v := Open(t, lab.Source)
		rows, _ := changedSince(t, v, table, since)
		sameIDs(t, "written since the last view", rows, id)
		since = changes(t, v, table, since).Position
	}
}

func testNoChanges(t *testing.T, h Harness) {
	other := payer(3)
	other.Name = "other"
	lab := h.Open(t, payer(3), other)
	table := Find(t, lab.Source, "payer")
	since := changes(t, Open(t, lab.Source), table, "").Position
	lab.Update(t, "other", "name", "another", 1)
	rows, deleted := changedSince(t, Open(t, lab.Source), table, since)
	if len(rows)+len(deleted) > 0 {
		t.Errorf("rows %v and deleted %v of a table that nobody wrote to", rows, deleted)
	}
}

func testChangesUnknown(t *testing.T, h Harness) {
	lab := h.Open(t, payer(3))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	position := changes(t, v, table, "").Position
	for _, since := range []string{
		"", "nowhere", "2026-11-20T12:00:00Z", position + "999999", strings.TrimRight(position, "0123456789"), "other " + position,
	} {
		if c := changes(t, v, table, since); c.Known || len(c.Chunks) > 0 {
			t.Errorf("since %q: %+v, want what is not known", since, c)
		}
	}
}

func testChangesHoldMarked(t *testing.T, h Harness) {
	lab := h.Open(t, marking())
	table := Find(t, lab.Source, "marked")
	table.Deleted = "deleted_by"
	since := changes(t, Open(t, lab.Source), table, "").Position
	lab.Update(t, "marked", "deleted_by", "somebody", 1)
	rows, deleted := changedSince(t, Open(t, lab.Source), table, since)
	sameIDs(t, "written", rows, 1)
	if len(deleted) > 0 {
		t.Errorf("deleted: %v; a row that is marked is there", deleted)
	}
}

func testChangesByCompositeKeys(t *testing.T, h Harness) {
	pairs := payer(4)
	pairs.Columns[1].Nullable = false
	pairs.Key = []string{"name", "id"}
	lab := h.Open(t, pairs)
	table := Find(t, lab.Source, "payer")
	since := changes(t, Open(t, lab.Source), table, "").Position
	lab.Update(t, "payer", "rating", "1.500", 2)
	lab.Delete(t, "payer", 3)
	rows, deleted := changedSince(t, Open(t, lab.Source), table, since)
	sameIDs(t, "written", rows, 2)
	if diff := cmp.Diff([][]any{{"payer", int64(3)}}, deleted); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
}

func testChangesWithoutKey(t *testing.T, h Harness) {
	table := payer(1)
	table.Key = nil
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "payer")
	declared.Key = []string{"id"}
	_, err := Open(t, lab.Source).(archwire.Tracker).Changes(t.Context(), declared, "")
	wantInvalid(t, err, declared.ID())
}
