package wire

import (
	"encoding/binary"
	"strconv"
)

// Tokens of an answer ([MS-TDS] 2.2.7).
const (
	tokenReturnStatus = 0x79
	tokenColumns      = 0x81
	tokenOrder        = 0xa9
	tokenError        = 0xaa
	tokenInfo         = 0xab
	tokenReturnValue  = 0xac
	tokenLoginAck     = 0xad
	tokenFeatureAck   = 0xae
	tokenRow          = 0xd1
	tokenNullRow      = 0xd2
	tokenEnvironment  = 0xe3
	tokenFedAuthInfo  = 0xee
	tokenDone         = 0xfd
	tokenDoneProc     = 0xfe
	tokenDoneInProc   = 0xff
)

// Bits of the status of DONE, DONEPROC and DONEINPROC. SQL Server does not set the
// one for a transaction in progress.
const (
	doneMore        = 0x001
	doneError       = 0x002
	doneCount       = 0x010
	doneAttention   = 0x020
	doneServerError = 0x100
)

// commandSelect is the CurCmd of DONE after rows.
const commandSelect = 0xc1

// commandExecute is that of DONEPROC.
const commandExecute = 0xe0

// Kinds of ENVCHANGE.
const (
	envDatabase   = 1
	envLanguage   = 2
	envPacketSize = 4
	envCollation  = 7
	envBegin      = 8
	envCommit     = 9
	envRollback   = 10
	envMirror     = 13
	envReset      = 18
	envRouting    = 20
)

func appendDone(b []byte, token byte, status, command uint16, rows int64) []byte {
	b = binary.LittleEndian.AppendUint16(append(b, token), status)
	b = binary.LittleEndian.AppendUint16(b, command)
	return binary.LittleEndian.AppendUint64(b, uint64(rows))
}

func appendReturnStatus(b []byte, status int32) []byte {
	return binary.LittleEndian.AppendUint32(append(b, tokenReturnStatus), uint32(status))
}

func appendOrder(b []byte, columns []int) []byte {
	b = binary.LittleEndian.AppendUint16(append(b, tokenOrder), uint16(2*len(columns)))
	for _, c := range columns {
		b = binary.LittleEndian.AppendUint16(b, uint16(c))
	}
	return b
}

// appendMessage writes an error, or a notice if it is less severe than one.
func appendMessage(b []byte, server string, e Error) []byte {
	token := byte(tokenInfo)
	if e.Severity > 10 {
		token = tokenError
	}
	return appendSized(b, token, func(b []byte) []byte {
		b = binary.LittleEndian.AppendUint32(b, uint32(e.Number))
		b = appendLong(append(b, e.State, e.Severity), e.Message)
		b = appendShort(appendShort(b, server), "") // no procedure
		return binary.LittleEndian.AppendUint32(b, uint32(e.Line))
	})
}

// appendSized writes a token that says how long it is.
func appendSized(b []byte, token byte, body func([]byte) []byte) []byte {
	at := len(b)
	b = body(append(b, token, 0, 0))
	binary.LittleEndian.PutUint16(b[at+1:], uint16(len(b)-at-3))
	return b
}

// appendChange writes that a text of the environment changed.
func appendChange(b []byte, kind byte, to, from string) []byte {
	return appendSized(b, tokenEnvironment, func(b []byte) []byte {
		return appendShort(appendShort(append(b, kind), to), from)
	})
}

// appendBytesChange is appendChange for what is bytes.
func appendBytesChange(b []byte, kind byte, to, from []byte) []byte {
	return appendSized(b, tokenEnvironment, func(b []byte) []byte {
		b = append(append(b, kind, byte(len(to))), to...)
		return append(append(b, byte(len(from))), from...)
	})
}

// appendTransaction writes that a transaction began or ended.
func appendTransaction(b []byte, kind byte, descriptor uint64) []byte {
	d := binary.LittleEndian.AppendUint64(nil, descriptor)
	if kind == envBegin {
		return appendBytesChange(b, kind, d, nil)
	}
	return appendBytesChange(b, kind, nil, d)
}

// appendRouting writes where a login is to go.
func appendRouting(b []byte, to *Redirect) []byte {
	return appendSized(b, tokenEnvironment, func(b []byte) []byte {
		at := len(b) + 1
		b = append(b, envRouting, 0, 0, 0) // protocol 0 is TCP
		b = appendLong(binary.LittleEndian.AppendUint16(b, to.Port), to.Host)
		binary.LittleEndian.PutUint16(b[at:], uint16(len(b)-at-2))
		return append(b, 0, 0) // no old value
	})
}

// appendLoginAck writes that the login was taken. version is that of TDS, program
// that of the server: major, minor and build, high byte first.
func appendLoginAck(b []byte, version uint32, name string, program [4]byte) []byte {
	return appendSized(b, tokenLoginAck, func(b []byte) []byte {
		b = binary.BigEndian.AppendUint32(append(b, 1), version) // 1 is Transact-SQL
		return append(appendShort(b, name), program[:]...)
	})
}

// appendFeatureAck writes which features of the login the server has.
func appendFeatureAck(b []byte, features []feature) []byte {
	if len(features) == 0 {
		return b
	}
	b = append(b, tokenFeatureAck)
	for _, f := range features {
		b = binary.LittleEndian.AppendUint32(append(b, f.id), uint32(len(f.data)))
		b = append(b, f.data...)
	}
	return append(b, featureEnd)
}

type feature struct {
	id   byte
	data []byte
}

// appendFedAuthInfo writes for whom a token is to be ([MS-TDS] 2.2.7.12).
func appendFedAuthInfo(b []byte, sts, spn string) []byte {
	const options, each = 2, 9
	first, second := appendUTF16(nil, sts), appendUTF16(nil, spn)
	start := 4 + options*each
	info := binary.LittleEndian.AppendUint32(nil, options)
	for _, o := range []struct {
		id         byte
		size, from int
	}{{1, len(first), start}, {2, len(second), start + len(first)}} {
		info = binary.LittleEndian.AppendUint32(append(info, o.id), uint32(o.size))
		info = binary.LittleEndian.AppendUint32(info, uint32(o.from))
	}
	info = append(append(info, first...), second...)
	b = binary.LittleEndian.AppendUint32(append(b, tokenFedAuthInfo), uint32(len(info)))
	return append(b, info...)
}

// appendSizeChange writes which size of packets is agreed on.
func appendSizeChange(b []byte, to, from int) []byte {
	return appendChange(b, envPacketSize, strconv.Itoa(to), strconv.Itoa(from))
}
