package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Format is the version of the files that this package writes.
const Format = 1

// hashDigits is the length of a link: a SHA-256 in hexadecimal digits.
const hashDigits = 2 * sha256.Size

// zeroLink is what the first line of a chain is linked to.
var zeroLink = strings.Repeat("0", hashDigits)

// A header is the first line of a segment.
type header struct {
	Format int       `json:"format"`
	Chain  string    `json:"chain"`
	First  uint64    `json:"first"` // the number of this line in the chain
	At     time.Time `json:"at"`    // when the segment was begun
	Prev   string    `json:"prev"`  // the link of the line before
}

// link is what stands before text in its line: the SHA-256 of the link of the line
// before, a space, and text. It names all lines up to this one.
func link(prev string, text []byte) string {
	h := sha256.New()
	h.Write([]byte(prev))
	h.Write([]byte{' '})
	h.Write(text)
	return hex.EncodeToString(h.Sum(nil))
}

// appendLine writes a line: its link, a space, text, a line feed.
func appendLine(dst []byte, link string, text []byte) []byte {
	dst = append(dst, link...)
	dst = append(dst, ' ')
	dst = append(dst, text...)
	return append(dst, '\n')
}

// parseLine takes a line, without its line feed, apart and proves its link. An
// empty prev proves nothing of what came before.
func parseLine(line []byte, prev string) (text []byte, got string, err error) {
	at := bytes.IndexByte(line, ' ')
	if at != hashDigits {
		return nil, "", fmt.Errorf("it does not begin with a SHA-256")
	}
	got, text = string(line[:at]), line[at+1:]
	if link(prev, text) != got {
		return nil, "", fmt.Errorf("its SHA-256 is not that of the line before and its text")
	}
	return text, got, nil
}

// parseHeader reads the first line of a segment; the header says itself what it is
// linked to.
func parseHeader(line []byte) (h header, got string, err error) {
	at := bytes.IndexByte(line, ' ')
	if at != hashDigits {
		return h, "", fmt.Errorf("it does not begin with a SHA-256")
	}
	if err := strict(line[at+1:], &h); err != nil {
		return h, "", err
	}
	if h.Format != Format {
		return h, "", fmt.Errorf("it has format %d, where this version of Archwire knows %d", h.Format, Format)
	}
	if len(h.Prev) != hashDigits || h.Chain == "" {
		return h, "", fmt.Errorf("it does not name its chain and the line before")
	}
	_, got, err = parseLine(line, h.Prev)
	return h, got, err
}

// strict reads JSON that must hold nothing that to has no place for.
func strict(text []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("it is not an entry: %w", err)
	}
	return nil
}
