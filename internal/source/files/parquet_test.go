package files

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/source/sourcetest"
)

// A onceParquet reads any file as one row, of its content.
type onceParquet struct{ refused string }

func (p onceParquet) Columns(context.Context, string) ([]archwire.Column, error) {
	return []archwire.Column{{Name: "v", Refused: p.refused}}, nil
}

func (p onceParquet) Rows(_ context.Context, path string, columns []archwire.Column) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		content, err := os.ReadFile(path)
		if err != nil || strings.ContainsAny(path, "*?[") { // which may be the names of other files
			yield(nil, &archwire.Error{Code: archwire.Invalid, Message: "it is not to be read as " + path, Err: err})
			return
		}
		b := array.NewRecordBuilder(memory.DefaultAllocator, archwire.Table{Columns: columns}.ArrowSchema())
		defer b.Release()
		b.Field(0).(*array.StringBuilder).Append(string(content))
		batch := b.NewRecordBatch()
		defer batch.Release()
		yield(batch, nil)
	}
}

// parquetInbox declares a table of one text.
func parquetInbox(t *testing.T, name string, reader ParquetReader, cast bool) *inbox {
	t.Helper()
	in := openInbox(t, fileform.Form{Snapshots: "*.parquet", Format: fileform.Parquet})
	in.table.Columns = []archwire.Column{{Name: "v", Type: archwire.Type{Kind: archwire.Text}, Nullable: true, Cast: cast}}
	in.source.cfg.Tables[0].Table = in.table
	in.source.cfg.Parquet = reader
	in.put(t, name, "content")
	return in
}

func TestParquetWhoseNameHasWildcardsIsReadByItself(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"plain.parquet", "s[1].parquet", "s?.parquet"} {
		in := parquetInbox(t, name, onceParquet{}, true)
		if rows := sourcetest.ReadAll(t, sourcetest.Open(t, in.source), in.table); len(rows) != 1 || rows[0][0] != "content" {
			t.Errorf("%s has the rows %v", name, rows)
		}
	}
}

func TestColumnOfParquetWithoutAFormIsReadAsTextWhereThatIsDeclared(t *testing.T) {
	t.Parallel()
	reader := onceParquet{refused: "lists have no form"}
	parquetInbox(t, "s.parquet", reader, false).fails(t, archwire.Invalid, "column v", "lists have no form")
	in := parquetInbox(t, "s.parquet", reader, true)
	if rows := sourcetest.ReadAll(t, sourcetest.Open(t, in.source), in.table); len(rows) != 1 || rows[0][0] != "content" {
		t.Errorf("rows %v", rows)
	}
}
