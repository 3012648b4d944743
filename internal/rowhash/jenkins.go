package rowhash

import "math/bits"

// origin is what PostgreSQL adds to a length to start from; see hash_bytes in
// its src/common/hashfn.c, which is Bob Jenkins's lookup3.
const origin = 0x9e3779b9 + 3923095

// hashBytes is PostgreSQL's hash_bytes_extended with the seed 0, as it runs on
// a little-endian machine.
func hashBytes[T string | []byte](k T) uint64 {
	a := uint32(origin) + uint32(len(k)) //nolint:gosec // values are far below 4 GiB
	b, c := a, a
	for len(k) >= 12 {
		a += word(k[0:4])
		b += word(k[4:8])
		c += word(k[8:12])
		a, b, c = mix(a, b, c)
		k = k[12:]
	}
	switch { // the lowest byte of c is reserved for the length
	case len(k) >= 8:
		a += word(k[0:4])
		b += word(k[4:8])
		c += tail(k[8:]) << 8
	case len(k) >= 4:
		a += word(k[0:4])
		b += tail(k[4:])
	default:
		a += tail(k)
	}
	return final(a, b, c)
}

func word[T string | []byte](k T) uint32 {
	return uint32(k[0]) | uint32(k[1])<<8 | uint32(k[2])<<16 | uint32(k[3])<<24
}

// tail is the word of up to three bytes.
func tail[T string | []byte](k T) (w uint32) {
	for i := range len(k) {
		w |= uint32(k[i]) << (8 * i)
	}
	return w
}

// hashWord is PostgreSQL's hash_bytes_uint32_extended with the seed 0: the hash
// of whole numbers of up to 32 bits, of booleans and of dates.
func hashWord(k uint32) uint64 {
	const start = uint32(origin + 4)
	return final(start+k, start, start)
}

// fold is the word that hashint8extended hashes. It makes equal numbers of other
// widths equal, which costs half of the number's bits.
func fold(v int64) uint32 {
	high := uint32(v >> 32) //nolint:gosec // the upper half
	if v < 0 {
		high = ^high
	}
	return uint32(v) ^ high //nolint:gosec // the lower half
}

// scramble is hashint8extended(h, h): it depends on all bits of h, and on none
// in proportion.
func scramble(h uint64) uint64 {
	a, b, c := uint32(origin+4), uint32(origin+4), uint32(origin+4)
	if h != 0 {
		a, b, c = mix(a+uint32(h>>32), b+uint32(h), c) //nolint:gosec // the lower half
	}
	return final(a+fold(int64(h)), b, c) //nolint:gosec // the same bits
}

func mix(a, b, c uint32) (x, y, z uint32) {
	a -= c
	a ^= bits.RotateLeft32(c, 4)
	c += b
	b -= a
	b ^= bits.RotateLeft32(a, 6)
	a += c
	c -= b
	c ^= bits.RotateLeft32(b, 8)
	b += a
	a -= c
	a ^= bits.RotateLeft32(c, 16)
	c += b
	b -= a
	b ^= bits.RotateLeft32(a, 19)
	a += c
	c -= b
	c ^= bits.RotateLeft32(b, 4)
	b += a
	return a, b, c
}

func final(a, b, c uint32) uint64 {
	c ^= b
	c -= bits.RotateLeft32(b, 14)
	a ^= c
	a -= bits.RotateLeft32(c, 11)
	b ^= a
	b -= bits.RotateLeft32(a, 25)
	c ^= b
	c -= bits.RotateLeft32(b, 16)
	a ^= c
	a -= bits.RotateLeft32(c, 4)
	b ^= a
	b -= bits.RotateLeft32(a, 14)
	c ^= b
	c -= bits.RotateLeft32(b, 24)
	return uint64(b)<<32 | uint64(c)
}
