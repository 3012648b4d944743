package redshift

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"archwire"
)

// partColumn is what files are told apart by: the place of a tenant among those asked
// for. A tenant itself may be any text, which is no name of a folder.
const partColumn = "archwire_part"

// unloads is where files lie between Redshift and the slices. What is there when a load
// begins was left by a process that died.
const unloads = "unload/"

// WriteSlices has Redshift unload the rows of all tenants by one statement, to the
// staging place, and writes each tenant's files to a slice by the embedded engine: so
// equal rows give the bytes that they give there.
func (w *Warehouse) WriteSlices(ctx context.Context, s archwire.SliceSource, tenants, paths []string) (rows []int64, err error) {
	if len(tenants) == 0 || len(tenants) != len(paths) {
		return nil, &archwire.Error{Code: archwire.Internal, Message: fmt.Sprintf("%d slices are to be written, to %d files", len(tenants), len(paths))}
	}
	prefix := unloads + rand.Text() + "/"
	defer func() {
		err = errors.Join(err, w.removeAll(context.WithoutCancel(ctx), prefix))
		if err != nil {
			rows = nil
			for _, path := range paths {
				os.Remove(path) //nolint:errcheck // it may not be there
			}
		}
	}()
	var columns []archwire.Column
	tries := 0
	err = w.session(ctx, func(l link) (err error) {
		tries++ // what was unloaded before the connection was lost is not read
		columns, err = w.unload(ctx, l, s, tenants, fmt.Sprintf("%s%d/", prefix, tries))
		return err
	})
	if err != nil {
		return nil, classify("unloading "+s.Relation, err)
	}
	parts, err := w.unloadedParts(ctx, fmt.Sprintf("%s%d/", prefix, tries), len(tenants))
	if err != nil {
		return nil, err
	}
	return w.cut(ctx, s, columns, parts, paths)
}

// unload runs the one statement.
func (w *Warehouse) unload(ctx context.Context, l link, s archwire.SliceSource, tenants []string, prefix string) ([]archwire.Column, error) {
	columns, is, err := w.sliceColumns(ctx, l, s)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		if _, ok := tenantValue(t, columns[0].Type); !ok {
			return nil, &archwire.Error{Code: archwire.Invalid, Message: fmt.Sprintf("%s: a tenant is no %s, which its column %s is", s.Relation, columns[0].Type, s.Tenant)}
		}
	}
	if err := want(l, tenants, columns[0].Type); err != nil {
		return nil, err
	}
	_, err = l.exec(ctx, unloadStatement(unloadQuery(is, columns), w.staging+"/"+prefix, w.access, w.kmsKey))
	return columns, err
}

// unloadQuery gives the rows of the tenants in wantedTable, in forms that the embedded
// engine reads back exactly (Cutter.WriteSlice). Columns are named by their place: what
// names become in a file is not documented.
func unloadQuery(is shape, columns []archwire.Column) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = unloadedForm(c.Type.Kind, "r."+archwire.Quote(c.Name)) + fmt.Sprintf(" AS c%d", i)
	}
	tenant := "r." + archwire.Quote(columns[0].Name)
	on := tenant + " = w.tenant"
	if isText(columns[0].Type) {
		on += " AND " + exact(tenant, columns[0].Type) + " = " + exact("w.tenant", columns[0].Type)
	}
	return "SELECT w.n AS " + partColumn + ", " + strings.Join(list, ", ") + " FROM " + is.sql() + " AS r JOIN " + wantedTable + " AS w ON " + on
}

// unloadedForm is how a value is unloaded: what Parquet holds exactly as it is, all
// else as text (UNLOAD, Usage notes: TIMESTAMPTZ loses its zone).
func unloadedForm(kind archwire.Kind, name string) string {
	switch kind { //nolint:exhaustive // the rest are as they are
	case archwire.Time, archwire.Timestamp, archwire.TimestampTZ, archwire.Bytes:
		return plainText(kind, name)
	}
	return name
}

// unloadStatement unloads a query, in files for each number of partColumn. Without a key
// of KMS files are encrypted by S3's own, not by the bucket's (Unloading encrypted data
// files).
func unloadStatement(query, to, access, kmsKey string) string {
	sql := "UNLOAD (" + literal(query) + ") TO " + literal(to) + " " + access + " FORMAT AS PARQUET PARTITION BY (" + partColumn + ") MANIFEST VERBOSE MAXFILESIZE 256 MB"
	if kmsKey != "" {
		sql += " KMS_KEY_ID " + literal(kmsKey) + " ENCRYPTED"
	}
	return sql
}

// A part is what was unloaded of one tenant.
type unloadedPart struct {
	names []string // in the staging place
	rows  int64
}

// unloadedParts reads the manifest: which files there are of each tenant, and how many
// rows they hold. Of nothing there may be none.
func (w *Warehouse) unloadedParts(ctx context.Context, prefix string, tenants int) ([]unloadedPart, error) {
	parts := make([]unloadedPart, tenants)
	body, err := w.store.Open(ctx, prefix+"manifest")
	if archwire.CodeOf(err) == archwire.NotFound {
		return parts, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the manifest of what was unloaded: %w", err)
	}
	defer body.Close() //nolint:errcheck // read only
	var manifest struct {
		Entries []struct {
			URL  string `json:"url"`
			Meta struct {
				Rows int64 `json:"record_count"`
			} `json:"meta"`
		} `json:"entries"`
	}
	if err := json.NewDecoder(body).Decode(&manifest); err != nil {
		return nil, fmt.Errorf("reading the manifest of what was unloaded: %w", err)
	}
	for _, e := range manifest.Entries {
		name, below := strings.CutPrefix(e.URL, w.staging+"/")
		_, number, _ := strings.Cut(name, partColumn+"=")
		number, _, _ = strings.Cut(number, "/")
		n, err := strconv.Atoi(number)
		if !below || err != nil || n < 0 || n >= tenants {
			return nil, &archwire.Error{Code: archwire.Mismatch, Message: "the manifest of what was unloaded names a file that was not asked for", Hint: "Run again, while nothing else writes to warehouse.staging."}
		}
		parts[n].names = append(parts[n].names, name)
		parts[n].rows += e.Meta.Rows
	}
	return parts, nil
}
