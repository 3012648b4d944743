package tds

import (
	"errors"
	"fmt"

	"archwire"
)

// errStopped says that the consumer wants no more.
var errStopped = errors.New("the consumer stopped")

// An answer is what is read of the answer to one batch.
type answer struct {
	decoder *decoder // nil when rows are of no interest
	yield   func(archwire.Batch) bool

	columns []wireColumn // of the result at hand; nil outside of one
	scan    scanner
	rows    uint64 // of the result at hand
	results int
	failure *Error
}

// read reads an answer from its first token to its last.
func (c *Client) read(a *answer) error {
	for {
		token, err := c.in.token()
		if err != nil {
			return err
		}
		switch token {
		case tokenRow, tokenNullRow:
			if a.columns == nil {
				return fmt.Errorf("%w: a row of no result", ErrProtocol)
			}
			if err := c.row(a); err != nil {
				return err
			}
		case tokenColumns:
			if err := c.begin(a); err != nil {
				return err
			}
		case tokenDone, tokenDoneProc, tokenDoneInProc:
			d, err := c.in.done()
			if err != nil {
				return err
			}
			if err := a.end(d, token); err != nil {
				return err
			}
			if d.status&doneMore == 0 && token != tokenDoneInProc {
				return c.complete(a)
			}
		default:
			if err := c.other(a, token); err != nil {
				return err
			}
		}
	}
}

// begin reads the columns of a result.
func (c *Client) begin(a *answer) error {
	columns, err := c.in.columns()
	if err != nil {
		return err
	}
	a.columns, a.rows = columns, 0
	a.scan.begin(columns)
	if a.results++; a.decoder == nil {
		return nil
	}
	if a.results > 1 {
		return fmt.Errorf("%w: a second result", ErrProtocol)
	}
	return a.decoder.bind(columns)
}

// row reads one row.
func (c *Client) row(a *answer) error {
	n, err := a.scan.row(c.in)
	if err != nil {
		return err
	}
	a.rows++
	if d := a.decoder; d != nil {
		if d.full(n) && !a.hand() {
			return errStopped
		}
		if err := d.row(c.in.tokens()[:n]); err != nil {
			return err
		}
	}
	c.in.skip(n)
	return nil
}

// hand yields the batch at hand and takes it back.
func (a *answer) hand() bool {
	batch := a.decoder.take()
	defer batch.Release()
	return a.yield(batch)
}

// end looks at the end of a statement: the server must have counted the rows that
// came.
func (a *answer) end(d done, token byte) error {
	if d.status&(doneError|doneServer) != 0 && a.failure == nil {
		return fmt.Errorf("%w: a statement failed without an error", ErrProtocol)
	}
	if d.status&doneAttention != 0 {
		return fmt.Errorf("%w: it was broken off, and nobody had asked for that", ErrProtocol)
	}
	if a.columns == nil || token == tokenDoneProc {
		return nil
	}
	a.columns = nil
	switch {
	case a.failure != nil || a.decoder == nil: // ask returns it
		return nil //nolint:nilerr // as above
	case d.status&doneCount == 0:
		return fmt.Errorf("%w: the server did not count the rows", ErrProtocol)
	case d.rows != a.rows:
		return fmt.Errorf("%w: the server sent %d rows and %d arrived", ErrProtocol, d.rows, a.rows)
	}
	return nil
}

// complete makes sure that nothing was lost on the way, and hands over the last
// batch.
func (c *Client) complete(a *answer) error {
	for !c.in.ended() && len(c.in.tokens()) == 0 {
		if err := c.in.fill(); err != nil {
			return err
		}
	}
	switch {
	case len(c.in.tokens()) > 0:
		return fmt.Errorf("%w: it goes on after its end", ErrProtocol)
	case a.failure != nil || a.decoder == nil: // ask returns it
		return nil //nolint:nilerr // as above
	case a.columns != nil:
		return fmt.Errorf("%w: the server did not count the rows", ErrProtocol)
	case a.results != 1:
		return fmt.Errorf("%w: it has no rows", ErrProtocol)
	}
	if a.decoder.rows > 0 {
		a.hand() // it is the last one, wanted or not
	}
	return nil
}
