package encode

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
)

// A row of what is written in these tests; nil is NULL.
type row struct {
	Text   *string
	Amount *string // as decimal(20,2)
	Day    *int32
}

var columns = []Column{{Name: "text"}, {Name: "net_amount"}, {Name: "day"}}

// batchOf makes rows a batch whose own names of columns are others.
func batchOf(t interface{ Fatal(...any) }, rows []row) archwire.Batch {
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "a", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "b", Type: &arrow.Decimal128Type{Precision: 20, Scale: 2}, Nullable: true},
		{Name: "c", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
	}, nil))
	defer b.Release()
	for _, r := range rows {
		if r.Text == nil {
			b.Field(0).AppendNull()
		} else {
			b.Field(0).(*array.StringBuilder).Append(*r.Text)
		}
		if r.Amount == nil {
			b.Field(1).AppendNull()
		} else if n, err := decimal128.FromString(*r.Amount, 20, 2); err != nil {
			t.Fatal(err)
		} else {
			b.Field(1).(*array.Decimal128Builder).Append(n)
		}
		if r.Day == nil {
			b.Field(2).AppendNull()
		} else {
			b.Field(2).(*array.Date32Builder).Append(arrow.Date32(*r.Day))
		}
	}
	return b.NewRecordBatch()
}

// write writes batches in a format.
func write(t interface{ Fatal(...any) }, format string, batches ...archwire.Batch) []byte {
	f, ok := FormatOf(format)
	if !ok {
		t.Fatal("no format ", format)
	}
	var out bytes.Buffer
	w, err := f.Open(&out, batches[0].Schema(), columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		if err := w.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// some draws rows.
func some() *rapid.Generator[[]row] {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
		amount := rapid.Custom(func(t *rapid.T) string {
			sign := rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign")
			whole := rapid.StringMatching(`0|[1-9][0-9]{0,16}`).Draw(t, "whole")
			cents := rapid.StringMatching(`[0-9]{2}`).Draw(t, "cents")
			if strings.Trim(whole+cents, "0") == "" {
				sign = "" // no number has the sign of zero
			}
			return sign + whole + "." + cents
		})
		return row{
			Text:   rapid.Ptr(rapid.String(), true).Draw(t, "text"),
			Amount: rapid.Ptr(amount, true).Draw(t, "amount"),
			Day:    rapid.Ptr(rapid.Int32Range(-700_000, 700_000), true).Draw(t, "day"),
		}
	}), 0, 20)
}

func TestCSV_SaysWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := some().Draw(t, "rows")
		batch := batchOf(t, rows)
		defer batch.Release()
		all := write(t, "csv", batch)
		r := csv.NewReader(bytes.NewReader(all))
		got, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{{"text", "net_amount", "day"}}
		for _, r := range rows {
			line := []string{"", "", ""}
			if r.Text != nil {
				line[0] = strings.ReplaceAll(*r.Text, "\r\n", "\n") // encoding/csv reads it so, says its documentation
			}
			if r.Amount != nil {
				line[1] = *r.Amount
			}
			if r.Day != nil {
				line[2] = arrow.Date32(*r.Day).FormattedString()
			}
			want = append(want, line)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("rows (-want +got):\n%s", diff)
		}
	})
}

func TestCSV_TellsNullFromEmpty(t *testing.T) {
	empty, space, quote := "", " x", `6" arch, "new"`
	batch := batchOf(t, []row{{}, {Text: &empty}, {Text: &space}, {Text: &quote}})
	defer batch.Release()
	want := "text,net_amount,day\r\n,,\r\n\"\",,\r\n\" x\",,\r\n\"6\"\" arch, \"\"new\"\"\",,\r\n"
	if got := string(write(t, "csv", batch)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNDJSON_SaysWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := some().Draw(t, "rows")
		batch := batchOf(t, rows)
		defer batch.Release()
		d := json.NewDecoder(bytes.NewReader(write(t, "ndjson", batch)))
		d.UseNumber()
		for _, r := range rows {
			var got struct {
				Text   *string      `json:"text"`
				Amount *json.Number `json:"net_amount"`
				Day    *string      `json:"day"`
			}
			if err := d.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if (got.Amount == nil) != (r.Amount == nil) || got.Amount != nil && got.Amount.String() != *r.Amount {
				t.Errorf("amount %v, want %v", got.Amount, r.Amount)
			}
			if diff := cmp.Diff(r.Text, got.Text); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
			if (got.Day == nil) != (r.Day == nil) || got.Day != nil && *got.Day != arrow.Date32(*r.Day).FormattedString() {
				t.Errorf("day %v, want %v", got.Day, r.Day)
			}
		}
		if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
			t.Errorf("after the last row: %v", err)
		}
	})
}

func TestArrow_IsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first, second := batchOf(t, some().Draw(t, "first")), batchOf(t, some().Draw(t, "second"))
		defer first.Release()
		defer second.Release()
		r, err := ipc.NewReader(bytes.NewReader(write(t, "arrow", first, second)))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Release()
		for _, want := range []archwire.Batch{first, second} {
			if !r.Next() {
				t.Fatal("a batch is missing: ", r.Err())
			}
			same(t, want, r.RecordBatch())
		}
	})
}

func TestParquet_IsReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := batchOf(t, some().Draw(t, "rows"))
		defer want.Release()
		all := write(t, "parquet", want)
		f, err := file.NewParquetReader(bytes.NewReader(all))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close() //nolint:errcheck // opened for reading
		r, err := pqarrow.NewFileReader(f, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		table, err := r.ReadTable(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer table.Release()
		if table.NumRows() != want.NumRows() {
			t.Fatalf("%d rows, want %d", table.NumRows(), want.NumRows())
		}
		batches := array.NewTableReader(table, 1<<20)
		defer batches.Release()
		if batches.Next() {
			same(t, want, batches.RecordBatch())
		}
	})
}

// same says where two batches differ, but for the names of their columns.
func same(t *rapid.T, want, got archwire.Batch) {
	t.Helper()
	for i, c := range columns {
		if got.ColumnName(i) != c.Name || !array.Equal(want.Column(i), got.Column(i)) {
			t.Errorf("column %s: %v, want %v", got.ColumnName(i), got.Column(i), want.Column(i))
		}
	}
}

func TestWrite_RefusesOtherTypes(t *testing.T) {
	batch := batchOf(t, nil)
	defer batch.Release()
	f, _ := FormatOf("arrow")
	w, err := f.Open(io.Discard, arrow.NewSchema([]arrow.Field{
		{Type: arrow.BinaryTypes.String}, {Type: arrow.PrimitiveTypes.Float64}, {Type: arrow.FixedWidthTypes.Date32},
	}, nil), columns)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(batch); err == nil || !strings.Contains(err.Error(), "net_amount") {
		t.Errorf("%v, want an error that names the column", err)
	}
}
