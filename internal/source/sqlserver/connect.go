package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"archwire"
	"archwire/internal/source/sqlserver/tds"
)

// A link is one connection that is logged in. It is not safe for several
// goroutines, but for cut.
type link struct {
	client *tds.Client
	mem    buffers
}

// dial logs in by the driver, and takes the connection over from it: the driver
// makes a Go value of each cell, which is several times slower than decoding
// columns.
func dial(ctx context.Context, d *dsn) (*link, error) {
	connector, err := d.connector()
	if err != nil {
		return nil, fmt.Errorf("preparing the login: %w", errNoLogin)
	}
	door := &dialer{dsn: d, done: ctx.Done()}
	defer door.release()
	connector.Dialer = door
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, door.why(ctx, err)
	}
	client, err := door.tunnel.Client()
	if err != nil {
		door.close()
		return nil, err
	}
	_ = conn.Close() // gives back the driver's buffers; the connection is ours
	door.release()
	if ctx.Err() != nil {
		door.close()
		return nil, context.Cause(ctx)
	}
	return &link{client: client}, nil
}

// errNoLogin stands for what the driver says of parameters of a login, which may
// quote them.
var errNoLogin = errors.New("the parameters of the login do not go together")

// A dialer makes the connections of one login: a server may send its clients on
// to another. The driver looks to the context while it dials only, so the dialer
// does for the time after.
type dialer struct {
	dsn    *dsn
	done   <-chan struct{}
	tunnel *tds.Tunnel
	conn   net.Conn
	over   chan struct{} // closed when the login is
	watch  sync.WaitGroup
}

// HostName makes the driver hand over names instead of addresses: certificates
// are of names.
func (d *dialer) HostName() string { return d.dsn.host }

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext(ctx, network, address)
	if err != nil || network != "tcp" { // the browser of instances answers by UDP
		return conn, err //nolint:wrapcheck // looked at by why
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	d.release()
	d.conn, d.over = conn, make(chan struct{})
	d.tunnel = tds.NewTunnel(conn, d.dsn.security(host))
	over := d.over
	d.watch.Go(func() {
		select {
		case <-d.done:
			_ = conn.SetDeadline(time.Unix(1, 0)) // a closed connection fails, too
		case <-over:
		}
	})
	return d.tunnel, nil
}

// release ends the watch over the login. It waits for that: the context of a login
// ends as soon as the login is over, and the connection goes on.
func (d *dialer) release() {
	if d.over != nil {
		close(d.over)
		d.watch.Wait()
		d.over = nil
	}
}

func (d *dialer) close() { _ = d.conn.Close() } // nothing left to lose

// why is the reason for a login that failed, as this package's errors.
func (d *dialer) why(ctx context.Context, err error) error {
	if d.tunnel != nil {
		d.close()
		if failure := d.tunnel.Failure(); failure != nil {
			err = failure
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if e, ok := errors.AsType[mssql.Error](err); ok {
		return &serverError{Number: e.Number, State: e.State, Class: e.Class}
	}
	return err
}

// serverError is all that is kept of a server's error: its text may quote a row.
type serverError struct {
	Number int32
	State  byte
	Class  byte
}

func (e *serverError) Error() string { return fmt.Sprintf("error %d of the server", e.Number) }

// A valueError names the column whose value has no exact form, or that is not of
// a type that becomes the one declared.
type valueError struct {
	column string
	err    error
}

func (e *valueError) Error() string { return "column " + e.column + ": " + e.err.Error() }
func (e *valueError) Unwrap() error { return e.err }

var errStopped = errors.New("the consumer stopped")

// numbered makes the client's errors those of this package.
func numbered(err error) error {
	if e, ok := errors.AsType[*tds.Error](err); ok {
		return &serverError{Number: e.Number, State: e.State, Class: e.Severity}
	}
	if e, ok := errors.AsType[*tds.ValueError](err); ok {
		return &valueError{e.Column, e.Err}
	}
	if e, ok := errors.AsType[*tds.TypeError](err); ok {
		return &valueError{e.Column, fmt.Errorf("it is of type %s, which does not become %s", e.Is, e.Want)}
	}
	return err
}

// query runs a batch with one result and returns its rows as text; NULL is "".
func (l *link) query(ctx context.Context, sql string) ([][]string, error) {
	rows, err := l.client.Text(ctx, sql)
	return rows, numbered(err)
}

// exec runs a batch whose results do not matter.
func (l *link) exec(ctx context.Context, sql string) error {
	return numbered(l.client.Exec(ctx, sql))
}

// read runs a batch with one result whose columns are those of t, in their order,
// and hands its rows over in batches of about 8 MiB. When yield returns false the
// error is errStopped. Without an error all rows have come: the server's count
// says so. With one, the link is as fit as before if drained, and else closed.
func (l *link) read(ctx context.Context, sql string, t archwire.Table, yield func(archwire.Batch) bool) (drained bool, err error) {
	how := tds.Reading{Schema: t.ArrowSchema(), Mem: &l.mem}
	for _, c := range t.Columns {
		how.Columns = append(how.Columns, tds.Column{Name: c.Name, Type: c.Type})
	}
	stopped := false
	err = l.client.Rows(ctx, sql, how, func(b archwire.Batch) bool {
		stopped = !yield(b)
		return !stopped
	})
	if err == nil && stopped {
		err = errStopped
	}
	return !l.client.Broken(), numbered(err)
}

func (l *link) encrypted() bool { return l.client.Encrypted() }

// cut breaks the connection under whoever uses it; the server rolls back when it
// notices.
func (l *link) cut() { _ = l.client.Close() } // one that is closed is as good

// close ends the session; the server rolls back what is open.
func (l *link) close(context.Context) { l.cut() }
