package parquet

import "encoding/binary"

// whole is what numbers are kept as that are packed by their differences.
type whole interface{ int32 | int64 }

// A delta reads numbers by their differences, which are packed block by block (Parquet,
// Encodings: Delta Encoding).
type delta[T whole] struct {
	data   []byte
	left   int // values that are still to come
	last   T
	first  bool // the next one is the first, which stands in the head
	size   int  // of a miniblock
	widths []byte
	minis  int // of a block
	least  T
	mini   int // numbers that are left in this miniblock
	width  int
	packed []byte
	bit    int
}

// newDelta reads the head. There are as many values as it says, or fewer.
func newDelta[T whole](data []byte) (*delta[T], error) {
	d := &delta[T]{data: data, first: true}
	if len(data) == 0 { // of a page in which all is NULL
		return d, nil
	}
	block, minis, left := d.uvarint(), d.uvarint(), d.uvarint()
	if minis == 0 || block == 0 || block > 1<<20 || block%minis != 0 || block/minis%8 != 0 || left > 1<<31 {
		return nil, errPage
	}
	d.size, d.minis, d.left = int(block/minis), int(minis), int(left) //nolint:gosec // looked at
	d.last = T(d.varint())
	return d, d.broken()
}

func (d *delta[T]) broken() error {
	if d.data == nil {
		return errPage
	}
	return nil
}

func (d *delta[T]) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		d.data = nil
		return 0
	}
	d.data = d.data[n:len(d.data):len(d.data)]
	return v
}

func (d *delta[T]) varint() int64 {
	v := d.uvarint()
	return int64(v>>1) ^ -int64(v&1) // zigzag
}

// decode reads as many numbers as out holds. Sums wrap around, as the format has it.
func (d *delta[T]) decode(out []T) error {
	if len(out) > d.left {
		return errPage
	}
	d.left -= len(out)
	if d.first && len(out) > 0 {
		out[0], out, d.first = d.last, out[1:], false
	}
	for len(out) > 0 {
		if d.mini == 0 {
			if err := d.begin(); err != nil {
				return err
			}
		}
		k := min(d.mini, len(out))
		for i := range out[:k] {
			d.last += d.least + T(d.difference())
			out[i] = d.last
		}
		d.mini, out = d.mini-k, out[k:]
	}
	return nil
}

// difference is the next packed number.
func (d *delta[T]) difference() uint64 {
	if d.width == 0 {
		return 0
	}
	at, shift := d.bit>>3, d.bit&7
	d.bit += d.width
	var v uint64
	if at+8 <= len(d.packed) {
		v = binary.LittleEndian.Uint64(d.packed[at:]) >> shift
	} else {
		v = lastBits(d.packed, d.bit-d.width)
	}
	if shift+d.width > 64 {
		v |= uint64(d.packed[at+8]) << (64 - shift)
	}
	if d.width < 64 {
		v &= 1<<d.width - 1
	}
	return v
}

// begin begins the next miniblock.
func (d *delta[T]) begin() error {
	if len(d.widths) == 0 {
		d.least = T(d.varint())
		if d.minis > len(d.data) {
			return errPage
		}
		d.widths, d.data = d.data[:d.minis], d.data[d.minis:len(d.data):len(d.data)]
	}
	d.width, d.widths = int(d.widths[0]), d.widths[1:]
	n := d.size / 8 * d.width
	if d.width > 64 || n > len(d.data) {
		return errPage
	}
	d.packed, d.data = d.data[:n], d.data[n:len(d.data):len(d.data)]
	d.mini, d.bit = d.size, 0
	return nil
}

// rest is what comes behind the numbers, all of which were read.
func (d *delta[T]) rest() []byte { return d.data }
