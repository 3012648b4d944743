package redshift

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Writable is nil when the warehouse takes writes, and an error of code Unavailable when
// it does not: in some resizes a cluster can be read only for a while, and is called
// available (Management Guide, Resizing a cluster).
func (w *Warehouse) Writable(ctx context.Context) error {
	err := w.session(ctx, func(l link) error {
		_, err := l.exec(ctx, "DELETE FROM "+gate) // it never has a row
		return err
	})
	return classify("writing to the warehouse", err)
}

// mayNotWrite says whether err is that a transaction, or the warehouse, takes no writes.
func mayNotWrite(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && isReadOnly(e)
}

// isReadOnly says whether e is that the warehouse takes no writes.
func isReadOnly(e *pgconn.PgError) bool {
	text := strings.ToLower(e.Message)
	return e.Code == "25006" || strings.Contains(text, "read-only") || strings.Contains(text, "read only")
}
