package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"
	format "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"archwire"
)

// write has the Arrow project's library write a file.
func write(t *testing.T, batch arrow.RecordBatch, how ...format.WriterProperty) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := pqarrow.NewFileWriter(batch.Schema(), &out, format.NewWriterProperties(how...), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(batch), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A maker appends a random value.
type maker struct {
	typ    arrow.DataType
	coding []format.Encoding // besides plain and dictionary
	append func(b array.Builder, r *rand.Rand)
}

func makers() []maker {
	word := func(r *rand.Rand) string {
		return fmt.Sprintf("%.*s", r.IntN(12), "\u00e4bcdefghijklmnopqrstuvw"[2*r.IntN(3):])
	}
	splits := []format.Encoding{format.Encodings.ByteStreamSplit}
	packs := []format.Encoding{format.Encodings.DeltaBinaryPacked, format.Encodings.ByteStreamSplit}
	words := []format.Encoding{format.Encodings.DeltaLengthByteArray, format.Encodings.DeltaByteArray}
	return []maker{
		// Not by RLE: with NULL among them arrow-go 18.5 writes others, which pyarrow reads as
		// they are read here. testdata has some of pyarrow's.
		{arrow.FixedWidthTypes.Boolean, nil, func(b array.Builder, r *rand.Rand) { b.(*array.BooleanBuilder).Append(r.IntN(5) == 0) }},
		{arrow.PrimitiveTypes.Int16, packs, func(b array.Builder, r *rand.Rand) { b.(*array.Int16Builder).Append(int16(r.Uint32())) }},
		{arrow.PrimitiveTypes.Int32, packs, func(b array.Builder, r *rand.Rand) { b.(*array.Int32Builder).Append(int32(r.Uint32()) >> r.IntN(32)) }},
		{arrow.PrimitiveTypes.Int64, packs, func(b array.Builder, r *rand.Rand) { b.(*array.Int64Builder).Append(int64(r.Uint64()) >> r.IntN(64)) }},
		{arrow.PrimitiveTypes.Float32, splits, func(b array.Builder, r *rand.Rand) { b.(*array.Float32Builder).Append(float32(r.IntN(9)) / 8) }},
		{arrow.PrimitiveTypes.Float64, splits, func(b array.Builder, r *rand.Rand) { b.(*array.Float64Builder).Append(r.NormFloat64()) }},
		{arrow.BinaryTypes.String, words, func(b array.Builder, r *rand.Rand) { b.(*array.StringBuilder).Append(word(r)) }},
		{arrow.BinaryTypes.Binary, words, func(b array.Builder, r *rand.Rand) { b.(*array.BinaryBuilder).Append([]byte(word(r))) }},
		{arrow.FixedWidthTypes.Date32, packs, func(b array.Builder, r *rand.Rand) {
			b.(*array.Date32Builder).Append(arrow.Date32(r.IntN(40_000) - 20_000))
		}},
		{arrow.FixedWidthTypes.Time64us, packs, func(b array.Builder, r *rand.Rand) {
			b.(*array.Time64Builder).Append(arrow.Time64(r.Int64N(dayMicros + 1)))
		}},
		{arrow.FixedWidthTypes.Timestamp_us, packs, func(b array.Builder, r *rand.Rand) { b.(*array.TimestampBuilder).Append(arrow.Timestamp(r.Int64())) }},
		{&arrow.Decimal128Type{Precision: 38, Scale: 4}, splits, func(b array.Builder, r *rand.Rand) {
			b.(*array.Decimal128Builder).Append(decimal128.New(int64(r.Uint64())>>(8+r.IntN(56)), r.Uint64()))
		}},
		{&arrow.Decimal128Type{Precision: 7, Scale: 2}, nil, func(b array.Builder, r *rand.Rand) {
			b.(*array.Decimal128Builder).Append(decimal128.FromI64(r.Int64N(19_999_999) - 9_999_999))
		}},
	}
}

// Whatever rows are written, in whichever form, are read.
func TestWrittenRowsAreRead(t *testing.T) {
	t.Parallel()
	codecs := []compress.Compression{compress.Codecs.Uncompressed, compress.Codecs.Snappy, compress.Codecs.Gzip, compress.Codecs.Brotli, compress.Codecs.Zstd, compress.Codecs.Lz4Raw}
	for seed := range uint64(16) {
		r := rand.New(rand.NewPCG(seed, 1))
		rows, nulls, all := r.IntN(1500), []int{0, 2, 50, 1000}[r.IntN(4)], makers()
		var fields []arrow.Field
		how := []format.WriterProperty{
			format.WithCompression(codecs[r.IntN(len(codecs))]), format.WithDictionaryDefault(r.IntN(2) == 0), format.WithDataPageSize(int64(50 + r.IntN(5000))),
			format.WithMaxRowGroupLength(int64(1 + rows/(1+r.IntN(4)))), format.WithDictionaryPageSizeLimit(int64(100 + r.IntN(4000))), format.WithBatchSize(64),
			format.WithDataPageVersion([]format.DataPageVersion{format.DataPageV1, format.DataPageV2}[r.IntN(2)]),
		}
		for i, m := range all {
			name := fmt.Sprintf("c%d", i)
			fields = append(fields, arrow.Field{Name: name, Type: m.typ, Nullable: nulls > 0})
			if n := r.IntN(len(m.coding) + 1); n > 0 {
				how = append(how, format.WithDictionaryFor(name, false), format.WithEncodingFor(name, m.coding[n-1]))
			}
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
		for i, m := range all {
			for range rows {
				if nulls > 0 && r.IntN(nulls+1) == 0 {
					b.Field(i).AppendNull()
				} else {
					m.append(b.Field(i), r)
				}
			}
		}
		batch := b.NewRecordBatch()
		same(t, fmt.Sprintf("seed %d", seed), write(t, batch, how...), batch)
		batch.Release()
		b.Release()
	}
}

// same makes sure that a file has these rows.
func same(t *testing.T, what string, data []byte, want arrow.RecordBatch) {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	at := int64(0)
	for p, err := range f.Parts(t.Context(), f.Columns()) {
		if err != nil {
			t.Fatalf("%s, row %d: %v", what, at, err)
		}
		for i, got := range p.Batch.Columns() {
			part := array.NewSlice(want.Column(i), at, at+p.Batch.NumRows())
			if !array.Equal(part, got) {
				t.Errorf("%s, rows from %d: column %s, a %s, is not what was written", what, at, want.ColumnName(i), got.DataType())
			}
			part.Release()
		}
		at += p.Batch.NumRows()
	}
	if at != want.NumRows() {
		t.Errorf("%s: %d rows, want %d", what, at, want.NumRows())
	}
}

// A declared type that holds every value of the file's is read, and no other but text.
func TestWiderTypes(t *testing.T) {
	t.Parallel()
	fields := []arrow.Field{
		{Name: "small", Type: arrow.PrimitiveTypes.Int16, Nullable: true},
		{Name: "money", Type: &arrow.Decimal128Type{Precision: 9, Scale: 2}},
		{Name: "half", Type: arrow.PrimitiveTypes.Float32},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Millisecond}},
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for _, row := range []string{`{"small": -7, "money": "1.50", "half": 1.5, "at": "2026-11-20T01:30:00.5"}`, `{"small": null, "money": "-3.00", "half": 0, "at": "1969-12-31T23:59:59"}`} {
		if err := b.UnmarshalJSON([]byte(row)); err != nil {
			t.Fatal(err)
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	data := write(t, batch)
	for _, c := range []struct{ name, as, want string }{
		{"small", "int32", "-7 (null)"},
		{"small", "int64", "-7 (null)"},
		{"small", "decimal(7,2)", "-7 (null)"},
		{"small", "decimal(6,2)", ""},
		{"small", "float64", ""},
		{"small", "text", "-7 (null)"},
		{"money", "decimal(11,4)", "1.5 -3"},
		{"money", "decimal(11,1)", ""},
		{"money", "decimal(10,4)", ""},
		{"money", "float64", ""},
		{"money", "text", "1.50 -3.00"},
		{"half", "float64", "1.5 0"},
		{"half", "text", "1.5 0"},
		{"at", "timestamptz", ""},
		{"at", "date", ""},
		{"at", "text", "2026-11-20 01:30:00.5 1969-12-31 23:59:59"},
	} {
		typ, err := archwire.ParseType(c.as)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for p, err := range f.Parts(t.Context(), []archwire.Column{{Name: c.name, Type: typ}}) {
			if err != nil {
				if c.want != "" || archwire.CodeOf(err) != archwire.Invalid || archwire.HintOf(err) == "" {
					t.Errorf("%s as %s: %v", c.name, c.as, err)
				}
				break
			}
			for i := range int(p.Batch.NumRows()) {
				got += " " + p.Batch.Column(0).ValueStr(i)
			}
		}
		got = strings.TrimSpace(got)
		if got != c.want {
			t.Errorf("%s as %s is %s, want %s", c.name, c.as, got, c.want)
		}
	}
}
