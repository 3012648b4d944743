package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"archwire"
	"archwire/internal/pull/mirror"
)

// A Parquet reads slices that were pulled, for targets that are no DuckDB files.
type Parquet struct{ db *sql.DB }

// OpenParquet opens an engine in memory.
func OpenParquet(ctx context.Context, memory string) (*Parquet, error) {
	db, err := open(ctx, "", settings{memory: memory, threads: 1})
	if err != nil {
		return nil, fmt.Errorf("opening a reader of slices: %w", err)
	}
	return &Parquet{db}, nil
}

// Close gives the engine back.
func (p *Parquet) Close() error { return p.db.Close() }

// Rows yields the rows of a slice in the file at path: the columns that it has, each in
// the Arrow form of the type under which it is kept. A file whose columns have other
// types is an error of code Mismatch.
func (p *Parquet) Rows(ctx context.Context, path string, s mirror.Slice, have, kept []mirror.Column) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		if err := sameTypes(ctx, p.db, path, s, have); err != nil {
			yield(nil, err)
			return
		}
		values := make([]string, len(kept))
		for i, c := range kept {
			t, err := archwire.ParseType(c.Type)
			if err != nil {
				yield(nil, fmt.Errorf("reading a type of dataset %s: %w", s.Dataset, err))
				return
			}
			values[i] = "CAST(" + archwire.Quote(c.Name) + " AS " + t.SQL() + ")"
		}
		conn, err := p.db.Conn(ctx)
		if err != nil {
			yield(nil, classify("reading a slice", err))
			return
		}
		more := true
		text := "SELECT " + strings.Join(values, ", ") + " FROM read_parquet([" + literal(path) + "]) WHERE CAST(" +
			archwire.Quote(have[0].Name) + " AS VARCHAR) = " + literal(s.Tenant) + enough(s)
		err = stream(ctx, conn, text, func(b archwire.Batch) bool {
			more = yield(b, nil)
			return more
		})
		if err = errors.Join(err, conn.Close()); err != nil && more {
			yield(nil, classify("reading a slice", err))
		}
	}
}

// sameTypes makes sure that nothing of a slice is rounded or cut on its way: the file
// has the columns that the manifest names, in their types. The tenant's column, the
// first, may be of any. Documents and UUIDs may be text, which is what they are written as.
func sameTypes(ctx context.Context, db *sql.DB, path string, s mirror.Slice, columns []mirror.Column) error {
	found, err := describe(ctx, db, "FROM read_parquet(["+literal(path)+"])")
	if err != nil {
		return err
	}
	types := map[string]archwire.Type{}
	for _, c := range found {
		types[c.Name] = c.Type
	}
	text := func(k archwire.Kind) bool { return k == archwire.Text || k == archwire.JSON || k == archwire.UUID }
	for i, c := range columns {
		want, err := archwire.ParseType(c.Type)
		if err != nil {
			return fmt.Errorf("reading a type of dataset %s: %w", s.Dataset, err)
		}
		have, ok := types[c.Name]
		if !ok || i > 0 && have != want && (!text(have.Kind) || !text(want.Kind)) {
			return unlike(s)
		}
	}
	return nil
}
