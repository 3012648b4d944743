package redshift

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"archwire"
)

var _ archwire.SliceBatcher = (*Warehouse)(nil)

// SlicePrints fingerprints each tenant's rows in one pass: two halves of the MD5 of each
// row's text are added up, so that order does not matter and a row that stands twice
// counts twice. Names and types of the columns are part of the print.
func (w *Warehouse) SlicePrints(ctx context.Context, s archwire.SliceSource, tenants []string) (prints []archwire.Print, err error) {
	err = w.session(ctx, func(l link) (err error) {
		columns, is, err := w.sliceColumns(ctx, l, s)
		if err != nil {
			return err
		}
		if tenants != nil {
			if err := want(l, tenants, columns[0].Type); err != nil {
				return err
			}
		}
		found, err := lines(ctx, l, printQuery(is, columns, tenants != nil))
		if err != nil {
			return err
		}
		prints, err = printsOf(s, columns, found)
		return err
	})
	return prints, classify("fingerprinting "+s.Relation, err)
}

// sliceColumns are the columns of a slice in their order: the tenant, the key, the
// rest.
func (w *Warehouse) sliceColumns(ctx context.Context, l link, s archwire.SliceSource) (columns []archwire.Column, is shape, err error) {
	var names []string
	for _, name := range slices.Concat([]string{s.Tenant}, s.Key, s.Columns) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	relation := strings.ToLower(s.Relation)
	found, err := shapes(ctx, l, relation)
	if err != nil {
		return nil, is, err
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = archwire.Quote(n)
	}
	columns, err = w.describe(ctx, "SELECT "+strings.Join(quoted, ", ")+" FROM "+archwire.QuoteName(s.Relation), []string{relation}, found)
	if err != nil {
		return nil, is, err
	}
	return columns, found[relation], tenantKind(s.Relation, columns[0])
}

// printQuery is the one query behind SlicePrints. Tenants that are asked for are in
// wantedTable.
func printQuery(is shape, columns []archwire.Column, some bool) string {
	tenant, of := archwire.Quote(columns[0].Name), ""
	if some {
		of = " WHERE " + among(tenant, columns[0].Type, wantedTable)
	}
	return "SELECT MIN(tenant), COUNT(*), SUM(STRTOL(SUBSTRING(h, 1, 15), 16)), SUM(STRTOL(SUBSTRING(h, 17, 15), 16)) FROM (SELECT " +
		tenant + " AS tenant, MD5(" + rowText(columns) + ") AS h FROM " + is.sql() + of + ") AS hashed GROUP BY " + exact("tenant", columns[0].Type)
}

// printsOf are the prints that the rows of printQuery come to.
func printsOf(s archwire.SliceSource, columns []archwire.Column, found [][][]byte) ([]archwire.Print, error) {
	shape := make([]string, len(columns))
	for i, c := range columns {
		shape[i] = c.Name + " " + c.Type.String()
	}
	var prints []archwire.Print
	for _, v := range found {
		rows, err := whole(v[1])
		if err != nil {
			return nil, err
		}
		if v[0] == nil {
			return nil, &archwire.Error{
				Code: archwire.Mismatch, Message: fmt.Sprintf("%s: %d rows belong to no tenant: their %s is NULL", s.Relation, rows, s.Tenant),
				Hint: "Leave such rows out of the model, or give them a tenant.",
			}
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%s|%d|%s|%s", strings.Join(shape, ", "), rows, v[2], v[3]))
		prints = append(prints, archwire.Print{Tenant: string(v[0]), Rows: rows, Print: hex.EncodeToString(sum[:16])})
	}
	slices.SortFunc(prints, func(a, b archwire.Print) int { return strings.Compare(a.Tenant, b.Tenant) })
	return prints, nil
}

// WriteSlice writes one tenant's rows to a Parquet file at path.
func (w *Warehouse) WriteSlice(ctx context.Context, s archwire.SliceSource, tenant, path string) (int64, error) {
	rows, err := w.WriteSlices(ctx, s, []string{tenant}, []string{path})
	if err != nil {
		return 0, err
	}
	return rows[0], nil
}

// WriteParquet writes the batches to one Parquet file at path.
func (w *Warehouse) WriteParquet(ctx context.Context, rows archwire.Batches, path string) error {
	c, err := w.openCutter(ctx)
	if err != nil {
		return err
	}
	return c.WriteParquet(ctx, rows, path)
}
