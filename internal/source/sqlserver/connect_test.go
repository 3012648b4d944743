package sqlserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
	"archwire/internal/source/sqlserver/tds"
)

// The driver logs in, whichever way the connection is protected, and our own
// client reads what comes next.
func TestLogin(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	for name, c := range map[string]struct {
		opts      wire.Options
		settings  []string
		encrypted bool
	}{
		"Plain":            {wire.Options{}, []string{"encrypt", "disable"}, false},
		"ByDefault":        {wire.Options{Certificate: certificate}, []string{"certificate", root}, true},
		"Forced":           {wire.Options{Certificate: certificate, Force: true}, []string{"Encrypt", "True", "certificate", root}, true},
		"Strict":           {wire.Options{Certificate: certificate}, []string{"encrypt", "strict", "certificate", root}, true},
		"Trusted":          {wire.Options{Certificate: certificate}, []string{"TrustServerCertificate", "true"}, true},
		"Pinned":           {wire.Options{Certificate: certificate}, []string{"servercertificate", root}, true},
		"SmallPackets":     {wire.Options{Certificate: certificate, PacketSize: 512}, []string{"certificate", root}, true},
		"SmallPacketsHere": {wire.Options{}, []string{"encrypt", "disable", "packet size", "512"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &host{}
			l, err := dialed(t, dsnOf(listen(t, h, c.opts), c.settings...))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := l.query(t.Context(), "SELECT text")
			if _, ok := errors.AsType[*valueError](err); !ok { // the first column is a number
				t.Error(rows, err)
			}
			var got []string
			drained, err := l.read(t.Context(), "SELECT "+strings.Repeat("x", 2000), numbers, func(b archwire.Batch) bool {
				for i := range int(b.NumRows()) {
					got = append(got, b.Column(0).ValueStr(i)+" "+b.Column(1).ValueStr(i))
				}
				return true
			})
			if diff := cmp.Diff([]string{"7 sieben", "8 (null)"}, got); err != nil || !drained || diff != "" {
				t.Error(err, drained, diff)
			}
			want := wire.Login{User: "reader", Password: "p@ss wörd ✓", Database: "Praxis", App: "archwire", Encrypted: c.encrypted}
			h.logins[0].Host, h.logins[0].Process = "", 0
			if diff := cmp.Diff(want, h.logins[0]); diff != "" || l.encrypted() != c.encrypted {
				t.Error(diff, l.encrypted())
			}
		})
	}
}

// What would not be protected as the dsn says does not come about, and nobody has
// seen the password.
func TestNoProtection(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	_, other := certificateFor(t)
	for name, c := range map[string]struct {
		opts     wire.Options
		settings []string
		is       func(error) bool
	}{
		"ServerHasNone": {wire.Options{}, nil, func(err error) bool { return errors.Is(err, tds.ErrNoEncryption) }},
		"ServerDemands": {wire.Options{Certificate: certificate, Force: true}, []string{"encrypt", "disable"}, func(err error) bool { return errors.Is(err, tds.ErrEncryptionRequired) }},
		"NobodyVouches": {wire.Options{Certificate: certificate}, nil, unverified},
		"Stranger":      {wire.Options{Certificate: certificate}, []string{"encrypt", "strict", "certificate", other}, unverified},
		"AnotherName":   {wire.Options{Certificate: certificate}, []string{"certificate", root, "hostnameincertificate", "elsewhere"}, unverified},
		"StrictMeansIt": {wire.Options{Certificate: certificate}, []string{"encrypt", "strict", "trustservercertificate", "true"}, unverified},
		"AnotherPinned": {wire.Options{Certificate: certificate}, []string{"servercertificate", other}, func(err error) bool {
			_, ok := errors.AsType[*tds.HandshakeError](err)
			return ok
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &host{}
			_, err := dialed(t, dsnOf(listen(t, h, c.opts), c.settings...))
			if err == nil || !c.is(err) {
				t.Errorf("got %v", err)
			}
			if len(h.logins) > 0 {
				t.Error("it logged in")
			}
		})
	}
}

