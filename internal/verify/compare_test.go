package verify_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/verify"
)

// side is one side of a comparison, in memory: what each key holds.
type side struct {
	table archwire.Table
	rows  map[string]string
	twice []string // keys that stand twice
	asked int64    // rows that were looked at one by one
}

func (s *side) batches() archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		b := array.NewRecordBuilder(memory.DefaultAllocator, s.table.ArrowSchema())
		defer b.Release()
		enter := func(key string) {
			appendKey(b.Field(0), key)
			b.Field(1).(*array.StringBuilder).Append(s.rows[key])
		}
		for key := range s.rows {
			enter(key)
		}
		for _, key := range s.twice {
			enter(key)
		}
		batch := b.NewRecordBatch()
		defer batch.Release()
		yield(batch, nil)
	}
}

func appendKey(b array.Builder, key string) {
	var n int64
	fmt.Sscan(key, &n) //nolint:errcheck // where it counts, the test writes whole numbers
	switch b := b.(type) {
	case *array.Int16Builder:
		b.Append(int16(n))
	case *array.Int32Builder:
		b.Append(int32(n))
	case *array.Int64Builder:
		b.Append(n)
	case *array.StringBuilder:
		b.Append(key)
	}
}

func (s *side) Hashes(archwire.Table) []archwire.Hash { return []archwire.Hash{archwire.HashMD5} }

func (s *side) Prints(_ context.Context, t archwire.Table, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	return rowhash.Prints(s.batches(), t, p)
}

func (s *side) RowPrints(_ context.Context, t archwire.Table, p archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		for batch, err := range rowhash.RowPrints(s.batches(), t, p) {
			if batch != nil {
				s.asked += batch.NumRows()
			}
			if !yield(batch, err) {
				return
			}
		}
	}
}

func table(key archwire.Kind) archwire.Table {
	return archwire.Table{Source: "app", Name: "sale", Key: []string{"id"}, Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: key}}, {Name: "note", Type: archwire.Type{Kind: archwire.Text}},
	}}
}

