package tds

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Why a value has no exact form. The value itself is not told.
var (
	errWidth    = errors.New("a value has another length than its type")
	errTooLarge = errors.New("a value has too many digits before the point")
	errTooFine  = errors.New("a value has more digits behind the point than the declared scale")
)

// uint128 is a magnitude; 38 digits need 127 bits.
type uint128 struct{ hi, lo uint64 }

// powersOfTen are 10^0 to 10^38.
var powersOfTen = func() (p [39]uint128) {
	p[0] = uint128{0, 1}
	for i := 1; i < len(p); i++ {
		p[i], _ = p[i-1].times(10)
	}
	return p
}()

func (a uint128) times(b uint64) (uint128, bool) {
	hiHi, hiLo := bits.Mul64(a.hi, b)
	loHi, loLo := bits.Mul64(a.lo, b)
	hi, carry := bits.Add64(hiLo, loHi, 0)
	return uint128{hi, loLo}, hiHi == 0 && carry == 0
}

func (a uint128) less(b uint128) bool {
	return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo
}

// shift is a * 10^by, if that is whole.
func (a uint128) shift(by int) (uint128, error) {
	for ; by > 0; by-- {
		var ok bool
		if a, ok = a.times(10); !ok {
			return a, errTooLarge
		}
	}
	for ; by < 0; by++ {
		hi := a.hi / 10
		lo, rest := bits.Div64(a.hi%10, a.lo, 10)
		if rest != 0 {
			return a, errTooFine
		}
		a = uint128{hi, lo}
	}
	return a, nil
}

// decodeDecimalInto reads decimal and numeric, [MS-TDS] 2.2.5.5.1.6: a byte that
// is 1 for numbers from 0 on, and the magnitude, little-endian, of 4 to 16 bytes.
// It writes the two's complement of the value shifted by scale digits to out.
func decodeDecimalInto(out, v []byte, scale int, limit uint128) error {
	var m uint128
	switch len(v) {
	case 5:
		m.lo = uint64(binary.LittleEndian.Uint32(v[1:]))
	case 9:
		m.lo = binary.LittleEndian.Uint64(v[1:])
	case 13:
		m = uint128{uint64(binary.LittleEndian.Uint32(v[9:])), binary.LittleEndian.Uint64(v[1:])}
	case 17:
		m = uint128{binary.LittleEndian.Uint64(v[9:]), binary.LittleEndian.Uint64(v[1:])}
	default:
		return errWidth
	}
	return putDecimal(out, m, v[0] == 0, scale, limit)
}

// putDecimal writes a decimal as Arrow holds it.
func putDecimal(out []byte, m uint128, negative bool, scale int, limit uint128) error {
	if scale != 0 {
		var err error
		if m, err = m.shift(scale); err != nil {
			return err
		}
	}
	if !m.less(limit) {
		return errTooLarge
	}
	if negative {
		var borrow uint64
		m.lo, borrow = bits.Sub64(0, m.lo, 0)
		m.hi, _ = bits.Sub64(0, m.hi, borrow)
	}
	binary.LittleEndian.PutUint64(out, m.lo)
	binary.LittleEndian.PutUint64(out[8:], m.hi)
	return nil
}

// putMoney writes money and smallmoney, whole numbers of a ten-thousandth, and
// other whole numbers.
func putMoney(out []byte, n int64, scale int, limit uint128) error {
	magnitude := uint64(n) //nolint:gosec // two's complement
	if n < 0 {
		magnitude = -magnitude
	}
	return putDecimal(out, uint128{0, magnitude}, n < 0, scale, limit)
}
