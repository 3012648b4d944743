package duckdb

import (
	"context"
	"database/sql"
	"errors"

	"archwire"
)

// The tables of one connection in which a patch is gathered before it is applied.
const (
	patchKeys = `temp."archwire patch keys"`
	patchRows = `temp."archwire patch rows"`
)

// Patch notes the keys in removed and the rows in delta, all of it or nothing.
func (l *load) Patch(ctx context.Context, t archwire.Table, keys, rows archwire.Batches) (taken int64, err error) {
	g, leave, err := l.reading(ctx, t)
	if err != nil {
		return 0, err
	}
	defer leave()
	if len(g.Key) == 0 {
		return 0, &archwire.Error{Code: archwire.Internal, Message: t.ID() + " has no key, so it cannot be patched"}
	}
	err = errors.Join(g.ensureDelta(ctx, l.w.db), g.ensureRemoved(ctx, l.w.db))
	if err == nil {
		taken, err = l.patch(ctx, g, keys, rows)
	}
	if err != nil {
		return 0, classify("patching "+t.ID(), err)
	}
	return taken, nil
}

func (l *load) patch(ctx context.Context, g *target, keys, rows archwire.Batches) (taken int64, err error) {
	conn, err := l.w.db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer func() {
		// The tables of a connection live on in it.
		dropped := execAll(context.WithoutCancel(ctx), conn, "DROP TABLE IF EXISTS "+patchKeys, "DROP TABLE IF EXISTS "+patchRows)
		err = errors.Join(err, dropped, conn.Close())
	}()
	if err := gather(ctx, conn, patchKeys, g.KeyTable(), keys); err != nil {
		return 0, err
	}
	if err := gather(ctx, conn, patchRows, g.Table, rows); err != nil {
		return 0, err
	}
	if err := g.uniqueKeys(ctx, conn, patchRows); err != nil {
		return 0, err
	}
	err = transact(ctx, conn, "BEGIN", func() (err error) {
		taken, err = g.takeOut(ctx, conn)
		if err != nil {
			return err
		}
		return g.putIn(ctx, conn)
	})
	return taken, err
}

// gather writes rows into a table of this connection's.
func gather(ctx context.Context, conn *sql.Conn, name string, t archwire.Table, rows archwire.Batches) error {
	if err := execAll(ctx, conn, temporary(createTable(name, t))); err != nil || rows == nil {
		return err
	}
	f := newFeed(ctx, tableSchema(t), rows)
	defer f.stop()
	return offer(ctx, conn, f, func(view string) error {
		return f.explain(execAll(ctx, conn, "INSERT INTO "+name+" FROM "+view))
	})
}

// takeOut takes the rows of patchKeys out and returns how many there were.
func (g *target) takeOut(ctx context.Context, conn *sql.Conn) (taken int64, err error) {
	keys, parts := columnList(g.KeyTable().Columns), g.left()
	inBase, err := affected(ctx, conn, "INSERT INTO "+g.removedName()+" "+parts[0].in(g, patchKeys).query(keys))
	if err != nil {
		return 0, err
	}
	var inDelta int64
	if err := conn.QueryRowContext(ctx, parts[1].in(g, patchKeys).query("count(*)")).Scan(&inDelta); err != nil {
		return 0, err
	}
	// What the rows of delta hid in base stays hidden, by their keys.
	return inBase + inDelta, execAll(ctx, conn,
		"INSERT INTO "+g.removedName()+" "+portion{table: g.deltaName()}.in(g, patchKeys).query(keys),
		g.drop(g.deltaName(), patchKeys))
}

// putIn puts patchRows in.
func (g *target) putIn(ctx context.Context, conn *sql.Conn) error {
	return execAll(ctx, conn,
		g.drop(g.deltaName(), patchRows),
		"INSERT INTO "+g.deltaName()+" FROM "+patchRows)
}

// drop is the statement that drops the rows of a table whose keys are among
// those of another.
func (g *target) drop(from, keys string) string {
	return "DELETE FROM " + from + " WHERE rowid IN (" + portion{table: from}.in(g, keys).query("r.rowid") + ")"
}

// uniqueKeys refuses rows that share a key: in the table they would be two.
func (g *target) uniqueKeys(ctx context.Context, conn *sql.Conn, rows string) error {
	keys := columnList(g.KeyTable().Columns)
	var n int64
	err := conn.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM "+rows+" GROUP BY "+keys+" HAVING count(*) > 1)").Scan(&n)
	if err == nil && n > 0 {
		err = &archwire.Error{
			Code: archwire.Invalid, Message: g.ID() + ": several rows have the same key, so it is not a key",
			Hint: "Correct key in the source's file, or keep the table by sync: full.",
		}
	}
	return err
}

// affected runs a statement and returns how many rows it changed.
func affected(ctx context.Context, conn *sql.Conn, statement string) (int64, error) {
	result, err := conn.ExecContext(ctx, statement)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}
