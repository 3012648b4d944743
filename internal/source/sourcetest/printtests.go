package sourcetest

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/rowhash"
)

// printerTests are for views that are an archwire.Printer.
var printerTests = []struct {
	name string
	run  func(*testing.T, Harness)
}{
	{"HashesAreListedTheFastestFirst", testHashes},
	{"PrintsEqualThoseOfTheCopiedRows", testPrintsOfTheCopy},
	{"EqualRowsInAnyOrderGiveEqualPrints", testPrintsInAnyOrder},
	{"OtherRowsGiveOtherPrints", testPrintsOfOtherRows},
	{"ColumnsThatAreNotDeclaredDoNotCount", testPrintsOfDeclaredColumns},
	{"RowsMarkedAsDeletedDoNotCount", testPrintsOfMarkedRows},
	{"PartsHoldTheKeysFromTheirStart", testPartsByWidth},
	{"PartsWithoutWidthHoldEachRowOnce", testPartsByHash},
	{"KeysAloneShowMissingRowsNotChangedOnes", testKeyPrints},
	{"PrintsAreOfTheChunksAskedFor", testPrintsOfChunks},
	{"RowPrintsAddUpToThoseOfTheirPart", testRowPrints},
	{"RowPrintsAreOfTheKeysAskedFor", testRowPrintsOfKeys},
	{"PrintsAreOfTheSameInstant", testPrintsOfOneInstant},
	{"PrintsOfAMissingTableAreInvalidAndNameIt", testPrintsOfMissingTable},
	{"CancelledContextStopsPrints", testCancelledPrints},
}

// printer opens a view of src that can fingerprint.
func printer(t *testing.T, src archwire.Source) archwire.Printer {
	t.Helper()
	p, ok := Open(t, src).(archwire.Printer)
	if !ok {
		t.Fatal("the view computes no fingerprints")
	}
	return p
}

