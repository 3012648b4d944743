package state

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// hold takes an advisory lock on a connection of its own: the server gives it
// back when the connection ends, however that ends. A holder whose machine has
// vanished is given up by the server after 25 s; a holder that cannot reach the
// server any more says so after at most 15 s, which is sooner.
func (e *postgresEngine) hold(ctx context.Context) (*hold, error) {
	config := e.config.Copy()
	config.RuntimeParams["application_name"] = "archwire run lock"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	var mine bool
	_, err = conn.Exec(ctx, "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3")
	if err == nil {
		err = conn.QueryRow(ctx, "select pg_try_advisory_lock($1)", e.lockKey("run")).Scan(&mine)
	}
	if err == nil && !mine {
		err = errHeld
	}
	if err != nil {
		return nil, errors.Join(err, closeConn(ctx, conn))
	}
	lost := make(chan error, 1)
	watching, stop := context.WithCancel(context.WithoutCancel(ctx))
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		if err := e.watch(watching, conn); watching.Err() == nil {
			lost <- err
		}
	}()
	return &hold{by: strconv.FormatUint(uint64(conn.PgConn().PID()), 10), lost: lost, release: func() error {
		stop()
		<-watched
		e.giveBack(ctx, conn)
		return closeConn(ctx, conn)
	}}, nil
}

// giveBack lets go of the lock before the connection ends: the server ends a session
// some time after it was told to. Where this fails, that is what gives the lock back.
func (e *postgresEngine) giveBack(ctx context.Context, conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_, _ = conn.Exec(ctx, "select pg_advisory_unlock($1)", e.lockKey("run")) // closing follows
}

// watch returns when the connection does not answer any more. Nothing is ever
// notified on it: waiting for that is how a broken connection is seen at once.
func (e *postgresEngine) watch(ctx context.Context, conn *pgx.Conn) error {
	for {
		waiting, done := context.WithTimeout(ctx, e.beat)
		_, err := conn.WaitForNotification(waiting)
		done()
		if err != nil && (ctx.Err() != nil || !pgconn.Timeout(err)) {
			return err
		}
		asking, done := context.WithTimeout(ctx, e.answer)
		err = conn.Ping(asking)
		done()
		if err != nil {
			return err
		}
	}
}

// closeConn ends a connection, also when ctx is over.
func closeConn(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return conn.Close(ctx)
}

// heldBy is the server's process that holds the lock.
func (e *postgresEngine) heldBy(ctx context.Context, db *sql.DB) (string, error) {
	var pid sql.NullString
	key := e.lockKey("run")
	err := db.QueryRowContext(ctx, `select max(pid)::text from pg_locks
		where locktype = 'advisory' and granted and objsubid = 1
			and database = (select oid from pg_database where datname = current_database())
			and classid = ($1::bigint >> 32 & 4294967295)::oid and objid = ($1::bigint & 4294967295)::oid`, key).Scan(&pid)
	return pid.String, err
}
