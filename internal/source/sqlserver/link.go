package sqlserver

import (
	"context"
	"errors"
	"fmt"

	"archwire"
	"archwire/internal/source/lending"
	"archwire/internal/source/sqlserver/tds"
)

// A link is one connection that is logged in. It is not safe for several
// goroutines, but for cut.
type link struct {
	client *tds.Client
	mem    *lending.Buffers
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
	how := tds.Reading{Schema: t.ArrowSchema(), Mem: l.mem}
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
