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

// Stage writes rows into a hidden table of t, in a transaction of its own, in
// which it also notes that the chunk is staged.
func (l *load) Stage(ctx context.Context, t archwire.Table, c archwire.Chunk, rows archwire.Batches) (int64, error) {
	g, leave, err := l.enter(t)
	if err != nil {
		return 0, err
	}
	defer leave()
	if g.Merge && len(g.Key) == 0 {
		return 0, &archwire.Error{Code: archwire.Internal, Message: t.ID() + " has no key, so rows cannot be merged into it"}
	}
	into := g.baseName()
	if g.merge {
		into, err = g.deltaName(), g.ensureDelta(ctx, l.w.db)
	} else {
		err = g.ensureBase(ctx, l.w.db)
	}
	if err != nil {
		return 0, classify("preparing "+t.ID(), err)
	}
	then := g.mark(c)
	n, err := ingest(ctx, l.w.db, newFeed(ctx, tableSchema(g.Table), rows), func(view string) string {
		return "INSERT INTO " + into + " FROM " + view
	}, then...)
	if err != nil {
		return 0, classify("staging "+t.ID(), err)
	}
	return n, nil
}

// ingest runs a statement over the rows of f, which it finds under the name
// that statement is given, and others after it, in a transaction, and returns how
// many rows went in. It is f's own error if f had one.
func ingest(ctx context.Context, db *sql.DB, f *feed, statement func(view string) string, then ...string) (int64, error) {
	defer f.stop()
	err := withFeed(ctx, db, f, func(conn *sql.Conn, view string) error {
		return transact(ctx, conn, "BEGIN", func() error {
			if err := f.explain(execAll(ctx, conn, statement(view))); err != nil {
				return err
			}
			return execAll(ctx, conn, then...)
		})
	})
	return f.rows, err
}

// explain is why a statement over the rows of f failed, err if not because of f.
// DuckDB knows only the text of the feed's error, and none at all if it stopped
// for another reason meanwhile.
func (f *feed) explain(err error) error {
	if broken := f.Err(); broken != nil {
		return broken
	}
	return err
}

// withFeed calls do with a connection and the name of a view that gives the
// rows of r, once.
func withFeed(ctx context.Context, db *sql.DB, r array.RecordReader, do func(conn *sql.Conn, view string) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return offer(ctx, conn, r, func(view string) error { return do(conn, view) })
}

// offer is withFeed on a given connection.
//
// The driver makes such a view in the connection's current database and writes
// it to that database's log. So it is made in the one in memory, and before a
// transaction begins: one that has written to two databases fails.
func offer(ctx context.Context, conn *sql.Conn, r array.RecordReader, do func(view string) error) error {
	name := "feed_" + rand.Text()
	release, err := register(ctx, conn, r, name)
	if err != nil {
		return fmt.Errorf("handing over Arrow batches: %w", err)
	}
	view := aside + ".main." + name
	err = do(view)
	release()
	return errors.Join(err, execAll(context.WithoutCancel(ctx), conn, "DROP VIEW "+view))
}

// register makes the view of offer. The connection looks everywhere again
// afterwards whatever happens: a statement that ctx has cut off may have had its
// effect all the same.
func register(ctx context.Context, conn *sql.Conn, r array.RecordReader, name string) (release func(), err error) {
	err = execAll(ctx, conn, lookInMemory)
	if err == nil {
		err = conn.Raw(func(c any) error {
			a, err := duckdb.NewArrowFromConn(c.(driver.Conn)) //nolint:forcetypeassert // every connection here is one
			if err != nil {
				return err
			}
			if release, err = a.RegisterView(r, name); err != nil {
				// It does not say why. Of rows that were converted before, memory is all that can be missing.
				return &archwire.Error{Code: archwire.Unavailable, Message: "the engine takes no rows: it may be out of memory", Hint: moreMemory, Err: err}
			}
			return nil
		})
	}
	back := execAll(context.WithoutCancel(ctx), conn, lookEverywhere)
	if err == nil && back != nil {
		release()
	}
	return release, errors.Join(err, back)
}
