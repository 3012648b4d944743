package files

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

var _ archwire.Follower = (*view)(nil)

// Since implements archwire.Follower. All files are read for it.
func (v *view) Since(ctx context.Context, t archwire.Table, column, from string) ([]archwire.Chunk, error) {
	if _, err := sinceOf(t, column, from); err != nil {
		return nil, err
	}
	if from == "" {
		return v.cut(ctx, t, where{})
	}
	return v.cut(ctx, t, where{Column: column, Since: from})
}

// A since is where a column is followed from, as the number that a batch has for it.
type since struct{ start int64 }

// sinceOf reads from as a value of the column.
func sinceOf(t archwire.Table, column, from string) (s since, err error) {
	c, ok := t.Column(column)
	if !ok {
		return s, changed(t, "it has no column "+column+" to follow")
	}
	s.start = math.MinInt64
	var at time.Time
	switch c.Type.Kind { //nolint:exhaustive // no other can be followed
	case archwire.Int16, archwire.Int32, archwire.Int64:
		if from != "" {
			s.start, err = strconv.ParseInt(from, 10, 64)
		}
	case archwire.Date:
		if from != "" {
			at, err = time.Parse(time.DateOnly, from)
			s.start = at.Unix() / 86400
		}
	case archwire.Timestamp, archwire.TimestampTZ:
		if from != "" {
			if at, err = time.Parse(time.RFC3339Nano, from); err != nil {
				at, err = time.Parse(time.DateOnly, from)
			}
			s.start = at.UnixMicro()
		}
	default:
		return s, invalid(t, fmt.Sprintf("column %s is %s, which tells no order in which rows change", column, c.Type),
			"Follow a column of whole numbers, dates, timestamps or timestamptz, or choose sync: checksum.")
	}
	if err != nil {
		return s, invalid(t, fmt.Sprintf("column %s, a %s, cannot be followed from %q", column, c.Type, from),
			"Give a whole number, a date (2026-11-20) or a time (2026-11-20T12:30:00Z), as the column has.")
	}
	return s, nil
}

// from keeps rows at or after the start, and those without a value.
func (s since) from(at int) func(archwire.Batch, []bool) {
	return func(batch archwire.Batch, keep []bool) {
		value := numberAt(batch.Column(at))
		for i := range keep {
			if keep[i] && batch.Column(at).IsValid(i) && value(i) < s.start {
				keep[i] = false
			}
		}
	}
}

// numberAt is the values of a column that can be followed.
func numberAt(column arrow.Array) func(int) int64 {
	switch c := column.(type) {
	case *array.Int16:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Int32:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Int64:
		return c.Value
	case *array.Date32:
		return func(i int) int64 { return int64(c.Value(i)) }
	case *array.Timestamp:
		return func(i int) int64 { return int64(c.Value(i)) }
	}
	panic(fmt.Sprintf("files: %s is not followed", column.DataType()))
}
