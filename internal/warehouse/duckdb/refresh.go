package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// Refresh recomputes m in one transaction, checks that its key is one, and
// only then lets it be seen. Rows are kept in the order of tenant and key: what
// belongs to one tenant lies together, so that DuckDB skips the rest.
//
// Rows are compared with those from before: m's consumers are told of the
// tenants whose rows differ, not of all that were recomputed. Rows without a
// tenant are nobody's: only a refresh of all recomputes them, and when they
// change, m has changed as a whole.
func (w *Warehouse) Refresh(ctx context.Context, m archwire.Model, r archwire.RefreshScope) (archwire.Refreshed, error) {
	started := w.now()
	done, err := w.refresh(ctx, m, r)
	if err != nil {
		return archwire.Refreshed{}, classify("refreshing "+m.Name, err)
	}
	done.Took = w.now().Sub(started)
	return done, nil
}

func (w *Warehouse) refresh(ctx context.Context, m archwire.Model, r archwire.RefreshScope) (archwire.Refreshed, error) {
	schema, _, ok := strings.Cut(m.Name, ".")
	if !ok {
		return archwire.Refreshed{}, fmt.Errorf("refreshing %s: a model is named folder.file", m.Name)
	}
	before, err := w.columnsOf(ctx, m.Name)
	if err != nil {
		return archwire.Refreshed{}, err
	}
	if r.Tenants != nil {
		if part, ok, err := w.part(ctx, m, r, before); err != nil {
			return archwire.Refreshed{}, err
		} else if ok {
			return w.refreshPart(ctx, part)
		}
	}
	if before == nil {
		if err := w.ensureSchema(ctx, schema); err != nil {
			return archwire.Refreshed{}, err
		}
	}
	return w.refreshAll(ctx, m, r, before)
}

// refreshAll recomputes all rows; before are the columns that m has now.
func (w *Warehouse) refreshAll(ctx context.Context, m archwire.Model, r archwire.RefreshScope, before []archwire.Column) (archwire.Refreshed, error) {
	columns, err := w.shapes.of(ctx, w.db, m.SQL)
	if err != nil {
		return archwire.Refreshed{}, inModel(m, err)
	}
	comparable := sameColumns(before, columns)
	var done archwire.Refreshed
	err = w.changing(ctx, func(conn *sql.Conn) (map[string]archwire.Changed, error) {
		var was map[sql.NullString]digest
		if comparable {
			if was, err = digests(ctx, conn, m, columns); err != nil {
				return nil, err
			}
		}
		err := execAll(ctx, conn, "CREATE OR REPLACE TABLE "+archwire.QuoteName(m.Name)+" AS "+normal(m.SQL, columns)+order(m))
		if err != nil {
			return nil, inModel(m, err)
		}
		if done.Rows, err = checkKey(ctx, conn, m, archwire.QuoteName(m.Name)); err != nil {
			return nil, err
		}
		done.Written = done.Rows
		change := archwire.Changed{All: true}
		if comparable {
			is, err := digests(ctx, conn, m, columns)
			if err != nil {
				return nil, err
			}
			change = differences(was, is)
		}
		err = acknowledge(ctx, conn, m.Name, archwire.Acknowledged{Seq: r.Seq, Mark: r.Mark}, 0)
		return map[string]archwire.Changed{m.Name: change}, err
	})
	if err == nil && !comparable {
		w.shapes.changed()
	}
	return done, err
}

// columnsOf are the columns of a relation, nil when there is none of that name.
func (w *Warehouse) columnsOf(ctx context.Context, relation string) ([]archwire.Column, error) {
	columns, err := w.shapes.of(ctx, w.db, everything(relation))
	if archwire.CodeOf(err) == archwire.Invalid {
		return nil, nil
	}
	return columns, err
}

// everything is the query for all rows of a relation.
func everything(relation string) string { return "SELECT * FROM " + archwire.QuoteName(relation) }

// sameColumns says whether rows with the columns a fit a table with the columns b.
func sameColumns(a, b []archwire.Column) bool {
	return len(a) > 0 && slices.EqualFunc(a, b, func(x, y archwire.Column) bool { return x.Name == y.Name && x.Type == y.Type })
}

// order is the ORDER BY of m's rows.
func order(m archwire.Model) string {
	var by []string
	if m.Tenant != "" {
		by = append(by, archwire.Quote(m.Tenant))
	}
	for _, k := range m.Key {
		if k != m.Tenant {
			by = append(by, archwire.Quote(k))
		}
	}
	if len(by) == 0 {
		return ""
	}
	return " ORDER BY " + strings.Join(by, ", ")
}

// checkKey counts the rows of a table that holds rows of m and finds out whether
// m's key tells them apart: a join that multiplies rows would otherwise be
// published as money.
func checkKey(ctx context.Context, conn *sql.Conn, m archwire.Model, table string) (int64, error) {
	missing, keys := "false", "count(*)"
	if len(m.Key) > 0 {
		quoted := make([]string, len(m.Key))
		for i, k := range m.Key {
			quoted[i] = archwire.Quote(k)
		}
		missing = strings.Join(quoted, " IS NULL OR ") + " IS NULL"
		keys = "(SELECT count(*) FROM (SELECT DISTINCT " + strings.Join(quoted, ", ") + " FROM " + table + "))"
	}
	var rows, without, distinct int64
	query := "SELECT count(*), count(*) FILTER (WHERE " + missing + "), " + keys + " FROM " + table
	if err := conn.QueryRowContext(ctx, query).Scan(&rows, &without, &distinct); err != nil {
		return 0, inModel(m, err)
	}
	switch {
	case without > 0:
		return 0, keyError(m, fmt.Sprintf("%d rows have NULL in it", without))
	case distinct != rows:
		return 0, keyError(m, fmt.Sprintf("%d rows share one with another", rows-distinct))
	}
	return rows, nil
}

func keyError(m archwire.Model, what string) error {
	return &archwire.Error{
		Code:    archwire.Mismatch,
		Message: fmt.Sprintf("%s: the key (%s) is not a key: %s", m.Name, strings.Join(m.Key, ", "), what),
		Hint:    fmt.Sprintf("Look for a join that multiplies rows in %s, or correct the key.", m.File),
	}
}

// inModel says in which model an error arose and, if its SQL is at fault, where
// in its file.
func inModel(m archwire.Model, err error) error {
	err = classify("refreshing "+m.Name, err)
	e, ok := errors.AsType[*archwire.Error](err)
	s, isSQL := errors.AsType[*archwire.SQLError](err)
	if !ok || !isSQL || m.File == "" {
		return err
	}
	where := m.File
	if s.Line > 0 && m.Line > 0 {
		where += fmt.Sprintf(":%d", m.Line+s.Line-1)
	}
	return &archwire.Error{Code: e.Code, Message: m.Name + " (" + where + "): " + s.Message, Hint: e.Hint, Err: e.Err}
}
