package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"archwire"
)

const (
	// Large enough that starting a query does not matter, small enough that
	// several connections finish together.
	chunkBytes = 64 << 20
	mostChunks = 4096

	// What a gentle view reads in one transaction.
	gentleBytes = 16 << 20
)

// Chunks cuts a table by ranges of a whole number that an index begins with: the
// key, or any other. The steps of the index's statistics say where rows are; where
// there are none, the span is cut evenly. A table without such an index is one
// chunk: %%physloc%%, the address of a row, has no order that a range could be read
// by, and rows move.
func (v *view) Chunks(ctx context.Context, t archwire.Table) (chunks []archwire.Chunk, err error) {
	err = v.use(ctx, t, func(ctx context.Context, l *reader, p *plan) error {
		whole, err := l.chunks(ctx, p.rel, v.src.chunkBytes)
		chunks = narrowed(whole, p.live)
		return err
	})
	return chunks, err
}

// narrowed adds a condition to each chunk.
func narrowed(chunks []archwire.Chunk, condition string) []archwire.Chunk {
	for i := range chunks {
		chunks[i].Where = both(chunks[i].Where, condition)
	}
	return chunks
}

// Count asks the server.
func (v *view) Count(ctx context.Context, t archwire.Table) (n int64, err error) {
	err = v.use(ctx, t, func(ctx context.Context, l *reader, p *plan) error {
		n, err = l.count(ctx, p.rel.from()+where(p.live))
		return err
	})
	return n, err
}

// count counts the rows of what stands behind FROM.
func (l *reader) count(ctx context.Context, from string) (int64, error) {
	rows, err := l.query(ctx, "SELECT CONVERT(varchar(20), COUNT_BIG(*)) FROM "+from+onOneScheduler)
	if err != nil {
		return 0, err
	}
	if len(rows) != 1 {
		return 0, errFormat
	}
	n, err := strconv.ParseInt(rows[0][0], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading a count: %w", err)
	}
	return n, nil
}

func (l *reader) chunks(ctx context.Context, rel *relation, target int64) ([]archwire.Chunk, error) {
	whole := []archwire.Chunk{{Rows: max(rel.rows, 0)}}
	n := int(min(max(rel.bytes, 0)/target+1, mostChunks))
	a, ok := rel.cuttable()
	if n == 1 || rel.view || !ok {
		return whole, nil
	}
	cuts, err := l.steps(ctx, rel, a, n)
	if err != nil {
		return nil, err
	}
	if len(cuts) == 0 {
		if cuts, err = l.evenly(ctx, rel, a, n); err != nil {
			return nil, err
		}
	}
	return ranges(a, cuts, rel.rows), nil
}

// cuttable is the column by which a table is cut: the first of its key, else one
// that an index begins with, if that is a whole number.
func (r *relation) cuttable() (attribute, bool) {
	for _, a := range r.columns {
		if a.keyAt == 1 && a.whole() && a.index > 0 {
			return a, true
		}
	}
	for _, a := range r.columns {
		if a.index == 1 && a.whole() { // of the clustered index
			return a, true
		}
	}
	return attribute{}, false
}

func (a attribute) whole() bool {
	switch a.typ.name {
	case "tinyint", "smallint", "int", "bigint":
		return true
	}
	return false
}

