package tds

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"
	"unicode/utf16"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// A Client sends batches of SQL on a connection that is logged in, one at a
// time, and reads what is answered. It is not safe for several goroutines, but
// for Close.
//
// An error of the server leaves the session as the server says. After any other
// error, and after a context that ended or a consumer that stopped, the server
// is told to stop and the rest is read; where that does not work within a few
// seconds, the connection is closed, and Broken.
type Client struct {
	conn        net.Conn
	in          *packets
	packetSize  int
	transaction uint64 // 0 is none
	broken      bool
	encrypted   bool
}

// Client takes the connection over from the driver that has logged in through
// the tunnel. The driver's Close closes nothing from then on.
func (t *Tunnel) Client() (*Client, error) {
	c := newClient(t.Conn)
	c.encrypted = t.Encrypted()
	login := newPackets(&ended{t.said})
	c.in, login = login, c.in
	a := &answer{}
	for {
		token, err := c.in.token()
		if err != nil {
			return nil, fmt.Errorf("reading the answer to the login: %w", err)
		}
		if token == tokenDone {
			d, err := c.in.done()
			if err != nil {
				return nil, err
			}
			if d.status&doneMore != 0 {
				continue
			}
			break
		}
		if err := c.other(a, token); err != nil {
			return nil, fmt.Errorf("reading the answer to the login: %w", err)
		}
	}
	c.in, t.said, t.handed = login, nil, true
	return c, nil
}

func newClient(conn net.Conn) *Client {
	return &Client{conn: conn, in: newPackets(conn), packetSize: preloginPacket}
}

// ended is a reader of what has been read already.
type ended struct{ b []byte }

func (e *ended) Read(b []byte) (int, error) {
	if len(e.b) == 0 {
		return 0, errCutShort
	}
	n := copy(b, e.b)
	e.b = e.b[n:]
	return n, nil
}

// Broken says that the connection is closed or in no order.
func (c *Client) Broken() bool { return c.broken }

// Encrypted says whether the connection is under TLS.
func (c *Client) Encrypted() bool { return c.encrypted }

// InTransaction says whether the server has said that a transaction began and
// not that it ended.
func (c *Client) InTransaction() bool { return c.transaction != 0 }

// Close closes the connection; the server rolls back what is open. It may be
// called at any time, to break off what a goroutine waits for.
func (c *Client) Close() error { return c.conn.Close() } //nolint:wrapcheck // a net.Conn's own

// A Column says what a column of the answer is to become.
type Column struct {
	Name string        // as errors name it
	Type archwire.Type // the form of its values
}

// A Reading says how the rows of an answer become batches.
type Reading struct {
	Columns []Column
	Schema  *arrow.Schema // of the batches: a field for each column
	Mem     memory.Allocator
}

// Rows sends a batch that has one result, and yields its rows in batches of
// about 8 MiB, or of one row if that row is larger. A batch is valid until
// yield returns. When yield returns false, Rows ends without an error. The
// server must count: the session may not have NOCOUNT on.
func (c *Client) Rows(ctx context.Context, sql string, how Reading, yield func(archwire.Batch) bool) error {
	d := newDecoder(how)
	defer d.drop() // whatever the consumer does: it may panic
	return c.ask(ctx, sql, &answer{decoder: d, yield: yield})
}

// Exec sends a batch whose results, if it has any, do not matter.
func (c *Client) Exec(ctx context.Context, sql string) error {
	return c.ask(ctx, sql, &answer{})
}

// ask sends a batch and reads the answer to its end.
func (c *Client) ask(ctx context.Context, sql string, a *answer) error {
	if c.broken {
		return ErrBroken
	}
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx) //nolint:wrapcheck // the caller's own
	}
	whole, mendable := false, true
	defer func() { // whatever the consumer does: it may panic
		if !whole {
			c.mend(ctx, mendable)
		}
	}()
	err := c.exchange(ctx, sql, a)
	switch {
	case errors.Is(err, errStopped):
		return nil
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx) //nolint:wrapcheck // the caller's own
	case err != nil:
		_, value := errors.AsType[*ValueError](err)
		_, other := errors.AsType[*TypeError](err)
		mendable = value || other
		return err
	}
	whole = true
	if a.failure != nil {
		return a.failure
	}
	return nil
}

func (c *Client) exchange(ctx context.Context, sql string, a *answer) error {
	defer c.until(ctx)()
	if err := c.send(sql); err != nil {
		return err
	}
	return c.read(a)
}

// send writes a batch: ALL_HEADERS, which tell of the transaction, and the text,
// [MS-TDS] 2.2.6.7 and 2.2.5.3.
func (c *Client) send(sql string) error {
	units := utf16.Encode([]rune(sql))
	body := make([]byte, 22, 22+2*len(units))
	binary.LittleEndian.PutUint32(body, 22)     // of all headers
	binary.LittleEndian.PutUint32(body[4:], 18) // of this one
	binary.LittleEndian.PutUint16(body[8:], 2)  // the transaction's
	binary.LittleEndian.PutUint64(body[10:], c.transaction)
	binary.LittleEndian.PutUint32(body[18:], 1) // requests at once
	for _, u := range units {
		body = binary.LittleEndian.AppendUint16(body, u)
	}
	c.in.begin()
	if err := writeMessage(c.conn, packetBatch, body, c.packetSize); err != nil {
		return fmt.Errorf("sending a query: %w", err)
	}
	return nil
}

// until makes reads and writes fail when ctx ends. The function it returns undoes
// that and must be called.
func (c *Client) until(ctx context.Context) (release func()) {
	ran := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ran)
		_ = c.conn.SetDeadline(time.Unix(1, 0)) // a closed connection fails, too
	})
	return func() {
		if !stop() {
			<-ran
			_ = c.conn.SetDeadline(time.Time{}) // as above
		}
	}
}
