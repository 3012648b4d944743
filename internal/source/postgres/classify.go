package postgres

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// classify turns an error of the driver or the server into one for people.
// thing is the table at hand, "" for the source as a whole.
func (s *Source) classify(ctx context.Context, err error, thing string) error {
	if thing == "" {
		thing = s.cfg.Name
	}
	if _, done := errors.AsType[*archwire.Error](err); done {
		return err
	}
	if ctx.Err() != nil {
		return fmt.Errorf("reading %s: %w", thing, context.Cause(ctx))
	}
	if errors.Is(err, errClosed) || errors.Is(err, errViewClosed) {
		return err
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return s.classifyState(pg, thing)
	}
	if errors.Is(err, errProtocol) || errors.Is(err, errFormat) {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: thing + ": what came from the database is not what PostgreSQL sends",
			Hint: "Connect to the server itself instead of a proxy before it, and run again.", Err: err,
		}
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return s.unreachable(err)
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: thing + ": the connection to the database was lost",
		Hint: "Run again; if this repeats, look for a timeout or a limit in the server and in what lies between.", Err: err,
	}
}

func (s *Source) unreachable(err error) error {
	where := fmt.Sprintf("%s port %d", s.conn.Host, s.conn.Port)
	e := &archwire.Error{
		Code: archwire.Unavailable, Message: s.cfg.Name + ": the database at " + where + " cannot be reached",
		Hint: "Check host and port of the dsn, that PostgreSQL runs there, and that a firewall lets this machine in.", Err: err,
	}
	_, noName := errors.AsType[*net.DNSError](err)
	_, noTrust := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case noName:
		e.Message = s.cfg.Name + ": the host " + s.conn.Host + " has no address"
		e.Hint = "Check the host of the dsn."
	case noTrust, strings.Contains(err.Error(), "tls error"): // pgconn gives a server's refusal no type
		e.Message = s.cfg.Name + ": no encrypted connection to the database at " + where + " came about"
		e.Hint = "Check that the server has TLS on and that sslrootcert of the dsn holds the authority that signed its certificate."
	}
	return e
}

// A complaint is what one SQLSTATE means to the person who runs Archwire. In
// the texts %s is the thing, and in hints the user.
type complaint struct {
	code    archwire.Code
	message string
	hint    string
}

// complaints are by SQLSTATE, or by its first two characters; see
// https://www.postgresql.org/docs/current/errcodes-appendix.html.
var complaints = map[string]complaint{
	"28P01": {archwire.Denied, "the password was refused", "Check user and password of the dsn."},
	"28":    {archwire.Denied, "the server does not let this user in from here", "Check the user of the dsn, and the server's pg_hba.conf."},
	"3D000": {archwire.Invalid, "the database does not exist", "Check the database name in the dsn."},
	"42501": {
		archwire.Denied, "the user may not read this",
		"In the source, grant usage on the schema and select on the table; with row-level security, also: alter role ... bypassrls.",
	},
	"42P01": {archwire.Invalid, "the table is not there any more", "Run archwire discover and review the changes."},
	"42703": {archwire.Invalid, "a column is not there any more", "Run archwire discover and review the changes."},
	"42":    {archwire.Invalid, "the server does not accept the query for this table", "Run archwire discover and review the changes."},
	"53300": {archwire.Unavailable, "the server has no connection left", "Lower connections of the source, or raise max_connections of the server."},
	"53":    {archwire.Unavailable, "the server is out of memory, disk or connections", "Free some on the server, and run again."},
	"55P03": {archwire.Unavailable, "another session keeps the table locked", "Run again when it is done; pg_locks shows who holds it."},
	"57014": {
		archwire.Unavailable, "the server stopped the query: it took longer than its statement_timeout, or somebody cancelled it",
		"Raise longest_statement of the source in its project file, or statement_timeout of the user in the server.",
	},
	"57P01": {archwire.Unavailable, "the server ended the connection", "Run again; the server was stopped, or somebody ended the session."},
	"57P03": {archwire.Unavailable, "the server is starting or stopping", "Run again in a minute."},
	"57":    {archwire.Unavailable, "the server stopped the query", "Run again."},
	"40001": {
		archwire.Unavailable, "the standby had to remove rows that were being read",
		"Run again; to avoid it, set hot_standby_feedback = on or raise max_standby_streaming_delay on the standby, or read the primary.",
	},
	"08": {archwire.Unavailable, "the connection to the database was lost", "Run again."},
	"58": {archwire.Unavailable, "the server met a system error", "See the server's log."},
	"XX": {archwire.Unavailable, "the server met an internal error, or damaged data", "See the server's log."},
	"22": {archwire.Invalid, "the server could not convert a value", "Declare the column as text, or exclude it."},
}

func (s *Source) classifyState(pg *pgconn.PgError, thing string) error {
	c, ok := complaints[pg.Code]
	if !ok && len(pg.Code) == 5 {
		c, ok = complaints[pg.Code[:2]]
	}
	if !ok {
		c = complaint{archwire.Unavailable, "the server answered with an error", "See the server's log."}
	}
	e := &archwire.Error{Code: c.code, Message: thing + ": " + c.message, Hint: c.hint, Err: stateError(pg.Code)}
	switch pg.Code {
	case "28P01":
		e.Message = fmt.Sprintf("%s: the password of user %s was refused", s.cfg.Name, s.conn.User)
	case "3D000":
		e.Message = fmt.Sprintf("%s: the database %s does not exist", s.cfg.Name, s.conn.Database)
	}
	return e
}

// stateError is all that is kept of a server's error: its text may quote a row.
type stateError string

func (e stateError) Error() string { return "SQLSTATE " + string(e) }

// readError is classify for what can go wrong while rows are decoded.
func (v *view) readError(ctx context.Context, t archwire.Table, err error) error {
	value, ok := errors.AsType[*valueError](err)
	if !ok || errors.Is(err, errFormat) {
		return v.classify(ctx, err, t.ID())
	}
	declared := ""
	if c, ok := t.Column(value.column); ok {
		declared = c.Type.String()
	}
	return &archwire.Error{
		Code:    archwire.Invalid,
		Message: fmt.Sprintf("%s: column %s is copied as %s: %s", t.ID(), value.column, declared, value.err),
		Hint:    "Declare another type for the column, text holds everything, or exclude it.",
	}
}
