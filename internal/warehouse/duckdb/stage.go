package duckdb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"

	"archwire"
)

// Stage writes rows into the hidden table of t, in a transaction of its own.
func (l *load) Stage(ctx context.Context, t archwire.Table, rows archwire.Batches) (int64, error) {
	l.gate.RLock()
	defer l.gate.RUnlock()
	if err := errors.Join(l.open(), l.holds(t)); err != nil {
		return 0, err
	}
	n, err := ingest(ctx, l.w.db, newFeed(ctx, tableSchema(t), rows), func(view string) string {
		return "INSERT INTO " + l.staging(t) + " FROM " + view
	})
	if err != nil {
		return 0, classify("staging "+t.ID(), err)
	}
	return n, nil
}

// Count counts what was staged for t.
func (l *load) Count(ctx context.Context, t archwire.Table) (int64, error) {
	l.gate.RLock()
	defer l.gate.RUnlock()
	if err := errors.Join(l.open(), l.holds(t)); err != nil {
		return 0, err
	}
	var n int64
	if err := l.w.db.QueryRowContext(ctx, "SELECT count(*) FROM "+l.staging(t)).Scan(&n); err != nil {
		return 0, classify("counting "+t.ID(), err)
	}
	return n, nil
}

// ingest runs a statement over the rows of f, which it finds under the name
// that statement is given, in a transaction, and returns how many rows went in.
// It is f's own error if f had one.
func ingest(ctx context.Context, db *sql.DB, f *feed, statement func(view string) string) (int64, error) {
	defer f.stop()
	err := withFeed(ctx, db, f, func(conn *sql.Conn, view string) error {
		return transact(ctx, conn, "BEGIN", func() error {
			_, err := conn.ExecContext(ctx, statement(view))
			// DuckDB knows only the text of the feed's error, and none at all if it
			// stopped for another reason meanwhile.
			if broken := f.Err(); broken != nil {
				return broken
			}
			return err
		})
	})
	return f.rows, err
}

// withFeed calls do with a connection and the name of a view that gives the
// rows of r, once.
//
// The driver makes such a view in the connection's current database and writes
// it to that database's log. So it is made in the one in memory, and before a
// transaction begins: one that has written to two databases fails.
func withFeed(ctx context.Context, db *sql.DB, r array.RecordReader, do func(conn *sql.Conn, view string) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	name := "feed_" + rand.Text()
	release, err := register(ctx, conn, r, name)
	if err != nil {
		return fmt.Errorf("handing over Arrow batches: %w", err)
	}
	view := aside + ".main." + name
	err = do(conn, view)
	release()
	return errors.Join(err, execAll(context.WithoutCancel(ctx), conn, "DROP VIEW "+view))
}

// register makes the view of withFeed.
func register(ctx context.Context, conn *sql.Conn, r array.RecordReader, name string) (release func(), err error) {
	if err := execAll(ctx, conn, lookInMemory); err != nil {
		return nil, err
	}
	err = conn.Raw(func(c any) error {
		a, err := duckdb.NewArrowFromConn(c.(driver.Conn)) //nolint:forcetypeassert // every connection here is one
		if err != nil {
			return err
		}
		release, err = a.RegisterView(r, name)
		return err
	})
	back := execAll(context.WithoutCancel(ctx), conn, lookEverywhere)
	if err == nil && back != nil {
		release()
	}
	return release, errors.Join(err, back)
}
