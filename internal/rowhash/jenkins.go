package rowhash

import "math/bits"

// origin is what PostgreSQL adds to a length to start from; see hash_bytes in
// its src/common/hashfn.c, which is Bob Jenkins's lookup3.
const origin uint32 = 0x9e3779b9 + 3923095

// A state is what is hashed so far.
type state struct{ a, b, c uint32 }

// seeded is the state before a value of so many bytes.
func seeded(length uint32, seed uint64) state {
	a := origin + length
	if seed == 0 {
		return state{a, a, a}
	}
	return mix(a+uint32(seed>>32), a+uint32(seed), a) //nolint:gosec // the lower half
}

// word is PostgreSQL's hash_bytes_uint32_extended with the seed of a state for 4
// bytes: the hash of whole numbers of up to 32 bits, of booleans and of dates.
func (s state) word(k uint32) uint64 { return final(s.a+k, s.b, s.c) }

// hashBytes is PostgreSQL's hash_bytes_extended, as it runs on a little-endian
// machine.
func hashBytes[T string | []byte](k T, seed uint64) uint64 {
	s := seeded(uint32(len(k)), seed) //nolint:gosec // values are far below 4 GiB
	a, b, c := s.a, s.b, s.c
	for len(k) >= 12 {
		a += word(k[0:4])
		b += word(k[4:8])
		c += word(k[8:12])
		s = mix(a, b, c)
		a, b, c = s.a, s.b, s.c
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

// fold is the word that hashint8extended hashes. It makes equal numbers of other
// widths equal, which costs half of the number's bits.
func fold(v int64) uint32 {
	high := uint32(v >> 32) //nolint:gosec // the upper half
	if v < 0 {
		high = ^high
	}
	return uint32(v) ^ high //nolint:gosec // the lower half
}

// scramble is hashint8extended(0, h): it depends on all bits of h, and on none
// in proportion.
func scramble(h uint64) uint64 { return seeded(4, h).word(0) }

func mix(a, b, c uint32) state {
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
	return state{a, b, c}
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
