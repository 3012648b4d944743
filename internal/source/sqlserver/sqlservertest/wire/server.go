package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"sync"
)

// Options say what a server is like. The zero value is SQL Server 2022 without
// encryption.
type Options struct {
	Certificate *tls.Certificate // without one there is no encryption
	Force       bool             // clients have to encrypt

	Name       string  // of the server, in its messages; "double" if ""
	Version    [4]byte // major, minor and build with its higher byte first; 16.0.4135 if zero
	Collation  string  // of the server; SQL_Latin1_General_CP1_CI_AS if ""
	PacketSize int     // the largest that a client is granted; 32767 if 0
	Mirror     string  // the failover partner that a login is told of; none if ""

	LOB       LOB  // how long values are sent
	PlainRows bool // NULL is said by ROW, never by NBCROW: SQL Server is free to choose

	// Log takes what broke a connection besides the client's leaving: mistakes of
	// the handler, and clients that do not keep to the protocol. It may be nil.
	Log func(err error)
}

// A Server listens for clients and answers them by a handler.
type Server struct {
	opts     Options
	handler  Handler
	listener net.Listener
	faults   faults
	done     context.Context //nolint:containedctx // it ends when the server closes
	stop     context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex
	open    map[net.Conn]bool
	process int // the number of the last session
	closed  bool
}

// Listen starts a server on a free port of 127.0.0.1.
func Listen(h Handler, opts Options) (*Server, error) {
	if opts.Name == "" {
		opts.Name = "double"
	}
	if opts.Version == [4]byte{} {
		opts.Version = [4]byte{16, 0, 0x10, 0x27}
	}
	if opts.Collation == "" {
		opts.Collation = "SQL_Latin1_General_CP1_CI_AS"
	}
	if opts.PacketSize == 0 {
		opts.PacketSize = mostPacketSize
	}
	if _, _, err := collationOf(opts.Collation); err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &Server{opts: opts, handler: h, listener: l, open: map[net.Conn]bool{}, process: 50}
	s.done, s.stop = context.WithCancel(context.Background())
	s.running.Go(s.accept)
	return s, nil
}

// Addr is the server's host and port.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Close cuts every connection off and waits until all is over. It is safe to call
// more than once.
func (s *Server) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		s.running.Wait()
		return nil
	}
	s.stop()
	err := s.listener.Close()
	s.CutAll()
	s.running.Wait()
	return err
}

// CutAll cuts every connection off.
func (s *Server) CutAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.open {
		c.Close() //nolint:errcheck // it is cut
	}
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.running.Go(func() { s.serve(c) })
	}
}

// serve answers one client until it is gone.
func (s *Server) serve(raw net.Conn) {
	defer raw.Close() //nolint:errcheck // nothing left to lose
	process, ok := s.enter(raw)
	if !ok {
		return
	}
	defer s.leave(raw)
	c := newConn(s, raw, process)
	if err := c.serve(); err != nil && !usual(err) && s.opts.Log != nil {
		s.opts.Log(err)
	}
}

// usual says whether a connection ends like that every day.
func usual(err error) bool {
	var network net.Error
	return errors.Is(err, errGone) || errors.Is(err, errCut) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, context.Canceled) || errors.As(err, &network)
}

func (s *Server) enter(c net.Conn) (process int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return 0, false
	}
	s.process++
	s.open[c] = true
	return s.process, true
}

func (s *Server) leave(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, c)
}
