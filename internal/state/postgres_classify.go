package state

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// meanings are of SQLSTATEs, or of their first two characters; see
// https://www.postgresql.org/docs/current/errcodes-appendix.html.
var meanings = map[string]struct {
	code       archwire.Code
	what, hint string
}{
	"28":    {archwire.Denied, "does not let this user in", "Check user and password of the state's URL, and the server's pg_hba.conf."},
	"3D000": {archwire.Invalid, "does not exist", "Create the database, or check its name in the state's URL."},
	"42501": {
		archwire.Denied, "may not be written by this user",
		"Let the user create a schema in the database, or create the schema for it: create schema archwire authorization USER.",
	},
	"25006": {archwire.Unavailable, "is read-only now", "Name the primary in the state's URL, or wait until it is one again."},
	"53":    {archwire.Unavailable, "has no memory, disk or connection left", "Free some on the server, and run again."},
	"57014": {archwire.Unavailable, "took longer than a minute to answer", "Look for what keeps the server busy, and run again."},
	"57":    {archwire.Unavailable, "is starting or stopping", "Run again in a minute."},
	"08":    {archwire.Unavailable, "broke the connection", "Run again."},
	"40":    {archwire.Unavailable, "is being written by several at once", "Run again."},
	"58":    {archwire.Unavailable, "met a system error", "See the server's log."},
	"XX":    {archwire.Unavailable, "met an internal error, or damaged data", "See the server's log."},
}

// classify keeps no text of the server: it may quote what was to be written.
func (e *postgresEngine) classify(doing string, err error) error {
	if _, ok := errors.AsType[*archwire.Error](err); ok {
		return err
	}
	say := func(code archwire.Code, what, hint string, cause error) error {
		return &archwire.Error{Code: code, Message: fmt.Sprintf("%s: %s %s", doing, e.name(), what), Hint: hint, Err: cause}
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		m, ok := meanings[pg.Code]
		if !ok && len(pg.Code) == 5 {
			m, ok = meanings[pg.Code[:2]]
		}
		cause := fmt.Errorf("SQLSTATE %s", pg.Code)
		if !ok {
			return fmt.Errorf("%s: %w", doing, cause)
		}
		return say(m.code, m.what, m.hint, cause)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return say(archwire.Unavailable, "shows a certificate that cannot be trusted",
			"Name the authority that signed it as sslrootcert in the state's URL.", nil)
	}
	_, connecting := errors.AsType[*pgconn.ConnectError](err)
	_, network := errors.AsType[net.Error](err)
	if connecting || network || errors.Is(err, context.DeadlineExceeded) || pgconn.SafeToRetry(err) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return say(archwire.Unavailable, "cannot be reached",
			"Check host and port of the state's URL, that PostgreSQL runs there, and that a firewall lets this machine in.", nil)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
