package redshifttest

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// A session is one connection of a client, with the one to PostgreSQL behind it.
type session struct {
	server *Server
	stop   context.CancelFunc
	pid    uint32
	secret uint32

	mu     sync.Mutex
	conn   net.Conn
	behind *pgconn.PgConn

	client   *pgproto3.Backend
	user     string
	database string
	settings settings
	copied   int64 // rows of the last COPY: pg_last_copy_count()
	fault    Fault // what happens to the statement that is being run
}

// errCut ends a session without a word.
var errCut = errors.New("the connection is cut")

// run speaks with the client until it goes or is cut off.
func (s *session) run(ctx context.Context) {
	if err := s.open(ctx); err != nil {
		s.refuse(err)
		return
	}
	defer s.behind.Close(context.WithoutCancel(ctx)) //nolint:errcheck // nothing left to lose
	for {
		msg, err := s.client.Receive()
		if err != nil {
			return
		}
		switch msg := msg.(type) {
		case *pgproto3.Query:
			if s.query(ctx, msg.String) != nil {
				return
			}
		case *pgproto3.Terminate:
			return
		case *pgproto3.Sync:
			if s.ready() != nil {
				return
			}
		case *pgproto3.Parse:
			// pgx asks for binary results and parameters, which Redshift does not have.
			s.answer(refusedf("prepared statements: the adapter speaks the simple protocol", "Management Guide, Amazon Redshift and PostgreSQL JDBC and ODBC"))
		case *pgproto3.Bind, *pgproto3.Describe, *pgproto3.Execute, *pgproto3.Close, *pgproto3.Flush:
			// The refusal of Parse has been sent; what follows it until Sync is skipped.
		default:
			s.refuse(refusedf(fmt.Sprintf("messages of type %T", msg), "Amazon Redshift and PostgreSQL"))
			return
		}
	}
}

// open takes the client's start-up message, encrypts, logs in and connects behind.
func (s *session) open(ctx context.Context) error {
	s.client = pgproto3.NewBackend(s.conn, s.conn)
	startup, err := s.startup(ctx)
	if err != nil {
		return err
	}
	if err := s.known(startup.Parameters); err != nil {
		return err
	}
	if err := s.login(); err != nil {
		return err
	}
	behind, err := s.server.backend.connect(ctx, s.database, fmt.Sprintf("set redshifttest.slices to %d", s.server.opts.Slices))
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.behind = behind
	s.mu.Unlock()
	s.settings = newSettings()
	// What Redshift does not send is standard_conforming_strings: it does not know it
	// (github.com/stripe-archive/mosql/issues/38). It calls UTF8 UNICODE
	// (github.com/mfenniak/pg8000/issues/33).
	for _, p := range [][2]string{{"server_version", "8.0.2"}, {"server_encoding", "UNICODE"}, {"client_encoding", "UNICODE"}, {"integer_datetimes", "on"}, {"is_superuser", "off"}, {"session_authorization", s.user}} {
		s.client.Send(&pgproto3.ParameterStatus{Name: p[0], Value: p[1]})
	}
	secret := []byte{byte(s.secret >> 24), byte(s.secret >> 16), byte(s.secret >> 8), byte(s.secret)}
	s.client.Send(&pgproto3.BackendKeyData{ProcessID: s.pid, SecretKey: secret})
	return s.ready()
}

// startup is the message after TLS is on. Whoever does not encrypt is refused, as by
// a cluster whose parameter require_ssl is set.
func (s *session) startup(ctx context.Context) (*pgproto3.StartupMessage, error) {
	for {
		msg, err := s.client.ReceiveStartupMessage()
		if err != nil {
			return nil, errCut
		}
		switch msg := msg.(type) {
		case *pgproto3.SSLRequest:
			if _, err := s.conn.Write([]byte("S")); err != nil {
				return nil, errCut
			}
			encrypted := tls.Server(s.conn, s.server.config())
			if err := encrypted.HandshakeContext(ctx); err != nil {
				return nil, errCut
			}
			s.mu.Lock()
			s.conn = encrypted
			s.mu.Unlock()
			s.client = pgproto3.NewBackend(encrypted, encrypted)
		case *pgproto3.GSSEncRequest:
			if _, err := s.conn.Write([]byte("N")); err != nil {
				return nil, errCut
			}
		case *pgproto3.CancelRequest:
			key := msg.SecretKey
			if len(key) == 4 {
				s.server.cancelled(ctx, msg.ProcessID, uint32(key[0])<<24|uint32(key[1])<<16|uint32(key[2])<<8|uint32(key[3]))
			}
			return nil, errCut
		case *pgproto3.StartupMessage:
			if _, encrypted := s.conn.(*tls.Conn); !encrypted {
				return nil, fatal("28000", "no pg_hba.conf entry for host, SSL off")
			}
			return msg, nil
		default:
			return nil, errCut
		}
	}
}

// known refuses start-up parameters that Redshift does not know: it ends the session
// (github.com/sasha-alias/sqltabs/issues/80).
func (s *session) known(parameters map[string]string) error {
	for name, value := range parameters {
		switch name {
		case "user":
			s.user = value
		case "database":
			s.database = value
		case "application_name", "client_encoding", "driver_version", "os_version", "plugin_name", "client_protocol_version":
		default:
			return fatal("42704", fmt.Sprintf("unrecognized configuration parameter %q", name))
		}
	}
	return nil
}

// login asks for the password, digested.
func (s *session) login() error {
	var salt [4]byte
	rand.Read(salt[:])
	s.client.Send(&pgproto3.AuthenticationMD5Password{Salt: salt})
	if err := s.client.Flush(); err != nil {
		return errCut
	}
	if err := s.client.SetAuthType(pgproto3.AuthTypeMD5Password); err != nil {
		return err
	}
	msg, err := s.client.Receive()
	if err != nil {
		return errCut
	}
	password, ok := msg.(*pgproto3.PasswordMessage)
	if !ok || !s.server.knows(s.user, password.Password, salt) {
		return fatal("28000", fmt.Sprintf("password authentication failed for user %q", s.user))
	}
	s.client.Send(&pgproto3.AuthenticationOk{})
	return nil
}

// cut ends the session at once.
func (s *session) cut() {
	s.stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	if encrypted, ok := s.conn.(*tls.Conn); ok {
		encrypted.NetConn().Close() //nolint:errcheck // it is cut off
		return
	}
	s.conn.Close() //nolint:errcheck // it is cut off
}

// cancel cancels what runs behind.
func (s *session) cancel(ctx context.Context) {
	s.mu.Lock()
	behind := s.behind
	s.mu.Unlock()
	if behind != nil {
		behind.CancelRequest(ctx) //nolint:errcheck // a wish to cancel has no answer
	}
}

// ready says that the next statement may come.
func (s *session) ready() error {
	s.client.Send(&pgproto3.ReadyForQuery{TxStatus: s.behind.TxStatus()})
	return s.client.Flush()
}
