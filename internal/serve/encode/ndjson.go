package encode

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

// ndjsonWriter writes a JSON object a line, as pages of rows have them.
type ndjsonWriter struct {
	gathered
	columns []Column
	names   [][]byte // {"name": or ,"name":
}

func openNDJSON(w io.Writer, _ *arrow.Schema, columns []Column) (Writer, error) {
	n := &ndjsonWriter{gathered: gathered{to: w}, columns: columns}
	for i, c := range columns {
		start := []byte{'{'}
		if i > 0 {
			start = []byte{','}
		}
		n.names = append(n.names, append(String(start, c.Name), ':'))
	}
	return n, nil
}

// Write implements Writer.
func (w *ndjsonWriter) Write(b archwire.Batch) error {
	for i := range int(b.NumRows()) {
		for j, name := range w.names {
			w.buf = append(w.buf, name...)
			w.buf = Cell(w.buf, b.Column(j), i, w.columns[j].Document)
		}
		w.buf = append(w.buf, "}\n"...)
		if err := w.flush(flushAt); err != nil {
			return err
		}
	}
	return w.flush(0)
}

// Close implements Writer.
func (w *ndjsonWriter) Close() error { return w.flush(0) }
