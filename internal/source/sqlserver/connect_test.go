package sqlserver

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"iter"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
	"archwire/internal/source/sqlserver/tds"
)

// A host answers every batch with one number, and keeps who logged in.
type host struct {
	refuse error
	mu     sync.Mutex
	logins []wire.Login
	asked  chan string // is told each batch, before it is answered
}

func (h *host) Login(_ context.Context, l wire.Login) (wire.Session, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.logins = append(h.logins, l)
	if h.refuse != nil {
		return nil, h.refuse
	}
	return visit{h}, nil
}

type visit struct{ *host }

func (v visit) Batch(ctx context.Context, sql string, _ []wire.Param, w wire.Writer) error {
	if v.asked != nil {
		v.asked <- sql
	}
	switch sql {
	case "WAIT":
		<-ctx.Done()
		return ctx.Err()
	case "BEGIN":
		w.Begun(7)
		return nil
	case "FAIL":
		return &wire.Error{Number: 8115, State: 2, Severity: 16, Message: "the value is secret"}
	}
	if err := w.Columns([]wire.Column{{Name: "n", Type: wire.Type{Name: "int"}}, {Name: "t", Type: wire.Type{Name: "nvarchar", Length: 20}, Nullable: true}}); err != nil {
		return err
	}
	if err := w.Row([]any{int64(7), "sieben"}); err != nil {
		return err
	}
	if err := w.Row([]any{int64(8), nil}); err != nil {
		return err
	}
	w.Done(2, true)
	return nil
}

func (v visit) Bulk(context.Context, []wire.Column, iter.Seq2[[]any, error]) (int64, error) {
	return 0, errors.New("no bulk load")
}

func (v visit) Close() error { return nil }

func listen(t *testing.T, h wire.Handler, opts wire.Options) *wire.Server {
	t.Helper()
	s, err := wire.Listen(h, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// dsnOf is the URL of a server, with parameters in pairs.
func dsnOf(s *wire.Server, settings ...string) string {
	q := url.Values{"database": {"Praxis"}}
	for i := 0; i < len(settings); i += 2 {
		q.Set(settings[i], settings[i+1])
	}
	return (&url.URL{Scheme: "sqlserver", User: url.UserPassword("reader", "p@ss wörd ✓"), Host: s.Addr(), RawQuery: q.Encode()}).String()
}

func dialed(t *testing.T, text string) (*link, error) {
	t.Helper()
	d, err := parseDSN("pms", text)
	if err != nil {
		t.Fatal(err)
	}
	l, err := dial(t.Context(), d)
	if err == nil {
		t.Cleanup(func() { l.close(context.Background()) })
	}
	return l, err
}

// certificateFor is a certificate of 127.0.0.1, and the file that vouches for it.
func certificateFor(t *testing.T) (*tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

var numbers = archwire.Table{Source: "pms", Name: "n", Columns: []archwire.Column{
	{Name: "n", Type: archwire.Type{Kind: archwire.Int32}}, {Name: "t", Type: archwire.Type{Kind: archwire.Text}},
}}

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

// Questions that end early leave the session as it was.
func TestSessionAfterTrouble(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	for name, settings := range map[string][]string{"Plain": {"encrypt", "disable"}, "TLS": {"certificate", root}, "Strict": {"encrypt", "strict", "certificate", root}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &host{asked: make(chan string, 10)}
			l, err := dialed(t, dsnOf(listen(t, h, wire.Options{Certificate: certificate}), settings...))
			if err != nil {
				t.Fatal(err)
			}
			trouble(t, h, l)
		})
	}
}

func trouble(t *testing.T, h *host, l *link) {
	t.Helper()
	if err := l.exec(t.Context(), "BEGIN"); err != nil || !l.client.InTransaction() {
		t.Fatal(err)
	}
	err := l.exec(t.Context(), "FAIL")
	if e, ok := errors.AsType[*serverError](err); !ok || e.Number != 8115 || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
	<-h.asked
	<-h.asked
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-h.asked
		cancel()
	}()
	if drained, err := l.read(ctx, "WAIT", numbers, func(archwire.Batch) bool { return true }); !drained || !errors.Is(err, context.Canceled) {
		t.Error(drained, err)
	}
	if drained, err := l.read(t.Context(), "SELECT", numbers, func(archwire.Batch) bool { return false }); !drained || !errors.Is(err, errStopped) {
		t.Error(drained, err)
	}
	if !l.client.InTransaction() {
		t.Error("the transaction is over")
	}
}

// Wherever the server or the network breaks off, reading fails: no row is lost in
// silence.
func TestShortReads(t *testing.T) {
	t.Parallel()
	certificate, root := certificateFor(t)
	s := listen(t, &host{}, wire.Options{Certificate: certificate})
	for name, f := range map[string]wire.Fault{
		"CutInARow":      {After: 45, Unit: wire.Bytes, Cut: true},
		"CutAfterARow":   {After: 1, Unit: wire.Rows, Cut: true},
		"EndsEarly":      {After: 1, Unit: wire.Rows, Short: true},
		"LosesARow":      {Lose: 1},
		"Miscounts":      {Miscount: 1},
		"FailsInBetween": {After: 1, Unit: wire.Rows, Error: &wire.Error{Number: 1205, State: 1, Severity: 13, Message: "deadlock"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := dialed(t, dsnOf(s, "certificate", root))
			if err != nil {
				t.Fatal(err)
			}
			f.Match = "^SELECT"
			s.Inject(f)
			if _, err := l.read(t.Context(), "SELECT", numbers, func(archwire.Batch) bool { return true }); err == nil {
				t.Error("nobody noticed")
			}
		})
	}
}
