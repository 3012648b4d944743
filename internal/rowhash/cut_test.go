package rowhash

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

func keysBatch(tb testing.TB, keys []int64) (archwire.Table, archwire.Batch) {
	tb.Helper()
	tab := table("int64")
	b := array.NewRecordBuilder(memory.DefaultAllocator, tab.ArrowSchema())
	defer b.Release()
	b.Field(0).(*array.Int64Builder).AppendValues(keys, nil)
	return tab, b.NewRecordBatch()
}

// TestPartsEqualBigArithmetic compares the parts by width with the formula of
// the format, in numbers that have no end.
func TestPartsEqualBigArithmetic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfN(rapid.Int64(), 1, 20).Draw(rt, "keys")
		cut := archwire.Cut{
			From:  rapid.Int64().Draw(rt, "from"),
			Width: rapid.Int64Range(1, math.MaxInt64).Draw(rt, "width"),
			Parts: rapid.IntRange(1, 50).Draw(rt, "parts"),
		}
		want := map[int]archwire.PartPrint{}
		for _, k := range keys {
			n := new(big.Int).Sub(big.NewInt(k), big.NewInt(cut.From))
			n.Div(n, big.NewInt(cut.Width)) // towards the smaller number, as the width is positive
			part := cut.Parts - 1
			if n.Sign() < 0 {
				part = 0
			} else if n.IsInt64() && n.Int64() < int64(part) {
				part = int(n.Int64())
			}
			p := want[part]
			want[part] = archwire.PartPrint{Part: part, Rows: p.Rows + 1, Sum: p.Sum + uint64(k)}
		}
		tab, b := keysBatch(t, keys)
		defer b.Release()
		got, err := Prints(one(b), tab, archwire.PrintSpec{Hash: archwire.HashColumns, Keys: true, Cut: cut, Last: cut.Parts - 1})
		if err != nil {
			rt.Fatal(err)
		}
		for i, p := range got {
			if p != want[p.Part] || i > 0 && got[i-1].Part >= p.Part {
				rt.Fatalf("%+v: got %+v, want %+v", cut, got, want)
			}
		}
		if len(got) != len(want) {
			rt.Fatalf("%+v: got %+v, want %+v", cut, got, want)
		}
	})
}

func TestRowsWithoutKeyAreInTheFirstPart(t *testing.T) {
	tab := table("int64", "text")
	spec := archwire.PrintSpec{Hash: archwire.HashColumns, Keys: true, Cut: archwire.Cut{From: 10, Width: 10, Parts: 3}, Last: 2}
	got, err := Prints(one(batch(t, tab, `[{"a":null},{"a":25},{"a":7}]`)), tab, spec)
	want := []archwire.PartPrint{{Part: 0, Rows: 2, Sum: 7}, {Part: 1, Rows: 1, Sum: 25}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v; prints (-want +got):\n%s", err, diff)
	}
}

// TestRowPrintsPickTheirRows wants the rows of a part, which do not lie side by
// side, with their own prints.
func TestRowPrintsPickTheirRows(t *testing.T) {
	tab := table("int64", "text")
	tab.Key = []string{"b", "a"}
	b := batch(t, tab, `[{"a":1,"b":"x"},{"a":2,"b":"y"},{"a":3,"b":null},{"a":4,"b":"z"},{"a":5,"b":"y"},{"a":6,"b":"w"}]`)
	all, picked := map[string]int64{}, map[string]int64{}
	read := func(into map[string]int64, spec archwire.PrintSpec) {
		for out, err := range RowPrints(one(b), tab, spec) {
			if err != nil {
				t.Fatal(err)
			}
			if out.NumCols() != 3 || out.ColumnName(2) != archwire.PrintColumn {
				t.Fatalf("columns %s", out.Schema())
			}
			for i := range int(out.NumRows()) {
				key := fmt.Sprint(out.Column(0).ValueStr(i), " ", out.Column(1).ValueStr(i))
				if _, twice := into[key]; twice {
					t.Errorf("row %s came twice", key)
				}
				into[key] = out.Column(2).(*array.Int64).Value(i)
			}
		}
	}
	for _, hash := range Hashes() {
		clear(all)
		clear(picked)
		read(all, archwire.PrintSpec{Hash: hash})
		for part := range 3 {
			read(picked, archwire.PrintSpec{Hash: hash, Cut: archwire.Cut{Parts: 3}, First: part, Last: part})
		}
		if diff := cmp.Diff(all, picked); diff != "" || len(all) != 6 {
			t.Errorf("%d rows; all and those of each part (-all +parts):\n%s", len(all), diff)
		}
	}
}

// TestDecimalsAreWrittenInFull compares with math/big.
func TestDecimalsAreWrittenInFull(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		scale := rapid.IntRange(0, 38).Draw(rt, "scale")
		digits := rapid.IntRange(0, 127).Draw(rt, "bits")
		n := new(big.Int).SetUint64(rapid.Uint64().Draw(rt, "high"))
		n.Lsh(n, 64).Add(n, new(big.Int).SetUint64(rapid.Uint64().Draw(rt, "low"))).Rsh(n, uint(128-digits))
		if rapid.Bool().Draw(rt, "negative") {
			n.Neg(n)
		}
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
		want := new(big.Rat).SetFrac(n, unit).FloatString(scale)
		if got := string(appendDecimal(nil, decimal128.FromBigInt(n), scale)); got != want {
			rt.Fatalf("got %s, want %s", got, want)
		}
	})
}
