package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"

	"archwire"
)

// A target is a table of a load. What Commit would leave of it is base, less the
// rows whose keys are in delta or removed, and delta.
type target struct {
	archwire.LoadTable
	live  []archwire.Column // of the table that readers see; nil when there is none
	merge bool              // base is that table; else a hidden one, which takes its place
	grown []archwire.Column // columns of it whose type the declared one widens
	kept  *plan             // what an earlier load has staged, until Prepare takes it up

	mu                   sync.Mutex
	base, delta, removed bool            // which of the hidden tables were made
	chunks               map[string]bool // conditions of the chunks that are marked when they are staged
}

// newTarget is the target of t among the tables that are present.
func newTarget(t archwire.LoadTable, present map[relation][]archwire.Column) (*target, error) {
	g := &target{LoadTable: t, live: present[relation{t.Source, t.Name}]}
	// A table that was never loaded is replaced: there is nothing to merge into.
	g.merge = t.Merge && g.live != nil
	if !t.Merge {
		return g, nil
	}
	for _, name := range append(slices.Clone(t.Key), t.Deleted) {
		if _, ok := t.Column(name); !ok && name != "" {
			return nil, &archwire.Error{
				Code: archwire.Internal, Message: fmt.Sprintf("%s: rows cannot be merged without the column %s, which is not copied", t.ID(), name),
			}
		}
	}
	if !g.merge {
		return g, nil
	}
	grown, ok := growth(g.live, t.Columns)
	if !ok {
		return nil, &archwire.Error{
			Code: archwire.Internal, Message: t.ID() + " has other columns in the warehouse than are declared, so rows cannot be merged into it",
		}
	}
	g.grown = grown
	return g, nil
}

// hidden is the hidden table that takes the place of the one that readers see.
func (g *target) hidden() relation { return relation{g.Source, stagePrefix + g.Name} }

// liveName and the others are the SQL names of g's tables.
func (g *target) liveName() string    { return relation{g.Source, g.Name}.sql() }
func (g *target) deltaName() string   { return inMemory(stagePrefix + "delta " + g.ID()) }
func (g *target) removedName() string { return inMemory(stagePrefix + "removed " + g.ID()) }

func (g *target) baseName() string {
	if g.merge {
		return g.liveName()
	}
	return g.hidden().sql()
}

// ensureBase makes the hidden table that takes the place of the live one, if
// there is to be one. What an earlier load kept and Prepare did not take up is
// dropped.
func (g *target) ensureBase(ctx context.Context, db *sql.DB) error {
	if g.merge {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.base {
		return nil
	}
	return g.makeBase(ctx, db, nil)
}

// makeBase makes the hidden table, empty, and notes the chunks that it is going
// to be staged by. Hold mu.
func (g *target) makeBase(ctx context.Context, db *sql.DB, chunks []archwire.Chunk) error {
	err := inTransaction(ctx, db, "BEGIN", func(conn *sql.Conn) error {
		if g.kept != nil {
			if err := forgetPlan(ctx, conn, g.ID()); err != nil {
				return err
			}
		}
		if err := execAll(ctx, conn, "DROP TABLE IF EXISTS "+g.baseName(), createTable(g.baseName(), g.Table)); err != nil {
			return err
		}
		return writePlan(ctx, conn, g.Table, chunks)
	})
	if err != nil {
		return err
	}
	g.base, g.kept = true, nil
	return nil
}

// ensureDelta makes the table for rows that take the place of others.
func (g *target) ensureDelta(ctx context.Context, db *sql.DB) error {
	return g.ensureAside(ctx, db, &g.delta, g.deltaName(), g.Table)
}

// ensureRemoved makes the table for the keys of rows that are to go.
func (g *target) ensureRemoved(ctx context.Context, db *sql.DB) error {
	return g.ensureAside(ctx, db, &g.removed, g.removedName(), g.KeyTable())
}

// ensureAside makes a hidden table in memory. It needs not outlive the process:
// what is merged is small beside the table, and is read again.
func (g *target) ensureAside(ctx context.Context, db *sql.DB, made *bool, name string, t archwire.Table) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if *made {
		return nil
	}
	if _, err := db.ExecContext(ctx, createTable(name, t)); err != nil {
		return err
	}
	*made = true
	return nil
}

// sameKey is the condition that a and b have the same key.
func (g *target) sameKey(a, b string) string { return agree(g.KeyTable().Columns, a, b) }

// agree is the condition that a and b agree in columns.
func agree(columns []archwire.Column, a, b string) string {
	conditions := make([]string, len(columns))
	for i, c := range columns {
		equals := " = "
		if c.Nullable {
			equals = " IS NOT DISTINCT FROM "
		}
		conditions[i] = a + "." + archwire.Quote(c.Name) + equals + b + "." + archwire.Quote(c.Name)
	}
	return strings.Join(conditions, " AND ")
}

// notMarked is the condition that a row is not marked as deleted; none where no
// row is.
func (g *target) notMarked() []string {
	c, ok := g.Column(g.Deleted)
	switch {
	case !ok:
		return nil
	case c.Type.Kind == archwire.Bool:
		return []string{"NOT coalesce(" + archwire.Quote(c.Name) + ", false)"}
	}
	return []string{archwire.Quote(c.Name) + " IS NULL"}
}
