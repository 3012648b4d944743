package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"archwire"
	"archwire/internal/pull/mirror"
)

// A Mirror is a DuckDB file of a reader's own, as the target of a pull: a table for
// each dataset, and what was pulled in archwire_pull and archwire_pull_slice.
type Mirror struct {
	db  *sql.DB
	now func() time.Time
}

var _ mirror.Target = (*Mirror)(nil)

// The tables beside those of the datasets.
const (
	pullTable  = "archwire_pull"
	sliceTable = "archwire_pull_slice"

	createPull = `CREATE TABLE IF NOT EXISTS archwire_pull (project VARCHAR, tenant VARCHAR, publication VARCHAR, as_of DATE,
		data_through TIMESTAMPTZ, pulled_at TIMESTAMPTZ)`
	createPullSlice = `CREATE TABLE IF NOT EXISTS archwire_pull_slice (dataset VARCHAR, tenant VARCHAR, profile VARCHAR, sha256 VARCHAR, "rows" BIGINT)`
)

// OpenMirror opens the file at path, which is made. One that another process has open
// is an error of code Conflict.
func OpenMirror(ctx context.Context, path, memory string, now func() time.Time) (*Mirror, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("resolving a path: %w", err)
	}
	if strings.ContainsAny(path, "?%") {
		return nil, &archwire.Error{Code: archwire.Invalid, Message: "the file's path has a ? or % in it", Hint: "Choose a path without these characters."}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, &archwire.Error{Code: archwire.Unavailable, Message: "the folder of the file cannot be made", Hint: "Look at its disk and rights.", Err: err}
	}
	db, err := open(ctx, path, settings{memory: memory, threads: 1, temp: path + ".tmp"})
	if err != nil {
		err = classifyOpen(path, err)
		if archwire.CodeOf(err) == archwire.Conflict {
			err = &archwire.Error{
				Code: archwire.Conflict, Message: "the file " + path + " is open in another process",
				Hint: "Close the program that has it open, and pull again.", Err: err,
			}
		}
		return nil, err
	}
	return &Mirror{db, now}, nil
}

// Close implements mirror.Target.
func (m *Mirror) Close() error { return m.db.Close() }

// Missing implements mirror.Target.
func (m *Mirror) Missing(held, next mirror.Whole) []mirror.Slice {
	return mirror.Files(mirror.Diff(held, next, spelt).Replaced)
}

// Held implements mirror.Target.
func (m *Mirror) Held(ctx context.Context) (w mirror.Whole, err error) {
	columns, err := m.columns(ctx)
	if err != nil {
		return w, classify("reading what the file holds", err)
	}
	if columns[pullTable] == nil || columns[sliceTable] == nil {
		return w, nil
	}
	row := m.db.QueryRowContext(ctx, "SELECT project, tenant, publication, CAST(as_of AS VARCHAR), data_through FROM "+mirrored(pullTable)) //nolint:gosec // a name of ours
	err = row.Scan(&w.Project, &w.Noun, &w.Publication, &w.AsOf, &w.DataThrough)
	if errors.Is(err, sql.ErrNoRows) {
		return w, nil
	}
	if err != nil {
		return w, classify("reading what the file holds", err)
	}
	if w.Slices, err = m.slices(ctx); err != nil {
		return w, classify("reading what the file holds", err)
	}
	seen := map[string]bool{}
	for _, s := range w.Slices {
		if c := columns[s.Dataset]; c != nil && !seen[s.Dataset] {
			seen[s.Dataset] = true
			w.Tables = append(w.Tables, mirror.Table{Name: s.Dataset, Columns: c})
		}
	}
	err = w.Count(func(t mirror.Table, each func(string, int64)) error { return m.count(ctx, t, each) })
	if err != nil {
		return w, classify("counting the rows of the file", err)
	}
	return w, nil
}

// count says how many rows of each tenant a table has.
func (m *Mirror) count(ctx context.Context, t mirror.Table, each func(tenant string, rows int64)) error {
	column := "CAST(" + archwire.Quote(t.Columns[0].Name) + " AS VARCHAR)"
	//nolint:gosec // names are quoted
	rows, err := m.db.QueryContext(ctx, "SELECT "+column+", count(*) FROM "+mirrored(t.Name)+" WHERE "+column+" IS NOT NULL GROUP BY 1 ORDER BY 1")
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var tenant string
		var n int64
		if err := rows.Scan(&tenant, &n); err != nil {
			return err
		}
		each(tenant, n)
	}
	return rows.Err()
}

func (m *Mirror) slices(ctx context.Context) (out []mirror.Slice, err error) {
	rows, err := m.db.QueryContext(ctx, `SELECT dataset, tenant, profile, sha256, "rows" FROM `+mirrored(sliceTable)+" ORDER BY dataset, tenant") //nolint:gosec // a name of ours
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	for rows.Next() {
		var s mirror.Slice
		if err := rows.Scan(&s.Dataset, &s.Tenant, &s.Profile, &s.SHA256, &s.Rows); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// columns are those of each table of the file.
func (m *Mirror) columns(ctx context.Context) (map[string][]mirror.Column, error) {
	rows, err := m.db.QueryContext(ctx, `SELECT table_name, column_name, data_type FROM duckdb_columns()
		WHERE database_name = '`+home+`' AND schema_name = 'main' ORDER BY table_name, column_index`)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	out := map[string][]mirror.Column{}
	for rows.Next() {
		var table string
		var c mirror.Column
		if err := rows.Scan(&table, &c.Name, &c.Type); err != nil {
			return nil, err
		}
		out[table] = append(out[table], c)
	}
	return out, rows.Err()
}

// mirrored names a table of the file.
func mirrored(table string) string { return home + ".main." + archwire.Quote(table) }

// spelt is how the file's tables spell a type of the catalogue.
func spelt(text string) string {
	t, err := archwire.ParseType(text)
	if err != nil {
		return text
	}
	switch t.Kind { //nolint:exhaustive // the others are as in models
	case archwire.JSON, archwire.UUID:
		return strings.ToUpper(t.String())
	case archwire.TimestampTZ:
		return "TIMESTAMP WITH TIME ZONE"
	}
	return t.SQL()
}
