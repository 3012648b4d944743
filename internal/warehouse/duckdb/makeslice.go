package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"archwire"
)

var _ archwire.SliceMaker = (*Reader)(nil)

// MakeSlice writes rows to a Parquet file at path, as WriteSlice does. Rows that do
// not fit into memory are sorted on the disk, beside path.
func (r *Reader) MakeSlice(ctx context.Context, rows archwire.Batches, path string) (int64, error) {
	e := r.current()
	n, err := makeSlice(ctx, e.loader, rows, path)
	if err != nil {
		r.outlive(ctx, e)
	}
	if archwire.CodeOf(err) != archwire.Unavailable {
		return n, err
	}
	// An engine cannot be told afterwards where to put what does not fit, and opening
	// one costs more than making most slices.
	spill := path + ".spill"
	db, err := open(ctx, "", settings{memory: spillMemory, threads: 1, temp: spill})
	if err != nil {
		return 0, classify("making a slice", err)
	}
	n, err = makeSlice(ctx, db, rows, path)
	return n, errors.Join(err, db.Close(), os.RemoveAll(spill))
}

// spillMemory is enough for a row group of wide rows and for merging what was
// sorted.
const spillMemory = "256MB"

func makeSlice(ctx context.Context, db *sql.DB, rows archwire.Batches, path string) (int64, error) {
	next, schema, err := peek(rows)
	if err != nil {
		return 0, fmt.Errorf("making a slice: %w", err)
	}
	order := ""
	if n := schema.NumFields(); n > 1 {
		places := make([]string, 0, n-1)
		for i := 2; i <= n; i++ {
			places = append(places, strconv.Itoa(i))
		}
		order = " ORDER BY " + strings.Join(places, ", ")
	}
	n, err := ingest(ctx, db, newFeed(ctx, schema, next), func(view string) string {
		return "COPY (SELECT * FROM " + view + order + ") TO " + literal(path) + parquet
	})
	if err != nil {
		return 0, classify("making a slice", errors.Join(err, remove(path)))
	}
	return n, nil
}
