package tds

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The values of PRELOGIN's option ENCRYPTION, [MS-TDS] 2.2.6.5.
const (
	encryptOn           = 1
	encryptNotSupported = 2
	encryptRequired     = 3
	encryptStrict       = 4

	optionEncryption = 1
	optionsEnd       = 0xff
)

// encryptionOption finds the value of ENCRYPTION in the options of PRELOGIN: a
// list of option, offset and length, both big-endian, that ends with 0xFF.
func encryptionOption(options []byte) (int, error) {
	for b := options; len(b) >= 5 && b[0] != optionsEnd; b = b[5:] {
		at := int(binary.BigEndian.Uint16(b[1:]))
		if b[0] == optionEncryption && binary.BigEndian.Uint16(b[3:]) >= 1 && at < len(options) {
			return at, nil
		}
	}
	return 0, fmt.Errorf("%w: PRELOGIN says nothing about encryption", ErrProtocol)
}

// readPacket reads one packet, which is a whole message.
func readPacket(r io.Reader) ([]byte, error) {
	header := make([]byte, headerBytes)
	if _, err := io.ReadFull(r, header); err != nil {
		return nil, err //nolint:wrapcheck // a net.Conn's own
	}
	n := int(binary.BigEndian.Uint16(header[2:]))
	if header[0] != packetAnswer || header[1]&statusLast == 0 || n < headerBytes || n > preloginPacket {
		return nil, fmt.Errorf("%w: PRELOGIN is answered by a packet of type %d and %d bytes", ErrProtocol, header[0], n)
	}
	packet := append(header, make([]byte, n-headerBytes)...)
	_, err := io.ReadFull(r, packet[headerBytes:])
	return packet, err //nolint:wrapcheck // a net.Conn's own
}
