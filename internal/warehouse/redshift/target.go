package redshift

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"

	"archwire"
)

// stagePrefix begins the names of tables that are on their way in. No query may read
// them.
const stagePrefix = "archwire stage "

// A target is a table of a load. What Commit would leave of it is base, less the rows
// whose keys are in delta or removed, and delta.
type target struct {
	archwire.LoadTable
	live   []archwire.Column // of the table that readers see; nil when there is none
	merge  bool              // base is that table; else one of stagePrefix, which takes its place
	layout Layout
	folder string // of its files

	mu      sync.Mutex
	kept    *chunkPlan // what an earlier load has staged, until Prepare takes it up
	plan    *chunkPlan // by which chunks are noted; nil when they need not be
	begun   bool       // something was prepared or staged
	mark    string     // for NULL, in its files
	waiting []part     // files that were not copied yet

	base, delta, removed bool // which tables were made
}

// newTarget is the target of t, of which live are the columns that readers see.
func newTarget(t archwire.LoadTable, live []archwire.Column, layout Layout) (*target, error) {
	g := &target{LoadTable: t, live: live, layout: layout, folder: folder(t.Table), mark: "~N~" + strings.ToLower(rand.Text()[:16])}
	// A table that was never loaded is replaced: there is nothing to merge into.
	g.merge = t.Merge && live != nil
	if !t.Merge {
		return g, nil
	}
	for _, name := range append(slices.Clone(t.Key), t.Deleted) {
		c, ok := t.Column(name)
		if !ok && name != "" {
			return nil, &archwire.Error{
				Code: archwire.Internal, Message: fmt.Sprintf("%s: rows cannot be merged without the column %s, which is not copied", t.ID(), name),
			}
		}
		if isFloat(c.Type) && name != t.Deleted {
			return nil, &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("%s: rows cannot be merged by %s, a floating-point number", t.ID(), name),
				Hint: "Keep the table by sync: full, or declare the column as decimal or text.",
			}
		}
	}
	if g.merge && !sameColumns(sorted(live), sorted(stored(t.Table))) {
		return nil, &archwire.Error{
			Code: archwire.Internal, Message: t.ID() + " has other columns in the warehouse than are declared, so rows cannot be merged into it",
		}
	}
	return g, nil
}

func sorted(columns []archwire.Column) []archwire.Column {
	return slices.SortedFunc(slices.Values(columns), func(a, b archwire.Column) int { return strings.Compare(a.Name, b.Name) })
}

// sameColumns says whether two tables have the same columns in the same order.
func sameColumns(a, b []archwire.Column) bool {
	return slices.EqualFunc(a, b, func(a, b archwire.Column) bool {
		x, failed := columnType(a.Type)
		y, err := columnType(b.Type)
		// 19 digits are kept as 20, and floats of 32 bits as ones of 64; slices tell them apart.
		return a.Name == b.Name && failed == nil && err == nil && x == y && a.Type.Precision == b.Type.Precision &&
			(a.Type.Kind == archwire.Float32) == (b.Type.Kind == archwire.Float32)
	})
}

// shortName stands for a name that may be long, or hold any character, where neither
// may be.
func shortName(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:8])
}

// stageName is the SQL name of a table that holds something of g on its way in.
func (g *target) stageName(what string) string { return relation(g.Source, g.stageOf(what)) }

func (g *target) stageOf(what string) string { return stagePrefix + what + " " + shortName(g.ID()) }

func (g *target) liveName() string    { return relation(g.Source, g.Name) }
func (g *target) deltaName() string   { return g.stageName("delta") }
func (g *target) removedName() string { return g.stageName("removed") }

func (g *target) baseName() string {
	if g.merge {
		return g.liveName()
	}
	return g.stageName("base")
}

// into is the table that staged rows are copied into.
func (g *target) into() string {
	if g.merge {
		return g.deltaName()
	}
	return g.baseName()
}

// makeStage makes a table for rows on their way in, empty. Nothing of it counts before
// that, so that it may be done twice.
func (g *target) makeStage(ctx context.Context, w *Warehouse, made *bool, name string, columns []archwire.Column, attributes string) error {
	if *made {
		return nil
	}
	err := w.session(ctx, func(l link) error {
		l.later("DROP TABLE IF EXISTS "+name, createTable(name, columns, attributes))
		return nil
	})
	*made = err == nil
	return err
}

// ensure makes the tables that are asked for. Hold mu.
func (g *target) ensure(ctx context.Context, w *Warehouse, delta, removed bool) error {
	layout := layoutOf(g.Table, g.layout)
	if !g.merge {
		if err := g.makeStage(ctx, w, &g.base, g.baseName(), stored(g.Table), layout); err != nil {
			return err
		}
	}
	if delta {
		if err := g.makeStage(ctx, w, &g.delta, g.deltaName(), stored(g.Table), layout); err != nil {
			return err
		}
	}
	if removed {
		return g.makeStage(ctx, w, &g.removed, g.removedName(), g.KeyTable().Columns, " DISTSTYLE EVEN")
	}
	return nil
}

// flush copies the files that wait into their table: one COPY, whatever their number.
// Hold mu.
func (g *target) flush(ctx context.Context, w *Warehouse) error {
	if err := g.ensure(ctx, w, g.merge && len(g.waiting) > 0, false); err != nil || len(g.waiting) == 0 {
		return err
	}
	err := w.loading(ctx, g.Table, g.into(), func(l link) error {
		return w.copyParts(ctx, l, g.folder, g.into(), stored(g.Table), g.mark, g.waiting)
	})
	if err == nil {
		g.waiting = nil
	}
	return err
}

// notMarked is the condition that a row of a relation is not marked as deleted; none
// where no row is.
func (g *target) notMarked(of string) []string {
	c, ok := g.Column(g.Deleted)
	switch {
	case !ok:
		return nil
	case c.Type.Kind == archwire.Bool:
		return []string{"NOT COALESCE(" + of + "." + archwire.Quote(c.Name) + ", false)"}
	}
	return []string{of + "." + archwire.Quote(c.Name) + " IS NULL"}
}
