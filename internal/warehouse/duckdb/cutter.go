package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"archwire"
)

// A Cutter writes slices from files that another warehouse has unloaded. Equal rows
// give the bytes that a Warehouse with these rows writes.
type Cutter struct{ db *sql.DB }

// OpenCutter opens an engine in memory, which sorts in the folder temp what does not
// fit; "" is nowhere.
func OpenCutter(ctx context.Context, memory, temp string) (*Cutter, error) {
	db, err := open(ctx, "", settings{memory: memory, threads: 1, temp: temp})
	if err != nil {
		return nil, fmt.Errorf("opening a writer of slices: %w", err)
	}
	return &Cutter{db}, nil
}

// Close gives the engine back. It is safe to call more than once.
func (c *Cutter) Close() error { return c.db.Close() }

// WriteSlice writes the rows of Parquet files to a slice at path and returns their
// number. The files have a column for each of columns, named c0, c1 and so on, in a form
// that any engine can write exactly: bytes as hexadecimal digits, all else as it is or
// as text, with instants in UTC. No file is a slice without rows. After an error there is none.
func (c *Cutter) WriteSlice(ctx context.Context, columns []archwire.Column, files []string, path string) (int64, error) {
	conn, err := c.db.Conn(ctx)
	if err != nil {
		return 0, classify("writing a slice", err)
	}
	n, err := copyOut(ctx, conn, unloadedQuery(columns, files), path)
	if err := errors.Join(err, conn.Close()); err != nil {
		return 0, classify("writing a slice", err)
	}
	return n, nil
}

// WriteParquet writes the batches to one Parquet file at path.
func (c *Cutter) WriteParquet(ctx context.Context, rows archwire.Batches, path string) error {
	return writeParquet(ctx, c.db, rows, path)
}

// unloadedQuery gives the rows of files in the order of a slice.
func unloadedQuery(columns []archwire.Column, files []string) string {
	list, names := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i] = archwire.Quote(c.Name)
		list[i] = "CAST(" + unloaded(i, c, len(files) > 0) + " AS " + c.Type.SQL() + ") AS " + names[i]
	}
	query := "SELECT " + strings.Join(list, ", ")
	if len(files) == 0 {
		return query + " WHERE false"
	}
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = literal(f)
	}
	query += " FROM read_parquet([" + strings.Join(paths, ", ") + "], hive_partitioning = false) u"
	if len(names) > 1 {
		query = "SELECT * FROM (" + query + ") ORDER BY " + strings.Join(names[1:], ", ")
	}
	return query
}

// unloaded is the value of the i-th column of unloaded files; there may be none.
func unloaded(i int, c archwire.Column, any bool) string {
	if !any {
		return "NULL"
	}
	name := fmt.Sprintf("u.c%d", i)
	if c.Type.Kind == archwire.Bytes {
		return "unhex(" + name + ")"
	}
	return name
}
