package files

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// Batches implements archwire.View. A chunk whose file is not one of the table's any
// more has no rows.
func (v *view) Batches(ctx context.Context, t archwire.Table, c archwire.Chunk) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		err := v.read(ctx, t, c, func(batch archwire.Batch) bool { return yield(batch, nil) })
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

func (v *view) read(ctx context.Context, t archwire.Table, c archwire.Chunk, yield func(archwire.Batch) bool) error {
	release, err := v.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	chosen, err := v.find(ctx, t)
	if err != nil {
		return err
	}
	w, err := parseWhere(t, c)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(chosen.files, func(f file) bool { return f.Name == w.File })
	if at < 0 {
		return nil
	}
	l := chosen.layout(t)
	pick, err := v.picker(ctx, chosen, chosen.files[at], l, t, w)
	if err != nil {
		return err
	}
	rows, schema := int64(0), t.ArrowSchema()
	err = v.scan(ctx, chosen, chosen.files[at], l, func(batch archwire.Batch) error {
		if err := v.usable(ctx, t); err != nil {
			return err
		}
		picked := pick(batch)
		defer picked.Release()
		if picked.NumRows() == 0 {
			return nil
		}
		out := first(picked, schema)
		defer out.Release()
		rows += out.NumRows()
		if !yield(out) {
			return errStopped
		}
		return nil
	})
	if err == nil {
		v.counted(t, c, rows)
	}
	return err
}

// layout has the columns of t, those declared besides, which decide whether a row is
// rejected, and the operation.
func (s selection) layout(t archwire.Table) layout {
	l := layout{columns: slices.Clone(t.Columns), out: len(t.Columns), operation: -1}
	for _, c := range s.table.Columns {
		if l.find(c.Name) < 0 {
			l.columns = append(l.columns, c)
		}
	}
	if op := s.table.Form.Operation; op != "" {
		if l.operation = l.find(op); l.operation < 0 {
			l.operation = len(l.columns)
			l.columns = append(l.columns, archwire.Column{Name: op, Type: archwire.Type{Kind: archwire.Text}, Nullable: true})
		}
	}
	return l
}

// textColumn is a column of texts; nil if there is none.
func textColumn(batch archwire.Batch, at int) *array.String {
	if at < 0 {
		return nil
	}
	c, _ := batch.Column(at).(*array.String)
	return c
}

// picker takes the rows that a chunk holds out of those of a file. Whoever calls it
// releases what it gives.
func (v *view) picker(ctx context.Context, chosen selection, f file, l layout, t archwire.Table, w where) (func(archwire.Batch) archwire.Batch, error) {
	var picks []func(batch archwire.Batch, keep []bool)
	s, err := v.sieve(ctx, chosen, f, l, t)
	if err != nil {
		return nil, err
	}
	if s != nil {
		picks = append(picks, s.pick)
	}
	if w.Live != "" {
		picks = append(picks, living(l.find(w.Live)))
	}
	if w.Column != "" {
		since, err := sinceOf(t, w.Column, w.Since)
		if err != nil {
			return nil, err
		}
		picks = append(picks, since.from(l.find(w.Column)))
	}
	if w.Keys != "" {
		keys, err := v.keysOf(t, w.Keys, l)
		if err != nil {
			return nil, err
		}
		picks = append(picks, keys)
	}
	return func(batch archwire.Batch) archwire.Batch {
		if len(picks) == 0 {
			batch.Retain()
			return batch
		}
		keep := allTrue(int(batch.NumRows()))
		for _, pick := range picks {
			pick(batch, keep)
		}
		return kept(batch, keep)
	}, nil
}

// living leaves out rows that a column marks: by true, or by any value.
func living(at int) func(archwire.Batch, []bool) {
	return func(batch archwire.Batch, keep []bool) {
		column := batch.Column(at)
		flags, isFlag := column.(*array.Boolean)
		for i := range keep {
			if column.IsValid(i) && (!isFlag || flags.Value(i)) {
				keep[i] = false
			}
		}
	}
}

// asDeclared says what of t its newest file does not have.
func (v *view) asDeclared(ctx context.Context, chosen selection, t archwire.Table) error {
	if _, ok := t.Column(t.Deleted); t.Deleted != "" && !ok {
		return changed(t, "column "+t.Deleted+" marks deleted rows and is not copied")
	}
	if len(chosen.files) == 0 {
		return nil
	}
	newest := chosen.files[len(chosen.files)-1]
	has, known, err := v.source.columnsOf(ctx, chosen.table, newest)
	if err != nil || !known {
		return err
	}
	for _, c := range t.Columns {
		at := slices.IndexFunc(has, func(h archwire.Column) bool { return h.Name == c.Name })
		switch {
		case at < 0:
			return changed(t, fmt.Sprintf("the file %s has no column %s", newest.Name, c.Name))
		case has[at].Refused != "" && (!c.Cast || c.Type.Kind != archwire.Text):
			return changed(t, fmt.Sprintf("the file %s: column %s: %s", newest.Name, c.Name, has[at].Refused))
		case has[at].Type.Kind != 0 && has[at].Type != c.Type && !c.Cast:
			return changed(t, fmt.Sprintf("column %s was %s when discovered and is %s in the file %s", c.Name, c.Type, has[at].Type, newest.Name))
		}
	}
	if op := chosen.table.Form.Operation; op != "" && newest.change && !slices.ContainsFunc(has, func(h archwire.Column) bool { return h.Name == op }) {
		return withoutOperation(chosen.table, newest)
	}
	return nil
}
