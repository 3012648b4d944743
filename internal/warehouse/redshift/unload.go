package redshift

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// partColumn is what files are told apart by: the place of a tenant among those asked
// for. A tenant itself may be any text, which is no name of a folder.
const partColumn = "archwire_part"

// WriteSlices has Redshift unload the rows of all tenants by one statement, to the
// staging place, and writes each tenant's files to a slice by the embedded engine: so
// equal rows give the bytes that they give there.
func (w *Warehouse) WriteSlices(ctx context.Context, s archwire.SliceSource, tenants, paths []string) (rows []int64, err error) {
	if len(tenants) == 0 || len(tenants) != len(paths) {
		return nil, &archwire.Error{Code: archwire.Internal, Message: fmt.Sprintf("%d slices are to be written, to %d files", len(tenants), len(paths))}
	}
	prefix := "unload/" + rand.Text() + "/"
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
	if err := want(ctx, l, tenants, columns[0].Type); err != nil {
		return nil, err
	}
	if _, err := l.exec(ctx, unloadStatement(unloadQuery(is, columns), w.staging+"/"+prefix, w.access)); err != nil {
		return nil, err
	}
	return columns, dropTemporary(ctx, l)
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

// unloadStatement unloads a query, in files for each number of partColumn.
func unloadStatement(query, to, access string) string {
	return "UNLOAD (" + literal(query) + ") TO " + literal(to) + " " + access + " FORMAT AS PARQUET PARTITION BY (" + partColumn + ") MANIFEST VERBOSE MAXFILESIZE 256 MB"
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

// cutters is how many slices are written side by side.
const cutters = 4

// cut writes the slices of parts.
func (w *Warehouse) cut(ctx context.Context, s archwire.SliceSource, columns []archwire.Column, parts []unloadedPart, paths []string) ([]int64, error) {
	c, err := w.openCutter(ctx)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp(w.config.TempDir, "archwire-unload-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for what was unloaded: %w", err)
	}
	defer os.RemoveAll(scratch) //nolint:errcheck // the system's folder
	rows := make([]int64, len(parts))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(cutters)
	for i, p := range parts {
		group.Go(func() (err error) {
			rows[i], err = w.cutOne(ctx, c, columns, p, filepath.Join(scratch, strconv.Itoa(i)), paths[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("writing slices of %s: %w", s.Relation, err)
	}
	return rows, nil
}

// cutOne fetches the files of one part, writes the slice and drops them.
func (w *Warehouse) cutOne(ctx context.Context, c *duckdb.Cutter, columns []archwire.Column, p unloadedPart, scratch, path string) (n int64, err error) {
	var files []string
	defer func() {
		for _, f := range files {
			err = errors.Join(err, os.Remove(f))
		}
	}()
	for i, name := range p.names {
		file := fmt.Sprintf("%s.%d.parquet", scratch, i)
		if err := w.fetch(ctx, name, file); err != nil {
			return 0, err
		}
		files = append(files, file)
	}
	if n, err = c.WriteSlice(ctx, columns, files, path); err != nil {
		return 0, err
	}
	if n != p.rows {
		return 0, &archwire.Error{
			Code: archwire.Mismatch, Message: fmt.Sprintf("Redshift unloaded %d rows of a tenant, and its files hold %d", p.rows, n),
			Hint: "Run again, while nothing else writes to warehouse.staging.",
		}
	}
	return n, nil
}

// fetch copies an object of the staging place to a file.
func (w *Warehouse) fetch(ctx context.Context, name, file string) (err error) {
	body, err := w.store.Open(ctx, name)
	if err != nil {
		return err
	}
	defer body.Close()        //nolint:errcheck // read only
	f, err := os.Create(file) //nolint:gosec // in a folder of ours
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

// removeAll removes what lies under a prefix of the staging place.
func (w *Warehouse) removeAll(ctx context.Context, prefix string) error {
	found, err := w.store.List(ctx, prefix)
	if err != nil {
		return fmt.Errorf("clearing the staging place: %w", err)
	}
	for _, f := range found {
		if err := w.store.Delete(ctx, f.Name); err != nil {
			return fmt.Errorf("clearing the staging place: %w", err)
		}
	}
	return nil
}

// openCutter opens the writer of slices, once.
func (w *Warehouse) openCutter(ctx context.Context) (*duckdb.Cutter, error) {
	w.cutting.Lock()
	defer w.cutting.Unlock()
	if w.cutter != nil {
		return w.cutter, nil
	}
	spill, err := os.MkdirTemp(w.config.TempDir, "archwire-cut-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for slices: %w", err)
	}
	c, err := duckdb.OpenCutter(context.WithoutCancel(ctx), w.config.Memory, spill)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(spill))
	}
	w.cutter, w.spill = c, spill
	return c, nil
}

// closeCutter gives it back.
func (w *Warehouse) closeCutter() error {
	w.cutting.Lock()
	defer w.cutting.Unlock()
	if w.cutter == nil {
		return nil
	}
	return errors.Join(w.cutter.Close(), os.RemoveAll(w.spill))
}
