package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
)

// A conn is a client at the server.
type conn struct {
	server  *Server
	raw     net.Conn
	in      io.Reader // in clear
	out     io.Writer
	process int

	strict    bool // TDS 8.0: TLS comes first
	encrypted bool
	nonce     []byte // of PRELOGIN
	pack      *packer
	inbox     *inbox
	course    *course // of the answer that is sent
	dialect   dialect

	session     Session
	transaction uint64 // the descriptor of the one that is open; 0 if none is
	prepared    map[int32]prepared
	handle      int32 // the last number of a prepared statement
}

func newConn(s *Server, raw net.Conn, process int) *conn {
	c := &conn{
		server: s, raw: raw, in: raw, out: raw, process: process, inbox: newInbox(s.done),
		course: new(course), dialect: dialect{collation: s.opts.Collation, database: "master", lob: s.opts.LOB},
	}
	c.pack = newPacker(c.send, process)
	return c
}

// serve takes a client through its login and answers its requests.
func (c *conn) serve() (err error) {
	defer c.inbox.leave()
	if err := c.greet(); err != nil {
		return fmt.Errorf("agreeing on encryption: %w", err)
	}
	defer func() {
		if c.session != nil {
			err = errors.Join(err, c.session.Close())
		}
	}()
	if err := c.login(); err != nil {
		return fmt.Errorf("logging in: %w", err)
	}
	c.inbox.runs = true
	c.server.running.Go(func() { c.inbox.run(c.in) })
	defer c.raw.Close() //nolint:errcheck // it ends the inbox
	for {
		m, err := c.inbox.next()
		if err != nil {
			return nil // the client is gone
		}
		if err := c.request(m); err != nil {
			return err
		}
	}
}

// request answers one message.
func (c *conn) request(m *message) error {
	switch m.kind {
	case kindAttention: // it came after the answer
		c.course = new(course)
		return c.say(appendDone(nil, tokenDone, doneAttention, 0, 0))
	case kindBatch, kindRPC, kindTransaction, kindBulk:
	default:
		return c.protocol(errPacket)
	}
	ctx := c.inbox.begin()
	job, err := c.parse(m)
	var told *Error
	if err != nil && !errors.As(err, &told) && !errors.Is(err, errIgnored) {
		return c.protocol(err)
	}
	c.course = c.server.faults.due(job.text)
	if c.course.Before {
		c.course.of.note()
		return errors.Join(errCut, c.raw.Close())
	}
	a := newAnswer(ctx, c, job.form)
	if err == nil {
		err = c.begin(ctx, m, job, a)
	}
	if err == nil {
		err = job.run(ctx, a)
	}
	if errors.Is(err, errStream) {
		return c.protocol(err)
	}
	if _, rest := io.Copy(io.Discard, m); rest != nil && !errors.Is(rest, errIgnored) {
		return rest
	}
	return a.finish(err)
}

// begin is what precedes a request: the session is reset if the client asks for
// it, and the transaction that the client means has to be the session's.
func (c *conn) begin(ctx context.Context, m *message, job job, a *answer) error {
	if m.reset != 0 {
		if r, ok := c.session.(Resetter); ok && m.reset&statusReset != 0 {
			if err := r.Reset(ctx); err != nil {
				return err
			}
			c.transaction = 0
		}
		c.prepared = nil
		a.put(appendBytesChange(nil, envReset, nil, nil))
		return nil
	}
	if job.checked && job.transaction != c.transaction {
		return &Error{
			Number: 3989, State: 1, Severity: 16, Line: 1,
			Message: "New request is not allowed to start because it should come with valid transaction descriptor.",
		}
	}
	return nil
}

// say sends a message of some tokens.
func (c *conn) say(tokens []byte) error {
	if _, err := c.pack.Write(tokens); err != nil {
		return err
	}
	return c.pack.end()
}

// protocol ends the connection of a client that does not keep to the protocol.
func (c *conn) protocol(err error) error {
	c.course = new(course)
	tokens := appendMessage(nil, c.server.opts.Name, Error{
		Number: 4002, State: 1, Severity: 20, Line: 1,
		Message: "The incoming tabular data stream (TDS) protocol stream is incorrect. The stream ended unexpectedly.",
	})
	return errors.Join(err, c.say(appendDone(tokens, tokenDone, doneServerError, 0, 0)))
}

// readMessage reads a whole message of the login, which is of one kind.
func (c *conn) readMessage(kind byte, longest int) ([]byte, error) {
	var b bytes.Buffer
	for {
		p, err := readPacket(c.in)
		if err != nil {
			return nil, gone(err)
		}
		if p.kind != kind || p.status&statusIgnore != 0 || b.Len()+len(p.body) > longest {
			return nil, errPacket
		}
		b.Write(p.body)
		if p.status&statusEnd != 0 {
			return b.Bytes(), nil
		}
	}
}

// gone is what a client that left during its login comes to.
func gone(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errGone
	}
	return err
}
