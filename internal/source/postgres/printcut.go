package postgres

import (
	"fmt"
	"math"
	"strconv"

	"archwire"
)

// start is the lowest key of part n; false when it lies beyond all numbers.
func (p *printing) start(n int) (int64, bool) {
	c := p.spec.Cut
	room := uint64(math.MaxInt64) - uint64(c.From) //nolint:gosec // wraps around to the distance
	if n > 0 && uint64(n) > room/uint64(c.Width) { //nolint:gosec // positive
		return 0, false
	}
	return int64(uint64(c.From) + uint64(n)*uint64(c.Width)), true //nolint:gosec // as above
}

// numberOf is the part that a row of ranges is about.
func (p *printing) numberOf(low string) (int, error) {
	n, err := strconv.ParseInt(low, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading a fingerprint: %w", err)
	}
	return int((uint64(n) - uint64(p.spec.Cut.From)) / uint64(p.spec.Cut.Width)), nil //nolint:gosec // below parts
}

// last is the last part that can have rows.
func (p *printing) last() int {
	n := p.parts - 1
	room := uint64(math.MaxInt64) - uint64(p.spec.Cut.From)   //nolint:gosec // wraps around to the distance
	return int(min(uint64(n), room/uint64(p.spec.Cut.Width))) //nolint:gosec // at most n
}

// span is the condition of the keys in the parts asked for; "" when it is all.
func (p *printing) span() string {
	if p.whole == "" {
		return ""
	}
	condition := ""
	if p.spec.First > 0 {
		from, ok := p.start(p.spec.First)
		if !ok {
			return "false"
		}
		condition = p.whole + " >= " + int8Literal(from)
	}
	if p.spec.Last < p.last() {
		to, _ := p.start(p.spec.Last + 1)
		below := p.whole + " < " + int8Literal(to)
		if p.spec.First <= 0 {
			below = fmt.Sprintf("(%s or %s is null)", below, p.whole)
		}
		condition = both(condition, below)
	}
	return condition
}

// ranges asks for the lowest key, rows and sum of the parts from first to last,
// each by a walk along the key's index. Nothing is grouped: that would cost as
// much again as reading.
func (p *printing) ranges(first, last int) string {
	from, _ := p.start(first)
	to, _ := p.start(last)
	width := p.spec.Cut.Width
	condition := both(p.between(first, last), p.plan.live)
	return fmt.Sprintf(`select s.low, x.n, x.s from pg_catalog.generate_series(%s, %s, %s) s(low),
		lateral (select count(*) n, sum(%s)::pg_catalog.numeric s from %s where %s) x where x.n > 0`,
		int8Literal(from), int8Literal(to), int8Literal(width), p.row, p.plan.rel.quoted(), condition)
}

// between is the condition of the keys in the part that begins at s.low, one of
// those from first to last.
func (p *printing) between(first, last int) string {
	from, _ := p.start(0)
	to, _ := p.start(p.last())
	width := p.spec.Cut.Width
	low, high := "s.low", fmt.Sprintf("s.low + %d", width-1)
	if first == 0 {
		low = fmt.Sprintf("case when s.low = %s then %s else s.low end", int8Literal(from), int8Literal(math.MinInt64))
	}
	if last == p.last() {
		high = fmt.Sprintf("case when s.low = %s then %s else s.low + %d end", int8Literal(to), int8Literal(math.MaxInt64), width-1)
	}
	return fmt.Sprintf("%s between %s and %s", p.whole, low, high)
}

// only is the condition of the keys that the spec lists; "" when it is all. A
// list to join with lets the server look each key up by an index, and without one
// read the table once.
func (p *printing) only() string {
	if p.spec.Only == nil {
		return ""
	}
	return fmt.Sprintf("%s in (select pg_catalog.unnest('{%s}'::pg_catalog.int8[]))", p.whole, joined(p.spec.Only))
}

// int8Literal is needed for the lowest number, which is no literal by itself.
func int8Literal(n int64) string { return fmt.Sprintf("'%d'::pg_catalog.int8", n) }

const (
	// A statement of a million rows takes about a second.
	statementRows = 1 << 20
	// Below this, a second connection costs more than it gains.
	splitRows = 100_000
	// About the bytes of a row of a few numbers.
	smallRow = 64
)

// alongKey says whether parts are best read along the primary key's index.
func (p *printing) alongKey(t archwire.Table) bool {
	rel := p.plan.rel
	return p.whole != "" && p.spec.Chunks == nil && rel.keyIsWhole() && rel.key[0] == t.Key[0] &&
		rel.guess()/int64(p.parts) <= statementRows
}

// guess is the estimate of the relation's rows; what was never analysed is
// taken to have small ones.
func (r *relation) guess() int64 {
	if r.rows > 0 {
		return r.rows
	}
	return max(r.bytes, 0) / smallRow
}

// statements cuts the parts asked for into about as many rows each.
func (p *printing) statements(connections int) (statements []string) {
	first, last := max(p.spec.First, 0), min(p.spec.Last, p.last())
	asked := last - first + 1
	if asked <= 0 {
		return nil
	}
	rows := int64(float64(p.plan.rel.guess()) * float64(asked) / float64(p.parts))
	n := int(rows/statementRows) + 1
	if rows > splitRows {
		n = (n + connections - 1) / connections * connections
	}
	each := (asked + n - 1) / n
	for at := first; at <= last; at += each {
		statements = append(statements, p.ranges(at, min(at+each-1, last)))
	}
	return statements
}
