package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/source/partsums"
)

var _ archwire.Printer = (*view)(nil)

// Hashes lists HashMD5, which the server computes. Where T-SQL has no text of a
// column's values to compute it from, rows are read and fingerprinted here, by any
// hash.
func (v *view) Hashes(t archwire.Table) []archwire.Hash {
	v.mu.Lock()
	rel := v.relations[nameOf(t)]
	v.mu.Unlock()
	if rel == nil {
		return []archwire.Hash{archwire.HashMD5}
	}
	if p, err := v.printing(&plan{rel: rel}, t, archwire.PrintSpec{Hash: archwire.HashMD5}); err == nil && !p.bySQL {
		return rowhash.Hashes()
	}
	return []archwire.Hash{archwire.HashMD5}
}

// Prints asks the server, in several statements side by side.
func (v *view) Prints(ctx context.Context, t archwire.Table, spec archwire.PrintSpec) ([]archwire.PartPrint, error) {
	ctx, cancel := v.within(ctx)
	defer cancel()
	p, err := v.planPrinting(ctx, t, spec)
	if err != nil {
		return nil, err
	}
	conditions, err := v.conditions(ctx, t, p)
	if err != nil {
		return nil, err
	}
	var sums partsums.Sums
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(v.src.cfg.Connections)
	for _, condition := range conditions {
		group.Go(func() error {
			if p.bySQL {
				return v.sumUp(inner, t, p, condition, &sums)
			}
			prints, err := rowhash.Prints(v.rowsOf(inner, t, p, condition), v.printedTable(t, p), p.spec)
			if err != nil {
				return err //nolint:wrapcheck // names the table
			}
			sums.Add(prints)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err //nolint:wrapcheck // classified where it was met
	}
	return sums.List(), nil
}

func (v *view) planPrinting(ctx context.Context, t archwire.Table, spec archwire.PrintSpec) (*printing, error) {
	p, err := v.plan(ctx, t)
	if err != nil {
		return nil, err
	}
	return v.printing(p, t, spec)
}

func (v *view) printing(p *plan, t archwire.Table, spec archwire.PrintSpec) (*printing, error) {
	return newPrinting(p, t, spec, v.server.major)
}

// conditions say which rows are read, by statement: those of the chunks that the
// spec names; of parts of a table that keys tell, these in one; else all chunks.
func (v *view) conditions(ctx context.Context, t archwire.Table, p *printing) ([]string, error) {
	chunks := p.spec.Chunks
	asked := both(p.asked(), p.plan.live)
	switch {
	case chunks != nil:
	case p.asked() != "":
		return []string{asked}, nil
	default:
		var err error
		if chunks, err = v.Chunks(ctx, t); err != nil {
			return nil, err
		}
	}
	conditions := make([]string, len(chunks))
	for i, c := range chunks {
		conditions[i] = both(c.Where, asked)
	}
	return conditions, nil
}

// sumUp asks the server for the parts of the rows for which a condition holds.
func (v *view) sumUp(ctx context.Context, t archwire.Table, p *printing, condition string, sums *partsums.Sums) error {
	return v.ask(ctx, t, p.plan.rel, func(ctx context.Context, l *reader) error {
		rows, err := l.query(ctx, p.sums(condition))
		if err != nil {
			return err
		}
		prints := make([]archwire.PartPrint, len(rows))
		for i, r := range rows {
			if prints[i], err = readPrint(r); err != nil {
				return err
			}
		}
		sums.Add(prints)
		return nil
	})
}

func readPrint(r []string) (archwire.PartPrint, error) {
	part, errPart := strconv.Atoi(r[0])
	p, err := partsums.Read(part, r[1], orZero(r[2]))
	if err := errors.Join(errPart, err); err != nil {
		return p, fmt.Errorf("reading a fingerprint: %w", errors.Join(err, errFormat))
	}
	return p, nil
}

// RowPrints asks the server, statement by statement.
func (v *view) RowPrints(ctx context.Context, t archwire.Table, spec archwire.PrintSpec) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		ctx, cancel := v.within(ctx)
		defer cancel()
		if err := v.readPrints(ctx, t, spec, yield); err != nil {
			yield(nil, err)
		}
	}
}

func (v *view) readPrints(ctx context.Context, t archwire.Table, spec archwire.PrintSpec, yield func(archwire.Batch, error) bool) error {
	p, err := v.planPrinting(ctx, t, spec)
	if err != nil {
		return err
	}
	conditions := p.only()
	if spec.Only == nil {
		if conditions, err = v.conditions(ctx, t, p); err != nil {
			return err
		}
	}
	stopped := false
	hand := func(b archwire.Batch, err error) bool {
		stopped = !yield(b, err)
		return !stopped
	}
	for _, condition := range conditions {
		if p.bySQL {
			err = v.read(ctx, t, p.plan.rel, p.rowPrints(condition), rowhash.RowTable(t), hand)
		} else {
			err = handOver(rowhash.RowPrints(v.rowsOf(ctx, t, p, condition), v.printedTable(t, p), p.spec), hand)
		}
		if err != nil || stopped {
			return err
		}
	}
	return nil
}

// handOver yields batches until the consumer has enough; an error is returned.
func handOver(rows archwire.Batches, yield func(archwire.Batch, error) bool) error {
	for batch, err := range rows {
		if err != nil {
			return err
		}
		if !yield(batch, nil) {
			return nil
		}
	}
	return nil
}

// only are the conditions of the keys that the spec lists.
func (p *printing) only() (conditions []string) {
	for some := range slices.Chunk(p.spec.Only, keysAChunk) {
		keys := make([]string, len(some))
		for i, k := range some {
			keys[i] = whole(k)
		}
		conditions = append(conditions, both(p.items[0]+" IN ("+strings.Join(keys, ", ")+")", p.plan.live))
	}
	return conditions
}

// printedTable is what is read to be fingerprinted here: of keys their columns only.
func (v *view) printedTable(t archwire.Table, p *printing) archwire.Table {
	if p.spec.Keys {
		t = p.keys
	}
	t.Deleted = "" // the condition leaves these rows out
	return t
}

// rowsOf reads the rows for which a condition holds, to be fingerprinted here.
func (v *view) rowsOf(ctx context.Context, t archwire.Table, p *printing, condition string) archwire.Batches {
	of := v.printedTable(t, p)
	return func(yield func(archwire.Batch, error) bool) {
		sel := p.plan.sel
		if p.spec.Keys {
			sel = strings.Join(p.items, ", ")
		}
		sql := "SELECT " + sel + " FROM " + p.plan.rel.from() + where(condition) + onOneScheduler
		if err := v.read(ctx, t, p.plan.rel, sql, of, yield); err != nil {
			yield(nil, err)
		}
	}
}
