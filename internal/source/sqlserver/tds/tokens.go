package tds

import (
	"fmt"
	"strconv"
)

// The bits of the status of DONE, [MS-TDS] 2.2.7.6.
const (
	doneMore      = 0x01
	doneError     = 0x02
	doneCount     = 0x10
	doneAttention = 0x20
	doneServer    = 0x100

	doneBytes = 13 // the token included
)

// A done ends the answer to a statement.
type done struct {
	status int
	rows   uint64
}

func (p *packets) done() (done, error) {
	if err := p.need(doneBytes); err != nil {
		return done{}, err
	}
	r := reader{b: p.tokens(), at: 1}
	d := done{status: r.u16()}
	r.u16() // which statement it was
	d.rows = r.u64()
	p.skip(doneBytes)
	return d, nil
}

// token waits for a token and returns its type.
func (p *packets) token() (byte, error) {
	if err := p.need(1); err != nil {
		return 0, err
	}
	return p.buf[p.r], nil
}

// longestToken bounds what is kept of a token other than rows and their columns. The
// longest of them is an error, whose text has up to 65535 units.
const longestToken = 1 << 20

var errLongToken = fmt.Errorf("%w: a token longer than any", ErrProtocol)

// counted returns the content of a token that begins with its length of width
// bytes. It is valid until the next reading.
func (p *packets) counted(width int) ([]byte, error) {
	if err := p.need(1 + width); err != nil {
		return nil, err
	}
	r := reader{b: p.tokens(), at: 1}
	n := r.u16()
	if width == 4 {
		n |= r.u16() << 16
	}
	if n > longestToken {
		return nil, errLongToken
	}
	if err := p.need(1 + width + n); err != nil {
		return nil, err
	}
	content := p.tokens()[1+width : 1+width+n]
	p.skip(1 + width + n)
	return content, nil
}

// fixed skips a token of n bytes behind its type.
func (p *packets) fixed(n int) error {
	if err := p.need(1 + n); err != nil {
		return err
	}
	p.skip(1 + n)
	return nil
}

// serverError reads the content of ERROR and INFO.
func serverError(b []byte) (*Error, error) {
	r := reader{b: b}
	e := &Error{Number: int32(r.u32()), State: byte(r.u8()), Severity: byte(r.u8()), Message: r.longName()} //nolint:gosec // as they are on the wire
	r.shortName()                                                                                           // server
	r.shortName()                                                                                           // procedure
	e.Line = int32(r.u32())                                                                                 //nolint:gosec // as above
	if r.short {
		return nil, fmt.Errorf("%w: an error is shorter than it says", ErrProtocol)
	}
	return e, nil
}

// The types of ENVCHANGE that matter here, [MS-TDS] 2.2.7.9.
const (
	changePacketSize = 4
	changeBegin      = 8
	changeCommit     = 9
	changeRollback   = 10
	changeEnded      = 17
)

// change follows what ENVCHANGE says of the session.
func (c *Client) change(b []byte) error {
	r := reader{b: b}
	switch r.u8() {
	case changePacketSize:
		n, err := strconv.Atoi(r.shortName())
		if err != nil || n < 512 || n > longestPacket {
			return fmt.Errorf("%w: packets of another size than there can be", ErrProtocol)
		}
		c.packetSize = n
	case changeBegin:
		if r.u8() != 8 {
			return fmt.Errorf("%w: a transaction without a descriptor", ErrProtocol)
		}
		c.transaction = r.u64()
	case changeCommit, changeRollback, changeEnded:
		c.transaction = 0
	}
	if r.short {
		return fmt.Errorf("%w: a change of the session is shorter than it says", ErrProtocol)
	}
	return nil
}

// other reads a token that is neither of rows nor the end of a statement.
func (c *Client) other(a *answer, token byte) error {
	switch token {
	case tokenError, tokenInfo:
		b, err := c.in.counted(2)
		if err != nil {
			return err
		}
		e, err := serverError(b)
		if err == nil && token == tokenError && a.failure == nil {
			a.failure = e // the first one is the cause of those that follow
		}
		return err
	case tokenEnvChange:
		b, err := c.in.counted(2)
		if err != nil {
			return err
		}
		return c.change(b)
	case tokenLoginAck, tokenOrder, tokenTableName, tokenColumnInfo, tokenSSPI:
		_, err := c.in.counted(2)
		return err
	case tokenSessionState, tokenFedAuthInfo:
		_, err := c.in.counted(4)
		return err
	case tokenReturnStatus, tokenOffset:
		return c.in.fixed(4)
	case tokenFeatureExtAck:
		return c.in.features()
	}
	return fmt.Errorf("%w: a token of type %#x", ErrProtocol, token)
}

// features skips FEATUREEXTACK, a list of feature, length and data that ends with
// 0xFF.
func (p *packets) features() error {
	for at := 1; ; {
		if err := p.need(at + 1); err != nil {
			return err
		}
		if p.tokens()[at] == 0xff {
			p.skip(at + 1)
			return nil
		}
		if err := p.need(at + 5); err != nil {
			return err
		}
		r := reader{b: p.tokens(), at: at + 1}
		if at += 5 + int(r.u32()); at > longestToken {
			return errLongToken
		}
	}
}
