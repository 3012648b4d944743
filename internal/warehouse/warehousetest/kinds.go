package warehousetest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// every has a column of each kind, and values at the edges of each.
var every = archwire.Table{Source: "types", Name: "every", Columns: []archwire.Column{
	{Name: "n", Type: archwire.Type{Kind: archwire.Int32}},
	{Name: "bool", Type: archwire.Type{Kind: archwire.Bool}},
	{Name: "int16", Type: archwire.Type{Kind: archwire.Int16}},
	{Name: "int32", Type: archwire.Type{Kind: archwire.Int32}},
	{Name: "int64", Type: archwire.Type{Kind: archwire.Int64}},
	{Name: "float32", Type: archwire.Type{Kind: archwire.Float32}},
	{Name: "float64", Type: archwire.Type{Kind: archwire.Float64}},
	{Name: "money", Type: archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}},
	{Name: "small", Type: archwire.Type{Kind: archwire.Decimal, Precision: 4, Scale: 4}},
	{Name: "large", Type: archwire.Type{Kind: archwire.Decimal, Precision: 38, Scale: 10}},
	{Name: "text", Type: archwire.Type{Kind: archwire.Text}},
	{Name: "json", Type: archwire.Type{Kind: archwire.JSON}},
	{Name: "uuid", Type: archwire.Type{Kind: archwire.UUID}},
	{Name: "bytes", Type: archwire.Type{Kind: archwire.Bytes}},
	{Name: "date", Type: archwire.Type{Kind: archwire.Date}},
	{Name: "time", Type: archwire.Type{Kind: archwire.Time}},
	{Name: "timestamp", Type: archwire.Type{Kind: archwire.Timestamp}},
	{Name: "timestamptz", Type: archwire.Type{Kind: archwire.TimestampTZ}},
}}

const (
	dayMicros = 24 * 60 * 60 * 1_000_000
	// 4713-01-01 BC and 294246-12-31, the ends of what PostgreSQL holds as well.
	earliest = -210_863_520_000_000_000
	latest   = 9_223_339_708_799_999_999
)

var everyRows = [][]any{
	{
		int32(1), true, int16(math.MaxInt16), int32(math.MaxInt32), int64(math.MaxInt64), float32(math.Inf(1)), math.Inf(1),
		"9999999999.99", "0.9999", strings.Repeat("9", 28) + ".9999999999", "a", `{"b": 1,  "a": null}`,
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
		[]byte{0, 1, 255},
		int32(math.MaxInt32), int64(dayMicros), int64(math.MaxInt64), int64(math.MaxInt64),
	},
	{
		int32(2), false, int16(math.MinInt16), int32(math.MinInt32), int64(math.MinInt64), float32(math.Inf(-1)), math.Inf(-1),
		"-9999999999.99", "-0.9999", "-" + strings.Repeat("9", 28) + ".9999999999", "", "", "",
		[]byte{},
		int32(-math.MaxInt32), int64(0), int64(-math.MaxInt64), int64(-math.MaxInt64),
	},
	{
		int32(3), true, int16(0), int32(0), int64(0), float32(math.NaN()), math.NaN(), "0.00", "0.0000", "0.0000000001",
		"ümläut\u0000\n\t\"'\\ 🦷", "[]", "00000000-0000-0000-0000-000000000000", []byte("text"),
		int32(-719_893), int64(dayMicros - 1), int64(earliest), int64(earliest), // 0001-12-31 BC
	},
	{
		int32(4), nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil,
	},
	{
		int32(5), true, int16(-1), int32(-1), int64(-1), float32(math.SmallestNonzeroFloat32), math.SmallestNonzeroFloat64, "-0.01", "0.0001", "-0.0000000001",
		" ", "null", "ffffffff-ffff-ffff-ffff-ffffffffffff", []byte("'"), int32(2_932_896), int64(1), int64(latest), int64(latest), // 9999-12-31
	},
	{
		int32(6), true, int16(1), int32(1), int64(1), float32(math.MaxFloat32), math.MaxFloat64, "1.10", "0.1000", "1.0000000000",
		"NULL", "1", "00000000-0000-0000-0000-000000000001", []byte("NULL"), int32(-1), int64(1_000_001), int64(-1), int64(-1),
	},
}

