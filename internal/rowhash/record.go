package rowhash

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// mostElements is how many elements a row of PostgreSQL can have.
const mostElements = 1600

// elements counts what a row of t becomes in SQL.
func elements(t archwire.Table) (n int) {
	for _, c := range t.Columns {
		n++
		if c.Type.Kind == archwire.Decimal {
			n++ // its sign
		}
	}
	return n
}

// record hashes the rows of a batch, column by column: the loops that every
// value goes through are short and free of allocation.
func record(out []uint64, columns []arrow.Array, t archwire.Table) ([]uint64, error) {
	clear(out)
	var high []uint64
	for i, c := range t.Columns {
		if c.Type.Kind == archwire.Int64 && high == nil {
			high = make([]uint64, len(out))
		}
		if !addColumn(out, high, columns[i], c.Type) {
			return nil, unexpected(c, columns[i])
		}
	}
	for i := range out {
		h := out[i]
		if high != nil {
			h ^= high[i]
		}
		out[i] = scramble(h)
	}
	return out, nil
}

// addColumn adds the elements of one column; false when the array is not of the
// type.
func addColumn(out, high []uint64, values arrow.Array, typ archwire.Type) bool {
	switch a := values.(type) {
	case *array.Boolean:
		add(out, a, func(i int) uint64 {
			if a.Value(i) {
				return hashWord(1)
			}
			return hashWord(0)
		})
		return typ.Kind == archwire.Bool
	case *array.Int16:
		v := a.Values()
		add(out, a, func(i int) uint64 { return hashWord(uint32(int32(v[i]))) }) //nolint:gosec // sign-extended, as C does
		return typ.Kind == archwire.Int16
	case *array.Int32:
		v := a.Values()
		add(out, a, func(i int) uint64 { return hashWord(uint32(v[i])) }) //nolint:gosec // the same bits
		return typ.Kind == archwire.Int32
	case *array.Int64:
		if typ.Kind != archwire.Int64 {
			return false
		}
		v := a.Values()
		add(out, a, func(i int) uint64 {
			high[i] ^= uint64(v[i] >> 32) //nolint:gosec // the same bits
			return hashWord(fold(v[i]))
		})
		return true
	case *array.Date32:
		v := a.Values()
		add(out, a, func(i int) uint64 { return hashWord(uint32(serverDate(v[i]))) }) //nolint:gosec // the same bits
		return typ.Kind == archwire.Date
	case *array.Time64:
		v := a.Values()
		add(out, a, func(i int) uint64 { return hashWord(fold(int64(v[i]))) })
		return typ.Kind == archwire.Time
	case *array.Timestamp:
		v := a.Values()
		add(out, a, func(i int) uint64 { return hashWord(fold(serverTime(v[i]))) })
		return typ.Kind == archwire.Timestamp || typ.Kind == archwire.TimestampTZ
	}
	return addWide(out, values, typ)
}

// addWide is addColumn for the types whose values are hashed byte by byte.
func addWide(out []uint64, values arrow.Array, typ archwire.Type) bool {
	switch a := values.(type) {
	case *array.Float32:
		v := a.Values()
		add(out, a, func(i int) uint64 {
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], math.Float32bits(v[i]))
			return hashBytes(b[:])
		})
		return typ.Kind == archwire.Float32
	case *array.Float64:
		v := a.Values()
		add(out, a, func(i int) uint64 {
			var b [8]byte
			binary.BigEndian.PutUint64(b[:], math.Float64bits(v[i]))
			return hashBytes(b[:])
		})
		return typ.Kind == archwire.Float64
	case *array.Decimal128:
		if !decimalFits(a, typ) {
			return false
		}
		v := a.Values()
		add(out, a, func(i int) uint64 { return hashNumeric(v[i], typ.Scale) })
		add(out, a, func(i int) uint64 {
			if v[i].Sign() < 0 {
				return hashWord(1)
			}
			return hashWord(0)
		})
		return true
	case *array.String:
		if typ.Kind == archwire.UUID {
			add(out, a, func(i int) uint64 { return hashUUID(a.Value(i)) })
			return true
		}
		add(out, a, func(i int) uint64 { return hashBytes(a.Value(i)) })
		return typ.Kind == archwire.Text || typ.Kind == archwire.JSON
	case *array.Binary:
		add(out, a, func(i int) uint64 { return hashBytes(a.Value(i)) })
		return typ.Kind == archwire.Bytes
	}
	return false
}

func decimalFits(a *array.Decimal128, typ archwire.Type) bool {
	t, ok := a.DataType().(*arrow.Decimal128Type)
	return ok && typ.Kind == archwire.Decimal && int(t.Scale) == typ.Scale
}

// add appends one element to the hash of each row, as hash_record_extended does;
// that of NULL is 0.
func add(out []uint64, a arrow.Array, element func(i int) uint64) {
	if a.NullN() == 0 {
		for i := range out {
			out[i] = out[i]*31 + element(i)
		}
		return
	}
	for i := range out {
		e := uint64(0)
		if a.IsValid(i) {
			e = element(i)
		}
		out[i] = out[i]*31 + e
	}
}

// hashUUID is that of the 16 bytes.
func hashUUID(s string) uint64 {
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
		return hashBytes(s) // no UUID, so other than every one
	}
	return hashBytes(b[:])
}

// PostgreSQL counts from 2000-01-01, Arrow from 1970-01-01.
const (
	daysTo2000   = 10957
	microsTo2000 = daysTo2000 * 24 * 60 * 60 * 1_000_000
)

func serverDate(d arrow.Date32) int32 {
	switch d {
	case math.MaxInt32:
		return math.MaxInt32
	case -math.MaxInt32:
		return math.MinInt32
	}
	return int32(d) - daysTo2000
}

func serverTime(t arrow.Timestamp) int64 {
	switch t {
	case math.MaxInt64:
		return math.MaxInt64
	case -math.MaxInt64:
		return math.MinInt64
	}
	return int64(t) - microsTo2000
}