func unverified(err error) bool {
	_, ok := errors.AsType[*tls.CertificateVerificationError](err)
	return ok
}

func TestLoginRefused(t *testing.T) {
	t.Parallel()
	h := &host{refuse: &wire.Error{Number: 18456, State: 1, Severity: 14, Message: "Login failed for user 'reader'."}}
	_, err := dialed(t, dsnOf(listen(t, h, wire.Options{}), "encrypt", "disable"))
	e, ok := errors.AsType[*serverError](err)
	if !ok || e.Number != 18456 || strings.Contains(err.Error(), "reader") {
		t.Errorf("got %v", err)
	}
}

// A server may send its clients on, as Azure SQL does; the other one's certificate
// is looked at by its own name.
func TestLoginSentOn(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	there := &host{}
	target := listen(t, there, wire.Options{Certificate: certificate})
	at, err := net.ResolveTCPAddr("tcp", target.Addr())
	if err != nil {
		t.Fatal(err)
	}
	here := &host{refuse: &wire.Redirect{Host: at.IP.String(), Port: uint16(at.Port)}}
	l, err := dialed(t, dsnOf(listen(t, here, wire.Options{Certificate: certificate}), "certificate", root))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.exec(t.Context(), "SELECT 1"); err != nil || len(there.logins) != 1 {
		t.Error(err, len(there.logins))
	}
}

// A token of Microsoft Entra goes to the server in place of a password. It may be
// longer than a packet.
func TestLoginByToken(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	token := strings.Repeat("a claim, ", 3000)
	for _, encrypt := range []string{"true", "strict"} {
		t.Run(encrypt, func(t *testing.T) {
			t.Parallel()
			h := &host{}
			text := dsnOf(listen(t, h, wire.Options{Certificate: certificate}), "encrypt", encrypt, "certificate", root, "fedauth", "ActiveDirectoryServicePrincipalAccessToken")
			l, err := dialed(t, strings.Replace(text, url.QueryEscape("p@ss"), url.PathEscape(token)+url.QueryEscape("p@ss"), 1))
			if err != nil {
				t.Fatal(err)
			}
			if h.logins[0].Token != token+"p@ss wörd ✓" || h.logins[0].User != "" || !l.encrypted() {
				t.Errorf("the login was by a token of %d bytes, as %q", len(h.logins[0].Token), h.logins[0].User)
			}
		})
	}
}

// A context that ends while the server does not answer ends the login.
func TestLoginWithoutAnswer(t *testing.T) {
	t.Parallel()
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close() //nolint:errcheck // nothing left to lose
	why := errors.New("no time")
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		conn, err := silent.Accept()
		if err != nil {
			return
		}
		defer conn.Close()                //nolint:errcheck // as above
		_, _ = conn.Read(make([]byte, 1)) // it has begun to log in
		cancel(why)
		_, _ = io.Copy(io.Discard, conn) // until it is given up
	}()
	d, err := parseDSN("pms", "sqlserver://reader:x@"+silent.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dial(ctx, d); !errors.Is(err, why) {
		t.Errorf("got %v", err)
	}
	<-ended
}

// Whoever reads the complaint has to know which of three things to change.
func TestDistrust(t *testing.T) {
	t.Parallel()
	s := &Source{cfg: Config{Name: "pms"}, dsn: &dsn{host: "db.example.com", port: 1433}}
	for want, cause := range map[string]error{
		"has expired":                x509.CertificateInvalidError{Reason: x509.Expired},
		"of another name":            x509.HostnameError{Certificate: &x509.Certificate{}, Host: "db.example.com"},
		"an authority":               x509.UnknownAuthorityError{},
		"cannot be verified":         x509.CertificateInvalidError{Reason: x509.TooManyIntermediates},
		"db.example.com port 1433 c": x509.ConstraintViolationError{},
	} {
		err := s.unreachable(&tls.CertificateVerificationError{Err: cause})
		e, ok := errors.AsType[*archwire.Error](err)
		if !ok || e.Code != archwire.Unavailable || e.Hint == "" || !strings.Contains(e.Message, want) {
			t.Errorf("%T: got %v, want it to say %q", cause, err, want)
		}
	}
}