// text is the rows of a batch as query gives them.
func text(t *testing.T, rows archwire.Batches) []string {
	t.Helper()
	out, err := collect(rows)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func testKinds(t *testing.T, open Opener, limits Limits) {
	w, rows := open(t, t.TempDir()), limits.heldRows(every, everyRows)
	loadAll(t, w, "run", map[string]archwire.Batches{"types.every": batches(every, rows...)}, every)
	want := text(t, batches(every, rows...))
	if diff := cmp.Diff(want, query(t, w, "select * from types.every order by n")); diff != "" {
		t.Error(diff)
	}
	// A model over the table gives them all on.
	model := archwire.Model{Name: "base.every", SQL: "select * from types.every", Key: []string{"n"}}
	if _, err := w.Refresh(context.Background(), model, archwire.RefreshScope{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, query(t, w, "select * from base.every order by n")); diff != "" {
		t.Errorf("after a refresh: %s", diff)
	}
}

func testAnyValues(t *testing.T, open Opener, limits Limits) {
	w := open(t, t.TempDir())
	some := rapid.SliceOfN(rapid.Custom(anyRow), 50, 200)
	for seed := range 8 {
		rows := some.Example(seed)
		for i := range rows {
			rows[i] = limits.held(every, rows[i])
			rows[i][0] = int32(i)
		}
		loadAll(t, w, "run", map[string]archwire.Batches{"types.every": batches(every, rows...)}, every)
		if diff := cmp.Diff(text(t, batches(every, rows...)), query(t, w, "select * from types.every order by n")); diff != "" {
			t.Fatal(diff)
		}
	}
}

// anyRow draws a row of every.
func anyRow(r *rapid.T) []any {
	row := make([]any, len(every.Columns))
	for i, c := range every.Columns {
		if rapid.IntRange(0, 4).Draw(r, "null") > 0 {
			row[i] = anyValue(r, c.Type)
		}
	}
	return row
}

func anyValue(r *rapid.T, t archwire.Type) any {
	switch t.Kind { //nolint:exhaustive // the rest are texts
	case archwire.Bool:
		return rapid.Bool().Draw(r, "bool")
	case archwire.Int16:
		return rapid.Int16().Draw(r, "int16")
	case archwire.Int32:
		return rapid.Int32().Draw(r, "int32")
	case archwire.Int64:
		return rapid.Int64().Draw(r, "int64")
	case archwire.Float32:
		return rapid.Float32().Draw(r, "float32")
	case archwire.Float64:
		return rapid.Float64().Draw(r, "float64")
	case archwire.Decimal:
		whole := fmt.Sprintf("[0-9]{%d}", t.Precision-t.Scale)
		return rapid.StringMatching(fmt.Sprintf("-?0?%s[.][0-9]{%d}", whole, t.Scale)).Draw(r, "decimal")
	case archwire.Bytes:
		return rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(r, "bytes")
	case archwire.Date:
		return rapid.Int32Range(-719_893, 2_932_896).Draw(r, "date")
	case archwire.Time:
		return rapid.Int64Range(0, dayMicros).Draw(r, "time")
	case archwire.Timestamp, archwire.TimestampTZ:
		return rapid.Int64Range(earliest, latest).Draw(r, "timestamp")
	}
	return rapid.String().Draw(r, "text")
}

func testWide(t *testing.T, open Opener, limits Limits) {
	w := open(t, t.TempDir())
	wide := archwire.Table{Source: "types", Name: "wide"}
	var row []any
	for i := range 1600 {
		wide.Columns = append(wide.Columns, archwire.Column{Name: fmt.Sprint("c", i), Type: archwire.Type{Kind: archwire.Int32}})
		row = append(row, int32(i))
	}
	long := archwire.Table{Source: "types", Name: "long", Columns: []archwire.Column{
		{Name: "text", Type: archwire.Type{Kind: archwire.Text}}, {Name: "bytes", Type: archwire.Type{Kind: archwire.Bytes}},
	}}
	size, bytes := orElse(limits.LongText, 100<<20), orElse(limits.LongBytes, 50<<20)
	value := strings.Repeat("0123456789abcdef", (size+15)/16)[:size]
	loadAll(t, w, "run", map[string]archwire.Batches{
		"types.wide": batches(wide, row, row), "types.long": batches(long, []any{value, nil}, []any{nil, []byte(value[:bytes])}),
	}, wide, long)
	if got := query(t, w, "select c0 + c1599 from types.wide"); !cmp.Equal(got, []string{"1599", "1599"}) {
		t.Errorf("the wide table gives %v", got)
	}
	got := query(t, w, "select length(text), md5(text) = md5($1), octet_length(bytes) from types.long order by 1", value)
	if diff := cmp.Diff([]string{fmt.Sprintf("%d|true|null", size), fmt.Sprintf("null|null|%d", bytes)}, got); diff != "" {
		t.Error(diff)
	}
}

func testNoColumns(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	bare := archwire.Table{Source: "types", Name: "bare"}
	l := begin(t, w, "run", bare)
	if n := stage(t, l, bare, several(noColumns(3), noColumns(0), noColumns(4))); n != 7 {
		t.Errorf("staged %d rows, want 7", n)
	}
	wantCount(t, l, bare, 7)
	if _, err := l.Commit(context.Background(), today, nil); err != nil {
		t.Fatal(err)
	}
	if got := query(t, w, "select count(*) from types.bare"); got[0] != "7" {
		t.Errorf("the table has %s rows, want 7", got[0])
	}
}

func testNames(t *testing.T, open Opener) {
	w := open(t, t.TempDir())
	odd := archwire.Table{Source: "Odd Source", Name: `a "b".c;--`, Columns: []archwire.Column{
		{Name: "Select", Type: archwire.Type{Kind: archwire.Int32}},
		{Name: `x"y`, Type: archwire.Type{Kind: archwire.Text}},
		{Name: "ümläut 🦷", Type: archwire.Type{Kind: archwire.Text}},
	}}
	loadAll(t, w, "run'1", map[string]archwire.Batches{odd.ID(): batches(odd, []any{int32(1), "a", "b"})}, odd)
	name := archwire.Quote(odd.Source) + "." + archwire.Quote(odd.Name)
	for b, err := range w.Query(context.Background(), archwire.Query{SQL: "select * from " + name}) {
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range odd.Columns {
			if got := b.Schema().Field(i).Name; got != c.Name {
				t.Errorf("the column %q comes back as %q", c.Name, got)
			}
		}
	}
}