func prints(t *testing.T, p archwire.Printer, table archwire.Table, spec archwire.PrintSpec) []archwire.PartPrint {
	t.Helper()
	out, err := p.Prints(context.Background(), table, spec)
	if err != nil {
		t.Fatalf("fingerprinting %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	return out
}

// sumOf is the sum of a table's single part.
func sumOf(t *testing.T, p archwire.Printer, table archwire.Table, hash archwire.Hash) uint64 {
	t.Helper()
	out := prints(t, p, table, archwire.PrintSpec{Hash: hash})
	if len(out) != 1 || out[0].Part != 0 {
		t.Fatalf("prints %+v, want one of part 0", out)
	}
	return out[0].Sum
}

func testHashes(t *testing.T, h Harness) {
	lab := h.Open(t, h.everything())
	hashes := printer(t, lab.Source).Hashes(Find(t, lab.Source, "everything"))
	if !slices.Contains(hashes, archwire.HashMD5) {
		t.Errorf("hashes %v lack the one that every engine has", hashes)
	}
	if at := slices.Index(hashes, archwire.HashColumns); at > 0 {
		t.Errorf("hashes %v: that of the columns is the faster one", hashes)
	}
}

func testPrintsOfTheCopy(t *testing.T, h Harness) {
	lab := h.Open(t, h.everything(), payer(5000))
	v := Open(t, lab.Source)
	for _, name := range []string{"everything", "payer"} {
		table := Find(t, lab.Source, name)
		for _, hash := range v.(archwire.Printer).Hashes(table) {
			spec := archwire.PrintSpec{Hash: hash, Cut: archwire.Cut{Parts: 4}, Last: 3}
			want, err := rowhash.Prints(allBatches(t, v, table), table, spec)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, prints(t, v.(archwire.Printer), table, spec)); diff != "" {
				t.Errorf("%s by %s (-copied +source):\n%s", name, hash, diff)
			}
		}
	}
}

func allBatches(t *testing.T, v archwire.View, table archwire.Table) archwire.Batches {
	t.Helper()
	chunks, err := v.Chunks(context.Background(), table)
	if err != nil {
		t.Fatal(err)
	}
	return func(yield func(archwire.Batch, error) bool) {
		for _, c := range chunks {
			for batch, err := range v.Batches(context.Background(), table, c) {
				if !yield(batch, err) {
					return
				}
			}
		}
	}
}

func testPrintsInAnyOrder(t *testing.T, h Harness) {
	one, other := h.everything(), h.everything()
	other.Name = "other"
	slices.Reverse(other.Rows)
	lab := h.Open(t, one, other)
	p := printer(t, lab.Source)
	table, reversed := Find(t, lab.Source, "everything"), Find(t, lab.Source, "other")
	for _, hash := range p.Hashes(table) {
		if a, b := sumOf(t, p, table, hash), sumOf(t, p, reversed, hash); a != b {
			t.Errorf("%s: %x and %x", hash, a, b)
		}
	}
}

// testPrintsOfOtherRows changes one value at a time, into each of the others of
// its column.
func testPrintsOfOtherRows(t *testing.T, h Harness) {
	original := h.everything()
	tables := []Table{original}
	for row := range original.Rows {
		for i := 1; i < len(original.Columns); i++ {
			changed := h.everything()
			changed.Name = original.Columns[i].Name + "_" + string(rune('a'+row))
			changed.Rows[row][i] = original.Rows[(row+1)%len(original.Rows)][i]
			tables = append(tables, changed)
		}
	}
	lab := h.Open(t, tables...)
	p := printer(t, lab.Source)
	found, err := lab.Source.Tables(context.Background())
	if err != nil || len(found) != len(tables) {
		t.Fatalf("%d tables of %d, error %v", len(found), len(tables), err)
	}
	for _, hash := range p.Hashes(found[0]) {
		seen := map[uint64]string{}
		for _, table := range found {
			sum := sumOf(t, p, table, hash)
			if other, ok := seen[sum]; ok {
				t.Errorf("%s: %s and %s have the same print", hash, table.Name, other)
			}
			seen[sum] = table.Name
		}
	}
}

func testPrintsOfDeclaredColumns(t *testing.T, h Harness) {
	one, other := payer(10), payer(10)
	other.Name = "other"
	other.Rows[3][2] = archwire.Number("1.500")
	lab := h.Open(t, one, other)
	p := printer(t, lab.Source)
	a, b := Find(t, lab.Source, "payer"), Find(t, lab.Source, "other")
	for _, hash := range p.Hashes(a) {
		if sumOf(t, p, a, hash) == sumOf(t, p, b, hash) {
			t.Errorf("%s: a changed value is not seen", hash)
		}
		a, b := a, b
		a.Columns, b.Columns = a.Columns[:2], b.Columns[:2]
		if sumOf(t, p, a, hash) != sumOf(t, p, b, hash) {
			t.Errorf("%s: a column that is not declared counts", hash)
		}
	}
}

func testPrintsOfMarkedRows(t *testing.T, h Harness) {
	marked, live := payer(10), payer(10)
	live.Name, live.Rows = "live", slices.Delete(live.Rows, 2, 4)
	marked.Rows[2][2], marked.Rows[3][2] = archwire.Number("1.500"), archwire.Number("0.000")
	lab := h.Open(t, marked, live)
	p := printer(t, lab.Source)
	a, b := Find(t, lab.Source, "payer"), Find(t, lab.Source, "live")
	a.Deleted = "rating"
	for _, hash := range p.Hashes(a) {
		if sumOf(t, p, a, hash) != sumOf(t, p, b, hash) {
			t.Errorf("%s: rows that are marked as deleted count", hash)
		}
		if n := len(keysOf(t, p, a, archwire.PrintSpec{Hash: hash})); n != 8 {
			t.Errorf("%s: prints of %d rows, want 8", hash, n)
		}
	}
}