// named is what a comparison found, in words.
func named(t interface{ Fatal(...any) }, c verify.Comparison) ([]string, verify.Result) {
	found := []string{}
	result, err := c.Run(context.Background(), func(_ context.Context, d verify.Difference) error {
		for what, keys := range map[string]archwire.Batch{"missing": d.Missing, "changed": d.Changed, "extra": d.Extra} {
			if keys == nil {
				continue
			}
			for row := range int(keys.NumRows()) {
				found = append(found, what+" "+keys.Column(0).ValueStr(row))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found, result
}

// TestEveryDifferenceIsNamed compares sides that differ in some rows with what
// plain maps say of them, for keys of both sorts and all ways of cutting.
func TestEveryDifferenceIsNamed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tab := table(rapid.SampledFrom([]archwire.Kind{archwire.Int64, archwire.Text}).Draw(t, "key"))
		source := &side{table: tab, rows: map[string]string{}}
		copied := &side{table: tab, rows: map[string]string{}}
		var want []string
		keys := rapid.SliceOfNDistinct(rapid.Int64Range(-2000, 2000), 0, 300, rapid.ID).Draw(t, "keys")
		byKeys := rapid.Bool().Draw(t, "keys only")
		for _, n := range keys {
			key := fmt.Sprint(n)
			source.rows[key], copied.rows[key] = "x", "x"
			switch rapid.IntRange(0, 12).Draw(t, "fate") {
			case 0:
				delete(copied.rows, key)
				want = append(want, "missing "+key)
			case 1:
				delete(source.rows, key)
				want = append(want, "extra "+key)
			case 2:
				copied.rows[key] = "y"
				if !byKeys {
					want = append(want, "changed "+key)
				}
			case 3:
				copied.twice = append(copied.twice, key)
				want = append(want, "changed "+key)
			}
		}
		slices.Sort(want)
		cut := archwire.Cut{Parts: rapid.IntRange(1, 40).Draw(t, "parts")}
		if tab.Columns[0].Type.Kind == archwire.Int64 && rapid.Bool().Draw(t, "ranges") {
			cut = archwire.Cut{From: rapid.Int64Range(-1500, 0).Draw(t, "from"), Width: rapid.Int64Range(1, 500).Draw(t, "width"), Parts: cut.Parts}
		}
		found, result := named(t, verify.Comparison{Table: tab, Source: source, Copy: copied, Keys: byKeys, Cut: cut}.All())
		if diff := cmp.Diff(want, found); diff != "" && len(want)+len(found) > 0 {
			t.Errorf("differences (-want +got):\n%s", diff)
		}
		if int(result.SourceRows) != len(source.rows) || int(result.CopyRows) != len(copied.rows)+len(copied.twice) {
			t.Errorf("%d and %d rows were compared of %d and %d", result.SourceRows, result.CopyRows, len(source.rows), len(copied.rows)+len(copied.twice))
		}
		if len(want) == 0 && (len(result.Differing) != 0 || source.asked != 0) {
			t.Errorf("equal sides have %d parts that differ, and %d rows were looked at", len(result.Differing), source.asked)
		}
	})
}

func TestOnlyPartsThatDifferAreLookedInto(t *testing.T) {
	t.Parallel()
	tab := table(archwire.Int64)
	source, copied := &side{table: tab, rows: map[string]string{}}, &side{table: tab, rows: map[string]string{}}
	for i := range 10_000 {
		source.rows[fmt.Sprint(i)], copied.rows[fmt.Sprint(i)] = "x", "x"
	}
	copied.rows["77"] = "y"
	copied.rows["9123"] = "z"
	found, result := named(t, verify.Comparison{
		Table: tab, Source: source, Copy: copied, Cut: archwire.Cut{Width: 100, Parts: 100},
	}.All())
	if diff := cmp.Diff([]string{"changed 77", "changed 9123"}, found); diff != "" {
		t.Error(diff)
	}
	if len(result.Differing) != 2 || source.asked != 200 {
		t.Errorf("%d parts differ and %d rows were looked at, want 2 and 200", len(result.Differing), source.asked)
	}
}

func TestATableWithoutAKeyDiffersAsAWhole(t *testing.T) {
	t.Parallel()
	tab := table(archwire.Int64)
	tab.Key = nil
	source := &side{table: tab, rows: map[string]string{"1": "a", "2": "b"}}
	swapped := &side{table: tab, rows: map[string]string{"1": "b", "2": "a"}}
	for copied, want := range map[*side]int{source: 0, swapped: 1} {
		calls := 0
		_, err := verify.Comparison{Table: tab, Source: source, Copy: copied}.All().Run(t.Context(), func(_ context.Context, d verify.Difference) error {
			calls++
			if !d.Unkeyed || d.Rows() != 0 {
				t.Errorf("the difference names %d rows", d.Rows())
			}
			return nil
		})
		if err != nil || calls != want {
			t.Errorf("%d differences and the error %v, want %d", calls, err, want)
		}
	}
}

func TestADoubledKeyOfTheSourceIsInvalid(t *testing.T) {
	t.Parallel()
	tab := table(archwire.Int64)
	source := &side{table: tab, rows: map[string]string{"1": "a"}, twice: []string{"1"}}
	copied := &side{table: tab, rows: map[string]string{"1": "a"}}
	_, err := verify.Comparison{Table: tab, Source: source, Copy: copied}.All().Run(t.Context(), func(context.Context, verify.Difference) error { return nil })
	if archwire.CodeOf(err) != archwire.Invalid {
		t.Errorf("the error is %v, want one of code invalid", err)
	}
}

// TestCutsCoverEveryKey: whatever the span, each key belongs to one part.
func TestCutsCoverEveryKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Int64().Draw(t, "low")
		high := rapid.Int64Range(low, math.MaxInt64).Draw(t, "high")
		rows := rapid.Int64Range(1, 1<<40).Draw(t, "rows")
		cut, err := verify.CutOf(context.Background(), spanned{low: low, high: high}, table(archwire.Int64), rows)
		if err != nil {
			t.Fatal(err)
		}
		if cut.From != low || cut.Width < 1 || cut.Parts < 1 || cut.Parts > 1<<16 {
			t.Errorf("%+v for keys from %d to %d", cut, low, high)
		}
		// The last part begins at or before the greatest key.
		if last := float64(low) + float64(cut.Width)*float64(cut.Parts-1); last > float64(high)*(1+1e-9)+1 && last > float64(high)+float64(cut.Width) {
			t.Errorf("the last of %d parts begins at %g, beyond %d", cut.Parts, last, high)
		}
	})
}

// spanned is a load that knows only how far its keys reach.
type spanned struct {
	archwire.Load
	low, high int64
}

func (s spanned) Span(context.Context, archwire.Table) (low, high int64, ok bool, err error) {
	return s.low, s.high, true, nil
}
