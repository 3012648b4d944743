package pull

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/pull/mirror"
)

// longestName is how long a name may be in PostgreSQL, which cuts off the rest.
const longestName = 63

// Apply implements mirror.Target: everything happens in one transaction.
func (p *Postgres) Apply(ctx context.Context, held, next mirror.Whole, file func(string) string) (mirror.Change, error) {
	change := mirror.Diff(held, next, postgresType)
	if change.None() && held.Publication == next.Publication {
		return change, nil
	}
	err := pgx.BeginFunc(ctx, p.conn, func(tx pgx.Tx) error {
		a := &postgresChange{p, tx, held, next, change, file}
		return a.all(ctx)
	})
	return change, atDatabase("writing the database", err)
}

// postgresChange is a change on its way into the database.
type postgresChange struct {
	*Postgres

	tx         pgx.Tx
	held, next mirror.Whole
	change     mirror.Change
	file       func(string) string
}

func (a *postgresChange) all(ctx context.Context) error {
	if err := a.tables(ctx); err != nil {
		return err
	}
	cleared := a.change.Cleared()
	for _, dataset := range slices.Sorted(maps.Keys(cleared)) {
		t, ok := a.next.Table(dataset)
		if !ok {
			continue
		}
		text := "delete from " + a.name(dataset) + " where " + quoted(t.Tenant) + " = any($1::text[])"
		if _, err := a.tx.Exec(ctx, text, cleared[dataset]); err != nil {
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
func (a *postgresChange) tables(ctx context.Context) error {
	// The schema is made only where it is missing: to try needs a right of its own.
	var there bool
	if err := a.tx.QueryRow(ctx, "select exists (select from pg_namespace where nspname = $1)", a.schema).Scan(&there); err != nil {
		return err
	}
	if !there {
		if _, err := a.tx.Exec(ctx, "create schema "+quoted(a.schema)); err != nil {
			return err
		}
	}
	drop := slices.Clone(a.change.Dropped)
	for _, name := range a.change.Made {
		if _, ok := a.held.Table(name); ok {
			drop = append(drop, name)
		}
	}
	for _, name := range drop {
		if _, err := a.tx.Exec(ctx, "drop table "+a.name(name)); err != nil {
			return err
		}
	}
	columns, err := a.columns(ctx, a.tx)
	if err != nil {
		return err
	}
	for _, name := range a.change.Made {
		if name == pullTable || name == sliceTable || columns[name] != nil {
			return &archwire.Error{
				Code: archwire.Conflict, Message: fmt.Sprintf("the schema has a table %s that no pull has made", name),
				Hint: "Name a schema of its own with --schema, or give that table another name.",
			}
		}
		t, _ := a.next.Table(name)
		text, err := a.create(t)
		if err != nil {
			return err
		}
		if _, err := a.tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// create makes a table. Rows are told apart by tenant and key, which is its primary
// key where PostgreSQL can compare the columns.
func (a *postgresChange) create(t mirror.Table) (string, error) {
	if len(t.Name) > longestName {
		return "", &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("the name of dataset %s is too long for PostgreSQL", t.Name), Hint: "Pull into a DuckDB file or a folder.",
		}
	}
	var lines []string
	keyed := true
	for _, c := range t.Columns {
		if len(c.Name) > longestName {
			return "", &archwire.Error{
				Code: archwire.Invalid, Message: fmt.Sprintf("dataset %s has a column whose name is too long for PostgreSQL", t.Name),
				Hint: "Pull into a DuckDB file or a folder.",
			}
		}
		lines = append(lines, quoted(c.Name)+" "+postgresType(c.Type))
		keyed = keyed && (c.Type != archwire.JSON.String() || !slices.Contains(t.Key, c.Name))
	}
	if keyed {
		key := []string{quoted(t.Tenant)}
		for _, k := range t.Key {
			if k != t.Tenant {
				key = append(key, quoted(k))
			}
		}
		lines = append(lines, "primary key ("+strings.Join(key, ", ")+")")
	}
	return "create table " + a.name(t.Name) + " (" + strings.Join(lines, ", ") + ")", nil
}

// insert adds the rows of a slice.
func (a *postgresChange) insert(ctx context.Context, s mirror.Slice) error {
	t, _ := a.next.Table(s.Dataset)
	have, kept := t.Opened(s.Profile)
	names := make([]string, len(have))
	for i, c := range have {
		names[i] = quoted(c.Name)
	}
	rows := newCopyText(a.files.Rows(ctx, a.file(s.SHA256), s, have, kept))
	defer rows.stop()
	done, err := a.tx.Conn().PgConn().CopyFrom(ctx, rows, "copy "+a.name(s.Dataset)+" ("+strings.Join(names, ", ")+") from stdin")
	if rows.err != nil {
		return rows.err
	}
	if err != nil {
		return err
	}
	if done.RowsAffected() != s.Rows {
		return &archwire.Error{
			Code: archwire.Mismatch, Message: fmt.Sprintf("slice %s of dataset %s does not hold what the manifest says", s.SHA256, s.Dataset),
			Hint: "Tell whoever runs the server.",
		}
	}
	return nil
}

// note writes down what the schema holds.
func (a *postgresChange) note(ctx context.Context) error {
	w := a.next
	for _, text := range []string{
		"create table if not exists " + a.name(pullTable) + ` (project text not null, tenant text not null, publication text not null, as_of date not null,
			data_through timestamptz not null, pulled_at timestamptz not null)`,
		"create table if not exists " + a.name(sliceTable) + ` (dataset text not null, tenant text not null, profile text not null, sha256 text not null,
			rows bigint not null, primary key (dataset, tenant))`,
		"delete from " + a.name(pullTable), "delete from " + a.name(sliceTable),
	} {
		if _, err := a.tx.Exec(ctx, text); err != nil {
			return err
		}
	}
	_, err := a.tx.Exec(ctx, "insert into "+a.name(pullTable)+" values ($1, $2, $3, $4::text::date, $5, $6)",
		w.Project, w.Noun, string(w.Publication), string(w.AsOf), w.DataThrough, a.now())
	if err != nil {
		return err
	}
	_, err = a.tx.CopyFrom(ctx, pgx.Identifier{a.schema, sliceTable}, []string{"dataset", "tenant", "profile", "sha256", "rows"},
		pgx.CopyFromSlice(len(w.Slices), func(i int) ([]any, error) {
			s := w.Slices[i]
			return []any{s.Dataset, s.Tenant, string(s.Profile), s.SHA256, s.Rows}, nil
		}))
	return err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }
