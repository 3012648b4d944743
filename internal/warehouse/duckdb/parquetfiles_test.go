package duckdb

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	format "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"archwire"
)

// DuckDB reads nanoseconds in UTC, and INT96, as microseconds; so they are not read.
func TestNanosecondsOfParquetAreNotCut(t *testing.T) {
	p, err := OpenParquetFiles(t.Context(), ReaderConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close() //nolint:errcheck // reads only
	utc := &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "list", Type: arrow.ListOf(utc)}, {Name: "at", Type: utc}, {Name: "micros", Type: arrow.FixedWidthTypes.Timestamp_us}, {Name: "id", Type: arrow.PrimitiveTypes.Int64},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	if err := b.UnmarshalJSON([]byte(`{"list": [], "at": "2026-11-20T01:30:00.123456789Z", "micros": "2026-11-20T01:30:00.123456Z", "id": 1}`)); err != nil {
		t.Fatal(err)
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	for name, old := range map[string]bool{"logical": false, "int96": true} {
		path := filepath.Join(t.TempDir(), name+".parquet")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		w, err := pqarrow.NewFileWriter(schema, f, format.NewWriterProperties(format.WithVersion(format.V2_6)),
			pqarrow.NewArrowWriterProperties(pqarrow.WithDeprecatedInt96Timestamps(old)))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(batch), w.Close()); err != nil {
			t.Fatal(err)
		}
		columns, err := p.Columns(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range columns {
			if refused := c.Name == "list" || c.Name == "at"; (c.Refused != "") != refused {
				t.Errorf("%s: column %s, a %s: %q", name, c.Name, c.Origin, c.Refused)
			}
			if c.Name == "at" && (c.Origin == "timestamp") != old { // INT96 tells no zone
				t.Errorf("%s is written with a %s", name, c.Origin)
			}
		}
		for _, column := range []string{"at", "list"} {
			for _, err := range p.Rows(t.Context(), path, []archwire.Column{{Name: column, Type: archwire.Type{Kind: archwire.Text}}}) {
				if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "column "+column) {
					t.Errorf("%s: error %v, want one that names %s", name, err, column)
				}
			}
		}
	}
}

// Types of Parquet that others write, as DuckDB writes them.
func TestParquetColumns(t *testing.T) {
	p, err := OpenParquetFiles(t.Context(), ReaderConfig{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close() //nolint:errcheck // reads only
	path := filepath.Join(t.TempDir(), "it's.parquet")
	_, err = p.db.ExecContext(t.Context(), `COPY (SELECT 1::UTINYINT AS tiny, 7::UBIGINT AS huge, '2026-11-20 01:30:00'::TIMESTAMP_MS AS millis,
		'2026-11-20 01:30:00.123456789'::TIMESTAMP_NS AS nanos, [1, 2] AS list, {'a': 1} AS struct, 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'::UUID AS id,
		1.5::DECIMAL(9,2) AS money, '2026-11-20 01:30:00-07'::TIMESTAMPTZ AS instant) TO `+literal(path)+` (FORMAT parquet)`)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := p.Columns(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"tiny": "int16", "huge": "decimal(20,0)", "millis": "timestamp", "nanos": "", "list": "", "struct": "", "id": "uuid", "money": "decimal(9,2)", "instant": "timestamptz",
	}
	for _, c := range columns {
		switch {
		case want[c.Name] == "" && c.Refused == "":
			t.Errorf("column %s has the type %s, want it refused", c.Name, c.Type)
		case want[c.Name] != "" && c.Type.String() != want[c.Name]:
			t.Errorf("column %s has the type %s, want %s (%s)", c.Name, c.Type, want[c.Name], c.Refused)
		}
	}
	for _, c := range []struct{ name, as, want string }{
		{"tiny", "int64", "1"},
		{"money", "decimal(20,4)", "1.5"},
		{"nanos", "text", "2026-11-20 01:30:00.123456789"},
		{"list", "text", "[1, 2]"},
		{"id", "uuid", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"},
		{"millis", "timestamp", "2026-11-20T01:30:00"},
		{"money", "decimal(4,1)", ""},
		{"money", "float64", ""},
		{"nanos", "timestamp", ""},
	} {
		typ, err := archwire.ParseType(c.as)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for batch, err := range p.Rows(t.Context(), path, []archwire.Column{{Name: c.name, Type: typ}}) {
			if err != nil {
				if c.want != "" || archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), c.name) {
					t.Errorf("%s as %s: %v", c.name, c.as, err)
				}
				break
			}
			got = batch.Column(0).ValueStr(0)
		}
		if !strings.HasPrefix(strings.TrimSuffix(got, "Z"), c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s as %s is %q, want %q", c.name, c.as, got, c.want)
		}
	}
}
