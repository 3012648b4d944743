package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"

	"archwire"
)

var _ archwire.SliceWriter = (*Warehouse)(nil)

// SlicePrints fingerprints each tenant's rows in one pass. A row becomes text in
// which each value is preceded by its length and NULL is told from ”; the MD5s
// of the rows are added up, so that order does not matter and a row that stands
// twice counts twice. Names and types of the columns are part of the print.
func (w *Warehouse) SlicePrints(ctx context.Context, s archwire.SliceSource, tenants []string) ([]archwire.Print, error) {
	columns, err := w.sliceColumns(ctx, s)
	if err != nil {
		return nil, err
	}
	rows, err := w.db.QueryContext(ctx, printQuery(s, columns, tenants))
	if err != nil {
		return nil, classify("fingerprinting "+s.Relation, err)
	}
	defer rows.Close() //nolint:errcheck // read to its end below
	var prints []archwire.Print
	for rows.Next() {
		var p archwire.Print
		var tenant sql.NullString
		if err := rows.Scan(&tenant, &p.Rows, &p.Print); err != nil {
			return nil, fmt.Errorf("fingerprinting %s: %w", s.Relation, err)
		}
		if !tenant.Valid {
			return nil, &archwire.Error{
				Code: archwire.Mismatch, Message: fmt.Sprintf("%s: %d rows belong to no tenant: their %s is NULL", s.Relation, p.Rows, s.Tenant),
				Hint: "Leave such rows out of the model, or give them a tenant.",
			}
		}
		p.Tenant = tenant.String
		prints = append(prints, p)
	}
	return prints, classify("fingerprinting "+s.Relation, rows.Err())
}

// printQuery is the one query behind SlicePrints.
func printQuery(s archwire.SliceSource, columns []archwire.Column, tenants []string) string {
	texts := make([]string, len(columns))
	shape := make([]string, len(columns))
	for i, c := range columns {
		value := canonical(c)
		texts[i] = "CASE WHEN " + archwire.Quote(c.Name) + " IS NULL THEN 'N' ELSE strlen(" + value + ") || ':' || " + value + " END"
		shape[i] = c.Name + " " + c.Type.String()
	}
	tenant, of := archwire.Quote(s.Tenant), ""
	if tenants != nil {
		of = " WHERE " + tenant + " IN (" + constants(tenants, columns[0].Origin) + ")"
	}
	return "SELECT CAST(tenant AS VARCHAR), count(*), md5(" + literal(strings.Join(shape, ", ")) +
		" || '|' || count(*) || '|' || sum(md5_number_upper(line)) || '|' || sum(md5_number_lower(line)))" +
		" FROM (SELECT " + tenant + " AS tenant, " + strings.Join(texts, " || ") + " AS line FROM " + archwire.QuoteName(s.Relation) + of + ")" +
		" GROUP BY tenant ORDER BY CAST(tenant AS VARCHAR)"
}

// canonical is the text of a value: one text for each value, and no text for
// two.
func canonical(c archwire.Column) string {
	name := archwire.Quote(c.Name)
	if c.Type.Kind == archwire.Text {
		return name
	}
	if c.Type.Kind == archwire.Bytes {
		return "hex(" + name + ")"
	}
	return "CAST(" + name + " AS VARCHAR)"
}

// sliceColumns are the columns of a slice in their order: the tenant, the key,
// the rest.
func (w *Warehouse) sliceColumns(ctx context.Context, s archwire.SliceSource) ([]archwire.Column, error) {
	names := []string{s.Tenant}
	seen := map[string]bool{s.Tenant: true}
	for _, name := range append(append([]string{}, s.Key...), s.Columns...) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = archwire.Quote(n)
	}
	columns, err := w.shapes.of(ctx, w.db, "SELECT "+strings.Join(quoted, ", ")+" FROM "+archwire.QuoteName(s.Relation))
	if err != nil {
		return nil, fmt.Errorf("reading the columns of %s: %w", s.Relation, err)
	}
	return columns, nil
}

// WriteSlice writes one tenant's rows to a Parquet file at path.
func (w *Warehouse) WriteSlice(ctx context.Context, s archwire.SliceSource, tenant, path string) (int64, error) {
	columns, err := w.sliceColumns(ctx, s)
	if err != nil {
		return 0, err
	}
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return 0, classify("writing a slice of "+s.Relation, err)
	}
	n, err := copyOut(ctx, conn, sliceQuery(s, columns, tenant), path)
	if err := errors.Join(err, conn.Close()); err != nil {
		return 0, classify("writing a slice of "+s.Relation, err)
	}
	return n, nil
}

// sliceQuery gives one tenant's rows in the order of the key, and then of the
// other columns: so the order is one even where the key is none.
func sliceQuery(s archwire.SliceSource, columns []archwire.Column, tenant string) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = archwire.Quote(c.Name)
	}
	query := "SELECT " + strings.Join(names, ", ") + " FROM " + archwire.QuoteName(s.Relation) +
		// The constant is cast, not the column: so DuckDB compares it with the least
		// and greatest value of each block and skips the other tenants' blocks.
		" WHERE " + names[0] + " = CAST(" + literal(tenant) + " AS " + columns[0].Origin + ")"
	if len(names) > 1 {
		query += " ORDER BY " + strings.Join(names[1:], ", ")
	}
	return query
}

// parquet is how files are written. Row groups have a size of their own, so
// that it does not follow from how many threads were at work.
const parquet = " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, USE_TMP_FILE false)"

// copyOut writes the rows of a query to a Parquet file and returns their
// number. After an error there is no file.
func copyOut(ctx context.Context, conn *sql.Conn, query, path string) (int64, error) {
	result, err := conn.ExecContext(ctx, "COPY ("+query+") TO "+literal(path)+parquet)
	if err != nil {
		return 0, errors.Join(err, remove(path))
	}
	return result.RowsAffected()
}

// remove removes what may have been written of a file.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// WriteParquet writes the batches to one Parquet file at path.
func (w *Warehouse) WriteParquet(ctx context.Context, rows archwire.Batches, path string) error {
	return writeParquet(ctx, w.db, rows, path)
}

func writeParquet(ctx context.Context, db *sql.DB, rows archwire.Batches, path string) error {
	next, first, err := peek(rows)
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	f := newFeed(ctx, first, next)
	_, err = ingest(ctx, db, f, func(view string) string {
		return "COPY (FROM " + view + ") TO " + literal(path) + parquet
	})
	if err != nil {
		return classify("writing "+path, errors.Join(err, remove(path)))
	}
	return nil
}
