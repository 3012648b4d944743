package encode

import (
	"encoding/json"
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"pgregory.net/rapid"

	"archwire"
)

// column builds an array of one type; add appends its rows.
func column(t *testing.T, dt arrow.DataType, add func(array.Builder)) arrow.Array {
	t.Helper()
	b := array.NewBuilder(memory.DefaultAllocator, dt)
	defer b.Release()
	add(b)
	a := b.NewArray()
	t.Cleanup(a.Release)
	return a
}

func TestCellsOfEveryKind(t *testing.T) {
	micros := time.Date(2026, 11, 20, 15, 4, 5, 60_000, time.UTC).UnixMicro()
	for _, c := range []struct {
		typ  archwire.Type
		add  func(array.Builder)
		want string
	}{
		{archwire.Type{Kind: archwire.Bool}, func(b array.Builder) { b.(*array.BooleanBuilder).Append(true) }, "true"},
		{archwire.Type{Kind: archwire.Int16}, func(b array.Builder) { b.(*array.Int16Builder).Append(-32768) }, "-32768"},
		{archwire.Type{Kind: archwire.Int32}, func(b array.Builder) { b.(*array.Int32Builder).Append(2147483647) }, "2147483647"},
		{archwire.Type{Kind: archwire.Int64}, func(b array.Builder) { b.(*array.Int64Builder).Append(math.MinInt64) }, "-9223372036854775808"},
		{archwire.Type{Kind: archwire.Float32}, func(b array.Builder) { b.(*array.Float32Builder).Append(0.1) }, "0.1"},
		{archwire.Type{Kind: archwire.Float64}, func(b array.Builder) { b.(*array.Float64Builder).Append(1e300) }, "1e+300"},
		{archwire.Type{Kind: archwire.Float64}, func(b array.Builder) { b.(*array.Float64Builder).Append(math.NaN()) }, `"NaN"`},
		{archwire.Type{Kind: archwire.Float64}, func(b array.Builder) { b.(*array.Float64Builder).Append(math.Inf(-1)) }, `"-Infinity"`},
		{archwire.Type{Kind: archwire.Decimal, Precision: 12, Scale: 2}, func(b array.Builder) { b.(*array.Decimal128Builder).Append(decimal128.FromI64(-5)) }, "-0.05"},
		{archwire.Type{Kind: archwire.Text}, func(b array.Builder) { b.(*array.StringBuilder).Append("") }, `""`},
		{archwire.Type{Kind: archwire.UUID}, func(b array.Builder) {
			b.(*array.StringBuilder).Append("0b1f6b3e-5c0e-4f5b-9d0a-3f1c6f1d2e3f")
		}, `"0b1f6b3e-5c0e-4f5b-9d0a-3f1c6f1d2e3f"`},
		{archwire.Type{Kind: archwire.Bytes}, func(b array.Builder) { b.(*array.BinaryBuilder).Append([]byte{0, 255}) }, `"AP8="`},
		{archwire.Type{Kind: archwire.Date}, func(b array.Builder) { b.(*array.Date32Builder).Append(20777) }, `"2026-11-20"`},
		{archwire.Type{Kind: archwire.Date}, func(b array.Builder) { b.(*array.Date32Builder).Append(math.MaxInt32) }, `"infinity"`},
		{archwire.Type{Kind: archwire.Date}, func(b array.Builder) { b.(*array.Date32Builder).Append(-math.MaxInt32) }, `"-infinity"`},
		{archwire.Type{Kind: archwire.Date}, func(b array.Builder) { b.(*array.Date32Builder).Append(-719_163) }, `"0000-12-31"`},
		{archwire.Type{Kind: archwire.Time}, func(b array.Builder) { b.(*array.Time64Builder).Append(86_400_000_000) }, `"24:00:00"`},
		{archwire.Type{Kind: archwire.Time}, func(b array.Builder) { b.(*array.Time64Builder).Append(1_500_000) }, `"00:00:01.5"`},
		{archwire.Type{Kind: archwire.Timestamp}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(micros)) }, `"2026-11-20T15:04:05.00006"`},
		{archwire.Type{Kind: archwire.TimestampTZ}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(micros)) }, `"2026-11-20T15:04:05.00006Z"`},
		{archwire.Type{Kind: archwire.TimestampTZ}, func(b array.Builder) { b.(*array.TimestampBuilder).Append(math.MaxInt64) }, `"infinity"`},
	} {
		col := column(t, c.typ.Arrow(), func(b array.Builder) { c.add(b); b.AppendNull() })
		if got := string(Cell(nil, col, 0, false)); got != c.want {
			t.Errorf("%s leaves as %s, want %s", c.typ, got, c.want)
		}
		if got := string(Cell(nil, col, 1, true)); got != "null" {
			t.Errorf("NULL as %s leaves as %s", c.typ, got)
		}
	}
}

func TestDocumentsAreEmbedded(t *testing.T) {
	col := column(t, arrow.BinaryTypes.String, func(b array.Builder) {
		b.(*array.StringBuilder).Append(`{"money": 1284.50}`)
		b.(*array.StringBuilder).Append(`{broken`)
	})
	if got := string(Cell(nil, col, 0, true)); got != `{"money": 1284.50}` {
		t.Errorf("a document leaves as %s", got)
	}
	if got := string(Cell(nil, col, 1, true)); got != `"{broken"` {
		t.Errorf("a broken document leaves as %s", got)
	}
}

func TestStringsReadBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text") + string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		var back string
		if err := json.Unmarshal(String(nil, s), &back); err != nil {
			t.Fatalf("%q leaves as %s: %v", s, String(nil, s), err)
		}
		if utf8.ValidString(s) && back != s {
			t.Fatalf("%q comes back as %q", s, back)
		}
	})
}

func TestFloatsReadBackAsTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "float")
		var back float64
		if err := json.Unmarshal(Float(nil, f, 64), &back); err != nil || back != f {
			t.Fatalf("%v comes back as %v: %v", f, back, err)
		}
	})
}
