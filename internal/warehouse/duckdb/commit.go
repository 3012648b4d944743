package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"archwire"
)

// What every warehouse has of ours that a query may read: the schema, and the
// one row of the run.
const (
	createArchwire = "CREATE SCHEMA IF NOT EXISTS archwire"
	createRun      = `CREATE TABLE IF NOT EXISTS archwire.run (
		as_of DATE NOT NULL, run_id VARCHAR NOT NULL, loaded_at TIMESTAMPTZ NOT NULL)`
)

// Commit makes the load visible.
func (l *load) Commit(ctx context.Context, asOf archwire.Query, journal []archwire.JournalRow) (archwire.Committed, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	l.gate.Lock()
	defer l.gate.Unlock()
	if l.done {
		return archwire.Committed{}, l.ended()
	}
	if err := l.w.checkReadOnly(ctx, asOf.SQL); err != nil {
		return archwire.Committed{}, fmt.Errorf("reading the business date: %w", err)
	}
	order := slices.Sorted(maps.Keys(l.targets))
	for _, id := range order {
		if g := l.targets[id]; !g.merge {
			if err := g.settle(ctx, l.w.db); err != nil {
				return archwire.Committed{}, classify("completing "+id, err)
			}
		}
	}
	done := archwire.Committed{Tables: map[string]archwire.Changed{}}
	err := l.w.changing(ctx, func(conn *sql.Conn) (map[string]archwire.Changed, error) {
		for _, id := range order {
			changed, err := l.targets[id].commit(ctx, conn)
			if err != nil {
				return nil, fmt.Errorf("changing %s: %w", id, err)
			}
			done.Tables[id] = changed
		}
		return l.record(ctx, conn, asOf, journal, &done)
	})
	if err != nil {
		return archwire.Committed{}, classify("making the load visible", err)
	}
	l.done, l.w.active = true, nil
	l.w.shapes.changed()
	// What is left over in memory is swept by the next load at the latest.
	sweepAside(context.WithoutCancel(ctx), l.w.db) //nolint:errcheck // the load is visible; nothing about that can fail any more
	return done, nil
}

// commit makes the live table what was staged for it.
func (g *target) commit(ctx context.Context, conn *sql.Conn) (archwire.Changed, error) {
	if g.merge {
		return g.apply(ctx, conn)
	}
	if len(g.chunks) > 0 {
		if err := forgetPlan(ctx, conn, g.ID()); err != nil {
			return archwire.Changed{}, err
		}
	}
	return g.replace(ctx, conn)
}

// businessDate asks q for its one date.
func businessDate(ctx context.Context, conn *sql.Conn, q archwire.Query) (archwire.Day, error) {
	text, err := bind(q)
	if err != nil {
		return "", err
	}
	rows, err := conn.QueryContext(ctx, "SELECT CAST(COLUMNS(*) AS DATE) FROM ("+text+"\n)") //nolint:gosec // text was checked to be one query
	if err != nil {
		return "", classify("reading the business date", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	noDate := &archwire.Error{
		Code:    archwire.Invalid,
		Message: "the query for the business date does not give one date",
		Hint:    "Write business_date in archwire.yaml as a query that gives one row with one date.",
	}
	if columns, err := rows.Columns(); err != nil || len(columns) != 1 {
		return "", noDate
	}
	var days []sql.Null[time.Time]
	for rows.Next() {
		var d sql.Null[time.Time]
		if err := rows.Scan(&d); err != nil {
			return "", fmt.Errorf("reading the business date: %w", err)
		}
		days = append(days, d)
	}
	if err := rows.Err(); err != nil {
		return "", classify("reading the business date", err)
	}
	if len(days) != 1 || !days[0].Valid {
		return "", noDate
	}
	return archwire.DayOf(days[0].V), nil
}

// record writes the rows that say what was loaded, and returns what changed by
// relation. Of archwire.run only the date counts: run_id and loaded_at are new each
// time, and no model may read them.
func (l *load) record(
	ctx context.Context, conn *sql.Conn, asOf archwire.Query, journal []archwire.JournalRow, done *archwire.Committed,
) (map[string]archwire.Changed, error) {
	changes := maps.Clone(done.Tables)
	day, err := businessDate(ctx, conn, asOf)
	if err != nil {
		return nil, err
	}
	done.AsOf = day
	var before sql.Null[string]
	if err := conn.QueryRowContext(ctx, "SELECT CAST(max(as_of) AS VARCHAR) FROM archwire.run").Scan(&before); err != nil {
		return nil, err
	}
	if before.V != string(day) {
		changes["archwire.run"] = archwire.Changed{All: true}
	}
	if err := execAll(ctx, conn, "DELETE FROM archwire.run"); err != nil {
		return nil, err
	}
	_, err = conn.ExecContext(ctx, "INSERT INTO archwire.run VALUES ($1::DATE, $2, now())", string(day), string(l.run))
	if err != nil {
		return nil, err
	}
	return changes, writeJournal(ctx, conn, journal)
}
