// Package parquet reads files of Parquet that others have written: row group by row
// group and page by page, each column straight into Arrow. It holds a window of the
// file's bytes, a page of each column and the batch in the making, whatever size a group
// has. What a file claims is checked before memory is taken for it, check sums of pages
// are where they are written, and no file makes it panic.
//
// A type is exact or refused, with what to do instead. A value that its type does not
// hold, such as a text that is not UTF-8, is told by its row, which is for the caller to
// leave out.
package parquet

import (
	"context"
	"io"
	"iter"

	"archwire"
)

// batchRows is how many rows a batch has at most.
const batchRows = 1 << 16

// A File is a file whose footer was read. It is safe for use by several goroutines if its
// reader is.
type File struct {
	r       io.ReaderAt
	limit   int64 // where the footer begins
	footer  *footer
	columns []column
	leaves  int
}

// A Part is some rows of a file.
type Part struct {
	Batch archwire.Batch // valid until the next part; Retain keeps it longer
	First int64          // the number of its first row in the file, from 1
	Wrong []Wrong        // rows that hold what they should not, in order
}

// A Wrong value is one that its column cannot hold. In the batch it is any other.
type Wrong struct {
	Row    int // in the batch
	Column string
	Reason string
}

// Open reads the end of a file of so many bytes. What is no whole file of Parquet is an
// error without anything out of it.
func Open(r io.ReaderAt, size int64) (f *File, err error) {
	defer caught(&err)
	if !littleEndian {
		return nil, fault("files of Parquet are not read on this kind of machine")
	}
	f = &File{r: r}
	if f.footer, f.limit, err = readFooter(r, size); err != nil {
		return nil, err
	}
	if f.columns, f.leaves, err = columnsOf(f.footer.schema); err != nil {
		return nil, err
	}
	return f, nil
}

// caught makes an error of a panic, which a file is to blame for.
func caught(err *error) {
	if r := recover(); r != nil {
		*err = fault("it is not a whole file of Parquet")
	}
}

// Rows is how many rows the file has.
func (f *File) Rows() int64 { return f.footer.rows }

// Columns lists the file's columns. One without an exact form says why in Refused.
func (f *File) Columns() []archwire.Column {
	all := make([]archwire.Column, len(f.columns))
	for i, c := range f.columns {
		all[i] = c.Column
	}
	return all
}

// Parts yields these columns of the file's rows, as their types have them, in the order
// in which they lie in it; an error comes last. A type that holds every value of the
// file's, or text, is what a column may be read as; any other is an error of code
// Invalid. There are as many rows as the footer says, or an error.
func (f *File) Parts(ctx context.Context, columns []archwire.Column) iter.Seq2[Part, error] {
	return func(yield func(Part, error) bool) {
		s, err := f.scan(columns)
		if err == nil {
			defer s.close()
			for _, g := range f.footer.groups {
				if err = s.group(ctx, g, yield); err != nil {
					break
				}
			}
		}
		if err != nil && err != errStopped { //nolint:errorlint // of this function's own
			yield(Part{}, err)
		}
	}
}

const errStopped = fault("nobody wants more rows")
