package rowhash

import (
	"math/bits"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// magnitude is the number without its sign.
func magnitude(n decimal128.Num) (hi, lo uint64) {
	hi, lo = uint64(n.HighBits()), n.LowBits() //nolint:gosec // two's complement
	if n.Sign() < 0 {
		var carry uint64
		lo, carry = bits.Add64(^lo, 1, 0)
		hi = ^hi + carry
	}
	return hi, lo
}

// divide is the number by d, and what remains.
func divide(hi, lo, d uint64) (quoHi, quoLo, rest uint64) {
	if hi == 0 {
		return 0, lo / d, lo % d
	}
	quoLo, rest = bits.Div64(hi%d, lo, d)
	return hi / d, quoLo, rest
}

// groupsMax is how many digits of base 10000 a decimal can have: 39 decimal
// digits, of which the point may cut two groups short.
const groupsMax = 12

var tens = [4]uint64{1, 10, 100, 1000}

// hashNumeric is PostgreSQL's hash_numeric_extended: of the digits in base 10000 without zeros before and behind, and of the first one's
// weight. The sign does not count; zero has a hash of its own.
func hashNumeric(n decimal128.Num, scale int, seed uint64) uint64 {
	hi, lo := magnitude(n)
	if hi|lo == 0 {
		return seed - 1
	}
	var digits [2 * groupsMax]byte
	start, end := len(digits), len(digits)
	weight := -(scale + 3) / 4 // of the group at hand
	unit, shift := uint64(10000), uint64(1)
	if cut := scale % 4; cut != 0 {
		unit, shift = tens[cut], tens[4-cut]
	}
	for ; ; weight++ {
		var group uint64
		hi, lo, group = divide(hi, lo, unit)
		group *= shift
		unit, shift = 10000, 1
		if group == 0 && start == end {
			continue // a zero behind the number
		}
		start -= 2
		digits[start], digits[start+1] = byte(group), byte(group>>8) //nolint:gosec // below 10000
		if hi|lo == 0 {
			break
		}
	}
	return hashBytes(digits[start:end], seed) ^ uint64(int64(weight)) //nolint:gosec // C converts so
}

const tenTo19 = 10_000_000_000_000_000_000

// appendDecimal writes the number with all digits of its scale: -0.50.
func appendDecimal(out []byte, n decimal128.Num, scale int) []byte {
	if n.Sign() < 0 {
		out = append(out, '-')
	}
	var buffer [64]byte
	digits := buffer[:0]
	hi, lo := magnitude(n)
	if hi, lo, rest := divide(hi, lo, tenTo19); hi|lo != 0 {
		digits = strconv.AppendUint(digits, lo, 10)
		digits = appendPadded(digits, rest, 19)
	} else {
		digits = strconv.AppendUint(digits, rest, 10)
	}
	if missing := scale + 1 - len(digits); missing > 0 {
		out = append(out, "0000000000000000000000000000000000000000"[:missing]...)
		out = append(out, digits...)
	} else {
		out = append(out, digits...)
	}
	if scale == 0 {
		return out
	}
	point := len(out) - scale
	out = append(out, 0)
	copy(out[point+1:], out[point:])
	out[point] = '.'
	return out
}

func appendPadded(out []byte, n uint64, width int) []byte {
	at := len(out)
	for range width {
		out = append(out, '0')
	}
	for i := at + width - 1; n > 0; i-- {
		out[i] = byte('0' + n%10)
		n /= 10
	}
	return out
}
