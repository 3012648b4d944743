package files

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	format "github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/object/s3test"
	"archwire/internal/source/sourcetest"
)

// parquetOf is a file of Parquet with these rows, each an object of JSON, as the Arrow
// project's library writes them, in groups of so many.
func parquetOf(t *testing.T, group int64, fields []arrow.Field, rows ...string) string {
	t.Helper()
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema(fields, nil))
	defer b.Release()
	for _, row := range rows {
		if err := b.UnmarshalJSON([]byte(row)); err != nil {
			t.Fatal(err)
		}
	}
	batch := b.NewRecordBatch()
	defer batch.Release()
	var out bytes.Buffer
	w, err := pqarrow.NewFileWriter(batch.Schema(), &out, format.NewWriterProperties(format.WithMaxRowGroupLength(group)), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(batch), w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func numbersAndTexts(text arrow.DataType) []arrow.Field {
	return []arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "v", Type: text, Nullable: true}}
}

// parquetInbox declares a table of a number and a text.
func parquetInbox(t *testing.T, rejects fileform.Share) *inbox {
	t.Helper()
	return openInbox(t, fileform.Form{Snapshots: "*.parquet", Format: fileform.Parquet, Rejects: rejects})
}

func TestParquetWhoseNameHasWildcardsIsReadByItself(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.parquet", "s[1].parquet", "s?.parquet"} {
		in := parquetInbox(t, 0)
		in.put(t, name, parquetOf(t, 10, numbersAndTexts(arrow.BinaryTypes.String), `{"id":1,"v":"content"}`))
		in.want(t, "1content")
	}
}

func TestColumnOfParquetWithoutAFormIsReadAsTextWhereThatIsDeclared(t *testing.T) {
	t.Parallel()
	nanos := &arrow.TimestampType{Unit: arrow.Nanosecond, TimeZone: "UTC"}
	in := parquetInbox(t, 0)
	in.put(t, "s.parquet", parquetOf(t, 10, numbersAndTexts(nanos), `{"id":1,"v":"2026-11-20T01:30:00.123456789Z"}`))
	in.fails(t, archwire.Invalid, "column v", "nanoseconds have no exact form")
	in.table.Columns[1].Cast = true
	in.source.cfg.Tables[0].Table = in.table
	in.want(t, "12026-11-20 01:30:00.123456789+00")
}

func TestChangesOfParquetWithoutTheirOperationAreRefused(t *testing.T) {
	t.Parallel()
	in := openInbox(t, fileform.Form{Snapshots: "s{number}.parquet", Changes: "c{number}.parquet", Format: fileform.Parquet, Operation: "op", Gone: []string{"D"}}, "id")
	fields := numbersAndTexts(arrow.BinaryTypes.String)
	told := append(slices.Clone(fields), arrow.Field{Name: "op", Type: arrow.BinaryTypes.String})
	in.put(t, "s0.parquet", parquetOf(t, 10, fields, `{"id":1,"v":"a"}`, `{"id":2,"v":"b"}`))
	in.put(t, "c2.parquet", parquetOf(t, 10, told, `{"id":1,"v":"a","op":"D"}`))
	in.want(t, "2b")
	in.put(t, "c1.parquet", parquetOf(t, 10, fields, `{"id":3,"v":"c"}`))
	in.fails(t, archwire.Invalid, "c1.parquet", "no column op")
}

func TestListsOfParquetAreRefused(t *testing.T) {
	t.Parallel()
	in := parquetInbox(t, 0)
	fields := append(numbersAndTexts(arrow.BinaryTypes.String), arrow.Field{Name: "list", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true})
	in.put(t, "s.parquet", parquetOf(t, 10, fields, `{"id":1,"v":"a","list":["b","c"]}`))
	in.want(t, "1a")
	in.table.Columns = append(in.table.Columns, archwire.Column{Name: "list", Type: archwire.Type{Kind: archwire.Text}, Cast: true})
	in.source.cfg.Tables[0].Table = in.table
	in.fails(t, archwire.Invalid, "column list", "a value within a value")
}

// A text that is none rejects its row, as it does in CSV, by its number.
func TestRowsOfParquetAreRejected(t *testing.T) {
	t.Parallel()
	in := parquetInbox(t, 500_000)
	text := parquetOf(t, 2, numbersAndTexts(arrow.BinaryTypes.String), `{"id":1,"v":"aXXXX"}`, `{"id":2,"v":"bYYYY"}`, `{"id":3,"v":"cXXXX"}`, `{"id":4,"v":null}`)
	in.put(t, "s.parquet", strings.ReplaceAll(text, "XXXX", "\xff\xfe\xfd\xfc"))
	in.want(t, "2bYYYY 4")
	if got := fmt.Sprint(in.rejected(t, "s.parquet")); got != fmt.Sprint([]rejectedLine{{1, "v", "it is not text in UTF-8", ""}, {3, "v", "it is not text in UTF-8", ""}}) {
		t.Errorf("rejected: %v", got)
	}
	in.source.cfg.Tables[0].Form.Rejects = 0
	in.fails(t, archwire.Invalid, "s.parquet", "2 rows of 4", "column v")
}

func TestParquetThatIsNotWholeIsRefused(t *testing.T) {
	t.Parallel()
	in := parquetInbox(t, 0)
	whole := parquetOf(t, 10, numbersAndTexts(arrow.BinaryTypes.String), `{"id":1,"v":"a"}`)
	for _, cut := range []int{4, len(whole) / 2, len(whole) - 1} {
		in.put(t, "s.parquet", whole[:cut])
		in.fails(t, archwire.Invalid, "the file s.parquet cannot be read to its end", "it does not end as a file of Parquet does")
	}
}

func TestEncryptedParquetIsNamed(t *testing.T) {
	t.Parallel()
	in := parquetInbox(t, 0)
	whole := parquetOf(t, 10, numbersAndTexts(arrow.BinaryTypes.String), `{"id":1,"v":"a"}`)
	in.put(t, "s.parquet", strings.TrimSuffix(whole, "PAR1")+"PARE") // as the format marks footers that are encrypted
	in.fails(t, archwire.Invalid, "the file s.parquet: it is encrypted")
}

func TestParquetThatIsWrittenToIsNotReadInPart(t *testing.T) {
	t.Parallel()
	in := parquetInbox(t, 0)
	whole := parquetOf(t, 1, numbersAndTexts(arrow.BinaryTypes.String), `{"id":1,"v":"a"}`, `{"id":2,"v":"b"}`, `{"id":3,"v":"c"}`)
	for what, other := range map[string]string{"other rows": strings.ReplaceAll(whole, "c", "d"), "none at all": strings.Repeat("x", len(whole))} {
		in.put(t, "s.parquet", whole)
		v := sourcetest.Open(t, in.source)
		chunks, err := v.Chunks(t.Context(), in.table)
		if err != nil {
			t.Fatal(err)
		}
		var last error
		for _, err := range v.Batches(t.Context(), in.table, chunks[0]) {
			if last = err; err == nil {
				in.put(t, "s.parquet", other) // as long as before, and as old
			}
		}
		if archwire.CodeOf(last) != archwire.Unavailable || !strings.Contains(last.Error(), "s.parquet") {
			t.Errorf("%s: the last error is %v, want that it cannot be read now", what, last)
		}
	}
}

// Ranges of a version are read, and nothing is put down on the way.
func TestParquetInS3(t *testing.T) {
	s3test.Login(t)
	server := s3test.Start(t)
	server.Bucket(t, "inbox")
	store, err := object.Open("s3://inbox/from?endpoint=" + server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	in := parquetInbox(t, 0)
	in.source.cfg.Store, in.source.cfg.Settle = store, 0
	in.source.store, _ = object.As[object.Versioner](store)
	put := func(text string) {
		if err := store.Put(t.Context(), "s.parquet", strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	first := parquetOf(t, 1, numbersAndTexts(arrow.BinaryTypes.String), `{"id":1,"v":"a"}`, `{"id":2,"v":null}`)
	put(first)
	in.want(t, "1a 2")
	v := sourcetest.Open(t, in.source)
	put(strings.Replace(first, "a", "b", 1)) // as long as before
	if err := sourcetest.ReadError(v, in.table); archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(err.Error(), "s.parquet") {
		t.Errorf("a file that was written again: %v", err)
	}
	if err := store.Delete(t.Context(), "s.parquet"); err != nil {
		t.Fatal(err)
	}
	if err := sourcetest.ReadError(v, in.table); archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(err.Error(), "taken away") {
		t.Errorf("a file that was taken away: %v", err)
	}
}
