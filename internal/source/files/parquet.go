package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"archwire"
	"archwire/internal/object"
)

// A ParquetReader reads files of Parquet that lie on this machine. No path has a
// wildcard in it.
type ParquetReader interface {
	// Columns lists a file's columns. One without an exact form says why in Refused.
	Columns(ctx context.Context, path string) ([]archwire.Column, error)

	// Rows yields these columns of a file's rows, as their types have them, in the
	// order in which they lie in it.
	Rows(ctx context.Context, path string, columns []archwire.Column) archwire.Batches
}

// wildcards are what readers of files take for patterns of names.
const wildcards = "*?[{"

// local gives a path under which a file can be read at any place. release is called
// when it has been, and says whether the file is what it was.
func (s *Source) local(ctx context.Context, f file) (path string, release func() error, err error) {
	r, err := s.version(ctx, f)
	if err != nil {
		return "", nil, err //nolint:wrapcheck // names the file
	}
	if here, ok := object.As[object.Localizer](s.cfg.Store); ok {
		if path, ok := here.Local(f.Name); ok && !strings.ContainsAny(path, wildcards) {
			return path, func() error {
				again, err := s.version(context.WithoutCancel(ctx), f)
				if err == nil {
					err = again.Close()
				}
				return errors.Join(err, r.Close())
			}, nil
		}
	}
	defer r.Close() //nolint:errcheck // it was read to its end or is given up
	spool, err := os.CreateTemp(s.cfg.Scratch, "archwire-*.parquet")
	if err != nil {
		return "", nil, fmt.Errorf("making room for %s: %w", f.Name, err)
	}
	n, err := io.Copy(spool, contextReader{ctx, r})
	if err = errors.Join(err, spool.Close()); err == nil {
		err = short(f, n)
	}
	if err != nil {
		return "", nil, errors.Join(fmt.Errorf("fetching %s: %w", f.Name, err), os.Remove(spool.Name()))
	}
	return spool.Name(), func() error { return os.Remove(spool.Name()) }, nil
}

// scanParquet reads a file of Parquet.
func (s *Source) scanParquet(ctx context.Context, t Table, f file, l layout, take func(*decoding) error) (err error) {
	if s.cfg.Parquet == nil {
		return invalid(t.Table, "files of Parquet are not read here", "")
	}
	path, release, err := s.local(ctx, f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	has, err := s.cfg.Parquet.Columns(ctx, path)
	if err != nil {
		return broken(f, err)
	}
	asked := make([]archwire.Column, 0, len(l.columns))
	for i, at := range l.among(columnNames(has)) {
		if at >= 0 {
			asked = append(asked, l.columns[i])
		}
	}
	schema := l.schema()
	for batch, err := range s.cfg.Parquet.Rows(ctx, path, asked) {
		if archwire.CodeOf(err) == archwire.Invalid {
			return invalid(t.Table, "the file "+f.Name+": "+archwire.MessageOf(err), archwire.HintOf(err))
		}
		if err != nil {
			return broken(f, err)
		}
		for part := range bounded(batch) {
			d := &decoding{batch: widened(part, l, schema)}
			err := take(d)
			d.batch.Release()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func columnNames(columns []archwire.Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name
	}
	return names
}
