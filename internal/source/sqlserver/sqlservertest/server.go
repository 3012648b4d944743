// Package sqlservertest is a double of Microsoft SQL Server: its wire protocol
// (wire) in front of an engine in memory that answers T-SQL (tsql). Clients meet
// it through their real drivers. docs/compatibility.md says what it is and what
// it is not.
package sqlservertest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// The administrator of every server, and a federated token that is taken for
// theirs.
const (
	User     = "archwire"
	Password = "a password of nobody's"
	Token    = "a token of nobody's"
)

// Options say what a server is like. The zero value is SQL Server 2022, with TLS
// by a certificate that an authority of its own vouches for.
type Options struct {
	Folder  string           // where the authority's certificate goes; Start has a folder of the test
	Now     func() time.Time // the server's clock; the machine's if nil
	Version string           // SERVERPROPERTY('ProductVersion')
	Managed bool             // a managed instance of Azure SQL
	Live    bool             // CHANGE_TRACKING_CURRENT_VERSION tells of now, within snapshots too
	Azure   bool             // Azure SQL, a database in an elastic pool: it allows snapshots from the beginning
	Plain   bool             // no TLS at all
	Terse   bool             // change tracking tells no more than the documentation promises; see tsql.Options
	Hidden  bool             // which tables hold the changes of others is for the administrator to see
	Wire    wire.Options     // of the protocol; the certificate is filled in
}

// A Server is an instance of SQL Server with databases. It is cheap: a test may
// have its own. Inject, Record, Calm and CutAll are those of wire.Server.
type Server struct {
	*wire.Server
	engine *tsql.Engine
	file   string // the authority; "" without TLS

	mu     sync.Mutex
	serial int
}

// Open starts a server on a free port of 127.0.0.1. Close ends it.
func Open(opts Options) (*Server, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	s := &Server{}
	if !opts.Plain {
		id, err := newIdentity()
		if err != nil {
			return nil, fmt.Errorf("making a certificate: %w", err)
		}
		s.file = filepath.Join(opts.Folder, "sqlserver-authority.pem")
		if err := os.WriteFile(s.file, id.authority, 0o600); err != nil {
			return nil, fmt.Errorf("writing the certificate: %w", err)
		}
		opts.Wire.Certificate = &id.certificate
	}
	s.engine = tsql.New(tsql.Options{User: User, Password: Password, Token: Token, Now: opts.Now, Version: opts.Version, Azure: opts.Azure, Terse: opts.Terse, Hidden: opts.Hidden, Managed: opts.Managed, Live: opts.Live})
	server, err := wire.Listen(s.engine, opts.Wire)
	if err != nil {
		return nil, err
	}
	s.Server = server
	return s, nil
}

// Start starts a server that ends with the test.
func Start(tb testing.TB, opts Options) *Server {
	tb.Helper()
	if opts.Folder == "" {
		opts.Folder = tb.TempDir()
	}
	if opts.Wire.Log == nil {
		opts.Wire.Log = func(err error) { tb.Errorf("sqlservertest: %v", err) }
	}
	s, err := Open(opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("closing sqlservertest: %v", err)
		}
	})
	return s
}

// Database makes a fresh empty database, in which snapshots are allowed and
// changes tracked, and gives its DSN. Azure is as Azure is: changes are not
// tracked until somebody says so.
func (s *Server) Database() string {
	s.mu.Lock()
	s.serial++
	name := fmt.Sprintf("database%d", s.serial)
	s.mu.Unlock()
	s.engine.Create(name)
	return s.DSN(name)
}

// DSN is that of a database for the administrator:
// sqlserver://user:password@127.0.0.1:PORT?database=name&encrypt=true&certificate=FILE.
// encrypt=strict works as well, but for the driver's bulk copy, which then writes
// the head of its rows as TDS 7.1 has it.
func (s *Server) DSN(database string) string {
	return s.URL(database, url.UserPassword(User, Password)).String()
}

// URL is that of a database for a user.
func (s *Server) URL(database string, user *url.Userinfo) *url.URL {
	query := url.Values{"database": {database}}
	if s.file == "" {
		query.Set("encrypt", "disable")
	} else {
		query.Set("encrypt", "true")
		query.Set("certificate", s.file)
	}
	return &url.URL{Scheme: "sqlserver", User: user, Host: s.Addr(), RawQuery: query.Encode()}
}

// Exec runs batches in a database, as the administrator, without a connection.
func (s *Server) Exec(database string, batches ...string) error {
	session, err := s.engine.Login(context.Background(), wire.Login{User: User, Password: Password, Database: database})
	if err != nil {
		return err
	}
	for _, sql := range batches {
		var out errorsOnly
		if err = errors.Join(session.Batch(context.Background(), sql, nil, &out), out.err); err != nil {
			err = fmt.Errorf("running %.200q: %w", sql, err)
			break
		}
	}
	return errors.Join(err, session.Close())
}

// Version is CHANGE_TRACKING_CURRENT_VERSION of a database.
func (s *Server) Version(database string) int64 { return s.engine.Version(database) }

// CleanUp removes what change tracking knows up to a version, as the retention
// does in time: tables then answer for that version and later ones only.
func (s *Server) CleanUp(database string, version int64) { s.engine.CleanUp(database, version) }

// errorsOnly is a wire.Writer that keeps errors and forgets the rest.
type errorsOnly struct{ err error }

func (*errorsOnly) Columns([]wire.Column) error { return nil }
func (*errorsOnly) Ordered(...int)              {}
func (*errorsOnly) Row([]any) error             { return nil }
func (*errorsOnly) Done(int64, bool)            {}
func (*errorsOnly) Begun(uint64)                {}
func (*errorsOnly) Committed(uint64)            {}
func (*errorsOnly) RolledBack(uint64)           {}
func (*errorsOnly) Database(string, string)     {}

func (o *errorsOnly) Message(e wire.Error) {
	if e.Severity > 10 {
		o.err = errors.Join(o.err, &e)
	}
}
