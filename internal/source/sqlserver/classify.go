package sqlserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"

	"archwire"
	"archwire/internal/source/sqlserver/tds"
)

var errFormat = errors.New("the server's answer is not of the form that was asked for")

// connectError is what happened before a session was set up.
type connectError struct{ err error }

func (e *connectError) Error() string { return e.err.Error() }
func (e *connectError) Unwrap() error { return e.err }

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
		if cause, told := errors.AsType[*archwire.Error](context.Cause(ctx)); told {
			return cause
		}
		return fmt.Errorf("reading %s: %w", thing, context.Cause(ctx))
	}
	if errors.Is(err, errClosed) || errors.Is(err, errViewClosed) {
		return err
	}
	if e, ok := errors.AsType[*serverError](err); ok {
		return s.classifyNumber(e, thing)
	}
	if _, ok := errors.AsType[*connectError](err); ok {
		return s.unreachable(err)
	}
	if errors.Is(err, errFormat) || errors.Is(err, tds.ErrProtocol) {
		return &archwire.Error{
			Code: archwire.Unavailable, Message: thing + ": what came from the database is not what SQL Server sends",
			Hint: "Connect to the server itself instead of a proxy before it, and run again.", Err: err,
		}
	}
	return &archwire.Error{
		Code: archwire.Unavailable, Message: thing + ": the connection to the database was lost",
		Hint: "Run again; if this repeats, look for a timeout or a limit in the server and in what lies between.", Err: err,
	}
}

func (s *Source) unreachable(err error) error {
	where := fmt.Sprintf("%s port %d", s.dsn.host, s.dsn.port)
	e := &archwire.Error{
		Code: archwire.Unavailable, Message: s.cfg.Name + ": the database at " + where + " cannot be reached",
		Hint: "Check host and port of the dsn, that SQL Server listens there for TCP/IP, and that a firewall lets this machine in.", Err: err,
	}
	_, noName := errors.AsType[*net.DNSError](err)
	_, noTrust := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[*tds.HandshakeError](err)
	if s.dsn.entra { // whose own errors tell too much
		e.Message += ", or Microsoft Entra gave no token for it"
		e.Hint = strings.TrimSuffix(e.Hint, ".") + "; and that it reaches Microsoft Entra, and the user, secret or identity that fedauth goes by."
	}
	switch {
	case noName:
		e.Message = s.cfg.Name + ": the host " + s.dsn.host + " has no address"
		e.Hint = "Check the host of the dsn."
	case errors.Is(err, tds.ErrNoEncryption):
		e.Message = s.cfg.Name + ": the server at " + where + " does not encrypt connections"
		e.Hint = "Give the server a certificate, or write encrypt=disable where the network is trusted."
	case errors.Is(err, tds.ErrEncryptionRequired):
		e.Message = s.cfg.Name + ": the server at " + where + " takes encrypted connections only"
		e.Hint = "Write encrypt=true or encrypt=strict in the dsn."
	case noTrust:
		e.Message, e.Hint = s.distrust(err)
	case noTLS:
		e.Message = s.cfg.Name + ": no encrypted connection to the database at " + where + " came about"
		e.Hint = "For a server of TDS 8.0 only, write encrypt=strict; if the dsn pins a certificate, compare it with the server's."
	}
	return e
}

// distrust says what is wrong with the certificate that the server has shown.
func (s *Source) distrust(err error) (message, hint string) {
	message = fmt.Sprintf("%s: the certificate of the server at %s port %d ", s.cfg.Name, s.dsn.host, s.dsn.port)
	invalid, isInvalid := errors.AsType[x509.CertificateInvalidError](err)
	_, named := errors.AsType[x509.HostnameError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	switch {
	case isInvalid && invalid.Reason == x509.Expired:
		return message + "is not valid today: it has expired, or a clock is wrong", "Give the server a new certificate, or set the clock of this machine."
	case named:
		return message + "is of another name", "Write the host in the dsn as the certificate has it, or that name as hostNameInCertificate=NAME."
	case unknown:
		return message + "is signed by an authority that is not trusted here",
			"Name that authority in the dsn by certificate=FILE, or add it to those of this machine. A server that was given none signs one itself, anew at each start: give it one."
	}
	return message + "cannot be verified", "Give the server a certificate for its name, and name the authority that signed it in the dsn by certificate=FILE."
}

// A complaint is what one number means to the person who runs Archwire.
type complaint struct {
	code    archwire.Code
	message string
	hint    string
}

// classifyNumber goes by complaints.
func (s *Source) classifyNumber(e *serverError, thing string) error {
	c, ok := complaints[e.Number]
	if !ok {
		c = complaint{archwire.Unavailable, "the server answered with an error", "See the server's documentation for that number, and the server's log."}
	}
	message := fmt.Sprintf("%s: %s (error %d)", thing, c.message, e.Number)
	return &archwire.Error{Code: c.code, Message: message, Hint: c.hint, Err: e}
}

// readError is classify for what can go wrong while rows are decoded.
func (v *view) readError(ctx context.Context, t archwire.Table, err error) error {
	value, ok := errors.AsType[*valueError](err)
	if !ok {
		return v.classify(ctx, err, t.ID())
	}
	declared, hint := "", "Declare another type for the column, text holds everything, or exclude it."
	if c, ok := t.Column(value.column); ok {
		declared = c.Type.String()
		if c.Type.Kind == archwire.Text {
			hint = "Correct the value in the source, read the column through a view that converts it to varbinary, or exclude it."
		}
	}
	return &archwire.Error{
		Code:    archwire.Invalid,
		Message: fmt.Sprintf("%s: column %s is copied as %s: %s", t.ID(), value.column, declared, value.err),
		Hint:    hint,
	}
}
