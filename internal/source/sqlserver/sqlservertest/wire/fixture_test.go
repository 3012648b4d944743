package wire

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"encoding/pem"
	"errors"
	"io"
	"iter"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	mssql "github.com/microsoft/go-mssqldb"
	"github.com/microsoft/go-mssqldb/msdsn"
)

// A script answers requests by a function, and keeps what it was asked.
type script struct {
	login  func(Login) error
	answer func(ctx context.Context, sql string, params []Param, w Writer) error
	bulk   func(columns []Column, rows iter.Seq2[[]any, error]) (int64, error)

	mu      sync.Mutex
	logins  []Login
	asked   []string
	params  []Param // of the last request
	resets  int
	closed  int
	loaded  [][]any
	columns []Column
}

func (s *script) Login(_ context.Context, l Login) (Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.logins = append(s.logins, l)
	if s.login != nil {
		if err := s.login(l); err != nil {
			return nil, err
		}
	}
	return scripted{s}, nil
}

type scripted struct{ *script }

func (s scripted) Batch(ctx context.Context, sql string, params []Param, w Writer) error {
	s.mu.Lock()
	s.asked = append(s.asked, sql)
	s.params = params
	s.mu.Unlock()
	if s.answer == nil {
		return nil
	}
	return s.answer(ctx, sql, params, w)
}

func (s scripted) Bulk(_ context.Context, columns []Column, rows iter.Seq2[[]any, error]) (int64, error) {
	if s.bulk != nil {
		return s.bulk(columns, rows)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.columns = columns
	n := int64(0)
	for row, err := range rows {
		if err != nil {
			return n, err
		}
		s.loaded = append(s.loaded, row)
		n++
	}
	return n, nil
}

func (s scripted) Reset(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resets++
	return nil
}

func (s scripted) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed++
	return nil
}

func (s *script) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.asked...)
}

// listen starts a server that ends with the test.
func listen(t *testing.T, h Handler, opts Options) *Server {
	t.Helper()
	if opts.Log == nil {
		opts.Log = func(err error) { t.Error("the server:", err) }
	}
	s, err := Listen(h, opts)
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

// dsn is where the driver finds a server.
func dsn(s *Server, settings map[string]string) string {
	q := url.Values{"encrypt": {"disable"}, "dial timeout": {"60"}}
	for k, v := range settings {
		q.Set(k, v)
	}
	u := url.URL{Scheme: "sqlserver", User: url.UserPassword("reader", "p@ss wörd ✓"), Host: s.Addr(), RawQuery: q.Encode()}
	return u.String()
}

// connect opens the real driver on a server.
func connect(t *testing.T, s *Server, settings map[string]string) *sql.DB {
	t.Helper()
	connector, err := mssql.NewConnector(dsn(s, settings))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// An identity is a certificate for 127.0.0.1, and the file that vouches for it.
type identity struct {
	certificate tls.Certificate
	file        string
}

func newIdentity(t *testing.T) identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
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
	return identity{certificate: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file: file}
}

// parse reads a connection string as the driver does.
func parse(t *testing.T, s string) msdsn.Config {
	t.Helper()
	config, err := msdsn.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return config
}

// split takes an address apart.
func split(t *testing.T, addr string) (host string, port uint16) {
	t.Helper()
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	return a.IP.String(), uint16(a.Port)
}

// asError finds an error of the server.
func asError(err error, told **Error) bool { return errors.As(err, told) }

// shut closes what a test is done with.
func shut(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) && !errors.Is(err, driver.ErrBadConn) {
		t.Error(err)
	}
}
