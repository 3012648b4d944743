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

// readBack reads a slice as its readers will and makes sure that it holds as many
// rows as the warehouse has for the tenant, of that tenant only, each with a key
// of its own.
func (c *cutter) readBack(ctx context.Context, d archwire.Dataset, source archwire.SliceSource, s archwire.Slice) error {
	file, err := c.Store.files.file(sliceName(s.SHA256), s.SHA256)
	if err != nil {
		return err
	}
	release, err := c.Store.files.hold(ctx, []kept{{Slice: s, file: file}})
	if err != nil {
		return err
	}
	defer release()
	q := archwire.Query{SQL: readBackSQL(source), Args: []any{s.Tenant}}
	n, err := numbers(c.Reader.QuerySlices(ctx, []archwire.SliceFile{file}, q))
	if err != nil {
		return fmt.Errorf("reading slice %s back: %w", s.SHA256, err)
	}
	rows, foreign, nullKeys, keys := n[0], n[1], n[2], n[3]
	switch {
	case rows != s.Rows || foreign != 0:
		return &archwire.Error{
			Code: archwire.Mismatch,
			Message: fmt.Sprintf("slice %s of dataset %s reads back with %d rows, %d of them of another tenant, instead of %d",
				s.SHA256, d.Name, rows, foreign, s.Rows),
			Hint: "Nothing was switched. Run archwire run again; if this repeats, check the disk of the store.",
		}
	case nullKeys != 0:
		return keyError(d, fmt.Sprintf("%d rows of one tenant have NULL in the key %s", nullKeys, keyText(d)))
	case keys != rows:
		return keyError(d, fmt.Sprintf("%d rows of one tenant share %d values of the key %s", rows, keys, keyText(d)))
	}
	return nil
}

// readBackSQL counts rows, rows of another tenant than $1, rows with NULL in
// their key and distinct keys, and reads every column on the way.
func readBackSQL(s archwire.SliceSource) string {
	key := quoteAll(s.Key)
	null := "false"
	distinct := "least(count(*), 1)" // without a key there is one row
	if len(key) > 0 {
		null = strings.Join(key, " is null or ") + " is null"
		distinct = "count(distinct " + key[0] + ")"
	}
	if len(key) > 1 {
		distinct = "count(distinct (" + strings.Join(key, ", ") + "))"
	}
	read := make([]string, len(s.Columns))
	for i, c := range quoteAll(s.Columns) {
		read[i] = "count(" + c + ")"
	}
	return fmt.Sprintf("select count(*), count(*) filter (where cast(%s as varchar) is distinct from $1), "+
		"count(*) filter (where %s), %s, %s from slice",
		archwire.Quote(s.Tenant), null, distinct, strings.Join(read, ", "))
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
