package files

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// A keyHash stands for a key: the first half of the SHA-256 of its values.
type keyHash [16]byte

// A keyHasher hashes the keys of a table's rows.
type keyHasher struct {
	places []int // of the key's columns in a batch
	text   []byte
	hashes []keyHash
}

func newKeyHasher(l layout, t archwire.Table) *keyHasher {
	h := &keyHasher{}
	for _, k := range t.Key {
		h.places = append(h.places, l.find(k))
	}
	return h
}

// of hashes the keys of a batch. What it returns is valid until it is called again.
func (h *keyHasher) of(batch archwire.Batch) []keyHash {
	h.hashes = h.hashes[:0]
	for i := range int(batch.NumRows()) {
		h.text = h.text[:0]
		for _, at := range h.places {
			h.text = appendKey(h.text, batch.Column(at), i)
		}
		sum := sha256.Sum256(h.text)
		h.hashes = append(h.hashes, keyHash(sum[:len(keyHash{})]))
	}
	return h.hashes
}

// appendKey writes a value so that equal ones are equal text, and no two values run
// into each other.
func appendKey(out []byte, column arrow.Array, i int) []byte {
	if column.IsNull(i) {
		return append(out, 0)
	}
	out = append(out, 1)
	number := func(n uint64) []byte { return binary.BigEndian.AppendUint64(out, n) }
	switch c := column.(type) {
	case *array.Boolean:
		if c.Value(i) {
			return append(out, 1)
		}
		return append(out, 0)
	case *array.Int16:
		return number(uint64(c.Value(i))) //nolint:gosec // its bits
	case *array.Int32:
		return number(uint64(c.Value(i))) //nolint:gosec // its bits
	case *array.Int64:
		return number(uint64(c.Value(i))) //nolint:gosec // its bits
	case *array.Date32:
		return number(uint64(c.Value(i))) //nolint:gosec // its bits
	case *array.Time64:
		return number(uint64(c.Value(i))) //nolint:gosec // its bits
	case *array.Timestamp:
		return number(uint64(c.Value(i))) //nolint:gosec // its bits
	case *array.Float32:
		return number(floatBits(float64(c.Value(i))))
	case *array.Float64:
		return number(floatBits(c.Value(i)))
	case *array.Decimal128:
		out = number(uint64(c.Value(i).HighBits())) //nolint:gosec // its bits
		return number(c.Value(i).LowBits())
	case *array.String:
		out = number(uint64(len(c.Value(i))))
		return append(out, c.Value(i)...)
	case *array.Binary:
		out = number(uint64(len(c.Value(i))))
		return append(out, c.Value(i)...)
	}
	panic(fmt.Sprintf("files: a key of %s", column.DataType()))
}

// floatBits has one pattern for each value: for both zeros, and for what is no number.
func floatBits(f float64) uint64 {
	switch {
	case f == 0:
		return 0
	case math.IsNaN(f):
		return math.Float64bits(math.NaN())
	}
	return math.Float64bits(f)
}
