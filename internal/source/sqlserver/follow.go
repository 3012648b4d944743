package sqlserver

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"archwire"
)

var _ archwire.Follower = (*view)(nil)

// Since finds the rows by the column's index where there is one, in one chunk for
// each connection's worth of them. Without an index, and from the beginning, the
// table is cut as Chunks cuts it.
func (v *view) Since(ctx context.Context, t archwire.Table, column, from string) (chunks []archwire.Chunk, err error) {
	err = v.use(ctx, t, func(ctx context.Context, l *reader, p *plan) error {
		a, ok := p.rel.attribute(column)
		if !ok {
			return missingColumn(t, column)
		}
		start, err := startOf(t, a, from)
		if err != nil {
			return err
		}
		if start == "" || a.index == 0 {
			chunks, err = l.chunks(ctx, p.rel, v.src.chunkBytes)
			if start != "" {
				chunks = narrowed(chunks, after(a, start))
			}
			return err
		}
		rows, err := l.count(ctx, p.rel.from()+where(after(a, start)))
		chunks = []archwire.Chunk{{Where: after(a, start), Rows: rows}}
		return err
	})
	return chunks, err
}

// after is the condition of the rows at or after start.
func after(a attribute, start string) string {
	name := "t." + quote(a.name)
	where := name + " >= " + start
	if a.nullable {
		where += " OR " + name + " IS NULL"
	}
	return where
}

// A followed type is one whose values come in an order that rows can be asked by.
type followed struct {
	right string // what from may be
	start func(from string) (string, error)
}

const (
	wholeRight = "a whole number, such as 48211"
	dateRight  = "a date, such as 2026-11-20"
	timeRight  = "a date or a time, such as 2026-11-20T12:30:00Z"
)

// followable lists the types that Since takes, by name. A rowversion is a number
// that grows with each write.
var followable = map[string]followed{
	"tinyint": {wholeRight, wholeStart}, "smallint": {wholeRight, wholeStart}, "int": {wholeRight, wholeStart}, "bigint": {wholeRight, wholeStart},
	"rowversion":     {wholeRight, versionStart},
	"date":           {dateRight, dateStart},
	"smalldatetime":  {timeRight, minuteStart},
	"datetime":       {timeRight, tickStart},
	"datetime2":      {timeRight, func(from string) (string, error) { return timeStart("datetime2", from) }},
	"datetimeoffset": {timeRight, func(from string) (string, error) { return timeStart("datetimeoffset", from) }},
}

// startOf writes from as a value of the column; "" is from the beginning.
func startOf(t archwire.Table, a attribute, from string) (string, error) {
	f, ok := followable[a.typ.name]
	if !ok {
		return "", changed(t, fmt.Sprintf("column %s is %s, which tells no order in which rows change", a.name, a.origin),
			"Follow a column of whole numbers, rowversion, dates or times, or choose sync: tracking or checksum.")
	}
	if from == "" {
		return "", nil
	}
	start, err := f.start(from)
	if err != nil {
		return "", changed(t, fmt.Sprintf("column %s, a %s, cannot be followed from %q", a.name, a.origin, from), "Give "+f.right+".")
	}
	return start, nil
}

func wholeStart(from string) (string, error) {
	n, err := strconv.ParseInt(from, 10, 64)
	return whole(n), err //nolint:wrapcheck // only that it is one matters
}

func versionStart(from string) (string, error) {
	n, err := strconv.ParseInt(from, 10, 64)
	return "CONVERT(binary(8), " + whole(max(n, 0)) + ")", err //nolint:wrapcheck // as above
}

func dateStart(from string) (string, error) {
	d, err := time.Parse(time.DateOnly, from)
	return timeLiteral("date", within(d, firstDay)), err //nolint:wrapcheck // as above
}

func timeStart(typ, from string) (string, error) {
	at, err := readTime(from)
	return timeLiteral(typ, within(at, firstDay)), err
}

// readTime drops what is finer than a microsecond.
func readTime(from string) (time.Time, error) {
	at, err := time.Parse(time.RFC3339Nano, from)
	if err != nil {
		at, err = time.Parse(time.DateOnly, from)
	}
	return at.UTC().Truncate(time.Microsecond), err //nolint:wrapcheck // as above
}

// within moves a time to the calendar of a type, which has no row before it or
// after it.
func within(at, first time.Time) time.Time {
	switch {
	case at.Before(first):
		return first
	case at.After(lastMoment):
		return lastMoment
	}
	return at
}

// tickStart is for datetime, which counts in 300ths of a second and shows them as
// milliseconds that end in 0, 3 and 7. It is the first value that is shown at or
// after from, written as it is shown: so it is compared as a datetime, and the row
// that a position was taken from is not left out because it is counted a little
// earlier than it is shown.
func tickStart(from string) (string, error) {
	at, err := readTime(from)
	at = within(at, firstDatetime)
	second := at.Truncate(time.Second)
	tick := 0
	for tick < 300 && shown(tick) < at.Sub(second) {
		tick++
	}
	if at = second.Add(shown(tick)); at.After(lastMoment) {
		at = lastMoment.Truncate(time.Second).Add(shown(299))
	}
	return timeLiteral("datetime", at), err
}

// shown is what so many 300ths of a second are shown as.
func shown(ticks int) time.Duration {
	return time.Duration(math.Round(float64(ticks)*10/3)) * time.Millisecond
}

// minuteStart is for smalldatetime, which ends in 2079 and has no seconds; it is
// compared as a datetime2.
func minuteStart(from string) (string, error) { return timeStart("datetime2", from) }
