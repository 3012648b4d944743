package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"archwire"
)

// createStaged makes the table that says, of each table to be replaced, into
// which chunks it was cut (a row each, NOT staged), and which of them lie in its
// hidden table (a further row each, staged). Rows are only added: several chunks
// are staged at once, and DuckDB lets one of two transactions that change a table's
// rows fail more readily than of two that add some.
const createStaged = `CREATE TABLE IF NOT EXISTS archwire.staged (
	table_name VARCHAR NOT NULL, definition VARCHAR NOT NULL, number BIGINT NOT NULL,
	condition VARCHAR NOT NULL, rows BIGINT NOT NULL, staged BOOLEAN NOT NULL)`

// A plan is what archwire.staged says of one table.
type plan struct {
	definition string
	chunks     []archwire.Chunk
	staged     map[string]bool // by condition
}

// begun says whether there is something to go on from.
func (p *plan) begun() bool { return len(p.staged) > 0 }

// left lists the chunks that were not staged.
func (p *plan) left() []archwire.Chunk {
	out := []archwire.Chunk{}
	for _, c := range p.chunks {
		if !p.staged[c.Where] {
			out = append(out, c)
		}
	}
	return out
}

// plansLeft reads the plans that loads have left, by table ID.
func plansLeft(ctx context.Context, conn *sql.Conn) (map[string]*plan, error) {
	rows, err := conn.QueryContext(ctx, "SELECT table_name, definition, condition, rows, staged FROM archwire.staged ORDER BY number")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	plans := map[string]*plan{}
	for rows.Next() {
		var table, definition string
		var c archwire.Chunk
		var staged bool
		if err := rows.Scan(&table, &definition, &c.Where, &c.Rows, &staged); err != nil {
			return nil, err
		}
		p := plans[table]
		if p == nil {
			p = &plan{definition: definition, staged: map[string]bool{}}
			plans[table] = p
		}
		if staged {
			p.staged[c.Where] = true
		} else {
			p.chunks = append(p.chunks, c)
		}
	}
	return plans, rows.Err()
}

// writePlan notes into which chunks t was cut.
func writePlan(ctx context.Context, conn *sql.Conn, t archwire.Table, chunks []archwire.Chunk) error {
	if len(chunks) == 0 {
		return nil
	}
	values := make([]string, len(chunks))
	for i, c := range chunks {
		values[i] = planRow(t, i, c, false)
	}
	return execAll(ctx, conn, "INSERT INTO archwire.staged VALUES "+strings.Join(values, ", "))
}

func planRow(t archwire.Table, number int, c archwire.Chunk, staged bool) string {
	return fmt.Sprintf("(%s, %s, %d, %s, %d, %t)",
		textConstant(t.ID()), textConstant(t.Definition()), number, textConstant(c.Where), c.Rows, staged)
}

// forgetPlan drops what archwire.staged says of a table.
func forgetPlan(ctx context.Context, conn *sql.Conn, table string) error {
	return execAll(ctx, conn, "DELETE FROM archwire.staged WHERE table_name = "+textConstant(table))
}

// Prepare goes on from what an earlier load has staged of t, or notes the chunks
// for a later load to go on from. A table of one chunk has nothing to go on from.
func (l *load) Prepare(ctx context.Context, t archwire.Table, chunks []archwire.Chunk) (left []archwire.Chunk, resumed bool, err error) {
	g, leave, err := l.enter(t)
	if err != nil {
		return nil, false, err
	}
	defer leave()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.Merge || g.base {
		return nil, false, &archwire.Error{
			Code: archwire.Internal, Message: fmt.Sprintf("the chunks of %s come too late, or rows are merged into it", t.ID()),
		}
	}
	if p := g.kept; p != nil {
		g.base, g.kept, g.chunks = true, nil, conditions(p.chunks)
		return p.left(), true, nil
	}
	marked := conditions(chunks)
	if len(chunks) < 2 || len(marked) < len(chunks) { // one could not be told from another
		return chunks, false, nil
	}
	if err := g.makeBase(ctx, l.w.db, chunks); err != nil {
		return nil, false, classify("preparing "+t.ID(), err)
	}
	g.chunks = marked
	return chunks, false, nil
}

func conditions(chunks []archwire.Chunk) map[string]bool {
	out := map[string]bool{}
	for _, c := range chunks {
		out[c.Where] = true
	}
	return out
}

// mark is the statement that notes that c is staged, to be run in the
// transaction that stages it; none if that need not be known.
func (g *target) mark(c archwire.Chunk) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.chunks[c.Where] {
		return nil
	}
	return []string{"INSERT INTO archwire.staged VALUES " + planRow(g.Table, 0, c, true)}
}
