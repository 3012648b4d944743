package encode

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// A Format is a form in which rows leave as one stream.
type Format struct {
	Name        string // the file's extension: csv, ndjson, parquet, arrow
	ContentType string
	Compressed  bool   // the bytes are compressed already
	About       string // how rows look in it, in a sentence

	open func(w io.Writer, s *arrow.Schema, columns []Column) (Writer, error)
}

// A Column is what a column of rows is called and holds.
type Column struct {
	Name     string
	Document bool // a JSON document
}

// A Writer writes rows as one stream, in memory that does not grow with their
// number. It is not safe for use by several goroutines.
type Writer interface {
	// Write writes the rows of a batch with the schema that the Writer was opened
	// with.
	Write(b archwire.Batch) error

	// Close writes what ends the stream. A stream that was not closed is not whole,
	// and whoever reads it can tell, except for CSV and NDJSON, whose end is that of
	// the connection.
	Close() error
}

// Formats lists them by name.
func Formats() []Format {
	return []Format{
		{"arrow", "application/vnd.apache.arrow.stream", false, "An Arrow IPC stream, with the types of the catalogue.", openArrow},
		{"csv", "text/csv; charset=utf-8; header=present", false, "CSV as RFC 4180 has it, with a header: NULL is nothing at all, an empty text is two quotes.", openCSV},
		{"ndjson", "application/x-ndjson", false, "A JSON object a line, written as pages write rows.", openNDJSON},
		{"parquet", "application/vnd.apache.parquet", true, "A Parquet file, compressed with zstd, with the types of the catalogue.", openParquet},
	}
}

// FormatOf is the format of that name.
func FormatOf(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Open returns a Writer of rows with these columns. The batches' own names of
// columns do not matter. Nothing is written to w before the first Write or Close.
func (f Format) Open(w io.Writer, s *arrow.Schema, columns []Column) (Writer, error) {
	return f.open(w, s, columns)
}

// named is a schema with the columns' names. What a field says beside its type is
// an engine's business and left out.
func named(s *arrow.Schema, columns []Column) *arrow.Schema {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.Name, Type: s.Field(i).Type, Nullable: true}
	}
	return arrow.NewSchema(fields, nil)
}
