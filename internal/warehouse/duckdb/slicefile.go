package duckdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"archwire"
)

// read yields the rows of files.
func (s *shelf) read(ctx context.Context, files []archwire.SliceFile) archwire.Batches {
	return func(yield func(archwire.Batch, error) bool) {
		conn, err := s.loader.Conn(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		defer conn.Close() //nolint:errcheck // read only
		more := true
		err = stream(ctx, conn, "FROM read_parquet("+pathList(files)+")", func(b archwire.Batch) bool {
			more = yield(b, nil)
			return more
		})
		if err != nil && more {
			yield(nil, err)
		}
	}
}

// sameSchema compares the files' columns: DuckDB would take the first one's and
// leave out what else another has.
func (s *shelf) sameSchema(ctx context.Context, files []archwire.SliceFile) error {
	if len(files) == 1 {
		return nil
	}
	rows, err := s.loader.QueryContext(ctx, schemaQuery(files))
	if err != nil {
		return classify("reading the columns of slices", err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	columns := map[string]string{}
	for rows.Next() {
		var path, list string
		if err := rows.Scan(&path, &list); err != nil {
			return fmt.Errorf("reading the columns of slices: %w", err)
		}
		columns[path] = list
	}
	for _, f := range files {
		if columns[f.Path] != columns[files[0].Path] {
			return &archwire.Error{
				Code: archwire.Mismatch, Message: "slices " + files[0].SHA256 + " and " + f.SHA256 + " have different columns",
				Hint: "Query slices of one contract together.",
			}
		}
	}
	return classify("reading the columns of slices", rows.Err())
}

// schemaQuery gives each file's columns as one text.
func schemaQuery(files []archwire.SliceFile) string {
	return `SELECT file_name, string_agg(concat_ws(' ', name, type, repetition_type, converted_type, scale, precision, logical_type), ', ')
		FROM parquet_schema(` + pathList(files) + `) GROUP BY file_name`
}

// pathList writes the paths of files as a list in SQL.
func pathList(files []archwire.SliceFile) string {
	paths := make([]string, len(files))
	for i, f := range files {
		paths[i] = literal(f.Path)
	}
	return "[" + strings.Join(paths, ", ") + "]"
}

// verify compares a file with the hash that names it.
func verify(f archwire.SliceFile) error {
	file, err := os.Open(f.Path)
	if errors.Is(err, os.ErrNotExist) {
		return damaged(f, "is missing", err)
	}
	if err != nil {
		return fmt.Errorf("opening slice %s: %w", f.SHA256, err)
	}
	defer file.Close() //nolint:errcheck // read only
	h := sha256.New()
	if _, err = io.Copy(h, file); err != nil {
		return fmt.Errorf("reading slice %s: %w", f.SHA256, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != f.SHA256 {
		return damaged(f, "does not hold what it was published with", nil)
	}
	return nil
}

func damaged(f archwire.SliceFile, how string, err error) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: "slice " + f.SHA256 + " " + how,
		Hint: "Publish again, or roll back to an earlier publication; then look at the store's disk.", Err: err,
	}
}
