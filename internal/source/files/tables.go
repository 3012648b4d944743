package files

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
)

// Schema is what stands for the schema of a database in tables of files.
const Schema = "files"

// Tables implements archwire.Source. Declared tables are described as their newest
// file has them; one that has no file is left out. Files that belong to no declared
// table are put together by their names, and a sample of the newest of each is looked
// at to propose how they are read.
func (s *Source) Tables(ctx context.Context) ([]archwire.Table, error) {
	listed, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	var tables []archwire.Table
	for _, t := range s.cfg.Tables {
		chosen := s.choose(ctx, t, listed, listed)
		if chosen.err != nil && archwire.CodeOf(chosen.err) != archwire.Invalid {
			return nil, chosen.err
		}
		if chosen.err != nil || len(chosen.files) == 0 {
			continue
		}
		described, err := s.describe(ctx, t, chosen)
		if err != nil {
			return nil, err
		}
		tables = append(tables, described)
	}
	proposed, err := s.propose(ctx, listed)
	if err != nil {
		return nil, err
	}
	tables = append(tables, proposed...)
	slices.SortStableFunc(tables, func(a, b archwire.Table) int { return cmp.Compare(a.Origin, b.Origin) })
	return tables, nil
}

// describe is a declared table as its newest file has it.
func (s *Source) describe(ctx context.Context, t Table, chosen selection) (archwire.Table, error) {
	out := t.Table
	out.Rows, out.Bytes, out.Columns = -1, 0, nil
	for _, f := range chosen.files {
		out.Bytes += f.Size
	}
	has, known, err := s.columnsOf(ctx, t, chosen.files[len(chosen.files)-1])
	if err != nil {
		return out, err
	}
	if !known {
		out.Columns = slices.Clone(t.Columns)
		for i := range out.Columns {
			out.Columns[i].Origin = cmp.Or(out.Columns[i].Origin, "as declared")
		}
		return out, nil
	}
	for _, c := range has {
		declared, ok := t.Column(c.Name)
		switch {
		case ok && c.Type.Kind == 0 && c.Refused == "": // of CSV, which has no types
			declared.Origin = cmp.Or(declared.Origin, "as declared")
			out.Columns = append(out.Columns, declared)
		case c.Name == t.Form.Operation:
		case c.Type.Kind == 0 && c.Refused == "":
			c.Type, c.Nullable, c.Origin = archwire.Type{Kind: archwire.Text}, true, "a text"
			out.Columns = append(out.Columns, c)
		default:
			c.Nullable = !ok || declared.Nullable
			out.Columns = append(out.Columns, c)
		}
	}
	return out, nil
}

// columnsOf reads which columns a file has. Those of CSV have no type; of NDJSON
// nothing is known.
func (s *Source) columnsOf(ctx context.Context, t Table, f file) (has []archwire.Column, known bool, err error) {
	switch t.Form.Format {
	case fileform.NDJSON:
		return nil, false, nil
	case fileform.Parquet:
		has, err = s.parquetColumns(ctx, f)
		return has, true, err
	}
	o, err := s.open(ctx, t.Form, f)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	names := t.Form.Names
	if names == nil {
		split := &splitter{in: o, line: 1}
		if names, err = split.header(newCSVShape(t.Form, 0)); err != nil {
			return nil, false, broken(f, err)
		}
	}
	for _, name := range names {
		has = append(has, archwire.Column{Name: name})
	}
	return has, true, nil
}

func (s *Source) parquetColumns(ctx context.Context, f file) (has []archwire.Column, err error) {
	s.mu.Lock()
	has, ok := s.known[f.key()]
	s.mu.Unlock()
	if ok {
		return has, nil
	}
	o, err := s.openParquet(ctx, f)
	if err != nil {
		return nil, err
	}
	has = o.Columns()
	if err := o.close(f); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.known[f.key()] = has
	s.mu.Unlock()
	return has, nil
}

// orphans are the files that belong to no declared table.
func (s *Source) orphans(listed []object.Version) []object.Version {
	var patterns []fileform.Pattern
	for _, t := range s.cfg.Tables {
		for _, text := range []string{t.Form.Snapshots, t.Form.Changes, t.Form.Complete} {
			if p, err := fileform.ParsePattern(text); err == nil {
				patterns = append(patterns, p)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(listed), func(v object.Version) bool {
		return slices.ContainsFunc(patterns, func(p fileform.Pattern) bool { _, ok := p.Match(v.Name); return ok })
	})
}
