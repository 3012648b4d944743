package redshifttest

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"
)

// The user whom every server knows, until it is told of others.
const (
	User     = "archwire"
	Password = "a password of nobody's"
)

// Options say what a server stands on.
type Options struct {
	S3         string // the endpoint for COPY and UNLOAD: http://127.0.0.1:PORT
	AccessKey  string // of whatever role a statement names
	SecretKey  string
	Serverless bool // nobody may ask the STV and STL views, as on Redshift Serverless
	Slices     int  // of the cluster: STV_SLICES, and as many files as UNLOAD writes at once; 2 if 0
}

// A Server is one cluster. It is cheap: a test may have its own.
type Server struct {
	opts     Options
	tb       testing.TB
	listener net.Listener
	identity identity
	backend  *backend

	statements statementLog
	faults     faults
	logins     logins

	mu       sync.Mutex
	sessions map[*session]bool
	serial   int
	closed   bool
	running  sync.WaitGroup
}

// Start starts a server, which ends with the test.
func Start(tb testing.TB, opts Options) *Server {
	tb.Helper()
	if opts.Slices == 0 {
		opts.Slices = 2
	}
	s := &Server{opts: opts, tb: tb, backend: standing(tb), identity: newIdentity(tb), sessions: map[*session]bool{}}
	s.Allow(User, Password)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	s.listener = l
	s.running.Go(s.accept)
	tb.Cleanup(s.close)
	return s
}

// Database makes a fresh empty database and gives its URL:
// redshift://user:password@127.0.0.1:PORT/name?sslmode=verify-full&sslrootcert=FILE.
// The database is dropped when the test ends.
func (s *Server) Database(tb testing.TB) string {
	tb.Helper()
	return s.URL(s.backend.fresh(tb), url.UserPassword(User, Password))
}

// URL is that of a database for a user; without a password if user has none.
func (s *Server) URL(database string, user *url.Userinfo) string {
	u := url.URL{Scheme: "redshift", User: user, Host: s.Addr(), Path: "/" + database}
	u.RawQuery = url.Values{"sslmode": {"verify-full"}, "sslrootcert": {s.identity.file}}.Encode()
	return u.String()
}

// Addr is the server's host and port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// RootCert is the file of the authority that vouches for the server.
func (s *Server) RootCert() string { return s.identity.file }

// Statements lists what clients sent and was run, oldest first, each as it was sent.
func (s *Server) Statements() []string { return s.statements.all() }

// Messages is how many messages held them: a client waits for the answer to each.
func (s *Server) Messages() int { return s.statements.count() }

// Forget empties the list of statements.
func (s *Server) Forget() { s.statements.forget() }

// Sent lists the statements that match.
func (s *Server) Sent(match string) []string {
	re, out := regexp.MustCompile(match), []string(nil)
	for _, sql := range s.Statements() {
		if re.MatchString(sql) {
			out = append(out, sql)
		}
	}
	return out
}

// CutAll cuts every connection off.
func (s *Server) CutAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for one := range s.sessions {
		one.cut()
	}
}

// accept serves connections until the listener closes.
func (s *Server) accept() {
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		s.running.Go(func() { s.serve(conn) })
	}
}

// serve answers one connection: a session, or the wish to cancel what another does.
func (s *Server) serve(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // nothing left to lose
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	one := &session{server: s, conn: conn, stop: cancel}
	if !s.enter(one) {
		return
	}
	defer s.leave(one)
	one.run(ctx)
}

func (s *Server) enter(one *session) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.serial++
	one.pid, one.secret = uint32(s.serial), uint32(time.Now().UnixNano())
	s.sessions[one] = true
	return true
}

func (s *Server) leave(one *session) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, one)
}

// cancelled cancels what the session with this number does.
func (s *Server) cancelled(ctx context.Context, pid, secret uint32) {
	s.mu.Lock()
	var found *session
	for one := range s.sessions {
		if one.pid == pid && one.secret == secret {
			found = one
		}
	}
	s.mu.Unlock()
	if found != nil {
		found.cancel(ctx)
	}
}

func (s *Server) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.listener.Close() //nolint:errcheck // nothing left to lose
	s.CutAll()
	s.running.Wait()
}

// config is what the server shows of itself.
func (s *Server) config() *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{s.identity.certificate}, MinVersion: tls.VersionTLS12}
}
