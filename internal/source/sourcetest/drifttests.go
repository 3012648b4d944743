package sourcetest

import (
	"testing"

	"archwire"
)

// testChunksOfAnEarlierView writes rows between two views. Those that were not
// written are in exactly one of the first view's chunks for the second, too.
func testChunksOfAnEarlierView(t *testing.T, h Harness) {
	const rows = 5000
	lab := h.Open(t, payer(rows))
	table := Find(t, lab.Source, "payer")
	chunks, err := Open(t, lab.Source).Chunks(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	written := map[int64]bool{0: true, 1500: true, 3999: true, 4999: true, 10_000: true}
	lab.Update(t, "payer", "name", "another", 0, 1500)
	lab.Delete(t, "payer", 3999, 4999)
	lab.Insert(t, "payer", []any{int64(10_000), "late", nil})
	later := Open(t, lab.Source)
	seen := map[int64]int{}
	for _, c := range chunks {
		some, err := Rows(later.Batches(t.Context(), table, c))
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range some {
			seen[row[0].(int64)]++
		}
	}
	for id := range int64(rows) {
		if seen[id] != 1 && !written[id] {
			t.Fatalf("row %d, which nobody wrote, came %d times", id, seen[id])
		}
	}
	if seen[3999] != 0 || seen[4999] != 0 {
		t.Error("deleted rows came")
	}
}

func ordinals(t *testing.T, lab Lab) map[string]int {
	t.Helper()
	found := map[string]int{}
	for _, c := range Find(t, lab.Source, "payer").Columns {
		found[c.Name] = c.Ordinal
	}
	return found
}

func testOrdinal(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	before := ordinals(t, lab)
	lab.RenameColumn(t, "payer", "name", "title")
	after := ordinals(t, lab)
	if before["name"] == 0 || before["name"] != after["title"] {
		t.Errorf("number %d before and %d after it was renamed", before["name"], after["title"])
	}
}

func testOrdinalIsGivenOnce(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	before := ordinals(t, lab)
	lab.DropColumn(t, "payer", "rating")
	lab.AddColumn(t, "payer", "rating")
	if after := ordinals(t, lab); after["rating"] == before["rating"] || after["rating"] == after["name"] {
		t.Errorf("another column of the name got number %d; there were %v", after["rating"], before)
	}
}

// marking is a table with ways to mark its rows, one of each kind.
func marking() Table {
	return Table{
		Name: "marked", Key: []string{"id"},
		Columns: []archwire.Column{
			{Name: "id", Type: archwire.Type{Kind: archwire.Int64}},
			column("is_deleted", archwire.Bool), column("deleted_by", archwire.Text), column("updated_at", archwire.TimestampTZ),
		},
		Rows: [][]any{
			{int64(1), false, nil, at(12)},
			{int64(2), true, nil, at(12)},
			{int64(3), nil, nil, at(12)},
			{int64(4), false, "", at(12)},
			{int64(5), true, "somebody", at(12)},
		},
	}
}

func testMarkedByTrue(t *testing.T, h Harness) {
	wantIDs(t, h, "is_deleted", 1, 3, 4)
}

func testMarkedByAnyValue(t *testing.T, h Harness) {
	wantIDs(t, h, "deleted_by", 1, 2, 3)
}

func wantIDs(t *testing.T, h Harness, deleted string, want ...int64) {
	t.Helper()
	lab := h.Open(t, marking())
	table := Find(t, lab.Source, "marked")
	table.Deleted = deleted
	v := Open(t, lab.Source)
	sameIDs(t, "rows not marked by "+deleted, ReadAll(t, v, table), want...)
	if n, err := v.Count(t.Context(), table); err != nil || n != int64(len(want)) {
		t.Errorf("count %d, error %v; want %d", n, err, len(want))
	}
}

func testMarkIsDeclared(t *testing.T, h Harness) {
	lab := h.Open(t, marking())
	table := Find(t, lab.Source, "marked")
	table.Deleted = "gone_at"
	v := Open(t, lab.Source)
	_, err := v.Chunks(t.Context(), table)
	wantInvalid(t, err, table.ID(), "gone_at")
	_, err = v.Count(t.Context(), table)
	wantInvalid(t, err, table.ID(), "gone_at")
	table.Deleted = "is_deleted"
	table.Columns = table.Columns[:1]
	_, err = v.Chunks(t.Context(), table)
	wantInvalid(t, err, table.ID(), "is_deleted")
}
