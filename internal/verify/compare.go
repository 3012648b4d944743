package verify

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"archwire"
)

// A Comparison is of one table: its rows in the source with those of the copy,
// by fingerprints that each side computes itself. Only the parts that differ are
// looked into, row by row.
type Comparison struct {
	Table  archwire.Table
	Source archwire.Printer
	Copy   archwire.Printer

	Keys        bool // compare keys only: rows that were changed are not found
	Cut         archwire.Cut
	First, Last int // parts to compare, both included
}

// Result says what was compared.
type Result struct {
	SourceRows, CopyRows int64 // in the parts compared
	Parts                int
	Differing            []int // the parts that differ, in order
}

// All makes the comparison one of every part.
func (c Comparison) All() Comparison {
	c.First, c.Last = 0, parts(c.Cut)-1
	return c
}

// Run compares, and hands what differs to found, some parts at a time. Without a
// key found is called once for all rows, with a Difference that names none.
func (c Comparison) Run(ctx context.Context, found func(context.Context, Difference) error) (Result, error) {
	hash, err := c.hash()
	if err != nil {
		return Result{}, err
	}
	spec := archwire.PrintSpec{Hash: hash, Keys: c.Keys, Cut: c.Cut, First: c.First, Last: c.Last}
	source, copied, err := c.prints(ctx, spec)
	if err != nil {
		return Result{}, err
	}
	result := Result{Parts: c.Last - c.First + 1}
	var differ []differing
	for part, s := range merged(source, copied) {
		result.SourceRows += s.source.Rows
		result.CopyRows += s.copied.Rows
		if s.source != s.copied {
			differ = append(differ, differing{part, s})
		}
	}
	slices.SortFunc(differ, func(a, b differing) int { return a.part - b.part })
	for _, d := range differ {
		result.Differing = append(result.Differing, d.part)
	}
	if differ, err = c.lookUp(ctx, spec, differ, found); err != nil {
		return result, err
	}
	for _, group := range groups(differ) {
		if err := c.look(ctx, spec, group, found); err != nil {
			return result, err
		}
	}
	return result, nil
}

// hash is the fastest hash that both sides can compute.
func (c Comparison) hash() (archwire.Hash, error) {
	t := c.Table
	if c.Keys {
		t = t.KeyTable()
	}
	theirs := c.Copy.Hashes(t)
	for _, h := range c.Source.Hashes(t) {
		if slices.Contains(theirs, h) {
			return h, nil
		}
	}
	return "", fmt.Errorf("comparing %s: source and warehouse share no fingerprint", t.ID())
}

// prints asks both sides at once.
func (c Comparison) prints(ctx context.Context, spec archwire.PrintSpec) (source, copied []archwire.PartPrint, err error) {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		if source, err = c.Source.Prints(ctx, c.Table, spec); err != nil {
			return fmt.Errorf("fingerprinting %s in the source: %w", c.Table.ID(), err)
		}
		return nil
	})
	group.Go(func() (err error) {
		if copied, err = c.Copy.Prints(ctx, c.Table, spec); err != nil {
			return fmt.Errorf("fingerprinting the copy of %s: %w", c.Table.ID(), err)
		}
		return nil
	})
	return source, copied, group.Wait()
}

// sides are the prints of one part.
type sides struct{ source, copied archwire.PartPrint }

// merged puts the prints of each part side by side; a part without rows has the
// zero print.
func merged(source, copied []archwire.PartPrint) map[int]sides {
	all := make(map[int]sides, max(len(source), len(copied)))
	for _, p := range source {
		s := all[p.Part]
		s.source = p
		s.copied.Part = p.Part
		all[p.Part] = s
	}
	for _, p := range copied {
		s := all[p.Part]
		s.copied = p
		s.source.Part = p.Part
		all[p.Part] = s
	}
	return all
}

// A differing part, and its prints.
type differing struct {
	part int
	sides
}

// most is how many rows the part has at most.
func (d differing) most() int64 { return max(d.source.Rows, d.copied.Rows) }

// groupRows is how many rows are looked into at once. It bounds memory: a row
// takes some 100 bytes.
const groupRows = 200_000

// groups are lists of parts that are looked into at once: one query for many
// parts costs a fraction of many queries.
func groups(differ []differing) [][]int {
	var out [][]int
	var rows int64
	for _, d := range differ {
		if len(out) == 0 || rows+d.most() > groupRows {
			out = append(out, nil)
			rows = 0
		}
		out[len(out)-1] = append(out[len(out)-1], d.part)
		rows += d.most()
	}
	return out
}

// look finds the rows that differ in a group of parts.
func (c Comparison) look(ctx context.Context, spec archwire.PrintSpec, parts []int, found func(context.Context, Difference) error) error {
	if len(c.Table.Key) == 0 {
		return found(ctx, Difference{Table: c.Table, Unkeyed: true})
	}
	spec.First, spec.Last, spec.Parts = parts[0], parts[len(parts)-1], parts
	source, copied, err := c.rows(ctx, spec)
	if err != nil {
		return err
	}
	defer source.release()
	defer copied.release()
	d, err := difference(c.Table, source, copied)
	if err != nil {
		return err
	}
	defer d.release()
	return found(ctx, d)
}

// rows reads the prints of rows of both sides at once.
func (c Comparison) rows(ctx context.Context, spec archwire.PrintSpec) (source, copied *rows, err error) {
	source, copied = &rows{}, &rows{}
	reading, inner := errgroup.WithContext(ctx)
	reading.Go(func() error { return source.read(c.Table, c.Source.RowPrints(inner, c.Table, spec)) })
	reading.Go(func() error { return copied.read(c.Table, c.Copy.RowPrints(inner, c.Table, spec)) })
	if err := reading.Wait(); err != nil {
		source.release()
		copied.release()
		return nil, nil, fmt.Errorf("comparing the rows of %s: %w", c.Table.ID(), err)
	}
	return source, copied, nil
}
