package parquet

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"time"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/float16"
)

const (
	dayMillis = int64(24 * time.Hour / time.Millisecond)
	dayMicros = int64(24 * time.Hour / time.Microsecond)
	dayNanos  = int64(24 * time.Hour)
)

// number is what a whole number is stored or kept as.
type number interface{ int16 | int32 | int64 }

// between takes whole numbers from low to high.
func between[P int32 | int64, D number](low, high P) converter[P, D] {
	return func(out []D, in []P, wrong []wrongAt) []wrongAt {
		for i, v := range in {
			if v < low || v > high {
				wrong, v = append(wrong, wrongAt{i, outOfRange}), 0
			}
			out[i] = D(v)
		}
		return wrong
	}
}

// scaled takes whole numbers from low to high, times factor.
func scaled[P int32 | int64](low, high P, factor int64) converter[P, int64] {
	return func(out []int64, in []P, wrong []wrongAt) []wrongAt {
		for i, v := range in {
			if v < low || v > high {
				wrong, v = append(wrong, wrongAt{i, outOfRange}), 0
			}
			out[i] = int64(v) * factor
		}
		return wrong
	}
}

// unsigned32 takes the bits as a number without a sign.
func unsigned32(out []int64, in []int32, wrong []wrongAt) []wrongAt {
	for i, v := range in {
		out[i] = int64(uint32(v)) //nolint:gosec // its bits
	}
	return wrong
}

// unsigned64 takes the bits as a number without a sign.
func unsigned64(out []decimal128.Num, in []int64, wrong []wrongAt) []wrongAt {
	for i, v := range in {
		out[i] = decimal128.FromU64(uint64(v)) //nolint:gosec // its bits
	}
	return wrong
}

// decimals takes numbers of so many digits at most, of which 18 fit into 64 bits.
func decimals[P int32 | int64](digits int) converter[P, decimal128.Num] {
	limit := int64(1)
	for range min(digits, 18) {
		limit *= 10
	}
	return func(out []decimal128.Num, in []P, wrong []wrongAt) []wrongAt {
		for i, v := range in {
			n := int64(v)
			if n >= limit || n <= -limit {
				wrong, n = append(wrong, wrongAt{i, outOfRange}), 0
			}
			out[i] = decimal128.New(n>>63, uint64(n))
		}
		return wrong
	}
}

// parseDecimal takes a number of so many digits at most, the highest byte first, in two's
// complement.
func parseDecimal(digits int) func([]byte) (decimal128.Num, string) {
	return func(b []byte) (decimal128.Num, string) {
		if len(b) == 0 {
			return decimal128.Num{}, outOfRange
		}
		sign := byte(int8(b[0]) >> 7) //nolint:gosec // 0 or 255
		for len(b) > 16 {
			if b[0] != sign {
				return decimal128.Num{}, outOfRange
			}
			b = b[1:]
		}
		if int8(b[0])>>7 != int8(sign) { //nolint:gosec // the sign was cut off
			return decimal128.Num{}, outOfRange
		}
		var all [16]byte
		for i := range all[:16-len(b)] {
			all[i] = sign
		}
		copy(all[16-len(b):], b)
		n := decimal128.New(int64(binary.BigEndian.Uint64(all[:8])), binary.BigEndian.Uint64(all[8:])) //nolint:gosec // its bits
		if !n.FitsInPrecision(int32(digits)) || n.LowBits() == 0 && n.HighBits() == math.MinInt64 {    //nolint:gosec // at most 38
			return decimal128.Num{}, outOfRange
		}
		return n, ""
	}
}

// parseHalf takes a number of two bytes, the lowest first (IEEE 754, binary16).
func parseHalf(b []byte) (float32, string) {
	return float16.FromLEBytes(b).Float32(), ""
}

func spellJSON(out, value []byte) ([]byte, string) {
	switch {
	case !utf8.Valid(value):
		return out, notText
	case !json.Valid(value):
		return out, notJSON
	}
	return append(out, value...), ""
}

// spellUUID writes 16 bytes, the highest first, as 36 characters.
func spellUUID(out, value []byte) ([]byte, string) {
	for i, cut := 0, []int{4, 6, 8, 10, 16}; i < 16; cut = cut[1:] {
		if i > 0 {
			out = append(out, '-')
		}
		out = hex.AppendEncode(out, value[i:cut[0]])
		i = cut[0]
	}
	return out, ""
}

// spellInt96 writes the nanoseconds of a day and the day's Julian number (parquet.thrift,
// INT96), as a date and a time.
func spellInt96(out, value []byte) ([]byte, string) {
	const epoch = 2_440_588 // 1970-01-01
	ns, day := binary.LittleEndian.Uint64(value), binary.LittleEndian.Uint32(value[8:])
	if ns >= uint64(dayNanos) {
		return out, outOfRange
	}
	out = append(appendDay(out, int64(day)-epoch), ' ')
	return appendClock(out, int64(ns)), ""
}
