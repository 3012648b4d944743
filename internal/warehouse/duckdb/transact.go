package duckdb

import (
	"context"
	"database/sql"
	"errors"

	duckdb "github.com/duckdb/duckdb-go/v2"
)

// execAll runs statements one after the other.
func execAll(ctx context.Context, conn *sql.Conn, statements ...string) error {
	for _, statement := range statements {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// inTransaction runs f on a connection of its own, in a transaction that is
// committed if f returns nil and rolled back otherwise.
func inTransaction(ctx context.Context, db *sql.DB, begin string, f func(*sql.Conn) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return transact(ctx, conn, begin, func() error { return f(conn) })
}

// transact is inTransaction on a given connection.
func transact(ctx context.Context, conn *sql.Conn, begin string, f func() error) (err error) {
	// The transaction ends even when ctx has, or f panics: a connection goes back
	// clean. A BEGIN that ctx has cut off may have had its effect all the same.
	end, done := context.WithoutCancel(ctx), false
	defer func() {
		if !done {
			_, rollback := conn.ExecContext(end, "ROLLBACK")
			err = errors.Join(err, ignoreTransaction(rollback))
		}
	}()
	if _, err := conn.ExecContext(ctx, begin); err != nil {
		return err
	}
	if err := f(); err != nil {
		return err
	}
	done = true
	_, err = conn.ExecContext(end, "COMMIT")
	return err
}

// ignoreTransaction drops a complaint about transactions: that there is none to
// roll back, because DuckDB has done so by itself, or that others are open.
func ignoreTransaction(err error) error {
	if e, ok := errors.AsType[*duckdb.Error](err); ok && e.Type == duckdb.ErrorTypeTransaction {
		return nil
	}
	return err
}
