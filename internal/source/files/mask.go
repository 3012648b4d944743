package files

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// kept is the rows of a batch that are to be kept. The caller releases it.
func kept(batch archwire.Batch, keep []bool) archwire.Batch {
	var runs [][2]int64
	total := int64(0)
	for from := 0; from < len(keep); {
		to := from
		for to < len(keep) && keep[to] {
			to++
		}
		if to > from {
			runs = append(runs, [2]int64{int64(from), int64(to)})
			total += int64(to - from)
		}
		from = to + 1
	}
	switch {
	case total == int64(len(keep)):
		batch.Retain()
		return batch
	case len(runs) == 1:
		return batch.NewSlice(runs[0][0], runs[0][1])
	case len(runs) == 0:
		return batch.NewSlice(0, 0)
	}
	columns := make([]arrow.Array, batch.NumCols())
	for i := range columns {
		columns[i] = joined(batch.Column(i), runs)
		defer columns[i].Release()
	}
	return array.NewRecordBatch(batch.Schema(), columns, total)
}

// joined puts runs of an array one behind the other.
func joined(whole arrow.Array, runs [][2]int64) arrow.Array {
	pieces := make([]arrow.Array, len(runs))
	for i, run := range runs {
		pieces[i] = array.NewSlice(whole, run[0], run[1])
		defer pieces[i].Release()
	}
	out, err := array.Concatenate(pieces, memory.DefaultAllocator)
	if err != nil {
		panic("files: pieces of one array do not fit together: " + err.Error())
	}
	return out
}

// first is the first columns of a batch. The caller releases it.
func first(batch archwire.Batch, schema *arrow.Schema) archwire.Batch {
	return array.NewRecordBatch(schema, batch.Columns()[:schema.NumFields()], batch.NumRows())
}

// widened is a batch of some of a layout's columns with NULL in the others. The
// caller releases it.
func widened(batch archwire.Batch, l layout, schema *arrow.Schema) archwire.Batch {
	columns := make([]arrow.Array, len(l.columns))
	next := 0
	for i, c := range l.columns {
		if next < int(batch.NumCols()) && batch.ColumnName(next) == c.Name {
			columns[i] = batch.Column(next)
			next++
			continue
		}
		columns[i] = array.MakeArrayOfNull(memory.DefaultAllocator, c.Type.Arrow(), int(batch.NumRows()))
		defer columns[i].Release()
	}
	return array.NewRecordBatch(schema, columns, batch.NumRows())
}
