package sqlserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	mssql "github.com/microsoft/go-mssqldb"

	"archwire/internal/source/sqlserver/tds"
)

// dial logs in by the driver, and takes the connection over from it: the driver
// makes a Go value of each cell, and we want columns.
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
	return &link{client: client, mem: d.mem}, nil
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
