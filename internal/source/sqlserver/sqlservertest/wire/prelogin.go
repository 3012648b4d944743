package wire

import (
	"encoding/binary"
)

// Options of PRELOGIN ([MS-TDS] 2.2.6.5).
const (
	preloginVersion    = 0x00
	preloginEncryption = 0x01
	preloginInstance   = 0x02
	preloginThread     = 0x03
	preloginMARS       = 0x04
	preloginFedAuth    = 0x06
	preloginNonce      = 0x07
	preloginEnd        = 0xff
)

// Values of the option ENCRYPTION.
const (
	encryptOff    = 0x00 // the login only
	encryptOn     = 0x01
	encryptNotSup = 0x02
	encryptReq    = 0x03
)

// A prelogin holds options by their token.
type prelogin map[byte][]byte

// parsePrelogin reads the options that a message lists. The first has to be the
// version ([MS-TDS] 3.3.5.1 Initial State).
func parsePrelogin(b []byte) (prelogin, error) {
	out := prelogin{}
	for at := 0; ; at += 5 {
		if at >= len(b) {
			return nil, errStream
		}
		if b[at] == preloginEnd {
			break
		}
		if at+5 > len(b) || at == 0 && b[at] != preloginVersion {
			return nil, errStream
		}
		offset, length := int(binary.BigEndian.Uint16(b[at+1:])), int(binary.BigEndian.Uint16(b[at+3:]))
		if offset+length > len(b) {
			return nil, errStream
		}
		out[b[at]] = b[offset : offset+length]
	}
	if _, ok := out[preloginVersion]; !ok {
		return nil, errStream
	}
	return out, nil
}

// append writes the options, in the order of their tokens.
func (p prelogin) append(b []byte) []byte {
	data := []byte{}
	offset := 5*len(p) + 1
	for token := range byte(preloginEnd) {
		value, ok := p[token]
		if !ok {
			continue
		}
		b = append(b, token)
		b = binary.BigEndian.AppendUint16(b, uint16(offset+len(data)))
		b = binary.BigEndian.AppendUint16(b, uint16(len(value)))
		data = append(data, value...)
	}
	return append(append(b, preloginEnd), data...)
}

// encryption is the value of an option of one byte.
func (p prelogin) encryption() byte {
	if v := p[preloginEncryption]; len(v) == 1 {
		return v[0]
	}
	return encryptNotSup
}

// agree is what the server answers to the client's wish for encryption, by the
// tables of [MS-TDS] 2.2.6.5, and whether the two can go on.
func agree(client byte, offered, forced bool) (answer byte, ok bool) {
	switch {
	case !offered:
		return encryptNotSup, client != encryptOn && client != encryptReq
	case client == encryptOn || client == encryptReq:
		return encryptOn, true
	case forced:
		return encryptReq, client != encryptNotSup
	case client == encryptNotSup:
		return encryptNotSup, true
	default:
		return encryptOff, true
	}
}
