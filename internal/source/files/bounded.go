package files

import (
	"iter"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// batchBytes is about how many bytes of values a batch holds.
const batchBytes = 8 << 20

// bounded cuts a batch into parts of no more bytes than a batch may hold, or of one row.
func bounded(batch archwire.Batch) iter.Seq[archwire.Batch] {
	return func(yield func(archwire.Batch) bool) {
		size := sizes(batch)
		from, bytes := 0, 0
		hand := func(to int) bool {
			part := batch.NewSlice(int64(from), int64(to))
			defer part.Release()
			from, bytes = to, 0
			return yield(part)
		}
		for i := range int(batch.NumRows()) {
			if n := size(i); bytes+n > batchBytes && i > from {
				if !hand(i) {
					return
				}
				bytes = n
			} else {
				bytes += n
			}
		}
		if int64(from) < batch.NumRows() {
			hand(int(batch.NumRows()))
		}
	}
}

// sizes tells how many bytes the values of a row have.
func sizes(batch archwire.Batch) func(row int) int {
	var long []interface{ ValueLen(int) int }
	for _, c := range batch.Columns() {
		switch c := c.(type) {
		case *array.String:
			long = append(long, c)
		case *array.Binary:
			long = append(long, c)
		}
	}
	fixed := 16 * int(batch.NumCols())
	return func(row int) int {
		n := fixed
		for _, c := range long {
			n += c.ValueLen(row)
		}
		return n
	}
}
