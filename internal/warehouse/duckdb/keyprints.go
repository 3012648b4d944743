package duckdb

import (
	"context"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

	"archwire"
)

// keyPrints counts and adds up whole keys in DuckDB.
func (l *load) keyPrints(ctx context.Context, g *target, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	key, ok := g.wholeKey()
	if !ok {
		return nil, &archwire.Error{Code: archwire.Internal, Message: g.ID() + " has a key that is no whole number, so it cannot be cut by it"}
	}
	return l.addUp(ctx, g, p.Staged, key, ranges(key, p))
}

// addUp counts the rows of each part, and adds up what value is of them. The
// sums are those of whole tables less those of the rows that are hidden.
func (l *load) addUp(ctx context.Context, g *target, staged bool, value string, ranges []keyRange) ([]archwire.PartPrint, error) {
	plus, minus := g.balance()
	if staged {
		plus, minus = g.staged(), nil
	}
	var queries []string
	for _, r := range ranges {
		if len(plus) > 0 {
			queries = append(queries, sums(plus, minus, r.part+" AS part, count(*) AS n, sum("+value+") AS s", r.where+" GROUP BY 1"))
		}
	}
	if len(queries) == 0 {
		return nil, nil
	}
	query := "SELECT part, CAST(sum(n) AS BIGINT) AS rows, CAST(sum(s) AS HUGEINT) FROM (" + //nolint:gosec // quoted names
		strings.Join(queries, " UNION ALL ") + ") GROUP BY part HAVING rows <> 0 ORDER BY part"
	rows, err := l.w.db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	out := []archwire.PartPrint{}
	for rows.Next() {
		var one archwire.PartPrint
		var sum *big.Int
		if err := rows.Scan(&one.Part, &one.Rows, &sum); err != nil {
			return nil, err
		}
		one.Sum = sum.And(sum, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
		out = append(out, one)
	}
	return out, rows.Err()
}

// A keyRange is a condition on keys, and the number of the part that those
// which fulfil it belong to.
type keyRange struct{ where, part string }

// ranges are the keys of the parts asked for. Those below and above all parts
// have ranges of their own: most often there are none, which DuckDB sees from the
// least and greatest key of each block, and the others need not be compared.
func ranges(key string, p archwire.PrintSpec) []keyRange {
	c := p.Cut
	part := "(" + key + " - " + bigint(c.From) + ") // " + bigint(c.Width)
	if c.From < 0 { // the difference may be no BIGINT
		part = "CAST((CAST(" + key + " AS HUGEINT) - " + bigint(c.From) + ") // " + bigint(c.Width) + " AS BIGINT)"
	}
	var out []keyRange
	if p.First == 0 {
		out = append(out, keyRange{key + " < " + bigint(c.From), "0"})
	}
	end, bounded := partStart(c, c.Parts)
	if p.Last >= c.Parts-1 && bounded {
		out = append(out, keyRange{key + " >= " + bigint(end), strconv.Itoa(max(c.Parts-1, 0))})
	}
	if from, ok := partStart(c, p.First); ok {
		where := key + " >= " + bigint(from)
		if to, ok := partStart(c, min(p.Last+1, c.Parts)); ok {
			where += " AND " + key + " < " + bigint(to)
		}
		out = append(out, keyRange{where, part})
	}
	return out
}

// partStart is the first key of part n; ok is false where it is beyond all keys.
func partStart(c archwire.Cut, n int) (int64, bool) {
	high, low := bits.Mul64(uint64(c.Width), uint64(n)) //nolint:gosec // neither is negative
	if high > 0 || low > math.MaxInt64 {
		// From may be below zero by as much; then the sum is a key again.
		low, carry := bits.Add64(low, uint64(c.From), 0) //nolint:gosec // two's complement
		if c.From < 0 && high == 0 && carry == 1 && low <= math.MaxInt64 {
			return int64(low), true
		}
		return 0, false
	}
	sum := c.From + int64(low)
	return sum, sum >= c.From
}

// bigint writes a whole number so that DuckDB takes it for a BIGINT. The least
// one is read as a minus before a number that is none.
func bigint(n int64) string { return "CAST(" + literal(strconv.FormatInt(n, 10)) + " AS BIGINT)" }

// within are the conditions that a whole key is in the parts asked for. DuckDB
// compares constants with the least and greatest key of each block and skips the
// others.
func (g *target) within(p archwire.PrintSpec) []string {
	key, ok := g.wholeKey()
	if !ok || p.Cut.Width <= 0 {
		return nil
	}
	conditions := []string{}
	if p.First > 0 {
		from, ok := partStart(p.Cut, p.First)
		if !ok {
			return []string{"false"}
		}
		conditions = append(conditions, key+" >= "+bigint(from))
	}
	if p.Last < p.Cut.Parts-1 {
		if to, ok := partStart(p.Cut, p.Last+1); ok {
			conditions = append(conditions, key+" < "+bigint(to))
		}
	}
	if p.Parts != nil {
		part := "(" + key + " - " + bigint(p.Cut.From) + ") // " + bigint(p.Cut.Width)
		if p.Cut.From < 0 { // the difference may be no BIGINT
			part = "(CAST(" + key + " AS HUGEINT) - " + bigint(p.Cut.From) + ") // " + bigint(p.Cut.Width)
		}
		numbers := make([]string, len(p.Parts))
		for i, n := range p.Parts {
			numbers[i] = strconv.Itoa(n)
		}
		conditions = append(conditions, "greatest(0, least("+part+", "+strconv.Itoa(p.Cut.Parts-1)+")) IN ("+strings.Join(numbers, ", ")+")")
	}
	return conditions
}
