package sourcetest

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
)

// keysOf reads RowPrints of a table whose key is one int64.
func keysOf(t *testing.T, p archwire.Printer, table archwire.Table, spec archwire.PrintSpec) map[int64]uint64 {
	t.Helper()
	rows, err := Rows(p.RowPrints(context.Background(), table, spec))
	if err != nil {
		t.Fatalf("fingerprinting the rows of %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	byKey := map[int64]uint64{}
	for _, row := range rows {
		byKey[row[0].(int64)] = uint64(row[1].(int64))
	}
	if len(byKey) != len(rows) {
		t.Fatalf("%d rows with %d keys", len(rows), len(byKey))
	}
	return byKey
}

// numbered has the keys given, which are what its rows differ by.
func numbered(name string, keys ...int64) Table {
	t := payer(0)
	t.Name = name
	for _, k := range keys {
		t.Rows = append(t.Rows, []any{k, "payer", nil})
	}
	return t
}

func testPartsByWidth(t *testing.T, h Harness) {
	lab := h.Open(t, numbered("payer", -500, -1, 0, 9, 10, 19, 20, 29, 30, 9000))
	p := printer(t, lab.Source)
	table := Find(t, lab.Source, "payer")
	cut := archwire.Cut{From: 0, Width: 10, Parts: 4}
	want := [][]int64{{-500, -1, 0, 9}, {10, 19}, {20, 29}, {30, 9000}}
	for _, hash := range p.Hashes(table) {
		for part, keys := range want {
			got := keysOf(t, p, table, archwire.PrintSpec{Hash: hash, Cut: cut, First: part, Last: part})
			if diff := cmp.Diff(keys, slices.Sorted(maps.Keys(got))); diff != "" {
				t.Errorf("part %d (-want +got):\n%s", part, diff)
			}
		}
		// The rest of the parts' bounds would lie beyond all numbers.
		far := archwire.Cut{From: 10, Width: 1 << 62, Parts: 100}
		got := prints(t, p, table, archwire.PrintSpec{Hash: hash, Keys: true, Cut: far, Last: 99})
		if diff := cmp.Diff([]archwire.PartPrint{{Part: 0, Rows: 10, Sum: 8616}}, got); diff != "" {
			t.Errorf("wide parts (-want +got):\n%s", diff)
		}
		sparse := prints(t, p, table, archwire.PrintSpec{Hash: hash, Keys: true, Cut: archwire.Cut{From: 5, Width: 5, Parts: 100}, First: 1, Last: 98})
		if diff := cmp.Diff([]archwire.PartPrint{{Part: 1, Rows: 1, Sum: 10}, {Part: 2, Rows: 1, Sum: 19}, {Part: 3, Rows: 1, Sum: 20}, {Part: 4, Rows: 1, Sum: 29}, {Part: 5, Rows: 1, Sum: 30}}, sparse); diff != "" {
			t.Errorf("parts that have rows (-want +got):\n%s", diff)
		}
	}
}

func testPartsByHash(t *testing.T, h Harness) {
	lab := h.Open(t, payer(2000))
	p := printer(t, lab.Source)
	table := Find(t, lab.Source, "payer")
	for _, hash := range p.Hashes(table) {
		var rows, last int64 = 0, -1
		var sum uint64
		for _, part := range prints(t, p, table, archwire.PrintSpec{Hash: hash, Cut: archwire.Cut{Parts: 7}, Last: 6}) {
			if int64(part.Part) <= last || part.Rows < 100 {
				t.Errorf("%s: part %d after %d, with %d of 2000 rows", hash, part.Part, last, part.Rows)
			}
			last = int64(part.Part)
			rows += part.Rows
			sum += part.Sum
		}
		if whole := sumOf(t, p, table, hash); rows != 2000 || sum != whole {
			t.Errorf("%s: parts have %d rows and the sum %x, want 2000 and %x", hash, rows, sum, whole)
		}
		some := prints(t, p, table, archwire.PrintSpec{Hash: hash, Cut: archwire.Cut{Parts: 7}, First: 2, Last: 3})
		if len(some) != 2 || some[0].Part != 2 || some[1].Part != 3 {
			t.Errorf("%s: asked for parts 2 and 3, got %+v", hash, some)
		}
	}
}

func testKeyPrints(t *testing.T, h Harness) {
	one, changed, missing := payer(100), payer(100), payer(100)
	changed.Name, missing.Name = "changed", "missing"
	changed.Rows[50][1] = "another"
	missing.Rows = slices.Delete(missing.Rows, 50, 51)
	lab := h.Open(t, one, changed, missing)
	p := printer(t, lab.Source)
	for _, hash := range p.Hashes(Find(t, lab.Source, "payer")) {
		for _, cut := range []archwire.Cut{{}, {Parts: 3}, {Width: 30, Parts: 4}} {
			spec := archwire.PrintSpec{Hash: hash, Keys: true, Cut: cut, Last: max(cut.Parts-1, 0)}
			want := prints(t, p, Find(t, lab.Source, "payer"), spec)
			if diff := cmp.Diff(want, prints(t, p, Find(t, lab.Source, "changed"), spec)); diff != "" {
				t.Errorf("%s %+v: a change is seen in the keys (-payer +changed):\n%s", hash, cut, diff)
			}
			if cmp.Equal(want, prints(t, p, Find(t, lab.Source, "missing"), spec)) {
				t.Errorf("%s %+v: a missing row is not seen", hash, cut)
			}
		}
	}
}

func testPrintsOfChunks(t *testing.T, h Harness) {
	lab := h.Open(t, payer(5000))
	v := Open(t, lab.Source)
	p := v.(archwire.Printer)
	table := Find(t, lab.Source, "payer")
	chunks, err := v.Chunks(context.Background(), table)
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range p.Hashes(table) {
		for _, cut := range []archwire.Cut{{}, {Parts: 5}, {Width: 1000, Parts: 5}} {
			spec := archwire.PrintSpec{Hash: hash, Cut: cut, Last: max(cut.Parts-1, 0)}
			whole := prints(t, p, table, spec)
			sum := make([]archwire.PartPrint, len(whole))
			for _, c := range chunks {
				spec.Chunks = []archwire.Chunk{c}
				for _, part := range prints(t, p, table, spec) {
					sum[part.Part].Part = part.Part
					sum[part.Part].Rows += part.Rows
					sum[part.Part].Sum += part.Sum
				}
			}
			if diff := cmp.Diff(whole, sum); diff != "" {
				t.Errorf("%s %+v (-whole +chunks):\n%s", hash, cut, diff)
			}
			if spec.Chunks = []archwire.Chunk{}; len(prints(t, p, table, spec)) != 0 || len(keysOf(t, p, table, spec)) != 0 {
				t.Errorf("%s %+v: no chunk has rows", hash, cut)
			}
		}
	}
}

func testRowPrints(t *testing.T, h Harness) {
	lab := h.Open(t, payer(300))
	p := printer(t, lab.Source)
	table := Find(t, lab.Source, "payer")
	for _, hash := range p.Hashes(table) {
		for _, cut := range []archwire.Cut{{}, {Parts: 5}, {Width: 100, Parts: 3}} {
			spec := archwire.PrintSpec{Hash: hash, Cut: cut, First: cut.Parts / 2, Last: max(cut.Parts-1, 0)}
			for part := spec.First; part <= spec.Last; part++ {
				spec.First, spec.Last = part, part
				got := archwire.PartPrint{Part: part}
				for _, print := range keysOf(t, p, table, spec) {
					got.Rows++
					got.Sum += print
				}
				if diff := cmp.Diff(prints(t, p, table, spec), []archwire.PartPrint{got}); diff != "" {
					t.Errorf("%s %+v (-part +rows):\n%s", hash, spec, diff)
				}
			}
		}
		ofKeys := table.KeyTable()
		want := keysOf(t, p, ofKeys, archwire.PrintSpec{Hash: hash})
		got := keysOf(t, p, table, archwire.PrintSpec{Hash: hash, Keys: true})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: with Keys (-of a table of keys +got):\n%s", hash, diff)
		}
		cut := archwire.Cut{Width: 100, Parts: 3}
		for key, print := range keysOf(t, p, table, archwire.PrintSpec{Hash: hash, Keys: true, Cut: cut, Last: 2}) {
			if print != uint64(key) {
				t.Errorf("%s: with Keys and a Width the print of %d is %d", hash, key, print)
			}
		}
		testListedParts(t, p, table, archwire.PrintSpec{Hash: hash, Cut: cut, Last: 2})
		testListedParts(t, p, table, archwire.PrintSpec{Hash: hash, Cut: archwire.Cut{Parts: 3}, Last: 2})
	}
}

// testListedParts asks for the first and the last of three parts.
func testListedParts(t *testing.T, p archwire.Printer, table archwire.Table, spec archwire.PrintSpec) {
	t.Helper()
	want := keysOf(t, p, table, spec)
	middle := spec
	middle.First, middle.Last = 1, 1
	for key := range keysOf(t, p, table, middle) {
		delete(want, key)
	}
	spec.Parts = []int{0, 2}
	if diff := cmp.Diff(want, keysOf(t, p, table, spec)); diff != "" || len(want) == 0 {
		t.Errorf("%+v (-all but the middle +listed):\n%s", spec, diff)
	}
}

func testRowPrintsOfKeys(t *testing.T, h Harness) {
	ends := []int64{math.MinInt64, -500, -1, 0, 9, 10, 29, 30, 9000, math.MaxInt64}
	marked := numbered("payer", ends...)
	marked.Rows[4][2] = archwire.Number("1.500") // 9
	lab := h.Open(t, marked)
	p := printer(t, lab.Source)
	table := Find(t, lab.Source, "payer")
	table.Deleted = "rating"
	for _, hash := range p.Hashes(table) {
		spec := archwire.PrintSpec{Hash: hash, Keys: true, Cut: archwire.Cut{Width: 10, Parts: 4}, Last: 3}
		for _, c := range []struct{ asked, want []int64 }{
			{nil, []int64{math.MinInt64, -500, -1, 0, 10, 29, 30, 9000, math.MaxInt64}},
			{[]int64{}, nil},
			{[]int64{3, 4}, nil},
			{[]int64{math.MinInt64, -2, -1, 8, 9, 10, 9000, math.MaxInt64}, []int64{math.MinInt64, -1, 10, 9000, math.MaxInt64}},
		} {
			spec.Only = c.asked
			got := keysOf(t, p, table, spec)
			if diff := cmp.Diff(c.want, slices.Sorted(maps.Keys(got)), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: of %d (-want +got):\n%s", hash, c.asked, diff)
			}
		}
	}
}

func testPrintsOfOneInstant(t *testing.T, h Harness) {
	lab := h.Open(t, payer(10))
	p, table := printer(t, lab.Source), Find(t, lab.Source, "payer")
	before := sumOf(t, p, table, archwire.HashMD5)
	lab.Insert(t, "payer", []any{int64(100), "late", nil})
	if now := sumOf(t, p, table, archwire.HashMD5); now != before {
		t.Error("the view fingerprints rows that came after its instant")
	}
	if later := sumOf(t, printer(t, lab.Source), table, archwire.HashMD5); later == before {
		t.Error("a later view does not see the new row")
	}
}

func testPrintsOfMissingTable(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	table := Find(t, lab.Source, "payer")
	lab.DropTable(t, "payer")
	p := printer(t, lab.Source)
	_, err := p.Prints(t.Context(), table, archwire.PrintSpec{Hash: archwire.HashMD5})
	wantInvalid(t, err, "payer")
	_, err = Rows(p.RowPrints(t.Context(), table, archwire.PrintSpec{Hash: archwire.HashMD5}))
	wantInvalid(t, err, "payer")
}

func testCancelledPrints(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	table := Find(t, lab.Source, "payer")
	p := printer(t, lab.Source)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Prints(ctx, table, archwire.PrintSpec{Hash: archwire.HashMD5}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}
