package redshift

import (
	"context"
	"fmt"
	"strings"

	"archwire"
)

// A shape is what a relation of the warehouse holds, by our types: archwire.copied
// keeps it of copies and models alike.
type shape struct {
	schema, name string // to the letter
	columns      []archwire.Column
}

// sql is the relation's name in SQL.
func (s shape) sql() string { return relation(s.schema, s.name) }

// own are the tables of ours that queries may read.
var ownShapes = map[string]shape{
	"archwire.run": {"archwire", "run", ownColumns("as_of date", "run_id text", "loaded_at timestamptz")},
	"archwire.load_journal": {"archwire", "load_journal", ownColumns("run_id text", "table_name text", "mode text", "source_at timestamptz",
		"source_mark text", "rows int64", "position text", "definition text", "loaded_at timestamptz")},
}

func ownColumns(list ...string) []archwire.Column {
	columns := make([]archwire.Column, len(list))
	for i, c := range list {
		name, kind, _ := strings.Cut(c, " ")
		t, _ := archwire.ParseType(kind) // they are written above
		columns[i] = archwire.Column{Name: name, Type: t, Nullable: true}
	}
	return columns
}

// shapesQuery lists the columns of relations, which are given as schema.name in lower
// case, in their order.
func shapesQuery(relations []string) string {
	names := make([]string, len(relations))
	for i, r := range relations {
		names[i] = literal(r)
	}
	return "SELECT schema_name, table_name, column_name, type FROM archwire.copied WHERE LOWER(schema_name || '.' || table_name) IN (" +
		strings.Join(names, ", ") + ") ORDER BY schema_name, table_name, ordinal"
}

// shapes are those of relations, by their names in lower case. One that is not there
// has none.
func shapes(ctx context.Context, l link, relations ...string) (map[string]shape, error) {
	found := map[string]shape{}
	var asked []string
	for _, r := range relations {
		if own, ok := ownShapes[r]; ok {
			found[r] = own
			continue
		}
		asked = append(asked, r)
	}
	if len(asked) == 0 {
		return found, nil
	}
	r, err := lines(ctx, l, shapesQuery(asked))
	if err != nil {
		return nil, err
	}
	for _, v := range r {
		key := strings.ToLower(string(v[0]) + "." + string(v[1]))
		is := found[key]
		is.schema, is.name = string(v[0]), string(v[1])
		t, err := archwire.ParseType(string(v[3]))
		if err != nil {
			return nil, fmt.Errorf("reading archwire.copied: %w", err)
		}
		is.columns = append(is.columns, archwire.Column{Name: string(v[2]), Type: t, Nullable: true})
		found[key] = is
	}
	return found, nil
}

// lines are the rows of a query that has few, as text; nil is NULL.
func lines(ctx context.Context, l link, query string) (all [][][]byte, err error) {
	err = l.rows(ctx, query, func(values [][]byte) error {
		line := make([][]byte, len(values))
		for i, v := range values {
			if v != nil {
				line[i] = append([]byte{}, v...)
			}
		}
		all = append(all, line)
		return nil
	})
	return all, err
}

// counts is the one row of a query for whole numbers.
func counts(ctx context.Context, l link, query string, n int) ([]int64, error) {
	r, err := lines(ctx, l, query)
	if err != nil {
		return nil, err
	}
	if len(r) != 1 || len(r[0]) != n {
		return nil, fmt.Errorf("reading %d counts: %d rows where one was expected", n, len(r))
	}
	out := make([]int64, n)
	for i := range out {
		if out[i], err = whole(r[0][i]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
