package files

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"archwire"
	"archwire/internal/object"
	"archwire/internal/source/files/parquet"
)

// An openedParquet is a file of Parquet whose footer was read.
type openedParquet struct {
	*parquet.File
	parts object.Parts
}

// openParquet opens a file of Parquet as it was listed.
func (s *Source) openParquet(ctx context.Context, f file) (*openedParquet, error) {
	parts, err := s.store.OpenParts(ctx, f.Version)
	if err != nil {
		return nil, gone(f, err)
	}
	opened, err := parquet.Open(parts, f.Size)
	if archwire.CodeOf(err) == archwire.Invalid {
		err = &archwire.Error{Code: archwire.Invalid, Message: "the file " + f.Name + ": " + archwire.MessageOf(err), Hint: archwire.HintOf(err)}
	}
	if err != nil {
		return nil, errors.Join(parts.Unchanged(), broken(f, gone(f, err)), parts.Close())
	}
	return &openedParquet{opened, parts}, nil
}

// close says whether the file is what it was.
func (o *openedParquet) close(f file) error {
	return errors.Join(gone(f, o.parts.Unchanged()), o.parts.Close())
}

// scanParquet reads a file of Parquet.
func (s *Source) scanParquet(ctx context.Context, t Table, f file, l layout, take func(*decoding) error) (err error) {
	o, err := s.openParquet(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(o.close(f), err) }() // of what was written to meanwhile, anything may be wrong
	places := l.among(columnNames(o.Columns()))
	if err := l.tellsOperations(t, f, places); err != nil {
		return err
	}
	asked := make([]archwire.Column, 0, len(l.columns))
	for i, at := range places {
		if at >= 0 {
			asked = append(asked, l.columns[i])
		}
	}
	schema := l.schema()
	for part, err := range o.Parts(ctx, asked) {
		if archwire.CodeOf(err) == archwire.Invalid {
			return invalid(t.Table, "the file "+f.Name+": "+archwire.MessageOf(err), archwire.HintOf(err))
		}
		if err != nil {
			return broken(f, gone(f, err))
		}
		rejected, keep := rejectedOf(part)
		rows := kept(part.Batch, keep)
		for piece := range bounded(rows) {
			d := &decoding{batch: widened(piece, l, schema), rejected: rejected}
			rejected = nil
			err = errors.Join(err, take(d))
			d.batch.Release()
			if err != nil {
				break
			}
		}
		if err == nil && rejected != nil { // and no other row
			d := &decoding{batch: widened(rows, l, schema), rejected: rejected}
			err = take(d)
			d.batch.Release()
		}
		rows.Release()
		if err != nil {
			return err
		}
	}
	return nil
}

// rejectedOf lists the rows of a part that are not as declared, each for its first
// column, and says which others are kept.
func rejectedOf(part parquet.Part) (rejected []reject, keep []bool) {
	keep = allTrue(int(part.Batch.NumRows()))
	for _, w := range part.Wrong {
		if keep[w.Row] {
			keep[w.Row] = false
			rejected = append(rejected, reject{line: part.First + int64(w.Row), column: w.Column, reason: w.Reason})
		}
	}
	slices.SortStableFunc(rejected, func(a, b reject) int { return cmp.Compare(a.line, b.line) })
	return rejected, keep
}

func columnNames(columns []archwire.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}
