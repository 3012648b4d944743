package duckdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// littleShare is which part of the memory for reading files may be counted in one
// statement: what tells keys apart takes many times the bytes of a file.
const littleShare = 64

// CountSlices counts what files hold. Little ones are counted in one statement for
// all of them, where they are read: planning one costs more than reading a small
// slice. Others are queried one by one, where there is memory for it.
func (r *Reader) CountSlices(ctx context.Context, s archwire.SliceSource, files []archwire.SliceFile, tenants []string) ([]archwire.SliceCount, error) {
	if len(files) == 0 || len(files) != len(tenants) {
		return nil, &archwire.Error{Code: archwire.Internal, Message: fmt.Sprintf("%d slices are to be counted, of %d tenants", len(files), len(tenants))}
	}
	e := r.current()
	counts, err := r.count(ctx, e, s, files, tenants)
	if err != nil {
		r.outlive(ctx, e)
		return nil, classify("counting what slices hold", err)
	}
	return counts, nil
}

func (r *Reader) count(ctx context.Context, e *engines, s archwire.SliceSource, files []archwire.SliceFile, tenants []string) ([]archwire.SliceCount, error) {
	var size int64
	for _, f := range files {
		if err := verify(f); err != nil {
			return nil, err
		}
		info, err := os.Stat(f.Path)
		if err != nil {
			return nil, fmt.Errorf("looking at slice %s: %w", f.SHA256, err)
		}
		size += info.Size()
	}
	if err := e.shelf.sameSchema(ctx, files); err != nil {
		return nil, err
	}
	if size <= e.little {
		return e.shelf.count(ctx, s, files, tenants)
	}
	counts := make([]archwire.SliceCount, len(files))
	for i, f := range files {
		var err error
		if counts[i], err = r.countOne(ctx, e, s, f, tenants[i]); err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// count counts what files hold together.
func (s *shelf) count(ctx context.Context, source archwire.SliceSource, files []archwire.SliceFile, tenants []string) ([]archwire.SliceCount, error) {
	rows, err := s.loader.QueryContext(ctx, countQuery(source, files, tenants))
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	counts := make([]archwire.SliceCount, len(files))
	for rows.Next() {
		var i int
		var read int64
		var c archwire.SliceCount
		if err := rows.Scan(&i, &c.Rows, &c.Foreign, &c.NullKeys, &c.Keys, &read); err != nil {
			return nil, err
		}
		counts[i] = c
	}
	return counts, rows.Err()
}

// countOne counts what one file holds.
func (r *Reader) countOne(ctx context.Context, e *engines, s archwire.SliceSource, f archwire.SliceFile, tenant string) (archwire.SliceCount, error) {
	var n []int64
	q := archwire.Query{SQL: "SELECT " + countsOf(s, "slice", "$1") + " FROM slice", Args: []any{tenant}, Once: true}
	err := r.query(ctx, e, []archwire.SliceFile{f}, q, func(b archwire.Batch) bool {
		for _, column := range b.Columns() {
			if c, ok := column.(*array.Int64); ok && c.Len() == 1 {
				n = append(n, c.Value(0))
			}
		}
		return true
	})
	if err == nil && len(n) != 5 {
		err = errors.New("counts are not one row of numbers")
	}
	if err != nil {
		return archwire.SliceCount{}, err
	}
	return archwire.SliceCount{Rows: n[0], Foreign: n[1], NullKeys: n[2], Keys: n[3]}, nil
}

// countQuery gives a row for each file that has rows: its place among files, and
// the counts.
func countQuery(s archwire.SliceSource, files []archwire.SliceFile, tenants []string) string {
	const file = "archwire file" // the column that says which file a row is from
	expected := make([]string, len(files))
	for i, f := range files {
		expected[i] = fmt.Sprintf("(%d, %s, %s)", i, literal(f.Path), literal(tenants[i]))
	}
	return "SELECT e.i, " + countsOf(s, "r", "e.tenant") +
		" FROM read_parquet(" + pathList(files) + ", filename = " + literal(file) + ") r" +
		" JOIN (VALUES " + strings.Join(expected, ", ") + ") e(i, file, tenant) ON r." + archwire.Quote(file) + " = e.file GROUP BY e.i"
}

// countsOf lists the counts of a relation: those of a SliceCount, and that of the
// values, which has all of them read.
func countsOf(s archwire.SliceSource, relation, tenant string) string {
	column := func(name string) string { return relation + "." + archwire.Quote(name) }
	key := make([]string, len(s.Key))
	for i, k := range s.Key {
		key[i] = column(k)
	}
	null, keys := "false", "least(count(*), 1)"
	switch len(key) {
	case 0:
	case 1:
		null, keys = key[0]+" IS NULL", "count(DISTINCT "+key[0]+")"
	default:
		null, keys = strings.Join(key, " IS NULL OR ")+" IS NULL", "count(DISTINCT ("+strings.Join(key, ", ")+"))"
	}
	values := []string{"0::BIGINT"}
	for _, c := range s.Columns {
		values = append(values, "count("+column(c)+")")
	}
	return "count(*), count(*) FILTER (WHERE CAST(" + column(s.Tenant) + " AS VARCHAR) IS DISTINCT FROM " + tenant + ")," +
		" count(*) FILTER (WHERE " + null + "), " + keys + ", " + strings.Join(values, " + ")
}
