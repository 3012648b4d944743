package pipeline

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/project"
)

// positionPrefix begins a position of the journal: it says which column it is of.
func positionPrefix(t project.Table) string { return t.Cursor + " " }

// positionOf is the position that a table was left at; ok is false, and there is
// none, where another column was followed.
func positionOf(t project.Table, last archwire.JournalRow) (position string, ok bool) {
	position, ok = strings.CutPrefix(last.Position, positionPrefix(t))
	if !ok {
		return "", false
	}
	return position, true
}

// A follower watches the column that a table is followed by while its rows pass.
type follower struct {
	column int // -1 when none is followed
	kind   archwire.Kind
	seen   bool
	most   int64
	bound  *int64 // what was given later may still lie behind it; nil when nothing can
}

func newFollower(t project.Table) follower {
	for i, c := range t.Columns {
		if c.Name == t.Cursor {
			return follower{column: i, kind: c.Type.Kind}
		}
	}
	return follower{column: -1}
}

// watch remembers the greatest value of a batch. Infinite times are no position:
// nothing would ever come after them.
func (f *follower) watch(batch archwire.Batch) {
	if f.column < 0 {
		return
	}
	switch c := batch.Column(f.column).(type) {
	case *array.Int16:
		greatest(f, c.Int16Values(), c.IsValid)
	case *array.Int32:
		greatest(f, c.Int32Values(), c.IsValid)
	case *array.Int64:
		greatest(f, c.Int64Values(), c.IsValid)
	case *array.Date32:
		greatest(f, c.Date32Values(), func(i int) bool { return c.IsValid(i) && c.Value(i) != math.MaxInt32 })
	case *array.Timestamp:
		greatest(f, c.TimestampValues(), func(i int) bool { return c.IsValid(i) && c.Value(i) != math.MaxInt64 })
	}
}

func greatest[T ~int16 | ~int32 | ~int64](f *follower, values []T, counts func(int) bool) {
	for i, v := range values {
		if (!f.seen || int64(v) > f.most) && counts(i) {
			f.seen, f.most = true, int64(v)
		}
	}
}

// join takes over what another follower of the same column has seen.
func (f *follower) join(o follower) {
	if o.seen && (!f.seen || o.most > f.most) {
		f.seen, f.most = true, o.most
	}
}

// position is where the next run goes on: the greatest value seen, or the last
// position when nothing was. A time is never later than the view: one row that
// is dated in the future would otherwise hide all changes until that day. Nor is a
// number where the source has not settled yet.
func (f *follower) position(last string, at time.Time) string {
	if !f.seen {
		return last
	}
	switch f.kind { //nolint:exhaustive // the others are whole numbers
	case archwire.TimestampTZ:
		return written(f.kind, min(f.most, at.UnixMicro()))
	case archwire.Timestamp: // of an unknown zone, at most 12 hours behind UTC
		return written(f.kind, min(f.most, at.Add(-12*time.Hour).UnixMicro()))
	case archwire.Date:
		return written(f.kind, min(f.most, at.Add(-12*time.Hour).Unix()/86400))
	}
	if f.bound != nil {
		return written(f.kind, min(f.most, *f.bound))
	}
	return written(f.kind, f.most)
}

// settled is the position after every row was compared with a view of that
// instant: later changes are later. A whole number goes by the greatest key, if
// that is the column; "" says that nothing is known, and the next run copies all.
func (f *follower) settled(at time.Time, high *int64) string {
	switch f.kind { //nolint:exhaustive // the others are whole numbers
	case archwire.TimestampTZ:
		return written(f.kind, at.UnixMicro())
	case archwire.Timestamp: // of an unknown zone, at most 12 hours behind UTC
		return written(f.kind, at.Add(-12*time.Hour).UnixMicro())
	case archwire.Date:
		return written(f.kind, at.Add(-12*time.Hour).Unix()/86400)
	}
	if high == nil {
		return ""
	}
	return written(f.kind, *high)
}

// firstDay is the first of the calendar in which positions are written, in days
// since 1970; what is before lies behind any position.
const firstDay = -719162

// written is a value as archwire.Follower reads it.
func written(kind archwire.Kind, v int64) string {
	switch kind { //nolint:exhaustive // the others are whole numbers
	case archwire.Timestamp, archwire.TimestampTZ:
		v = max(v, firstDay*86400*1e6)
		return time.UnixMicro(v).UTC().Format("2006-01-02T15:04:05.000000Z")
	case archwire.Date:
		v = max(v, firstDay)
		return time.Unix(v*86400, 0).UTC().Format(time.DateOnly)
	}
	return strconv.FormatInt(v, 10)
}

// from is where a table is read again from: its last position, less the overlap.
func from(t project.Table, position string) (string, error) {
	if position == "" {
		return "", nil
	}
	c, _ := t.Column(t.Cursor) // checked with the project
	kind := c.Type.Kind
	switch kind { //nolint:exhaustive // the others are whole numbers
	case archwire.Timestamp, archwire.TimestampTZ:
		at, err := time.Parse(time.RFC3339Nano, position)
		if err != nil {
			return "", badPosition(t, position)
		}
		return written(kind, at.Add(-t.Overlap.Time).UnixMicro()), nil
	case archwire.Date:
		at, err := time.Parse(time.DateOnly, position)
		if err != nil {
			return "", badPosition(t, position)
		}
		days := int(t.Overlap.Time/(24*time.Hour)) + 1 // a day is not over when it is read
		return at.AddDate(0, 0, -days).Format(time.DateOnly), nil
	}
	n, err := strconv.ParseInt(position, 10, 64)
	if err != nil {
		return "", badPosition(t, position)
	}
	if n < math.MinInt64+t.Overlap.Keys {
		return strconv.FormatInt(math.MinInt64, 10), nil
	}
	return strconv.FormatInt(n-t.Overlap.Keys, 10), nil
}

func badPosition(t project.Table, position string) error {
	return fmt.Errorf("%s: the load journal has the position %q, which is none of column %s", t.ID(), position, t.Cursor)
}
