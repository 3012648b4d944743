package redshift

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"

	"archwire"
)

// settings are run on each new session. Names are read without regard to case, in quotes
// too, as the embedded engine reads them (enable_case_sensitive_identifier, which is
// false unless a parameter group says otherwise), double precision comes with all its digits
// (extra_float_digits, of which 2 is the most), and a load may take as long as it takes.
var settings = []string{
	"SET timezone TO 'UTC'",
	"SET datestyle TO 'ISO, MDY'",
	"SET extra_float_digits TO 2",
	"SET enable_case_sensitive_identifier TO false",
	"SET statement_timeout TO 0",
	"SET query_group TO 'archwire'",
}

// patience is how long a session may take to open, and how long is waited for Redshift
// to say that it has stopped a statement.
const (
	openPatience   = 30 * time.Second
	cancelPatience = 10 * time.Second
)

// A session is one connection. It speaks the simple protocol only: Redshift has neither
// binary results nor prepared statements worth their round trips.
type session struct {
	conn    *pgconn.PgConn
	waiting []string // statements that go with the next one: see later
	used    bool     // it was handed out before
}

// connect opens a session, by a way of its own if dial is not nil.
func connect(ctx context.Context, p place, c Credentials, dial pgconn.DialFunc) (*session, error) {
	config, err := configOf(p, c)
	if err != nil {
		return nil, err
	}
	if dial != nil {
		config.DialFunc = dial
	}
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, refusedSession(p, err)
	}
	s := &session{conn: conn}
	s.later(settings...)
	if err := s.flush(ctx); err != nil {
		s.close(ctx)
		return nil, err
	}
	return s, nil
}

// configOf is the driver's configuration: all that it would look for elsewhere, in PG*
// variables and files of the home folder, is said.
func configOf(p place, c Credentials) (*pgconn.Config, error) {
	values := url.Values{"sslmode": {p.sslmode}, "application_name": {"archwire"}, "connect_timeout": {strconv.Itoa(int(openPatience.Seconds()))}}
	if p.sslrootcert != "" {
		values.Set("sslrootcert", p.sslrootcert)
	}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(c.User, c.Password), Host: p.host + ":" + p.port, Path: "/" + p.database, RawQuery: values.Encode()}
	config, err := pgconn.ParseConfig(u.String())
	if err != nil {
		// The driver's text may repeat the URL.
		return nil, wrongURL("does not lead to a session", "Look at the host, and whether the file of sslrootcert is there and holds certificates.")
	}
	config.RuntimeParams = map[string]string{"application_name": "archwire"}
	config.Fallbacks = nil
	config.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		// A statement whose caller has gone is stopped where it runs, and does not go on
		// for hours in the cluster.
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: cancelPatience}
	}
	return config, nil
}

// refusedSession is for a session that was not opened.
func refusedSession(p place, err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return meaning("logging in to "+p.String(), e)
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: "the warehouse " + p.String() + " is not reached", Err: err,
		Hint: "Look at the host and port, at the security group and the network, whether the cluster is paused, and whether its certificate is that of sslrootcert.",
	}
}

// A link runs statements in one session.
type link interface {
	// exec runs a statement and returns how many rows it changed.
	exec(ctx context.Context, statement string) (int64, error)

	// rows hands each row of a query to each, its values as text, NULL as nil. They
	// are valid until each returns.
	rows(ctx context.Context, query string, each func(values [][]byte) error) error

	// later runs statements, of which nobody asks what they gave, together with the next
	// one: they are one message, and one transaction if none is open. What goes wrong
	// with them is the error of that one, or of the session's end.
	later(statements ...string)
}

var _ link = (*session)(nil)

func (s *session) exec(ctx context.Context, statement string) (int64, error) {
	r, err := s.run(ctx, statement)
	return r.affected, err
}

func (s *session) rows(ctx context.Context, query string, each func(values [][]byte) error) error {
	message, err := s.message(ctx, query)
	if err != nil {
		return err
	}
	results := s.conn.Exec(ctx, message)
	for results.NextResult() {
		reader := results.ResultReader()
		for reader.NextRow() {
			if err := each(reader.Values()); err != nil {
				// The rest would have to be read to its end: the session is given up.
				s.close(ctx)
				return err
			}
		}
	}
	return s.explain(ctx, results.Close())
}

// run runs a statement and gives its rows, as text; nil is NULL. What has many rows is
// read by rows.
func (s *session) run(ctx context.Context, sql string) (result, error) {
	message, err := s.message(ctx, sql)
	if err != nil {
		return result{}, err
	}
	all, err := s.conn.Exec(ctx, message).ReadAll()
	if err != nil {
		return result{}, s.explain(ctx, err)
	}
	var out result
	for _, one := range all {
		out = result{fields: one.FieldDescriptions, rows: one.Rows, affected: one.CommandTag.RowsAffected()}
	}
	return out, nil
}

// A result is what a statement gave.
type result struct {
	fields   []pgconn.FieldDescription
	rows     [][][]byte
	affected int64
}

// whole is a whole number as text; NULL is 0.
func whole(value []byte) (int64, error) {
	if value == nil {
		return 0, nil
	}
	n, err := strconv.ParseInt(string(value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("reading a whole number: %w", errUnreadable)
	}
	return n, nil
}

// explain is the error of a statement: that of the context if it has ended, and errLost
// if the connection has.
func (s *session) explain(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case s.conn.IsClosed() || isLost(err):
		return fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}

// idle says whether the session can be used for something else: it is open and in no
// transaction.
func (s *session) idle() bool {
	return len(s.waiting) == 0 && !s.conn.IsClosed() && !s.conn.IsBusy() && s.conn.TxStatus() == 'I'
}

// close ends the session, politely if it answers.
func (s *session) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	s.conn.Close(ctx) //nolint:errcheck // nothing of it is waited for
}
