package wire

import (
	"bytes"
	"encoding/binary"
)

// Features that a client may ask for ([MS-TDS] 2.2.6.4 LOGIN7, FeatureExt).
const (
	featureFedAuth = 0x02
	featureUTF8    = 0x0a
	featureEnd     = 0xff
)

// Libraries of the feature FEDAUTH.
const (
	fedAuthToken = 0x01 // the token comes with the login
	fedAuthAsked = 0x02 // the server says for whom the token is to be, and then it comes
)

// A login7 is what the message LOGIN7 says.
type login7 struct {
	version    uint32
	packetSize int
	integrated bool
	Login
	features map[byte][]byte
}

// Where LOGIN7 keeps what it says.
const (
	loginHeader   = 94
	loginLongest  = 128<<10 - 1
	loginHost     = 36
	loginUser     = 40
	loginPassword = 44
	loginApp      = 48
	loginExtended = 56
	loginDatabase = 68
)

// parseLogin reads the message LOGIN7.
func parseLogin(b []byte) (login7, error) {
	if len(b) < loginHeader || len(b) > loginLongest || int(binary.LittleEndian.Uint32(b)) != len(b) {
		return login7{}, errStream
	}
	p := loginParts{b: b}
	l := login7{
		version: binary.LittleEndian.Uint32(b[4:]), packetSize: int(binary.LittleEndian.Uint32(b[8:])),
		integrated: b[25]&0x80 != 0,
		Login: Login{
			Host: fromUTF16(p.part(loginHost)), User: fromUTF16(p.part(loginUser)), App: fromUTF16(p.part(loginApp)),
			Password: fromUTF16(clear(p.part(loginPassword))), Database: fromUTF16(p.part(loginDatabase)),
		},
	}
	if b[27]&0x10 != 0 {
		l.features = p.features()
	}
	return l, p.err
}

// loginParts finds the parts of variable length.
type loginParts struct {
	b   []byte
	err error
}

// part is the text whose offset in bytes and length in units stand at.
func (p *loginParts) part(at int) []byte {
	offset, units := int(binary.LittleEndian.Uint16(p.b[at:])), int(binary.LittleEndian.Uint16(p.b[at+2:]))
	if units == 0 {
		return nil
	}
	if offset < loginHeader || offset+2*units > len(p.b) {
		p.err = errStream
		return nil
	}
	return p.b[offset : offset+2*units]
}

// clear takes back what hides a password: the halves of each byte are swapped
// and the bits 0xa5 are turned over.
func clear(hidden []byte) []byte {
	out := make([]byte, len(hidden))
	for i, c := range hidden {
		c ^= 0xa5
		out[i] = c<<4 | c>>4
	}
	return out
}

// features reads the list that the extension points to.
func (p *loginParts) features() map[byte][]byte {
	at := int(binary.LittleEndian.Uint16(p.b[loginExtended:]))
	if at < loginHeader || at+4 > len(p.b) {
		p.err = errStream
		return nil
	}
	list := uint64(binary.LittleEndian.Uint32(p.b[at:]))
	if list > uint64(len(p.b)) {
		p.err = errStream
		return nil
	}
	r, out := newReader(bytes.NewReader(p.b[list:])), map[byte][]byte{}
	for r.err == nil {
		id := r.u8()
		if r.err == nil && id == featureEnd {
			return out
		}
		out[id] = r.bytes(int(r.u32()))
	}
	p.err = errStream
	return nil
}

// fedAuth reads the feature FEDAUTH: the library, and the token if it came along.
func fedAuth(b []byte) (library byte, token string, err error) {
	if len(b) < 2 {
		return 0, "", errStream
	}
	library = b[0] >> 1
	if library == fedAuthAsked {
		return library, "", nil
	}
	if library != fedAuthToken || len(b) < 5 {
		return 0, "", errStream
	}
	n := uint64(binary.LittleEndian.Uint32(b[1:]))
	if n > uint64(len(b)-5) {
		return 0, "", errStream
	}
	return library, fromUTF16(b[5 : 5+n]), nil
}

// parseToken reads the message of a token that was asked for ([MS-TDS] 2.2.6.3).
func parseToken(b []byte) (string, error) {
	if len(b) < 8 {
		return "", errStream
	}
	n := uint64(binary.LittleEndian.Uint32(b[4:]))
	if n > uint64(len(b)-8) {
		return "", errStream
	}
	return fromUTF16(b[8 : 8+n]), nil
}
