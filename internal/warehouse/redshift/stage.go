package redshift

import (
	"context"

	"archwire"
)

// Stage writes rows to files in the staging place, and notes that the chunk is staged
// when all of them are there. They are copied into Redshift together with those of the
// other chunks.
func (l *load) Stage(ctx context.Context, t archwire.Table, c archwire.Chunk, rows archwire.Batches) (int64, error) {
	g, leave, err := l.enter(t)
	if err != nil {
		return 0, err
	}
	defer leave()
	if g.Merge && len(g.Key) == 0 {
		return 0, &archwire.Error{Code: archwire.Internal, Message: t.ID() + " has no key, so rows cannot be merged into it"}
	}
	if err := g.begin(ctx, l.w); err != nil {
		return 0, classify("preparing "+t.ID(), err)
	}
	parts, err := l.w.writeParts(ctx, g.folder, g.mark, g.Table, l.dealing, rows)
	if err == nil {
		err = g.note(ctx, l.w, c, parts)
	}
	if err != nil {
		return 0, classify("staging "+t.ID(), err)
	}
	return total(parts), nil
}

func total(parts []part) (rows int64) {
	for _, p := range parts {
		rows += p.Rows
	}
	return rows
}

// begin makes what an earlier load has kept, and Prepare did not take up, count for
// nothing.
func (g *target) begin(ctx context.Context, w *Warehouse) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.kept != nil {
		if err := w.store.Delete(ctx, planName(g.folder)); err != nil {
			return err
		}
		g.kept = nil
	}
	g.begun = true
	return nil
}

// note makes files count: they are copied with the others, and a later load finds them.
func (g *target) note(ctx context.Context, w *Warehouse, c archwire.Chunk, parts []part) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.plan != nil {
		if n, ok := g.plan.number(c); ok {
			if parts == nil {
				parts = []part{} // a chunk without rows is staged, too
			}
			if err := w.writeJSON(ctx, noteName(g.folder, n), parts); err != nil {
				return err
			}
		}
	}
	g.waiting = append(g.waiting, parts...)
	return nil
}
