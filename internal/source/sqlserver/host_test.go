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
	"iter"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
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
