package parquet

import (
	"encoding/binary"

	"github.com/apache/arrow-go/v18/arrow/bitutil"
)

// A hybrid reads numbers of few bits, in runs of one number and in groups of eight that
// are packed (Parquet, Encodings: Run Length Encoding / Bit-Packing Hybrid).
type hybrid struct {
	data   []byte
	width  int
	same   int    // of the run, so many are left
	value  uint32 // of the run
	packed int    // of the groups, so many are left
	groups []byte // from bit on
	bit    int
}

// begin finds the next run or groups.
func (h *hybrid) begin() error {
	for h.same == 0 && h.packed == 0 {
		head, n := binary.Uvarint(h.data)
		if n <= 0 || head > 1<<32 {
			return errPage
		}
		h.data = h.data[n:]
		if head&1 == 0 {
			h.same, n = int(head>>1), (h.width+7)/8
			if n > len(h.data) {
				return errPage
			}
			h.value = 0
			for i, b := range h.data[:n] {
				h.value |= uint32(b) << (8 * i)
			}
			h.data = h.data[n:]
			continue
		}
		h.packed, h.bit = int(head>>1)*8, 0
		n = min(h.packed/8*h.width, len(h.data))
		if h.width > 0 { // the last group may lack what is past the last number
			h.packed = min(h.packed, n*8/h.width)
		}
		h.groups, h.data = h.data[:n], h.data[n:]
	}
	return nil
}

// bits reads numbers of one bit into a bitmap, and says how many are set.
func (h *hybrid) bits(into []byte, at, n int) (set int, err error) {
	for from := at; n > 0; {
		if err := h.begin(); err != nil {
			return 0, err
		}
		var k int
		if h.same > 0 {
			if k = min(h.same, n); h.value > 1 {
				return 0, errPage
			}
			bitutil.SetBitsTo(into, int64(from), int64(k), h.value == 1)
			h.same -= k
			set += k * int(h.value)
		} else {
			k = min(h.packed, n)
			bitutil.CopyBitmap(h.groups, h.bit, k, into, from)
			set += bitutil.CountSetBits(into, from, k)
			h.packed -= k
			h.bit += k
		}
		from, n = from+k, n-k
	}
	return set, nil
}

// numbers reads as many numbers as out holds.
func (h *hybrid) numbers(out []uint32) error {
	for len(out) > 0 {
		if err := h.begin(); err != nil {
			return err
		}
		if h.same > 0 {
			k := min(h.same, len(out))
			for i := range out[:k] {
				out[i] = h.value
			}
			h.same, out = h.same-k, out[k:]
			continue
		}
		k := min(h.packed, len(out))
		if h.width > 0 {
			unpack(out[:k], h.groups, h.bit, h.width)
		} else {
			clear(out[:k])
		}
		h.packed, h.bit, out = h.packed-k, h.bit+k*h.width, out[k:]
	}
	return nil
}

// unpack reads numbers of 1 to 32 bits that lie one behind the other, the lowest bit
// first, from a bit on. data has all of them.
func unpack(out []uint32, data []byte, bit, width int) {
	mask := uint64(1)<<width - 1
	i := 0
	for ; i < len(out) && bit>>3+8 <= len(data); i++ {
		out[i] = uint32(binary.LittleEndian.Uint64(data[bit>>3:]) >> (bit & 7) & mask) //nolint:gosec // of so many bits
		bit += width
	}
	for ; i < len(out); i++ {
		out[i] = uint32(lastBits(data, bit) & mask) //nolint:gosec // of so many bits
		bit += width
	}
}

// lastBits is what lies from a bit on, near the end of data: 57 bits at least, where
// there are so many.
func lastBits(data []byte, bit int) uint64 {
	v := uint64(0)
	for i, b := range data[bit>>3 : min(bit>>3+8, len(data))] {
		v |= uint64(b) << (8 * i)
	}
	return v >> (bit & 7)
}
