package encode

import (
	"fmt"
	"io"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"archwire"
)

// arrowWriter writes an Arrow IPC stream.
type arrowWriter struct {
	schema *arrow.Schema
	to     *ipc.Writer
}

func openArrow(w io.Writer, s *arrow.Schema, columns []Column) (Writer, error) {
	schema := named(s, columns)
	return &arrowWriter{schema, ipc.NewWriter(w, ipc.WithSchema(schema))}, nil
}

// Write implements Writer.
func (w *arrowWriter) Write(b archwire.Batch) error {
	return renamed(b, w.schema, w.to.Write)
}

// Close implements Writer.
func (w *arrowWriter) Close() error { return w.to.Close() }

// rowGroup is how many rows a row group of a Parquet file holds at most: the
// writer keeps one in memory.
const rowGroup = 64 << 10

// parquetWriter writes a Parquet file, compressed with zstd.
type parquetWriter struct {
	schema *arrow.Schema
	to     *pqarrow.FileWriter
}

func openParquet(w io.Writer, s *arrow.Schema, columns []Column) (Writer, error) {
	schema := named(s, columns)
	to, err := pqarrow.NewFileWriter(schema, w,
		parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Zstd), parquet.WithMaxRowGroupLength(rowGroup)),
		pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return nil, fmt.Errorf("opening a Parquet writer: %w", err)
	}
	return &parquetWriter{schema: schema, to: to}, nil
}

// Write implements Writer.
func (w *parquetWriter) Write(b archwire.Batch) error {
	return renamed(b, w.schema, w.to.WriteBuffered)
}

// Close implements Writer.
func (w *parquetWriter) Close() error { return w.to.Close() }

// renamed calls write with the columns of b under the names of a schema. A batch
// of other types is an error: nothing is converted on the way.
func renamed(b archwire.Batch, s *arrow.Schema, write func(arrow.RecordBatch) error) error {
	for i, f := range s.Fields() {
		if got := b.Column(i).DataType(); !arrow.TypeEqual(got, f.Type) {
			return fmt.Errorf("column %s is %s where it was %s before", f.Name, got, f.Type)
		}
	}
	out := array.NewRecordBatch(s, b.Columns()[:s.NumFields()], b.NumRows())
	defer out.Release()
	return write(out)
}
