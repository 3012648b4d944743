package redshift

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sync/errgroup"

	"archwire"
	"archwire/internal/warehouse/duckdb"
)

// cutters is how many slices are written side by side.
const cutters = 4

// cut writes the slices of parts.
func (w *Warehouse) cut(ctx context.Context, s archwire.SliceSource, columns []archwire.Column, parts []unloadedPart, paths []string) ([]int64, error) {
	c, err := w.openCutter(ctx)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp(w.config.TempDir, unloadFolder)
	if err != nil {
		return nil, onDisk("making a folder for what was unloaded", err)
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
		return onDisk("fetching what was unloaded", err)
	}
	_, err = io.Copy(f, body)
	if err = errors.Join(err, f.Close()); err != nil {
		return onDisk("fetching what was unloaded", errors.Join(err, os.Remove(file)))
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
	spill, err := os.MkdirTemp(w.config.TempDir, cutFolder)
	if err != nil {
		return nil, onDisk("making a folder for slices", err)
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