// steps finds cuts by the histogram of the index that begins with the column; none
// where the server has none, or keeps it from the user.
func (l *reader) steps(ctx context.Context, rel *relation, a attribute, n int) ([]int64, error) {
	rows, err := l.query(ctx, fmt.Sprintf(`SELECT CONVERT(varchar(20), CONVERT(bigint, h.range_high_key)), CONVERT(varchar(20), CONVERT(bigint, h.range_rows + h.equal_rows))
FROM sys.dm_db_stats_histogram(%s, %d) AS h WHERE h.range_high_key IS NOT NULL ORDER BY h.step_number`, rel.id, a.index))
	if _, refused := errors.AsType[*serverError](err); refused {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	steps := make([]step, len(rows))
	for i, r := range rows {
		high, errHigh := strconv.ParseInt(r[0], 10, 64)
		count, errCount := strconv.ParseInt(r[1], 10, 64)
		if err := errors.Join(errHigh, errCount); err != nil {
			return nil, fmt.Errorf("reading statistics: %w", err)
		}
		steps[i] = step{high, count}
	}
	return cutSteps(steps, n), nil
}

// A step of a histogram: so many rows lie above the step before and up to high.
type step struct{ high, rows int64 }

// cutSteps finds up to n-1 values that cut the rows of a histogram into n parts of
// about one size; within a step rows are taken to be spread evenly.
func cutSteps(steps []step, n int) (cuts []int64) {
	var total, below int64
	for _, s := range steps {
		total += s.rows
	}
	each := total / int64(n)
	i := int64(1)
	for at, s := range steps {
		for ; each > 0 && i < int64(n) && below+s.rows >= each*i; i++ {
			cut := s.high
			if at > 0 {
				cut = between(steps[at-1].high, s.high, each*i-below, s.rows)
			}
			if len(cuts) == 0 || cut > cuts[len(cuts)-1] {
				cuts = append(cuts, cut)
			}
		}
		below += s.rows
	}
	return cuts
}

// between is low plus part/whole of the distance to high, which may exceed an int64.
func between(low, high, part, whole int64) int64 {
	if whole <= 0 {
		return high
	}
	distance := uint64(high) - uint64(low) //nolint:gosec // wraps around to the distance
	each, rest := distance/uint64(whole), distance%uint64(whole)
	up := each*uint64(part) + uint64(float64(rest)*float64(part)/float64(whole)) //nolint:gosec // part is at most whole
	return int64(uint64(low) + min(up, distance))                                //nolint:gosec // as above
}

// evenly cuts the span of a column.
func (l *reader) evenly(ctx context.Context, rel *relation, a attribute, n int) (cuts []int64, err error) {
	name := "t." + quote(a.name)
	rows, err := l.query(ctx, fmt.Sprintf("SELECT CONVERT(varchar(20), CONVERT(bigint, MIN(%s))), CONVERT(varchar(20), CONVERT(bigint, MAX(%s))) FROM %s", name, name, rel.from()))
	if err != nil || len(rows) != 1 || rows[0][0] == "" {
		return nil, err
	}
	low, errLow := strconv.ParseInt(rows[0][0], 10, 64)
	high, errHigh := strconv.ParseInt(rows[0][1], 10, 64)
	if err := errors.Join(errLow, errHigh); err != nil {
		return nil, fmt.Errorf("reading the span of a column: %w", err)
	}
	step := uint64(high-low)/uint64(n) + 1 //nolint:gosec // wraps around to the distance, which may exceed an int64
	at := uint64(low)                      //nolint:gosec // as above
	for i := 1; i < n; i++ {
		at += step
		if int64(at) > high || int64(at) < low { //nolint:gosec // as above
			break
		}
		cuts = append(cuts, int64(at)) //nolint:gosec // as above
	}
	return cuts, nil
}

// ranges writes half-open ranges between the cuts. The first and the last are
// open to their sides: rows that are where nobody expects them belong to them, and
// those without a value to the first.
func ranges(a attribute, cuts []int64, rows int64) (chunks []archwire.Chunk) {
	name := "t." + quote(a.name)
	each := max(rows, 0) / int64(len(cuts)+1)
	below := func(cut int64) string { return name + " < " + whole(cut) }
	if len(cuts) == 0 {
		return []archwire.Chunk{{Rows: each}}
	}
	first := below(cuts[0])
	if a.nullable {
		first += " OR " + name + " IS NULL"
	}
	chunks = append(chunks, archwire.Chunk{Where: first, Rows: each})
	for i, cut := range cuts {
		where := name + " >= " + whole(cut)
		if i+1 < len(cuts) {
			where += " AND " + below(cuts[i+1])
		}
		chunks = append(chunks, archwire.Chunk{Where: where, Rows: each})
	}
	return chunks
}
