package parquet

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	format "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// oneGroup writes a file, of one group unless told: a number and a text for each row.
func oneGroup(t *testing.T, rows int, text func(i int) string, how ...format.WriterProperty) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "big.parquet")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "v", Type: arrow.BinaryTypes.String}}, nil)
	how = append([]format.WriterProperty{format.WithMaxRowGroupLength(int64(rows)), format.WithStats(false)}, how...)
	w, err := pqarrow.NewFileWriter(schema, out, format.NewWriterProperties(how...), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for i := range rows {
		b.Field(0).(*array.Int64Builder).Append(int64(i) * 7_777_777_777)
		b.Field(1).(*array.StringBuilder).Append(text(i))
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	if err := errors.Join(w.Write(batch), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// peak is how much more the reading of a file holds at most than there was before.
func peak(t *testing.T, path string, rows int64) (held, size int64) {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close() //nolint:errcheck // read only
	info, err := in.Stat()
	if err != nil {
		t.Fatal(err)
	}
	live := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	f, err := Open(in, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range f.Parts(t.Context(), f.Columns()) {
		if err != nil {
			t.Fatal(err)
		}
		rows -= p.Batch.NumRows()
		held = max(held, live()-before)
	}
	if rows != 0 {
		t.Errorf("%d rows are missing", rows)
	}
	return held, info.Size()
}

// A file ten times as large takes no more memory, in however few groups its rows lie.
func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	plainly := []format.WriterProperty{format.WithDictionaryDefault(false), format.WithCompression(compress.Codecs.Uncompressed)}
	line := func(i int) string { return fmt.Sprintf("%d of many lines, none like another", i) }
	small, least := peak(t, oneGroup(t, 50_000, line, plainly...), 50_000)
	big, most := peak(t, oneGroup(t, 500_000, line, plainly...), 500_000)
	if most < 9*least || big > small+12<<20 {
		t.Errorf("a file of %d bytes takes %d bytes of memory, one of %d takes %d", least, small, most, big)
	}
}

// Long texts that a dictionary names again and again are not all there at once.
func TestMemoryOfLongTextsIsBounded(t *testing.T) {
	long := strings.Repeat("a long text ", 10_000)
	path := oneGroup(t, 400, func(i int) string { return long[i%3:] }, format.WithDictionaryPageSizeLimit(8<<20))
	if held, _ := peak(t, path, 400); held > 20<<20 { // all of them are 48 MB
		t.Errorf("texts of %d bytes take %d bytes of memory", len(long), held)
	}
}
