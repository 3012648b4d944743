package files

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"archwire"
	"archwire/internal/fileform"
)

// errStopped ends a scan that nobody wants more of.
var errStopped = errors.New("nobody wants more rows")

// scan reads the rows of a file that are as declared, in their order, and hands them
// over in batches of the layout's columns. When it returns nil all of them came.
func (v *view) scan(ctx context.Context, chosen selection, f file, l layout, hand func(archwire.Batch) error) (err error) {
	q := v.source.quarantine(chosen.table.Table, f, chosen.table.Form.Rejects)
	defer q.discard()
	take := func(d *decoding) error {
		if err := q.add(int(d.batch.NumRows()), d.rejected); err != nil {
			return err
		}
		return hand(d.batch)
	}
	if chosen.table.Form.Format == fileform.Parquet {
		err = v.source.scanParquet(ctx, chosen.table, f, l, take)
	} else {
		err = v.source.scanText(ctx, chosen.table, f, l, take)
	}
	if err != nil {
		return err
	}
	return v.finish(q)
}

// finish ends the quarantine of a file, and says once that it has rows.
func (v *view) finish(q *quarantine) error {
	if err := q.finish(); err != nil || q.rejected == 0 {
		return err
	}
	v.mu.Lock()
	told := v.told[q.file.Name]
	v.told[q.file.Name] = true
	v.mu.Unlock()
	if !told {
		v.source.cfg.Notice(fmt.Sprintf("%s: %s: %d rows of %d were rejected and are not copied; see %s", q.table.ID(), q.file.Name, q.rejected, q.rows, q.path))
	}
	return nil
}

// scanText reads CSV and NDJSON.
func (s *Source) scanText(ctx context.Context, t Table, f file, l layout, take func(*decoding) error) (err error) {
	o, err := s.open(ctx, t.Form, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	split, l, shape, err := begin(o, t, l)
	if err != nil {
		return err
	}
	schema := l.schema()
	understand := func(d *decoding) { d.batch, d.rejected = l.understand(d.block, shape, schema) }
	next := func() (*block, error) {
		b, err := split.next()
		if err != nil && !isEOF(err) {
			return nil, broken(f, err)
		}
		return b, err
	}
	if err := inOrder(ctx, next, understand, take); err != nil {
		return err
	}
	return o.finish()
}

// begin reads as much of a file as says where its columns are.
func begin(o *opened, t Table, l layout) (*splitter, layout, textShape, error) {
	shape := textShape{null: []byte(t.Form.Null), utf16: strings.HasPrefix(t.Form.Encoding, "utf-16"), dates: newDateForm(t.Form.Dates)}
	split := &splitter{in: o, line: 1}
	if t.Form.Format == fileform.NDJSON {
		shape.json, shape.null = true, nil
		split.taker, l.places = jsonLayout(l)
		return split, l, shape, nil
	}
	names := t.Form.Names
	if names == nil {
		var err error
		if names, err = split.header(newCSVShape(t.Form, 0)); err != nil {
			return nil, l, shape, broken(o.file, err)
		}
	}
	split.taker = newCSVShape(t.Form, len(names))
	l.places = l.among(names)
	return split, l, shape, l.tellsOperations(t, o.file, l.places)
}

// tellsOperations makes sure that a file of changes says what became of its rows: those
// that are gone would come back.
func (l layout) tellsOperations(t Table, f file, places []int) error {
	if f.change && l.operation >= 0 && places[l.operation] < 0 {
		return withoutOperation(t, f)
	}
	return nil
}

func withoutOperation(t Table, f file) error {
	return changed(t.Table, fmt.Sprintf("the file %s has no column %s, which says what became of a row", f.Name, t.Form.Operation))
}

// among is the places of the layout's columns among those of a file.
func (l layout) among(names []string) []int {
	places := make([]int, len(l.columns))
	for i, c := range l.columns {
		places[i] = -1
		for at, name := range names {
			if name == c.Name {
				places[i] = at
			}
		}
	}
	return places
}

// jsonLayout has a place for each column.
func jsonLayout(l layout) (*jsonShape, []int) {
	s := &jsonShape{at: map[string]int{}, raw: make([]bool, len(l.columns))}
	places := make([]int, len(l.columns))
	for i, c := range l.columns {
		s.at[c.Name], s.raw[i], places[i] = i, c.Type.Kind == archwire.JSON, i
	}
	return s, places
}
