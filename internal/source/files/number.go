package files

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// Why a text is no value of the declared type. The text itself is not told.
const (
	notWhole    = "it is not a whole number"
	outOfRange  = "it is beyond the range of the type"
	notDecimal  = "it is not a decimal number"
	tooManyLeft = "it has too many digits before the point"
	tooFine     = "it has more digits behind the point than the declared scale"
	notFloat    = "it is not a number"
	notBool     = "it is neither true nor false"
	notHex      = "it is not bytes written as \\x and hexadecimal digits"
	notUUID     = "it is not a UUID"
	notJSON     = "it is not a JSON document"
	notUTF8     = "it is not text in the declared encoding"
	notText     = "it is not a text in quotes"
)

// parseInt reads a whole number of so many bits.
func parseInt(b []byte, size int) (n int64, wrong string) {
	digits, negative := b, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		digits, negative = b[1:], b[0] == '-'
	}
	if len(digits) == 0 {
		return 0, notWhole
	}
	if len(digits) > 18 {
		return parseLongInt(b, size)
	}
	for _, c := range digits {
		d := c - '0'
		if d > 9 {
			return 0, notWhole
		}
		n = n*10 + int64(d)
	}
	if negative {
		n = -n
	}
	if size < 64 && (n < -1<<(size-1) || n >= 1<<(size-1)) {
		return 0, outOfRange
	}
	return n, ""
}

// parseLongInt is for numbers that a 64-bit one may not hold.
func parseLongInt(b []byte, size int) (int64, string) {
	for i, c := range b {
		if (c < '0' || c > '9') && (i > 0 || c != '-' && c != '+') {
			return 0, notWhole
		}
	}
	n, err := strconv.ParseInt(string(b), 10, size)
	if err != nil {
		return 0, outOfRange
	}
	return n, ""
}

var powersOfTen = func() (p [19]uint64) {
	p[0] = 1
	for i := 1; i < len(p); i++ {
		p[i] = p[i-1] * 10
	}
	return p
}()

// parseDecimal reads digits with at most one point among them, exactly.
func parseDecimal(b []byte, precision, scale int) (n decimal128.Num, wrong string) {
	digits, negative := b, false
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		digits, negative = b[1:], b[0] == '-'
	}
	var hi, lo uint64
	count, behind, point := 0, 0, false // digits from the first that is not 0; those behind the point
	seen := 0
	for _, c := range digits {
		if c == '.' && !point {
			point = true
			continue
		}
		d := uint64(c - '0')
		if d > 9 {
			return n, notDecimal
		}
		seen++
		if point {
			if behind == scale {
				if d != 0 {
					return n, tooFine
				}
				continue
			}
			behind++
		}
		if count > 0 || d > 0 {
			count++
		}
		if count > 38 {
			return n, tooManyLeft
		}
		hi, lo = timesPlus(hi, lo, 10, d)
	}
	if seen == 0 {
		return n, notDecimal
	}
	if count > 0 && count+scale-behind > precision {
		return n, tooManyLeft
	}
	for left := scale - behind; left > 0; left -= 18 {
		hi, lo = timesPlus(hi, lo, powersOfTen[min(left, 18)], 0)
	}
	n = decimal128.New(int64(hi), lo)
	if negative {
		n = n.Negate()
	}
	return n, ""
}

// timesPlus is (hi, lo) * by + plus.
func timesPlus(hi, lo, by, plus uint64) (uint64, uint64) {
	carry, low := bits.Mul64(lo, by)
	low, over := bits.Add64(low, plus, 0)
	return hi*by + carry + over, low
}

// parseFloat reads a decimal number, NaN or an infinity, to the nearest of the type.
func parseFloat(b []byte, size int) (float64, string) {
	text := unsafe.String(unsafe.SliceData(b), len(b)) //nolint:gosec // read and not kept
	if strings.ContainsAny(text, "xX_pP") {
		return 0, notFloat
	}
	f, err := strconv.ParseFloat(text, size)
	switch {
	case err == nil:
		return f, ""
	case math.IsInf(f, 0):
		return 0, outOfRange
	}
	return 0, notFloat
}

// parseBool reads the words that people and programs write.
func parseBool(b []byte) (value bool, wrong string) {
	switch strings.ToLower(string(b)) {
	case "true", "t", "1", "y", "yes":
		return true, ""
	case "false", "f", "0", "n", "no":
		return false, ""
	}
	return false, notBool
}
