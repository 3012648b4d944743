package pipeline

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// valueBytes is how many bytes the values of a batch have: the width of its type
// for each value of fixed width, NULL or not, and the length of each other one.
// Offsets, bitmaps and padding are left out, so that it does not depend on how
// the rows were cut into batches.
func valueBytes(batch archwire.Batch) int64 {
	var n int64
	for _, column := range batch.Columns() {
		switch a := column.(type) {
		case *array.String:
			n += int64(len(a.ValueBytes()))
		case *array.Binary:
			n += int64(len(a.ValueBytes()))
		default:
			if t, ok := a.DataType().(arrow.FixedWidthDataType); ok {
				n += int64(a.Len()) * int64(max(t.BitWidth()/8, 1))
			}
		}
	}
	return n
}
