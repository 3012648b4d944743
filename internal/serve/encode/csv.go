package encode

import (
	"bytes"
	"io"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// csvWriter writes CSV as RFC 4180 has it: a header, commas, CRLF, quotes around
// what needs them. NULL is nothing at all; an empty text is two quotes.
type csvWriter struct {
	gathered
	columns []Column
	begun   bool
	cell    []byte
}

func openCSV(w io.Writer, _ *arrow.Schema, columns []Column) (Writer, error) {
	return &csvWriter{gathered: gathered{to: w}, columns: columns}, nil
}

// Write implements Writer.
func (w *csvWriter) Write(b archwire.Batch) error {
	w.begin()
	for i := range int(b.NumRows()) {
		for j := range w.columns {
			if j > 0 {
				w.buf = append(w.buf, ',')
			}
			w.value(b.Column(j), i)
		}
		w.buf = append(w.buf, "\r\n"...)
		if err := w.flush(flushAt); err != nil {
			return err
		}
	}
	return w.flush(0)
}

// Close implements Writer.
func (w *csvWriter) Close() error {
	w.begin()
	return w.flush(0)
}

// begin writes the header.
func (w *csvWriter) begin() {
	if w.begun {
		return
	}
	w.begun = true
	for j, c := range w.columns {
		if j > 0 {
			w.buf = append(w.buf, ',')
		}
		w.text([]byte(c.Name))
	}
	w.buf = append(w.buf, "\r\n"...)
}

func (w *csvWriter) value(col arrow.Array, i int) {
	if col.IsNull(i) {
		return
	}
	w.cell = Text(w.cell[:0], col, i)
	if _, text := col.(*array.String); text {
		w.cell = bytes.ToValidUTF8(w.cell, []byte(string(utf8.RuneError)))
	}
	w.text(w.cell)
}

// text writes a value, in quotes where it could be taken for something else.
func (w *csvWriter) text(value []byte) {
	if len(value) > 0 && !bytes.ContainsAny(value, ",\"\r\n") && value[0] != ' ' && value[len(value)-1] != ' ' {
		w.buf = append(w.buf, value...)
		return
	}
	w.buf = append(w.buf, '"')
	for {
		at := bytes.IndexByte(value, '"')
		if at < 0 {
			break
		}
		w.buf = append(append(w.buf, value[:at+1]...), '"')
		value = value[at+1:]
	}
	w.buf = append(append(w.buf, value...), '"')
}
