package sourcetest

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
)

var (
	_ archwire.Follower  = (*fakeView)(nil)
	_ archwire.KeyReader = (*fakeView)(nil)
)

// Since cuts as Chunks does; each chunk then says from where it is read.
func (v *fakeView) Since(ctx context.Context, t archwire.Table, column, from string) ([]archwire.Chunk, error) {
	found, _, err := v.find(ctx, OnSince, t)
	if err != nil {
		return nil, err
	}
	if _, err := found.since(t, column, from); err != nil {
		return nil, err
	}
	if from == "" {
		return cutFake(found, fakeWhere{}), nil
	}
	return cutFake(found, fakeWhere{Column: column, Since: from}), nil
}

// ByKeys cuts as Chunks does; each chunk then says which keys it holds.
func (v *fakeView) ByKeys(ctx context.Context, t archwire.Table, keys archwire.Batch) ([]archwire.Chunk, error) {
	found, _, err := v.find(ctx, OnByKeys, t)
	if err != nil {
		return nil, err
	}
	if int(keys.NumCols()) != len(t.Key) || len(t.Key) == 0 {
		return nil, changed(t, fmt.Sprintf("its key has %d columns and the keys asked for have %d", len(t.Key), keys.NumCols()))
	}
	if keys.NumRows() == 0 {
		return nil, nil
	}
	return cutFake(found, fakeWhere{Live: t.Deleted, Keys: keyTexts(keys)}), nil
}

// since says which rows are at or after from in a column, or NULL there.
func (t fakeTable) since(declared archwire.Table, column, from string) (func(row int) bool, error) {
	at, kind := -1, archwire.Kind(0)
	for i, c := range t.Columns {
		if c.Name == column {
			at, kind = i, c.Type.Kind
		}
	}
	if at < 0 {
		return nil, changed(declared, "the source has no column "+column)
	}
	start, ok := startOf(kind, from)
	if !ok {
		return nil, changed(declared, fmt.Sprintf("column %s, of type %s, cannot be followed from %q", column, kind, from))
	}
	return func(row int) bool {
		v := t.Rows[row][at]
		return v == nil || ordered(v) >= start
	}, nil
}

// startOf reads from as a value of that kind, as ordered gives it.
func startOf(kind archwire.Kind, from string) (start int64, ok bool) {
	var at time.Time
	var err error
	switch kind { //nolint:exhaustive // no other can be followed
	case archwire.Int16, archwire.Int32, archwire.Int64:
		if from != "" {
			start, err = strconv.ParseInt(from, 10, 64)
		}
	case archwire.Date:
		if from != "" {
			at, err = time.Parse(time.DateOnly, from)
			start = at.Unix() / 86400
		}
	case archwire.Timestamp, archwire.TimestampTZ:
		if from != "" {
			if at, err = time.Parse(time.RFC3339Nano, from); err != nil {
				at, err = time.Parse(time.DateOnly, from)
			}
			start = at.UnixMicro()
		}
	default:
		return 0, false
	}
	if from == "" {
		start = math.MinInt64
	}
	return start, err == nil
}

// ordered is a value of a followed column as a number that grows with it.
func ordered(v any) int64 {
	switch v := v.(type) {
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case int64:
		return v
	case arrow.Date32:
		return int64(v)
	case arrow.Timestamp:
		return int64(v)
	}
	panic(fmt.Sprintf("sourcetest: %T has no order", v))
}
