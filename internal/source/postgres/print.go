package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/source/partsums"
)

var _ archwire.Printer = (*view)(nil)

// Hashes lists HashColumns where the server has it: PostgreSQL 14 and later.
func (v *view) Hashes(archwire.Table) []archwire.Hash {
	hashes := rowhash.Hashes()
	if v.version < 140000 {
		hashes = slices.DeleteFunc(hashes, func(h archwire.Hash) bool { return h == archwire.HashColumns })
	}
	return hashes
}

// Prints asks the server, in several statements side by side. Parts of a table
// that is cut along its primary key are read along its index; else, as the
// chunks of the table.
func (v *view) Prints(ctx context.Context, t archwire.Table, spec archwire.PrintSpec) ([]archwire.PartPrint, error) {
	ctx, cancel := v.within(ctx)
	defer cancel()
	var p *printing
	err := v.ask(ctx, t, func(ctx context.Context, se *session) (err error) {
		p, err = v.printing(ctx, se, t, spec)
		return err
	})
	if err != nil {
		return nil, err
	}
	p.sumKeys()
	if p.alongKey(t) {
		return v.sumUp(ctx, t, p.statements(cap(v.slots)), p.numberOf)
	}
	chunks, err := v.chunksOf(ctx, t, spec)
	if err != nil {
		return nil, err
	}
	statements := make([]string, len(chunks))
	for i, c := range chunks {
		statements[i] = p.sums(c.Where)
	}
	return v.sumUp(ctx, t, statements, strconv.Atoi)
}

// chunksOf are those that the spec names, or all.
func (v *view) chunksOf(ctx context.Context, t archwire.Table, spec archwire.PrintSpec) ([]archwire.Chunk, error) {
	if spec.Chunks != nil {
		return spec.Chunks, nil
	}
	return v.Chunks(ctx, t)
}

// printing says how t is fingerprinted, if it still is as declared.
func (v *view) printing(ctx context.Context, se *session, t archwire.Table, spec archwire.PrintSpec) (*printing, error) {
	p, err := v.plan(ctx, se, t)
	if err != nil {
		return nil, err
	}
	encoding := se.conn.ParameterStatus("server_encoding")
	return newPrinting(p, t, spec, dialect{convert: encoding != "UTF8" && !se.ascii})
}

// ask runs work on a session of the budget, in which t is locked.
func (v *view) ask(ctx context.Context, t archwire.Table, work func(context.Context, *session) error) (err error) {
	se, err := v.acquire(ctx)
	if err != nil {
		return err
	}
	defer func() { v.finish(ctx, se, err) }()
	ctx, stop := v.limited(ctx, se, t)
	defer stop()
	if _, err := v.relation(ctx, se, t); err != nil {
		return err
	}
	return work(ctx, se)
}

// sumUp runs statements side by side, up to the budget. Each of their rows is
// what number reads a part from, a count of rows, and a sum.
func (v *view) sumUp(ctx context.Context, t archwire.Table, statements []string, number func(string) (int, error)) ([]archwire.PartPrint, error) {
	var sums partsums.Sums
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(cap(v.slots))
	for _, sql := range statements {
		group.Go(func() error {
			return v.ask(ctx, t, func(ctx context.Context, se *session) error {
				rows, err := se.query(ctx, sql)
				if err != nil {
					return v.classify(ctx, err, t.ID())
				}
				prints, err := readPartPrints(rows, number)
				if err != nil {
					return err
				}
				sums.Add(prints)
				return nil
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err //nolint:wrapcheck // classified above
	}
	return sums.List(), nil
}

func readPartPrints(rows [][]string, number func(string) (int, error)) ([]archwire.PartPrint, error) {
	prints := make([]archwire.PartPrint, len(rows))
	for i, r := range rows {
		part, errPart := number(r[0])
		p, err := partsums.Read(part, r[1], r[2])
		if err := errors.Join(errPart, err); err != nil {
			return nil, fmt.Errorf("reading a fingerprint: %w", errors.Join(err, errFormat))
		}
		prints[i] = p
	}
	return prints, nil
}

// RowPrints asks the server, chunk by chunk.
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
	var p *printing
	err := v.ask(ctx, t, func(ctx context.Context, se *session) (err error) {
		p, err = v.printing(ctx, se, t, spec)
		return err
	})
	if err != nil {
		return err
	}
	p.sumKeys()
	chunks := []archwire.Chunk{{Where: p.only()}}
	alongKey := p.alongKey(t)
	if spec.Only == nil && (!alongKey || spec.Parts == nil && len(p.statements(1)) > 1) {
		if chunks, err = v.chunksOf(ctx, t, spec); err != nil {
			return err
		}
	}
	stopped := false
	for _, c := range chunks {
		err := v.copy(ctx, t, func(b archwire.Batch, err error) bool {
			stopped = !yield(b, err)
			return !stopped
		}, func(ctx context.Context, se *session) (*plan, string, error) {
			_, err := v.relation(ctx, se, t)
			return p.keyPlan(t), p.rowPrints(c.Where, alongKey), err
		})
		if err != nil || stopped {
			return err
		}
	}
	return nil
}

// keyPlan decodes what rowPrints asks for.
func (p *printing) keyPlan(t archwire.Table) *plan {
	rows := rowhash.RowTable(t)
	out := &plan{rel: p.plan.rel, schema: rows.ArrowSchema()}
	for i, c := range rows.Columns {
		decode := decode64
		if i < len(p.keyDecoding) {
			decode = p.keyDecoding[i]
		}
		out.cols = append(out.cols, newColumn(c.Name, decode, c.Type))
	}
	return out
}
