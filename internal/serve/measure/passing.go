package measure

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/apache/arrow-go/v18/arrow"

	"archwire"
	"archwire/internal/serve/statement"
)

// passing says of each value of the dimension whether the filter lets it through.
func (d *dimension) passing(f statement.Filter) []bool {
	equal := make([]value, len(f.Equal))
	for i, text := range f.Equal {
		equal[i] = valueOf(f, text)
	}
	out := make([]bool, len(d.values))
	for i, v := range d.values {
		out[i] = (len(equal) == 0 || slices.ContainsFunc(equal, func(e value) bool { return !v.null && v.compare(e) == 0 })) &&
			!slices.ContainsFunc(f.Tests, func(t statement.Test) bool { return !holds(f, t, v) })
	}
	return out
}

// holds says whether a test is true of a value. Nothing but a test for NULL is
// true of NULL.
func holds(f statement.Filter, t statement.Test, v value) bool {
	if t.Op == "null" {
		return v.null == (t.Value == "true")
	}
	if v.null {
		return false
	}
	switch c := v.compare(valueOf(f, t.Value)); t.Op {
	case "ne":
		return c != 0
	case "lt":
		return c < 0
	case "lte":
		return c <= 0
	case "gt":
		return c > 0
	default: // gte: eq is not among the tests
		return c >= 0
	}
}

// valueOf is what statement.ParseValue let through as a value.
func valueOf(f statement.Filter, text string) value {
	switch kind := f.Type.Kind; {
	case kind == archwire.Bool && text == "true":
		return value{n: 1}
	case kind == archwire.Bool:
		return value{}
	case kind == archwire.Date:
		return value{n: daysOf(text)}
	case isWhole(kind):
		n, _ := strconv.ParseInt(text, 10, 64) // statement.ParseValue has done it before
		return value{n: n}
	}
	return value{text: text}
}

func daysOf(text string) int64 {
	switch text {
	case "infinity":
		return math.MaxInt32
	case "-infinity":
		return -math.MaxInt32
	}
	t, _ := time.Parse(time.DateOnly, text) // statement.ParseValue has done it before
	return int64(arrow.Date32FromTime(t))
}
