package postgres

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgproto3"

	"archwire"
)

const (
	connectTimeout = 15 * time.Second
	lockTimeout    = 10 * time.Second
)

// connConfig reads the DSN. The wire of each connection is ours, so that COPY
// can be read from its buffer; see wire.go.
func connConfig(cfg Config) (*pgconn.Config, error) {
	invalid := &archwire.Error{
		Code:    archwire.Invalid,
		Message: cfg.Name + ": the dsn is not a PostgreSQL connection string",
		Hint: "Write postgres://user:password@host:5432/database?sslmode=verify-full, " +
			"with the characters @ : / ? # % of a password as %40 and so on.",
	}
	if strings.TrimSpace(cfg.DSN) == "" {
		invalid.Message = cfg.Name + ": the dsn is empty"
		return nil, invalid
	}
	conn, err := pgconn.ParseConfig(cfg.DSN)
	if err != nil {
		return nil, invalid // without the cause, which quotes parts of the dsn
	}
	if conn.ConnectTimeout == 0 {
		conn.ConnectTimeout = connectTimeout
	}
	return conn, nil
}

// A session is one connection, set up for reading.
type session struct {
	conn    *pgconn.PgConn
	wire    *wire
	version int // 150018 is 15.18
	ascii   bool
}

// connect opens a session that can only read and prints values in one form
// whatever the server's or the role's defaults are.
func (s *Source) connect(ctx context.Context) (*session, error) {
	se := &session{}
	cfg := s.conn.Copy()
	cfg.BuildFrontend = func(r io.Reader, w io.Writer) *pgproto3.Frontend {
		se.wire = newWire(r) // the last one built is that of the connection that succeeded
		return pgproto3.NewFrontend(se.wire, w)
	}
	// A question whose asker has gone costs the query, not the session with its
	// snapshot.
	cfg.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: 2 * time.Second}
	}
	conn, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, s.classify(ctx, err, "")
	}
	se.conn = conn
	if err := se.setUp(ctx, s.settings(), "session"); err != nil {
		se.close(ctx)
		return nil, s.classify(ctx, err, "")
	}
	return se, nil
}

// connectUnlessClosed is how the source's own methods connect.
func (s *Source) connectUnlessClosed(ctx context.Context) (*session, error) {
	if s.closed.Load() {
		return nil, errClosed
	}
	return s.connect(ctx)
}

// settings lists what a session sets; names a server does not know are left
// out by setUp.
func (s *Source) settings() [][2]string {
	set := [][2]string{
		{"application_name", "archwire"},
		{"default_transaction_read_only", "on"},
		{"client_encoding", "UTF8"},
		{"timezone", "UTC"},
		{"datestyle", "ISO, YMD"},
		{"intervalstyle", "iso_8601"},
		{"extra_float_digits", "3"},
		{"bytea_output", "hex"},
		{"xmloption", "content"},
		// A policy that hides rows is an error instead of a copy that lacks them.
		{"row_security", "off"},
		{"lock_timeout", milliseconds(s.lockTimeout)},
		// The connection that holds the snapshot may idle as long as the run takes.
		{"idle_in_transaction_session_timeout", "0"},
		{"idle_session_timeout", "0"},
		{"transaction_timeout", "0"},
		// A view whose reader vanished is noticed before its query has ended.
		{"client_connection_check_interval", "10000"},
		// The budget counts connections, so a connection must not fan out.
		{"max_parallel_workers_per_gather", "0"},
		// Compiling costs more than reading for tables of very many columns.
		{"jit", "off"},
	}
	if s.cfg.StatementTimeout > 0 {
		set = append(set, [2]string{"statement_timeout", milliseconds(s.cfg.StatementTimeout)})
	}
	return set
}

func milliseconds(d time.Duration) string {
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10)
}

// setUp applies the settings to the session or, for poolers that hand a session
// around between transactions, to the transaction.
func (se *session) setUp(ctx context.Context, settings [][2]string, scope string) error {
	var values []string
	for _, s := range settings {
		values = append(values, fmt.Sprintf("(%s,%s)", literal(s[0]), literal(s[1])))
	}
	rows, err := se.query(ctx, `select set_config(v.name, v.value, `+literal(scope)+` = 'transaction'), current_setting('server_version_num')
		from (values `+strings.Join(values, ",")+`) v(name, value)
		where current_setting(v.name, true) is not null`)
	if err != nil {
		return fmt.Errorf("setting up the session: %w", err)
	}
	if se.version, err = strconv.Atoi(rows[0][1]); err != nil {
		return fmt.Errorf("reading the server's version: %w", err)
	}
	se.ascii = se.conn.ParameterStatus("server_encoding") == "SQL_ASCII"
	if !se.ascii {
		return nil
	}
	// Such a database holds bytes of any encoding. Asked for UTF-8, the server
	// would refuse others without saying in which column; the decoder tells.
	return se.exec(ctx, "set "+map[string]string{"session": "session", "transaction": "local"}[scope]+" client_encoding to 'SQL_ASCII'")
}

// encrypted says whether the connection is by TLS.
func (se *session) encrypted() bool {
	_, ok := se.conn.Conn().(*tls.Conn)
	return ok
}

// query runs one statement and returns its rows as text; NULL is "".
func (se *session) query(ctx context.Context, sql string, args ...string) ([][]string, error) {
	params := make([][]byte, len(args))
	for i, a := range args {
		params[i] = []byte(a)
	}
	result := se.conn.ExecParams(ctx, sql, params, nil, nil, nil).Read()
	if result.Err != nil {
		return nil, result.Err //nolint:wrapcheck // classified by the caller, who knows what was asked
	}
	rows := make([][]string, len(result.Rows))
	for i, r := range result.Rows {
		rows[i] = make([]string, len(r))
		for j, f := range r {
			rows[i][j] = string(f)
		}
	}
	return rows, nil
}

// exec runs statements without parameters or results.
func (se *session) exec(ctx context.Context, sql string) error {
	return se.conn.Exec(ctx, sql).Close() //nolint:wrapcheck // as for query
}

// close ends the session; the server rolls back what is open.
func (se *session) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	_ = se.conn.Close(ctx) // the server ends the session when the socket closes, at the latest
}

// literal writes s as an SQL string, whatever standard_conforming_strings is.
func literal(s string) string {
	quoted := "'" + strings.ReplaceAll(s, "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return " E" + strings.ReplaceAll(quoted, `\`, `\\`)
	}
	return quoted
}
