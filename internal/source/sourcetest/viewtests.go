package sourcetest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
)

// everything holds, for each kind that the source has, two values that are far from
// ordinary, such as the ends of its range, and NULL.
func (h Harness) everything() Table {
	t := Table{Name: "everything", Key: []string{"n"}}
	values := map[archwire.Kind][]any{
		archwire.Bool:    {true, false},
		archwire.Int16:   {int16(math.MinInt16), int16(math.MaxInt16)},
		archwire.Int32:   {int32(math.MinInt32), int32(math.MaxInt32)},
		archwire.Int64:   {int64(math.MinInt64), int64(math.MaxInt64)},
		archwire.Float32: {float32(math.Inf(1)), float32(math.NaN()), float32(-math.MaxFloat32), float32(0.1)},
		archwire.Float64: {math.Inf(-1), 0.1, math.MaxFloat64},
		archwire.Decimal: {archwire.Number("-99999999999999999999999999999999999.999"), archwire.Number("0.001")},
		archwire.Text:    {"", "ünïcode 'quoted' \\ \n\t\x7f €"},
		archwire.JSON:    {`{"a": [1, null]}`, `"x"`},
		archwire.UUID:    {"00000000-0000-0000-0000-000000000000", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
		archwire.Bytes:   {[]byte{}, []byte{0, 255, 39, 92}},
		archwire.Date: {
			arrow.Date32(math.MaxInt32), arrow.Date32(-719529), // infinity, 0000-12-31
			arrow.Date32(-719162), arrow.Date32(2932896), // 0001-01-01, 9999-12-31
		},
		archwire.Time: {arrow.Time64(0), arrow.Time64(24 * 3600 * 1_000_000), arrow.Time64(24*3600*1_000_000 - 1)},
		archwire.Timestamp: {
			arrow.Timestamp(-math.MaxInt64), arrow.Timestamp(math.MaxInt64 - 1), // -infinity, the last instant
			arrow.Timestamp(-719162 * 86_400_000_000), arrow.Timestamp(2932897*86_400_000_000 - 1),
		},
		archwire.TimestampTZ: {arrow.Timestamp(math.MaxInt64), arrow.Timestamp(-1), arrow.Timestamp(2932897*86_400_000_000 - 1)},
	}
	t.Columns = []archwire.Column{{Name: "n", Type: archwire.Type{Kind: archwire.Int64}}}
	t.Rows = [][]any{{int64(0)}, {int64(1)}, {int64(2)}}
	for k := archwire.Bool; k <= archwire.TimestampTZ; k++ {
		c := column("c_"+k.String(), k)
		if k == archwire.Decimal {
			c.Type.Precision, c.Type.Scale = 38, 3
		}
		two := h.held(c.Type, values[k])
		if len(two) < 2 {
			continue
		}
		t.Columns = append(t.Columns, c)
		t.Rows[0] = append(t.Rows[0], two[0])
		t.Rows[1] = append(t.Rows[1], two[1])
		t.Rows[2] = append(t.Rows[2], nil)
	}
	return t
}

func testValuesArriveExactly(t *testing.T, h Harness) {
	want := h.everything()
	lab := h.Open(t, want)
	got := ReadAll(t, Open(t, lab.Source), Find(t, lab.Source, "everything"))
	if diff := cmp.Diff(want.Rows, got, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func testDeclaredColumnsOnly(t *testing.T, h Harness) {
	table := payer(0)
	table.Rows = [][]any{{int64(7), "Delta", archwire.Number("1.500")}}
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "payer")
	declared.Columns = []archwire.Column{declared.Columns[2], declared.Columns[0]}
	got := ReadAll(t, Open(t, lab.Source), declared)
	if diff := cmp.Diff([][]any{{archwire.Number("1.500"), int64(7)}}, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func testChunksHoldEachRowOnce(t *testing.T, h Harness) {
	const rows = 5000
	lab := h.Open(t, payer(rows))
	seen := map[int64]int{}
	for _, row := range ReadAll(t, Open(t, lab.Source), Find(t, lab.Source, "payer")) {
		seen[row[0].(int64)]++
	}
	for i := range int64(rows) {
		if seen[i] != 1 {
			t.Fatalf("row %d came %d times", i, seen[i])
		}
	}
	if len(seen) != rows {
		t.Errorf("%d rows, want %d", len(seen), rows)
	}
}

func testEmptyTable(t *testing.T, h Harness) {
	lab := h.Open(t, payer(0))
	if rows := ReadAll(t, Open(t, lab.Source), Find(t, lab.Source, "payer")); len(rows) != 0 {
		t.Errorf("%d rows of an empty table", len(rows))
	}
}

func testViewIsRead(t *testing.T, h Harness) {
	table := payer(7)
	lab := h.Open(t, table, Table{Name: "payer_names", View: true, Of: "payer", Columns: table.Columns, Rows: table.Rows})
	if rows := ReadAll(t, Open(t, lab.Source), Find(t, lab.Source, "payer_names")); len(rows) != 7 {
		t.Errorf("%d rows, want 7", len(rows))
	}
}

// wantInvalid wants an error for people that names the thing at fault.
func wantInvalid(t *testing.T, err error, names ...string) {
	t.Helper()
	if archwire.CodeOf(err) != archwire.Invalid {
		t.Fatalf("error %v with code %q, want invalid", err, archwire.CodeOf(err))
	}
	for _, name := range names {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
}

func testMissingTable(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	table := Find(t, lab.Source, "payer")
	lab.DropTable(t, "payer")
	v := Open(t, lab.Source)
	_, err := v.Chunks(t.Context(), table)
	wantInvalid(t, err, "payer")
}

func testMissingColumn(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	table := Find(t, lab.Source, "payer")
	lab.DropColumn(t, "payer", "rating")
	_, err := Open(t, lab.Source).Chunks(t.Context(), table)
	wantInvalid(t, err, table.ID(), "rating")
}

func testChangedType(t *testing.T, h Harness) {
	lab := h.Open(t, payer(1))
	table := Find(t, lab.Source, "payer")
	lab.Retype(t, "payer", "rating")
	_, err := Open(t, lab.Source).Chunks(t.Context(), table)
	wantInvalid(t, err, table.ID(), "rating", "text")
	if archwire.HintOf(err) == "" {
		t.Error("no hint")
	}
}

func testNewColumn(t *testing.T, h Harness) {
	lab := h.Open(t, payer(3))
	table := Find(t, lab.Source, "payer")
	table.Columns = table.Columns[:2] // the third is new to the project
	if rows := ReadAll(t, Open(t, lab.Source), table); len(rows) != 3 || len(rows[0]) != 2 {
		t.Errorf("got %v", rows)
	}
}

func testBatchesAreBounded(t *testing.T, h Harness) {
	table := Table{Name: "wide", Columns: []archwire.Column{column("id", archwire.Int64), column("body", archwire.Text)}}
	for i := range 300 {
		table.Rows = append(table.Rows, []any{int64(i), strings.Repeat("x", 100_000)})
	}
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "wide")
	v := Open(t, lab.Source)
	chunks, err := v.Chunks(t.Context(), declared)
	if err != nil {
		t.Fatal(err)
	}
	total := int64(0)
	for _, c := range chunks {
		for batch, err := range v.Batches(t.Context(), declared, c) {
			if err != nil {
				t.Fatal(err)
			}
			total += batch.NumRows()
			if bytes := batch.NumRows() * 100_000; bytes > 9<<20 {
				t.Errorf("a batch of %d bytes", bytes)
			}
		}
	}
	if total != 300 {
		t.Errorf("%d rows, want 300", total)
	}
}

func testHugeRow(t *testing.T, h Harness) {
	huge := strings.Repeat("0123456789", 2_000_000)
	table := Table{Name: "wide", Columns: []archwire.Column{column("body", archwire.Text)}}
	table.Rows = [][]any{{"before"}, {huge}, {"after"}}
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "wide")
	v := Open(t, lab.Source)
	var sizes []int64
	var got [][]any
	for batch, err := range v.Batches(t.Context(), declared, firstChunk(t, v, declared)) {
		if err != nil {
			t.Fatal(err)
		}
		sizes = append(sizes, batch.NumRows())
		got = append(got, RowsOf(batch)...)
	}
	if !slices.Equal(sizes, []int64{1, 1, 1}) || len(got) != 3 || got[1][0] != huge {
		t.Errorf("batches of %v rows; want the huge row by itself and unharmed", sizes)
	}
}

func firstChunk(t *testing.T, v archwire.View, table archwire.Table) archwire.Chunk {
	t.Helper()
	chunks, err := v.Chunks(t.Context(), table)
	if err != nil || len(chunks) == 0 {
		t.Fatalf("%d chunks, error %v", len(chunks), err)
	}
	return chunks[0]
}

func testInexactValue(t *testing.T, h Harness) {
	table := payer(0)
	table.Rows = [][]any{{int64(1), "Delta", archwire.Number("987.654")}}
	lab := h.Open(t, table)
	declared := Find(t, lab.Source, "payer")
	declared.Columns[2].Type.Scale, declared.Columns[2].Cast = 2, true
	err := ReadError(Open(t, lab.Source), declared)
	wantInvalid(t, err, declared.ID(), "rating")
	if strings.Contains(err.Error(), "987") {
		t.Errorf("%q quotes the value", err)
	}
}
