package redshift

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"archwire"
)

// Commit makes the load visible: all tables, the journal, archwire.run and the ledger of
// changes in one transaction. What takes long and nobody sees is done before it.
func (l *load) Commit(ctx context.Context, asOf archwire.Query, journal []archwire.JournalRow) (archwire.Committed, error) {
	l.w.mu.Lock()
	defer l.w.mu.Unlock()
	l.gate.Lock()
	defer l.gate.Unlock()
	if l.done {
		return archwire.Committed{}, l.ended()
	}
	day, err := l.w.dateQuery(ctx, asOf)
	if err != nil {
		return archwire.Committed{}, fmt.Errorf("reading the business date: %w", err)
	}
	order := slices.Sorted(maps.Keys(l.targets))
	for _, id := range order {
		g := l.targets[id]
		prepare := g.settle
		if g.merge {
			prepare = g.flushed
		}
		if err := prepare(ctx, l.w); err != nil {
			return archwire.Committed{}, classify("completing "+id, err)
		}
	}
	var done archwire.Committed
	err = l.w.transact(ctx, gate, func(s link) error {
		done = archwire.Committed{Tables: map[string]archwire.Changed{}}
		for _, id := range order {
			changed, err := l.targets[id].commit(ctx, s)
			if err != nil {
				return fmt.Errorf("changing %s: %w", id, err)
			}
			done.Tables[id] = changed
		}
		return l.record(ctx, s, day, journal, &done)
	})
	if err != nil {
		return archwire.Committed{}, classify("making the load visible", err)
	}
	l.done, l.w.active = true, nil
	// What is left is swept by the next load at the latest.
	l.clear(context.WithoutCancel(ctx)) //nolint:errcheck // the load is visible; nothing about that can fail any more
	return done, nil
}

// flushed is flush for who does not hold mu.
func (g *target) flushed(ctx context.Context, w *Warehouse) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.flush(ctx, w)
}

// commit makes the live table what was staged for it.
func (g *target) commit(ctx context.Context, s link) (archwire.Changed, error) {
	// A session that has tried this before may have kept its own table.
	s.later("DROP TABLE IF EXISTS " + diffTable)
	if g.merge {
		return g.apply(ctx, s)
	}
	return g.replace(ctx, s)
}

// record writes the rows that say what was loaded and what that changed. Of archwire.run
// only the date counts: run_id and loaded_at are new each time, and no model may read
// them.
func (l *load) record(ctx context.Context, s link, query string, journal []archwire.JournalRow, done *archwire.Committed) error {
	changes := maps.Clone(done.Tables)
	var err error
	if done.AsOf, err = businessDate(ctx, s, query); err != nil {
		return err
	}
	before := ""
	err = s.rows(ctx, "SELECT MAX(as_of) FROM archwire.run", func(v [][]byte) error {
		before = string(v[0])
		return nil
	})
	if err != nil {
		return err
	}
	if before != string(done.AsOf) {
		changes["archwire.run"] = archwire.Changed{All: true}
	}
	s.later("DELETE FROM archwire.run",
		"INSERT INTO archwire.run VALUES (CAST("+literal(string(done.AsOf))+" AS DATE), "+literal(string(l.run))+", CAST(SYSDATE AS TIMESTAMPTZ))")
	if len(journal) > 0 {
		s.later(journalRows(journal))
	}
	return recordChanges(ctx, s, changes)
}

// dateQuery is the query for the business date in Redshift's SQL, if it is one that
// changes nothing and reads what is the project's.
func (w *Warehouse) dateQuery(ctx context.Context, asOf archwire.Query) (string, error) {
	if _, err := w.parser.Relations(ctx, asOf.SQL); err != nil {
		return "", err
	}
	text, _, err := written(asOf)
	return text, err
}

// businessDate asks a query for its one date.
func businessDate(ctx context.Context, s link, query string) (day archwire.Day, err error) {
	noDate := &archwire.Error{
		Code:    archwire.Invalid,
		Message: "the query for the business date does not give one date",
		Hint:    "Write business_date in archwire.yaml as a query that gives one row with one date.",
	}
	rows := 0
	err = s.rows(ctx, query, func(v [][]byte) error {
		if rows++; rows > 1 || len(v) != 1 || v[0] == nil {
			return noDate
		}
		text, _, _ := strings.Cut(string(v[0]), " ") // of a timestamp, its day
		if day, err = archwire.ParseDay(text); err != nil {
			return noDate
		}
		return nil
	})
	if err == nil && rows != 1 {
		err = noDate
	}
	// What waits, the changes of tables, goes with the query: its errors come here, too.
	return day, classify("changing tables, or reading the business date", err)
}
