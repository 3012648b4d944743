package sourcetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// Keys makes a batch of t's key columns from rows that have no others.
func Keys(t archwire.Table, rows ...[]any) (archwire.Batch, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, t.KeyTable().ArrowSchema())
	defer b.Release()
	for _, row := range rows {
		for i, v := range row {
			if err := appendValue(b.Field(i), v); err != nil {
				return nil, err
			}
		}
	}
	return b.NewRecordBatch(), nil
}

// byKeys reads the rows of these keys.
func byKeys(t *testing.T, v archwire.View, table archwire.Table, keys ...[]any) [][]any {
	t.Helper()
	r, ok := v.(archwire.KeyReader)
	if !ok {
		t.Fatalf("%T does not read by keys", v)
	}
	batch, err := Keys(table, keys...)
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Release()
	chunks, err := r.ByKeys(t.Context(), table, batch)
	if err != nil {
		t.Fatalf("keys of %s: %v\n%s", table.ID(), err, archwire.HintOf(err))
	}
	return readChunks(t, v, table, chunks)
}

// keyValues holds, for each kind that a key may be of, odd values that are near
// to each other. Of those that the source holds, the first half is asked for and the
// last is in no row.
var keyValues = map[archwire.Kind][]any{
	archwire.Bool:  {true, false},
	archwire.Int16: {int16(math.MinInt16), int16(-1), int16(1), int16(math.MaxInt16)},
	archwire.Int32: {int32(math.MinInt32), int32(0), int32(1), int32(math.MaxInt32)},
	archwire.Int64: {int64(math.MinInt64), int64(math.MaxInt64), int64(math.MaxInt64 - 1), int64(0)},
	archwire.Float64: {
		0.1, math.Inf(-1), math.NaN(), 1e-300,
		0.2, math.Nextafter(0.1, 1), math.Inf(1), -1e-300,
	},
	archwire.Decimal: {
		archwire.Number("12345678901234567890123456789012345.678"), archwire.Number("-0.001"),
		archwire.Number("12345678901234567890123456789012345.679"), archwire.Number("0.001"),
	},
	archwire.Text: {
		"", `it's`, `back\slash`, "tab\tand\nline", `{"a",b}`, "ünï€", " ", "NULL", `\x00`, "$1", "'; drop table keyed; --",
		`its`, `back\\slash`, "a", "A", "b ", "{", `"`, "null", `\`, "$2", "nobody",
	},
	archwire.UUID: {
		"00000000-0000-0000-0000-000000000000", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
		"00000000-0000-0000-0000-000000000001", "f81d4fae-7dec-11d0-a765-00a0c91e6bf7",
	},
	archwire.Bytes: {[]byte{}, []byte{0, 255, 39, 92}, []byte{0}, []byte{39}},
	archwire.Date: {
		arrow.Date32(-719529), arrow.Date32(math.MaxInt32), day(20), arrow.Date32(4_000_000),
		arrow.Date32(-719528), arrow.Date32(-719530), day(21), day(22),
	},
	archwire.Time: {arrow.Time64(0), arrow.Time64(24 * 3600 * 1_000_000), arrow.Time64(1), arrow.Time64(86_399_999_999)},
	archwire.Timestamp: {
		at(12), arrow.Timestamp(-math.MaxInt64), arrow.Timestamp(-62_135_596_800_000_001), arrow.Timestamp(math.MaxInt64 - 1),
		at(12) + 1, at(12) - 1, arrow.Timestamp(math.MaxInt64), at(13),
	},
	archwire.TimestampTZ: {at(12), arrow.Timestamp(math.MaxInt64), at(12) + 1, at(13)},
}

// keyed is a table whose key is of one kind, or of that and a number.
func keyed(kind archwire.Kind, values []any, composite bool) Table {
	key := archwire.Column{Name: "k", Type: archwire.Type{Kind: kind}}
	if kind == archwire.Decimal {
		key.Type.Precision, key.Type.Scale = 38, 3
	}
	t := Table{Name: "keyed_" + kind.String(), Key: []string{"k"}, Columns: []archwire.Column{
		{Name: "id", Type: archwire.Type{Kind: archwire.Int64}}, key, column("note", archwire.Text),
	}}
	if composite {
		t.Key = []string{"k", "id"}
	}
	for i, v := range values[:len(values)-1] {
		t.Rows = append(t.Rows, []any{int64(i), v, "note"})
	}
	return t
}

// heldKeys are the keyValues that the source holds.
func (h Harness) heldKeys() map[archwire.Kind][]any {
	held := map[archwire.Kind][]any{}
	for kind, values := range keyValues {
		if some := h.held(keyed(kind, values, false).Columns[1].Type, values); len(some) > 1 {
			held[kind] = some
		}
	}
	return held
}

func (h Harness) keyedTables(composite bool) (tables []Table) {
	for kind, values := range h.heldKeys() {
		tables = append(tables, keyed(kind, values, composite))
	}
	return tables
}

func testByKeys(t *testing.T, h Harness) {
	lab := h.Open(t, h.keyedTables(false)...)
	v := Open(t, lab.Source)
	for kind, values := range h.heldKeys() {
		t.Run(kind.String(), func(t *testing.T) {
			table := Find(t, lab.Source, "keyed_"+kind.String())
			var keys [][]any
			var want []int64
			for i, v := range values[:len(values)/2] {
				keys, want = append(keys, []any{v}), append(want, int64(i))
			}
			keys = append(keys, []any{values[len(values)-1]})
			sameIDs(t, fmt.Sprint(keys), byKeys(t, v, table, keys...), want...)
		})
	}
}

func testByCompositeKeys(t *testing.T, h Harness) {
	lab := h.Open(t, h.keyedTables(true)...)
	v := Open(t, lab.Source)
	for kind, values := range h.heldKeys() {
		t.Run(kind.String(), func(t *testing.T) {
			table := Find(t, lab.Source, "keyed_"+kind.String())
			var keys [][]any
			var want []int64
			for i, v := range values[:len(values)/2] {
				keys, want = append(keys, []any{v, int64(i)}), append(want, int64(i))
			}
			keys = append(keys, []any{values[0], int64(1)}, []any{values[len(values)-1], int64(0)}) // in no row
			sameIDs(t, fmt.Sprint(keys), byKeys(t, v, table, keys...), want...)
		})
	}
}

func testByManyKeys(t *testing.T, h Harness) {
	lab := h.Open(t, payer(5000))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	var keys [][]any
	var want []int64
	for id := int64(0); id < 5000; id += 2 {
		keys, want = append(keys, []any{id}), append(want, id)
	}
	for id := int64(0); id < 5000; id += 20 {
		keys = append(keys, []any{id}) // again
	}
	sameIDs(t, "every other key", byKeys(t, v, table, keys...), want...)
	sameIDs(t, "no key", byKeys(t, v, table))
}

func testByKeysLeavesMarkedOut(t *testing.T, h Harness) {
	lab := h.Open(t, marking())
	table := Find(t, lab.Source, "marked")
	table.Deleted = "is_deleted"
	sameIDs(t, "keys 1, 2 and 3", byKeys(t, Open(t, lab.Source), table, []any{int64(1)}, []any{int64(2)}, []any{int64(3)}), 1, 3)
}

func testByKeysOneInstant(t *testing.T, h Harness) {
	lab := h.Open(t, payer(10))
	table := Find(t, lab.Source, "payer")
	v := Open(t, lab.Source)
	lab.Delete(t, "payer", 3)
	lab.Insert(t, "payer", []any{int64(100), "late", nil})
	sameIDs(t, "keys 3 and 100", byKeys(t, v, table, []any{int64(3)}, []any{int64(100)}), 3)
}
