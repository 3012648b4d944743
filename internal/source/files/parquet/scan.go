package parquet

import (
	"context"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/source/lending"
)

// A scan is one reading of a file.
type scan struct {
	file    *File
	readers []*reader
	schema  *arrow.Schema
	zip     decompressor
	held    piece
	row     int64 // rows that were handed over
}

func (f *File) scan(columns []archwire.Column) (*scan, error) {
	s := &scan{file: f, schema: archwire.Table{Columns: columns}.ArrowSchema()}
	mem := new(lending.Buffers)
	for _, c := range columns {
		has := f.find(c.Name)
		if has == nil {
			return nil, fmt.Errorf("reading a file of Parquet: it has no column %s", c.Name)
		}
		if err := has.readable(c); err != nil {
			return nil, err
		}
		s.readers = append(s.readers, &reader{column: has, as: c, mem: mem, pager: pager{zip: &s.zip}})
	}
	if len(columns) == 0 && len(f.footer.groups) > 0 {
		counted := f.countable()
		if counted == nil {
			return nil, fault("none of its columns can be read, and so its rows cannot be counted")
		}
		s.readers = []*reader{{column: counted, as: counted.Column, mem: mem, pager: pager{zip: &s.zip}}}
	}
	return s, nil
}

// countable is a column whose values tell how many rows there are: a footer may say
// anything.
func (f *File) countable() *column {
	for i := range f.columns {
		if c := &f.columns[i]; c.Refused == "" {
			return c
		}
	}
	return nil
}

func (f *File) find(name string) *column {
	for i := range f.columns {
		if f.columns[i].Name == name {
			return &f.columns[i]
		}
	}
	return nil
}

// group hands over the rows of a group.
func (s *scan) group(ctx context.Context, g group, yield func(Part, error) bool) error {
	if err := s.begin(g); err != nil {
		return err
	}
	for left := g.rows; left > 0; {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("reading a file of Parquet: %w", err)
		}
		n, err := s.ready(int(min(left, batchRows)))
		if err != nil {
			return err
		}
		part := s.part(n)
		s.row, left = s.row+int64(n), left-int64(n)
		goOn := yield(part, nil)
		part.Batch.Release()
		if !goOn {
			return errStopped
		}
	}
	return nil
}

func (s *scan) begin(g group) (err error) {
	defer caught(&err)
	all, err := g.chunks(s.file.leaves, s.file.limit)
	if err != nil {
		return err
	}
	chunks := make([]chunk, len(s.readers))
	for i, r := range s.readers {
		chunks[i] = all[r.column.leaf]
	}
	in, err := streams(s.file.r, chunks, s.file.limit, &s.held)
	if err != nil {
		return err
	}
	for i, r := range s.readers {
		if err := r.begin(chunks[i], in[i], g.rows); err != nil {
			return err
		}
	}
	return nil
}

// ready reads rows of every column, and says how many all have.
func (s *scan) ready(most int) (n int, err error) {
	defer caught(&err)
	n = most
	for _, r := range s.readers {
		if err := r.fill(most); err != nil {
			return 0, err
		}
		n = min(n, r.ready.Len()-r.from)
	}
	return n, nil
}

// part puts n rows together.
func (s *scan) part(n int) Part {
	columns := make([]arrow.Array, len(s.readers))
	p := Part{First: s.row + 1}
	for i, r := range s.readers {
		var wrong []wrongAt
		columns[i], wrong = r.take(n)
		defer columns[i].Release()
		if s.schema.NumFields() == 0 {
			break // it is there to be counted
		}
		for _, w := range wrong {
			p.Wrong = append(p.Wrong, Wrong{w.at, r.as.Name, w.reason})
		}
	}
	p.Batch = array.NewRecordBatch(s.schema, columns[:s.schema.NumFields()], int64(n))
	return p
}

func (s *scan) close() {
	for _, r := range s.readers {
		r.close()
	}
	s.zip.close()
}
