package redshift

import (
	"context"
	"encoding/csv"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"archwire"
)

// A LoadFailure is a value that Redshift did not take. It is for the person at the
// terminal, and is never logged or stored.
type LoadFailure struct {
	Column string
	Value  string // as the file has it: "NULL", or a text in quotes if it is one; its beginning if it is long
}

// Error names the column and not the value.
func (f *LoadFailure) Error() string { return "a value of the column " + f.Column + " was not taken" }

// longestValue is how much of a value is shown.
const longestValue = 200

// valueAt reads a value back from the file of a COPY that failed. Views of errors that
// have it are on provisioned clusters only. Whether Redshift counts lines or records is
// not documented: a value is told where both are the same.
func (w *Warehouse) valueAt(ctx context.Context, err error, file, line, column string) (value string, ok bool) {
	failed, isCopy := errors.AsType[*copyFailed](err)
	name, ours := strings.CutPrefix(file, w.staging+"/")
	n, wrong := strconv.Atoi(line)
	if !isCopy || !ours || wrong != nil {
		return "", false
	}
	at := slices.IndexFunc(failed.columns, func(c archwire.Column) bool { return folded(c.Name) == folded(column) })
	record, err := w.recordAt(ctx, name, n)
	if err != nil || at < 0 || len(record) != len(failed.columns) {
		return "", false
	}
	switch value = record[at]; {
	case value == failed.mark:
		return "NULL", true
	case len(value) > longestValue:
		value = strings.ToValidUTF8(value[:longestValue], "") + "..."
	}
	return strconv.Quote(value), true
}

// recordAt is the n-th record of a file, from 1; none if it is not in the n-th line, too.
func (w *Warehouse) recordAt(ctx context.Context, name string, n int) ([]string, error) {
	body, err := w.store.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer body.Close() //nolint:errcheck // read only
	unzipped, err := gzip.NewReader(body)
	if err != nil {
		return nil, err
	}
	records := csv.NewReader(unzipped)
	records.ReuseRecord = true
	for i := 1; ; i++ {
		record, err := records.Read()
		if err != nil {
			return nil, err
		}
		if line, _ := records.FieldPos(0); line != i {
			return nil, nil
		}
		if i == n {
			return record, nil
		}
	}
}
