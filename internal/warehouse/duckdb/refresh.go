package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"archwire"
)

// Refresh recomputes m in one transaction, checks that its key is one, and
// only then lets it be seen. Rows are kept in the order of tenant and key: what
// belongs to one tenant lies together, so that DuckDB skips the rest.
func (w *Warehouse) Refresh(ctx context.Context, m archwire.Model) (archwire.Refreshed, error) {
	columns, err := w.Describe(ctx, m.SQL)
	if err != nil {
		return archwire.Refreshed{}, inModel(m, err)
	}
	schema, _, ok := strings.Cut(m.Name, ".")
	if !ok {
		return archwire.Refreshed{}, fmt.Errorf("refreshing %s: a model is named folder.file", m.Name)
	}
	if err := w.ensureSchema(ctx, schema); err != nil {
		return archwire.Refreshed{}, classify("refreshing "+m.Name, err)
	}
	started := w.now()
	var done archwire.Refreshed
	err = inTransaction(ctx, w.db, "BEGIN", func(conn *sql.Conn) error {
		err := execAll(ctx, conn, "CREATE OR REPLACE TABLE "+archwire.QuoteName(m.Name)+" AS "+normal(m.SQL, columns)+order(m))
		if err != nil {
			return inModel(m, err)
		}
		done.Rows, err = checkKey(ctx, conn, m)
		return err
	})
	if err != nil {
		return archwire.Refreshed{}, classify("refreshing "+m.Name, err)
	}
	w.shapes.changed()
	done.Took = w.now().Sub(started)
	return done, nil
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

// checkKey counts m's rows and finds out whether its key tells them apart: a
// join that multiplies rows would otherwise be published as money.
func checkKey(ctx context.Context, conn *sql.Conn, m archwire.Model) (int64, error) {
	name := archwire.QuoteName(m.Name)
	missing, keys := "false", "count(*)"
	if len(m.Key) > 0 {
		quoted := make([]string, len(m.Key))
		for i, k := range m.Key {
			quoted[i] = archwire.Quote(k)
		}
		missing = strings.Join(quoted, " IS NULL OR ") + " IS NULL"
		keys = "(SELECT count(*) FROM (SELECT DISTINCT " + strings.Join(quoted, ", ") + " FROM " + name + "))"
	}
	var rows, without, distinct int64
	query := "SELECT count(*), count(*) FILTER (WHERE " + missing + "), " + keys + " FROM " + name
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
