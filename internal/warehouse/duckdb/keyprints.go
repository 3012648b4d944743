package duckdb

import (
	"context"
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"

	"archwire"
)

// keyPrints counts and adds up whole keys in DuckDB.
func (l *load) keyPrints(ctx context.Context, g *target, p archwire.PrintSpec) ([]archwire.PartPrint, error) {
	key, ok := g.wholeKey()
	if !ok {
		return nil, &archwire.Error{Code: archwire.Internal, Message: g.ID() + " has a key that is no whole number, so it cannot be cut by it"}
	}
	parts := g.left()
	if p.Staged {
		parts = g.staged()
	}
	if len(parts) == 0 {
		return nil, nil
	}
	// Each part is added up by itself: so the rows of a large one pass no union.
	rows, err := l.w.db.QueryContext(ctx, "SELECT part, CAST(sum(n) AS BIGINT), CAST(sum(s) AS HUGEINT) FROM ("+
		union(parts, partNumber(key, p.Cut)+" AS part, count(*) AS n, sum("+key+") AS s", append(g.within(p), "true GROUP BY 1")...)+
		") GROUP BY part ORDER BY part")
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

// partNumber is the number of the part that a whole key belongs to, in SQL. What
// is below or above all parts is moved to the nearest key of one first, so that
// nothing overflows.
func partNumber(key string, c archwire.Cut) string {
	if c.Parts <= 1 {
		return "0"
	}
	width := strconv.FormatInt(c.Width, 10)
	last, fits := partStart(c, c.Parts)
	if _, narrow := partStart(archwire.Cut{Width: c.Width}, c.Parts); !narrow {
		// The span of the parts is no BIGINT.
		return fmt.Sprintf("CAST(greatest(0, least(%d, (CAST(%s AS HUGEINT) - %d) // %s)) AS BIGINT)", c.Parts-1, key, c.From, width)
	}
	high := int64(math.MaxInt64)
	if fits {
		high = last - 1
	}
	return fmt.Sprintf("(greatest(least(CAST(%s AS BIGINT), %s), %s) - %s) // %s", key, bigint(high), bigint(c.From), bigint(c.From), width)
}

// partStart is the first key of part n; ok is false where it is beyond all keys.
func partStart(c archwire.Cut, n int) (int64, bool) {
	high, low := bits.Mul64(uint64(c.Width), uint64(n)) //nolint:gosec // neither is negative
	if high > 0 || low > math.MaxInt64 {
		// From may be below zero by as much; then the sum is a key again.
		low, carry := bits.Add64(low, uint64(c.From), 0) //nolint:gosec // two's complement
		if c.From < 0 && high == 0 && carry == 1 && low <= math.MaxInt64 {
			return int64(low), true //nolint:gosec // just compared
		}
		return 0, false
	}
	sum := c.From + int64(low) //nolint:gosec // just compared
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
	return conditions
}
