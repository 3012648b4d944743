// Package tds is the client's side of TDS 7.4, the protocol of Microsoft SQL
// Server, from the login on: a driver logs in through a Tunnel, then a Client
// takes the connection over, sends batches of SQL and reads the rows of the
// answers into Arrow arrays. It knows neither SQL nor the driver.
//
// Sections are those of [MS-TDS], Tabular Data Stream Protocol.
package tds

import (
	"errors"
	"fmt"
)

// The types of packets, [MS-TDS] 2.2.3.1.1.
const (
	packetBatch     = 0x01
	packetAnswer    = 0x04
	packetAttention = 0x06
	packetLogin     = 0x10
	packetPrelogin  = 0x12
)

// A packet begins with type, status, length (of all of it, big-endian), process,
// number and window, [MS-TDS] 2.2.3.1.
const (
	headerBytes = 8
	statusLast  = 0x01 // the packet is the last of its message
)

// The types of tokens, [MS-TDS] 2.2.7.
const (
	tokenOffset        = 0x78
	tokenReturnStatus  = 0x79
	tokenColumns       = 0x81
	tokenTableName     = 0xa4
	tokenColumnInfo    = 0xa5
	tokenOrder         = 0xa9
	tokenError         = 0xaa
	tokenInfo          = 0xab
	tokenLoginAck      = 0xad
	tokenFeatureExtAck = 0xae
	tokenRow           = 0xd1
	tokenNullRow       = 0xd2 // NBCROW: a row with a bitmap of its NULLs
	tokenEnvChange     = 0xe3
	tokenSessionState  = 0xe4
	tokenSSPI          = 0xed
	tokenFedAuthInfo   = 0xee
	tokenDone          = 0xfd
	tokenDoneProc      = 0xfe
	tokenDoneInProc    = 0xff
)

var (
	// ErrProtocol is in the chain of every error that says that an answer is not
	// what the protocol allows, or ends before its end.
	ErrProtocol = errors.New("the server's answer does not follow the protocol")

	// ErrBroken is in the chain of errors of a Client that was closed, or that an
	// earlier error left in no order.
	ErrBroken = errors.New("the connection is in no order")

	errCutShort = fmt.Errorf("%w: it is cut short", ErrProtocol)
)

// An Error is an error of the server, [MS-TDS] 2.2.7.10. Its message may quote
// values of rows.
type Error struct {
	Number   int32
	State    byte
	Severity byte
	Message  string
	Line     int32
}

func (e *Error) Error() string { return fmt.Sprintf("error %d of the server", e.Number) }

// A ValueError names the column that has a value without an exact form. It tells
// nothing of the value.
type ValueError struct {
	Column string
	Err    error
}

func (e *ValueError) Error() string { return "column " + e.Column + ": " + e.Err.Error() }
func (e *ValueError) Unwrap() error { return e.Err }

// A TypeError names the column whose type in the answer is not one that becomes
// the type asked for.
type TypeError struct {
	Column string
	Is     string // the type of the answer: "decimal(12,2)"
	Want   string
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("column %s is of type %s, which does not become %s", e.Column, e.Is, e.Want)
}
