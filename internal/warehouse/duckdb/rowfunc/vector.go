package rowfunc

import (
	"fmt"
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"archwire/internal/rowhash"
)

// A vector is some values of one column in DuckDB's memory, one after the other.
type vector struct {
	handle mapping.Vector
	data   unsafe.Pointer
	valid  rowhash.Valid
	n      int
}

func vectorOf(chunk mapping.DataChunk, column, n int) vector {
	handle := mapping.DataChunkGetVector(chunk, mapping.IdxT(column)) //nolint:gosec // a position
	v := vector{handle: handle, data: mapping.VectorGetData(handle), n: n}
	if bits := mapping.VectorGetValidity(handle); bits != nil {
		words := slice[uint64](bits, (n+63)/64)
		v.valid = func(i int) bool { return words[i>>6]>>(i&63)&1 == 1 }
	}
	return v
}

// mix mixes the values in as those of a row's at-th column.
func (v vector) mix(rows rowhash.Rows, at int, uuid bool) error {
	typ := mapping.VectorGetColumnType(v.handle)
	defer mapping.DestroyLogicalType(&typ)
	switch id := mapping.GetTypeId(typ); id {
	case mapping.TypeBoolean:
		rows.Bools(at, v.valid, values[bool](v))
	case mapping.TypeSmallInt:
		rows.Int32s(at, v.valid, widened[int16, int32](v))
	case mapping.TypeInteger:
		rows.Int32s(at, v.valid, values[int32](v))
	case mapping.TypeBigInt:
		rows.Int64s(at, v.valid, values[int64](v))
	case mapping.TypeFloat:
		rows.Float32s(at, v.valid, values[float32](v))
	case mapping.TypeDouble:
		rows.Float64s(at, v.valid, values[float64](v))
	case mapping.TypeDate:
		rows.Dates(at, v.valid, values[int32](v))
	case mapping.TypeTime:
		rows.Times(at, v.valid, values[int64](v))
	case mapping.TypeTimestamp, mapping.TypeTimestampTZ:
		rows.Timestamps(at, v.valid, values[int64](v))
	case mapping.TypeDecimal:
		rows.Decimals(at, int(mapping.DecimalScale(typ)), v.valid, v.decimals(mapping.DecimalInternalType(typ)))
	case mapping.TypeVarchar, mapping.TypeBlob:
		if uuid {
			rows.UUIDs(at, v.valid, v.text)
		} else {
			rows.Texts(at, v.valid, v.text)
		}
	default:
		return fmt.Errorf("no column of a copy is of DuckDB's type %d", id)
	}
	return nil
}

// slice is n values of DuckDB's, which are there until its call has returned.
func slice[T any](at unsafe.Pointer, n int) []T {
	return unsafe.Slice((*T)(at), n) //nolint:gosec // DuckDB says where and how many
}

func values[T any](v vector) func(i int) T {
	all := slice[T](v.data, v.n)
	return func(i int) T { return all[i] }
}

func widened[T int16 | int32, W int32 | int64](v vector) func(i int) W {
	all := slice[T](v.data, v.n)
	return func(i int) W { return W(all[i]) }
}

// decimals are whole numbers of the width that their precision needs.
func (v vector) decimals(width mapping.Type) func(i int) decimal128.Num {
	var whole func(i int) int64
	switch width {
	case mapping.TypeSmallInt:
		whole = widened[int16, int64](v)
	case mapping.TypeInteger:
		whole = widened[int32, int64](v)
	case mapping.TypeBigInt:
		whole = values[int64](v)
	default:
		type huge struct { // as DuckDB has it
			low  uint64
			high int64
		}
		all := slice[huge](v.data, v.n)
		return func(i int) decimal128.Num { return decimal128.New(all[i].high, all[i].low) }
	}
	return func(i int) decimal128.Num { return decimal128.FromI64(whole(i)) }
}

// A text takes 16 bytes: its length, and itself if it is so short that it fits
// there; else its first 4 bytes, and where it is.
const (
	textSize  = 16
	textShort = 12
)

// text is valid during the call only.
func (v vector) text(i int) string {
	at := unsafe.Add(v.data, i*textSize)
	n := *(*uint32)(at)
	if n <= textShort {
		return unsafe.String((*byte)(unsafe.Add(at, 4)), int(n)) //nolint:gosec // as long as it says
	}
	return unsafe.String(*(**byte)(unsafe.Add(at, 8)), int(n)) //nolint:gosec // as above
}
