package publish

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// keep moves the file at path into the store, under its SHA-256.
func (c *cutter) keep(ctx context.Context, path string) (archwire.Slice, error) {
	sha, size, err := digestFile(path)
	if err != nil {
		return archwire.Slice{}, err
	}
	if err := c.Store.writeFile(ctx, sliceName(sha), path, sha); err != nil {
		return archwire.Slice{}, err
	}
	return archwire.Slice{SHA256: sha, Bytes: size}, os.Remove(path)
}

// readBack reads slices of one source as their readers will and makes sure that
// each holds as many rows as the warehouse has for its tenant, of that tenant only,
// each with a key of its own.
func (c *cutter) readBack(ctx context.Context, d archwire.Dataset, source archwire.SliceSource, written []archwire.Slice) error {
	files := make([]archwire.SliceFile, len(written))
	held := make([]kept, len(written))
	tenants := make([]string, len(written))
	for i, s := range written {
		file, err := c.Store.files.file(sliceName(s.SHA256), s.SHA256)
		if err != nil {
			return err
		}
		files[i], held[i], tenants[i] = file, kept{Slice: s, file: file}, s.Tenant
	}
	release, err := c.Store.files.hold(ctx, held)
	if err != nil {
		return err
	}
	defer release()
	counts, err := c.Reader.CountSlices(ctx, source, files, tenants)
	if err != nil {
		return fmt.Errorf("reading slices back: %w", err)
	}
	for i, s := range written {
		if err := proveCount(d, s, counts[i]); err != nil {
			return err
		}
	}
	return nil
}

// proveCount makes sure that a slice holds what it should.
func proveCount(d archwire.Dataset, s archwire.Slice, n archwire.SliceCount) error {
	switch {
	case n.Rows != s.Rows || n.Foreign != 0:
		return &archwire.Error{
			Code: archwire.Mismatch,
			Message: fmt.Sprintf("slice %s of dataset %s reads back with %d rows, %d of them of another tenant, instead of %d",
				s.SHA256, d.Name, n.Rows, n.Foreign, s.Rows),
			Hint: "Nothing was switched. Run archwire run again; if this repeats, check the disk of the store.",
		}
	case n.NullKeys != 0:
		return keyError(d, fmt.Sprintf("%d rows of one tenant have NULL in the key %s", n.NullKeys, keyText(d)))
	case n.Keys != n.Rows:
		return keyError(d, fmt.Sprintf("%d rows of one tenant share %d values of the key %s", n.Rows, n.Keys, keyText(d)))
	}
	return nil
}

func quoteAll(names []string) []string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = archwire.Quote(n)
	}
	return quoted
}

// numbers is the only row of a query whose columns are counts.
func numbers(batches archwire.Batches) ([]int64, error) {
	var row []int64
	for batch, err := range batches {
		if err != nil {
			return nil, err
		}
		for i := range int(batch.NumCols()) {
			column, ok := batch.Column(i).(*array.Int64)
			if !ok || column.Len() != 1 {
				return nil, fmt.Errorf("column %d of a row of counts is %d values of %s", i, batch.NumRows(), batch.Column(i).DataType())
			}
			row = append(row, column.Value(0))
		}
	}
	if len(row) == 0 {
		return nil, fmt.Errorf("a query for counts gave no row")
	}
	return row, nil
}

func keyText(d archwire.Dataset) string {
	if len(d.Key) == 0 {
		return "(none: one row a tenant)"
	}
	return strings.Join(d.Key, ", ")
}

func keyError(d archwire.Dataset, what string) error {
	return &archwire.Error{
		Code: archwire.Mismatch, Message: fmt.Sprintf("dataset %s: %s", d.Name, what),
		Hint: "Give the dataset a key that tells the rows of a tenant apart and is never NULL, or correct the model that it is from.",
	}
}
