package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"archwire"
	"archwire/internal/pull/mirror"
)

// Apply implements mirror.Target: everything happens in one transaction.
func (m *Mirror) Apply(ctx context.Context, held, next mirror.Whole, file func(string) string) (mirror.Change, error) {
	change := mirror.Diff(held, next, spelt)
	if change.None() && held.Publication == next.Publication {
		return change, nil
	}
	err := inTransaction(ctx, m.db, "BEGIN", func(conn *sql.Conn) error {
		a := &applying{m, conn, held, next, change, file}
		return a.all(ctx)
	})
	if err != nil {
		return change, classify("writing the file", err)
	}
	return change, nil
}

// applying is a change on its way into the file.
type applying struct {
	m          *Mirror
	conn       *sql.Conn
	held, next mirror.Whole
	change     mirror.Change
	file       func(string) string
}

func (a *applying) all(ctx context.Context) error {
	if err := a.tables(ctx); err != nil {
		return err
	}
	cleared := a.change.Cleared()
	for _, dataset := range slices.Sorted(maps.Keys(cleared)) {
		t, ok := a.next.Table(dataset)
		if !ok {
			continue
		}
		text := "DELETE FROM " + mirrored(dataset) + " WHERE " + archwire.Quote(t.Tenant) + " IN (" + texts(cleared[dataset]) + ")"
		if err := execAll(ctx, a.conn, text); err != nil {
			return err
		}
	}
	for _, s := range a.change.Replaced {
		if s.Rows == 0 {
			continue
		}
		if err := a.insert(ctx, s); err != nil {
			return err
		}
	}
	return a.note(ctx)
}

// tables drops and makes tables.
func (a *applying) tables(ctx context.Context) error {
	drop := slices.Clone(a.change.Dropped)
	for _, name := range a.change.Made {
		if _, ok := a.held.Table(name); ok {
			drop = append(drop, name)
		}
	}
	for _, name := range drop {
		if err := execAll(ctx, a.conn, "DROP TABLE "+mirrored(name)); err != nil {
			return err
		}
	}
	columns, err := a.m.columns(ctx) // as committed, without what was just dropped
	if err != nil {
		return err
	}
	for _, name := range a.change.Made {
		_, there := columns[name]
		if name == pullTable || name == sliceTable || there && !slices.Contains(drop, name) {
			return &archwire.Error{
				Code: archwire.Conflict, Message: fmt.Sprintf("the file has a table %s that no pull has made", name),
				Hint: "Name a file of its own, or give that table another name.",
			}
		}
		t, _ := a.next.Table(name)
		if err := execAll(ctx, a.conn, createMirrored(t)); err != nil {
			return err
		}
	}
	return nil
}

func createMirrored(t mirror.Table) string {
	columns := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = archwire.Quote(c.Name) + " " + spelt(c.Type)
	}
	return "CREATE TABLE " + mirrored(t.Name) + " (" + strings.Join(columns, ", ") + ")"
}

// insert adds the rows of a slice.
func (a *applying) insert(ctx context.Context, s mirror.Slice) error {
	t, _ := a.next.Table(s.Dataset)
	have, kept := t.Opened(s.Profile)
	path := a.file(s.SHA256)
	if err := sameTypes(ctx, a.m.db, path, s, have); err != nil {
		return err
	}
	names, values := make([]string, len(kept)), make([]string, len(kept))
	for i, c := range kept {
		names[i] = archwire.Quote(c.Name)
		values[i] = "CAST(" + names[i] + " AS " + spelt(c.Type) + ")"
	}
	//nolint:gosec // names are quoted, texts are constants
	text := "INSERT INTO " + mirrored(t.Name) + " (" + strings.Join(names, ", ") + ") SELECT " + strings.Join(values, ", ") +
		" FROM read_parquet([" + literal(path) + "]) WHERE CAST(" + names[0] + " AS VARCHAR) = " + literal(s.Tenant) + enough(s)
	result, err := a.conn.ExecContext(ctx, text)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n != s.Rows {
		return unlike(s)
	}
	return nil
}

// enough ends a reading of a slice one row after those that the manifest names: a file
// of a lying server may hold any number of them in a few bytes.
func enough(s mirror.Slice) string { return " LIMIT " + strconv.FormatInt(s.Rows+1, 10) }

// unlike is the error for a slice that does not hold what the manifest says.
func unlike(s mirror.Slice) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: fmt.Sprintf("slice %s of dataset %s does not hold what the manifest says", s.SHA256, s.Dataset),
		Hint: "Tell whoever runs the server.",
	}
}

// note writes down what the file holds.
func (a *applying) note(ctx context.Context) error {
	w := a.next
	stamp := func(t time.Time) string {
		return "CAST(" + literal(t.UTC().Format("2006-01-02 15:04:05.999999")+"+00") + " AS TIMESTAMPTZ)"
	}
	err := execAll(ctx, a.conn, createPull, createPullSlice, "DELETE FROM "+mirrored(pullTable), "DELETE FROM "+mirrored(sliceTable),
		"INSERT INTO "+mirrored(pullTable)+" VALUES ("+texts([]string{w.Project, w.Noun, string(w.Publication), string(w.AsOf)})+", "+
			stamp(w.DataThrough)+", "+stamp(a.m.now())+")")
	if err != nil {
		return err
	}
	const atOnce = 1000
	for some := range slices.Chunk(w.Slices, atOnce) {
		lines := make([]string, len(some))
		for i, s := range some {
			lines[i] = "(" + texts([]string{s.Dataset, s.Tenant, string(s.Profile), s.SHA256}) + ", " + fmt.Sprint(s.Rows) + ")"
		}
		if err := execAll(ctx, a.conn, "INSERT INTO "+mirrored(sliceTable)+" VALUES "+strings.Join(lines, ", ")); err != nil {
			return err
		}
	}
	return nil
}

// texts writes constants of text, with commas.
func texts(values []string) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = literal(v)
	}
	return strings.Join(out, ", ")
}
