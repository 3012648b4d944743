package rowhash

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
)

// Rows are the prints by HashColumns of some rows in the making, from 0: the
// methods mix one column's values in each, and Print comes last. A column is
// named by its position, from 0; the i-th value is that of the i-th row.
type Rows []uint64

// Valid says whether the i-th value is not NULL; nil is that none is.
type Valid func(i int) bool

// SeedOf makes the hashes of one column others than those of the next. It is
// hashint8extended(n, 0) of the n-th column, counted from 1: some values have a
// hash near the seed, and those of several columns must not cancel each other.
func SeedOf(column int) uint64 { return seeded(4, 0).word(uint32(column + 1)) } //nolint:gosec // a position

// each mixes in what element is of the rows whose value is not NULL.
func (r Rows) each(valid Valid, element func(i int) uint64) {
	if valid == nil {
		for i := range r {
			r[i] ^= element(i)
		}
		return
	}
	for i := range r {
		if valid(i) {
			r[i] ^= element(i)
		}
	}
}

// Bools mixes in a column of type bool.
func (r Rows) Bools(column int, valid Valid, value func(i int) bool) {
	from := seeded(4, SeedOf(column))
	of := [2]uint64{from.word(0), from.word(1)}
	r.each(valid, func(i int) uint64 {
		if value(i) {
			return of[1]
		}
		return of[0]
	})
}

// Int32s mixes in a column of type int16 or int32.
func (r Rows) Int32s(column int, valid Valid, value func(i int) int32) {
	from := seeded(4, SeedOf(column))
	r.each(valid, func(i int) uint64 { return from.word(uint32(value(i))) }) //nolint:gosec // the same bits
}

// Int64s mixes in a column of type int64. What the fold of a number loses is in
// its seed, which is most often that of the number before.
func (r Rows) Int64s(column int, valid Valid, value func(i int) int64) {
	seed := SeedOf(column)
	high, from := int64(0), seeded(4, seed)
	r.each(valid, func(i int) uint64 {
		v := value(i)
		if h := v >> 32; h != high {
			high, from = h, seeded(4, seed^uint64(h)) //nolint:gosec // the same bits
		}
		return from.word(fold(v))
	})
}

// Dates mixes in a column of type date, in days since 1970.
func (r Rows) Dates(column int, valid Valid, value func(i int) int32) {
	from := seeded(4, SeedOf(column))
	r.each(valid, func(i int) uint64 { return from.word(uint32(serverDate(value(i)))) }) //nolint:gosec // the same bits
}

// Times mixes in a column of type time, in microseconds.
func (r Rows) Times(column int, valid Valid, value func(i int) int64) {
	from := seeded(4, SeedOf(column))
	r.each(valid, func(i int) uint64 { return from.word(fold(value(i))) })
}

// Timestamps mixes in a column of type timestamp or timestamptz, in microseconds
// since 1970.
func (r Rows) Timestamps(column int, valid Valid, value func(i int) int64) {
	from := seeded(4, SeedOf(column))
	r.each(valid, func(i int) uint64 { return from.word(fold(serverTime(value(i)))) })
}

// Float32s mixes in a column of type float32.
func (r Rows) Float32s(column int, valid Valid, value func(i int) float32) {
	seed := SeedOf(column)
	r.each(valid, func(i int) uint64 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], math.Float32bits(value(i)))
		return hashBytes(b[:], seed)
	})
}

// Float64s mixes in a column of type float64.
func (r Rows) Float64s(column int, valid Valid, value func(i int) float64) {
	seed := SeedOf(column)
	r.each(valid, func(i int) uint64 {
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], math.Float64bits(value(i)))
		return hashBytes(b[:], seed)
	})
}

// Decimals mixes in a column of a decimal type of that scale.
func (r Rows) Decimals(column, scale int, valid Valid, value func(i int) decimal128.Num) {
	seed := SeedOf(column)
	r.each(valid, func(i int) uint64 {
		v := value(i)
		if v.Sign() < 0 {
			return hashNumeric(v, scale, seed+1)
		}
		return hashNumeric(v, scale, seed)
	})
}

// Texts mixes in a column of type text, json or bytes.
func (r Rows) Texts(column int, valid Valid, value func(i int) string) {
	seed := SeedOf(column)
	r.each(valid, func(i int) uint64 { return hashBytes(value(i), seed) })
}

// UUIDs mixes in a column of type uuid.
func (r Rows) UUIDs(column int, valid Valid, value func(i int) string) {
	seed := SeedOf(column)
	r.each(valid, func(i int) uint64 { return hashUUID(value(i), seed) })
}

// Print makes prints of what was mixed. Sums of the mixes themselves would be
// nearly those of the columns: rows that swap a value would weigh the same.
func (r Rows) Print() {
	for i, h := range r {
		r[i] = scramble(h)
	}
}

// hashUUID is that of the 16 bytes.
func hashUUID(s string, seed uint64) uint64 {
	var packed [32]byte
	n := 0
	for i := range len(s) {
		if s[i] != '-' && n < len(packed) {
			packed[n] = s[i]
			n++
		}
	}
	var b [16]byte
	if _, err := hex.Decode(b[:], packed[:n]); err != nil || len(s) != 36 || n != len(packed) {
		return hashBytes(s, seed) // no UUID, so other than every one
	}
	return hashBytes(b[:], seed)
}

// PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01.
const (
	daysTo2000   = 10957
	microsTo2000 = daysTo2000 * 24 * 60 * 60 * 1_000_000
)

func serverDate(days int32) int32 {
	switch days {
	case math.MaxInt32:
		return math.MaxInt32
	case -math.MaxInt32:
		return math.MinInt32
	}
	return days - daysTo2000
}

func serverTime(micros int64) int64 {
	switch micros {
	case math.MaxInt64:
		return math.MaxInt64
	case -math.MaxInt64:
		return math.MinInt64
	}
	return micros - microsTo2000
}
