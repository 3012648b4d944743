package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strconv"

	"archwire"
)

const (
	// Large enough that starting a COPY does not matter, small enough that
	// several connections finish together.
	chunkBytes = 64 << 20
	mostChunks = 4096

	// What a gentle view reads in one transaction.
	gentleBytes = 16 << 20
)

// Chunks cuts a table by pages, where the server finds them without reading the
// others (PostgreSQL 14 and later), else by a single whole-number key. Views and
// foreign tables are one chunk.
func (v *view) Chunks(ctx context.Context, t archwire.Table) (chunks []archwire.Chunk, err error) {
	err = v.use(ctx, t, func(ctx context.Context, se *session, p *plan) error {
		whole, err := se.chunks(ctx, p.rel, v.src.chunkBytes)
		chunks = narrow(whole, p.live)
		return err
	})
	return chunks, err
}

// narrow adds a condition to each chunk.
func narrow(chunks []archwire.Chunk, condition string) []archwire.Chunk {
	for i := range chunks {
		chunks[i].Where = both(chunks[i].Where, condition)
	}
	return chunks
}

// Count asks the server.
func (v *view) Count(ctx context.Context, t archwire.Table) (n int64, err error) {
	err = v.use(ctx, t, func(ctx context.Context, se *session, p *plan) error {
		rows, err := se.query(ctx, "select count(*) from "+p.rel.quoted()+where(p.live))
		if err != nil {
			return err
		}
		n, err = strconv.ParseInt(rows[0][0], 10, 64)
		return err //nolint:wrapcheck // classified by use
	})
	return n, err
}

func (se *session) chunks(ctx context.Context, rel *relation, target int64) ([]archwire.Chunk, error) {
	whole := []archwire.Chunk{{Rows: max(rel.rows, 0)}}
	if rel.kind == 'v' || rel.kind == 'f' {
		return whole, nil
	}
	rows, err := se.query(ctx, heapSQL, rel.oid)
	if err != nil {
		return nil, err
	}
	heap := true
	var pages []int64
	var bytes int64
	for _, r := range rows {
		heap = heap && r[0] == "t"
		pages = append(pages, max(estimate(r[1]), 0))
		bytes += max(estimate(r[2]), 0)
	}
	n := int(min(bytes/target+1, mostChunks))
	switch {
	case n == 1:
		return whole, nil
	case heap && se.version >= 140000:
		return ranges("ctid", cutPages(pages, n), func(at int64) string {
			return fmt.Sprintf("'(%d,0)'::pg_catalog.tid", at)
		}, rel.rows), nil
	}
	return se.cutKey(ctx, rel, n)
}

// kinSQL names a table and what lies under it: partitions and children.
const kinSQL = `with recursive kin(oid) as (
	select $1::oid union select i.inhrelid from pg_inherits i join kin on i.inhparent = kin.oid)`

// heapSQL lists the files under a table: whether pages can be asked for, their
// number, and all bytes with what is stored out of line.
const heapSQL = kinSQL + `
select c.relkind in ('r', 'm') and coalesce(m.amname = 'heap', false),
	pg_relation_size(c.oid) / current_setting('block_size')::int, pg_table_size(c.oid)
from pg_class c join kin on kin.oid = c.oid left join pg_am m on m.oid = c.relam
where c.relkind <> 'p'`

// cutPages finds n-1 page numbers that cut the files under a table into n parts
// of about one size. A cut goes through all files at the same page.
func cutPages(pages []int64, n int) []int64 {
	var total, longest int64
	for _, p := range pages {
		total += p
		longest = max(longest, p)
	}
	var cuts []int64
	for i := 1; i < n; i++ {
		want := total * int64(i) / int64(n)
		at := int64(sort.Search(int(longest), func(x int) bool {
			var below int64
			for _, p := range pages {
				below += min(p, int64(x))
			}
			return below >= want
		}))
		cuts = append(cuts, at)
	}
	return slices.Compact(cuts)
}

// cutKey cuts the span of a whole-number key evenly.
func (se *session) cutKey(ctx context.Context, rel *relation, n int) ([]archwire.Chunk, error) {
	whole := []archwire.Chunk{{Rows: max(rel.rows, 0)}}
	if !rel.keyIsWhole() {
		return whole, nil
	}
	key := archwire.Quote(rel.key[0])
	rows, err := se.query(ctx, fmt.Sprintf("select min(%s), max(%s) from %s", key, key, rel.quoted()))
	if err != nil {
		return nil, err
	}
	if rows[0][0] == "" {
		return whole, nil // no row
	}
	low, errLow := strconv.ParseInt(rows[0][0], 10, 64)
	high, errHigh := strconv.ParseInt(rows[0][1], 10, 64)
	if err := errors.Join(errLow, errHigh); err != nil {
		return nil, fmt.Errorf("reading the span of the key: %w", err)
	}
	var cuts []int64
	step := uint64(high-low)/uint64(n) + 1    //nolint:gosec // wraps around to the distance, which may exceed an int64
	for at, i := uint64(low), 1; i < n; i++ { //nolint:gosec // as above
		at += step
		if int64(at) > high || int64(at) < low { //nolint:gosec // as above
			break
		}
		cuts = append(cuts, int64(at)) //nolint:gosec // as above
	}
	return ranges(key, cuts, func(at int64) string { return literal(strconv.FormatInt(at, 10)) }, rel.rows), nil
}

func (r *relation) keyIsWhole() bool {
	if len(r.key) != 1 {
		return false
	}
	return slices.ContainsFunc(r.columns, func(a attribute) bool {
		return a.name == r.key[0] && a.typ.schema == "pg_catalog" && slices.Contains([]string{"int2", "int4", "int8"}, a.typ.name)
	})
}

// ranges writes half-open ranges between the cuts. The first and the last are
// open to their sides: rows that are where nobody expects them belong to them.
func ranges[T any](what string, cuts []T, write func(T) string, rows int64) []archwire.Chunk {
	each := max(rows, 0) / int64(len(cuts)+1)
	var chunks []archwire.Chunk
	for i := 0; i <= len(cuts); i++ {
		var where string
		if i > 0 {
			where = what + " >= " + write(cuts[i-1])
		}
		if i > 0 && i < len(cuts) {
			where += " and "
		}
		if i < len(cuts) {
			where += what + " < " + write(cuts[i])
		}
		chunks = append(chunks, archwire.Chunk{Where: where, Rows: each})
	}
	return chunks
}
