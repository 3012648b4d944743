package difftest

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"archwire"
)

// A comparison holds answers of SQL against answers of the API and keeps what
// differs.
type comparison struct {
	made        int
	nonzero     int // those in which SQL has something to say
	differences []string
}

// A difference is told for the first few only.
const told = 10

// hold compares all cells of one question, in both directions: a cell that only
// one side has is 0 on the other.
func (c *comparison) hold(q question, kind string, want map[cell]answer, got map[cell]served) {
	cells := slices.SortedFunc(maps.Keys(union(want, got)), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.Practice, b.Practice), cmp.Compare(a.Period, b.Period), cmp.Compare(a.Member, b.Member))
	})
	for _, at := range cells {
		c.made++
		w, g := want[at], got[at]
		if orZero(w.Numerator).Sign() != 0 {
			c.nonzero++
		}
		if same(w.Numerator, g.Numerator) && same(w.Denominator, g.Denominator) && follows(g, kind) {
			continue
		}
		c.differences = append(c.differences, fmt.Sprintf("%s, practice %s, %s of %s, %s %q: SQL has %v, the API %v (value %s)",
			q.Metric, cmp.Or(at.Practice, "all"), q.Grain, at.Period, cmp.Or(q.Dimension, "member"), at.Member, w, g.answer, shown(g)))
	}
}

// everyPeriod notes the periods of a question that the API is silent about, and
// those it was not asked for.
func (c *comparison) everyPeriod(q question, practice string, got map[cell]served) {
	asked := periods(q)
	for _, period := range asked {
		if _, ok := got[cell{Practice: practice, Period: period}]; !ok {
			c.differences = append(c.differences, fmt.Sprintf("%s, practice %s: the API has no %s of %s",
				q.Metric, cmp.Or(practice, "all"), q.Grain, period))
		}
	}
	if len(got) > len(asked) {
		c.differences = append(c.differences, fmt.Sprintf("%s, practice %s: asked for %d periods (%s), the API gives %d",
			q.Metric, cmp.Or(practice, "all"), len(asked), q.Grain, len(got)))
	}
}

// nothingKnown notes the periods for which the API gives no value although one
// is known from that day on.
func (c *comparison) nothingKnown(q question, practice string, got map[cell]served, from string) {
	for at, s := range got {
		if s.Value == nil && at.Period >= from && at.Period <= q.To {
			c.differences = append(c.differences, fmt.Sprintf("%s, practice %s, %s of %s: the API has no value",
				q.Metric, cmp.Or(practice, "all"), q.Grain, at.Period))
		}
	}
}

// periods are the first days of the periods that a question spans.
func periods(q question) []string {
	from, to := archwire.Day(q.From).Time(), archwire.Day(q.To).Time()
	starts := map[string]func(time.Time) bool{
		"week":    func(d time.Time) bool { return d.Weekday() == time.Monday },
		"month":   func(d time.Time) bool { return d.Day() == 1 },
		"quarter": func(d time.Time) bool { return d.Day() == 1 && d.Month()%3 == 1 },
		"year":    func(d time.Time) bool { return d.YearDay() == 1 },
	}[q.Grain]
	for !starts(from) {
		from = from.AddDate(0, 0, -1)
	}
	var out []string
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		if starts(d) {
			out = append(out, d.Format(time.DateOnly))
		}
	}
	return out
}

// report fails the test when anything differs, or nothing was there to compare.
func (c *comparison) report(t *testing.T) {
	t.Helper()
	for i, d := range c.differences {
		if i == told {
			break
		}
		t.Error(d)
	}
	if len(c.differences) > 0 {
		t.Errorf("%d of %d comparisons differ", len(c.differences), c.made)
	}
	if c.nonzero == 0 {
		t.Errorf("all %d comparisons are of zeros: the rows do not exercise this metric", c.made)
	}
}

// silence fails the test unless nothing was to be known yet: the history is
// no longer than may be quiet.
func (c *comparison) silence(t *testing.T, y *yardstick, quiet int) {
	t.Helper()
	for _, d := range c.differences {
		t.Error(d)
	}
	if y.value(t, fmt.Sprintf("select (min(go_live_date) + interval '%d months' > date '%s')::text from rcm.practice", quiet, y.asOf)) != "true" {
		t.Errorf("the history is longer than %d months, and all comparisons are of zeros", quiet)
	}
}

func union(want map[cell]answer, got map[cell]served) map[cell]bool {
	all := map[cell]bool{}
	for c := range want {
		all[c] = true
	}
	for c := range got {
		all[c] = true
	}
	return all
}

// same compares to the last digit; nothing counts as 0.
func same(a, b *big.Rat) bool { return orZero(a).Cmp(orZero(b)) == 0 }

func orZero(r *big.Rat) *big.Rat {
	if r == nil {
		return new(big.Rat)
	}
	return r
}

// follows says whether the value is what numerator and denominator make it: the
// numerator itself, or of a ratio the quotient to six digits, nothing where the
// denominator is 0.
func follows(s served, kind string) bool {
	value := rat((*string)(s.Value))
	if kind != "ratio" {
		return same(value, s.Numerator)
	}
	if orZero(s.Denominator).Sign() == 0 {
		return value == nil
	}
	if value == nil {
		return false
	}
	off := new(big.Rat).Sub(value, new(big.Rat).Quo(orZero(s.Numerator), s.Denominator))
	return off.Abs(off).Cmp(big.NewRat(1, 2_000_000)) <= 0
}

func shown(s served) string {
	if s.Value == nil {
		return "null"
	}
	return s.Value.String()
}
