package postgres

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Why a numeric has no exact form as a decimal. The value itself is not told.
var (
	errNotANumber = errors.New("a value is NaN or infinite")
	errTooLarge   = errors.New("a value has too many digits before the point")
	errTooFine    = errors.New("a value has more digits behind the point than the declared scale")
	errMalformed  = errors.New("a value is malformed")
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

func (a uint128) plus(b uint64) (uint128, bool) {
	lo, carry := bits.Add64(a.lo, b, 0)
	hi, carry := bits.Add64(a.hi, 0, carry)
	return uint128{hi, lo}, carry == 0
}

func (a uint128) less(b uint128) bool {
	return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo
}

// The signs of numeric_send; see PostgreSQL's src/backend/utils/adt/numeric.c.
const (
	numericPositive = 0x0000
	numericNegative = 0x4000
)

// decodeDecimal reads what numeric_send wrote: digits in base 10000, most
// significant first, the first of weight 10000^weight. It returns the two's
// complement of value * 10^scale, and an error if that is not whole or has more
// than precision digits.
func decodeDecimal(b []byte, precision, scale int) (hi int64, lo uint64, err error) {
	if len(b) < 8 {
		return 0, 0, errMalformed
	}
	digits := int(binary.BigEndian.Uint16(b))
	weight := int(int16(binary.BigEndian.Uint16(b[2:]))) //nolint:gosec // a signed field
	sign := binary.BigEndian.Uint16(b[4:])
	if sign != numericPositive && sign != numericNegative {
		return 0, 0, errNotANumber
	}
	b = b[8:]
	if len(b) != 2*digits {
		return 0, 0, errMalformed
	}
	if digits == 0 {
		return 0, 0, nil
	}
	// The power of ten that the last digit is to be scaled by.
	exponent := scale + 4*(weight-digits+1)
	var m uint128
	if digits <= 4 && exponent >= -3 && exponent <= 3 {
		m, err = small(b, exponent)
	} else {
		m, err = large(b, exponent)
	}
	if err != nil {
		return 0, 0, err
	}
	if !m.less(powersOfTen[precision]) {
		return 0, 0, errTooLarge
	}
	if sign == numericNegative {
		lo, borrow := bits.Sub64(0, m.lo, 0)
		hi, _ := bits.Sub64(0, m.hi, borrow)
		return int64(hi), lo, nil //nolint:gosec // two's complement
	}
	return int64(m.hi), m.lo, nil //nolint:gosec // below 10^38
}

// tens are 10^0 to 10^3.
var tens = [4]uint64{1, 10, 100, 1000}

// small is the way of nearly all money: at most 16 digits and a shift of less
// than one more, so 64 bits hold everything.
func small(b []byte, exponent int) (uint128, error) {
	var n uint64
	for ; len(b) >= 2; b = b[2:] {
		n = n*10000 + uint64(binary.BigEndian.Uint16(b))
	}
	if exponent >= 0 {
		return uint128{0, n * tens[exponent]}, nil
	}
	q := n / tens[-exponent]
	if q*tens[-exponent] != n {
		return uint128{}, errTooFine
	}
	return uint128{0, q}, nil
}

// large accumulates all digits but the last, then shifts so that the last one
// falls into place. The server strips trailing zero digits, so a last digit
// that lies wholly behind the scale is not zero.
func large(b []byte, exponent int) (m uint128, err error) {
	if exponent < -3 {
		return m, errTooFine
	}
	var ok bool
	last := uint64(binary.BigEndian.Uint16(b[len(b)-2:]))
	for b = b[:len(b)-2]; len(b) >= 2; b = b[2:] {
		if m, ok = m.shift(10000, uint64(binary.BigEndian.Uint16(b))); !ok {
			return m, errTooLarge
		}
	}
	if exponent < 0 {
		unit := tens[-exponent]
		if last%unit != 0 {
			return m, errTooFine
		}
		if m, ok = m.shift(10000/unit, last/unit); !ok {
			return m, errTooLarge
		}
		return m, nil
	}
	if m, ok = m.shift(10000, last); !ok {
		return m, errTooLarge
	}
	for ; exponent > 0 && m != (uint128{}); exponent-- {
		if m, ok = m.shift(10, 0); !ok {
			return m, errTooLarge
		}
	}
	return m, nil
}

func (a uint128) shift(factor, add uint64) (uint128, bool) {
	m, fits := a.times(factor)
	m, fitsToo := m.plus(add)
	return m, fits && fitsToo
}
