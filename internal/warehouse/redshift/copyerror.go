package redshift

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// loadErrors ask for the newest error of a COPY of ours: the view that all kinds of
// warehouse have, then the one of provisioned clusters. Their texts are padded with
// blanks. Neither is asked for the value: it may be a person's.
var loadErrors = []string{
	"SELECT TRIM(file_name), line_number, TRIM(column_name), TRIM(column_type), TRIM(column_length), error_code, TRIM(error_message)" +
		" FROM sys_load_error_detail WHERE session_id = %d ORDER BY start_time DESC LIMIT 1",
	"SELECT TRIM(filename), line_number, TRIM(colname), TRIM(type), TRIM(col_length), err_code, TRIM(err_reason)" +
		" FROM stl_load_errors WHERE session = %d ORDER BY starttime DESC LIMIT 1",
}

// loading is transact for what copies rows of a table, and says which row does not fit.
func (w *Warehouse) loading(ctx context.Context, t archwire.Table, lock string, f func(link) error) error {
	a := &attempt{lock: lock, id: rand.Text()}
	return w.session(ctx, func(l link) error {
		return w.explainLoad(ctx, l, t, w.commit(ctx, l, a, func() error { return f(l) }))
	})
}

// copyFailed is a COPY that failed, and what its files hold.
type copyFailed struct {
	error
	columns []archwire.Column
	mark    string // for NULL
}

// Unwrap is the error of the statement.
func (e *copyFailed) Unwrap() error { return e.error }

// isLoadError says whether an error of COPY tells to look at the errors of loads (Load
// error reference; the text is Load into table '...' failed. Check
// 'sys_load_error_detail' system table for details).
func isLoadError(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (strings.Contains(strings.ToLower(e.Message), "load_error") || strings.HasPrefix(e.Message, "Load into table"))
}

// explainLoad is the error of a COPY: if rows did not fit, in which file, line and
// column the first of them is, with the value in a LoadFailure below it. The session is
// that of the COPY, after its transaction has ended.
func (w *Warehouse) explainLoad(ctx context.Context, l link, table archwire.Table, err error) error {
	if !isLoadError(err) {
		return err
	}
	// A function of the leader node cannot be asked together with these views.
	pid, failed := count(ctx, l, "SELECT PG_BACKEND_PID()")
	if failed != nil {
		return errors.Join(err, failed)
	}
	for _, query := range loadErrors {
		var found []string
		failed := l.rows(ctx, fmt.Sprintf(query, pid), func(v [][]byte) error {
			for _, one := range v {
				found = append(found, string(one))
			}
			return nil
		})
		if failed != nil || len(found) != 7 {
			continue // the view is not there, or has nothing
		}
		said := &archwire.Error{
			Code: archwire.Invalid, Message: fmt.Sprintf("%s: Redshift does not take line %s of %s: column %s, %s(%s): error %s, %s",
				table.ID(), found[1], path.Base(found[0]), found[2], found[3], found[4], found[5], safeReason(found[6])),
			Hint: "Declare the column with a type that holds all its values in the source's file, or leave it out.",
		}
		if value, ok := w.valueAt(ctx, err, found[0], found[1], found[2]); ok {
			said.Err = &LoadFailure{Column: found[2], Value: value}
		}
		return said
	}
	return &archwire.Error{
		Code: archwire.Invalid, Message: table.ID() + ": Redshift does not take a row of it, and does not tell which",
		Hint: "Grant the user that archwire logs in as SELECT on sys_load_error_detail, and run again.",
	}
}

// safeReason is why a value did not fit, without what may be the value: the text of an
// error up to its first quote, colon or bracket.
func safeReason(text string) string {
	if i := strings.IndexAny(text, `'":[(`); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSpace(text)
}
