package parquet

import (
	"math"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"archwire"
)

// sink makes arrays of the column's natural type, or of what is read as text only.
func (c *column) sink(mem memory.Allocator) sink {
	switch c.physical {
	case boolean:
		return &bools{mem: mem}
	case int32s:
		return c.sink32(mem)
	case int64s:
		return c.sink64(mem)
	case float:
		return &fixed[float32, float32]{mem: mem, typ: arrow.PrimitiveTypes.Float32}
	case double:
		return &fixed[float64, float64]{mem: mem, typ: arrow.PrimitiveTypes.Float64}
	case int96s:
		return &texts{mem: mem, typ: arrow.BinaryTypes.String, width: 12, spell: spellInt96}
	}
	return c.sinkBytes(mem)
}

func (c *column) sink32(mem memory.Allocator) sink {
	typ := c.Type.Arrow()
	switch l := c.logical; {
	case l.kind == logicalDecimal:
		return &fixed[int32, decimal128.Num]{mem: mem, typ: typ, convert: decimals[int32](l.precision)}
	case l.kind == logicalDate:
		return &fixed[int32, int32]{mem: mem, typ: typ, convert: between[int32, int32](-math.MaxInt32, math.MaxInt32)}
	case l.kind == logicalTime:
		return &fixed[int32, int64]{mem: mem, typ: typ, convert: scaled(0, int32(dayMillis), 1000)}
	case l.kind == logicalInteger && l.bits == 8 && l.signed:
		return &fixed[int32, int16]{mem: mem, typ: typ, convert: between[int32, int16](math.MinInt8, math.MaxInt8)}
	case l.kind == logicalInteger && l.bits == 8:
		return &fixed[int32, int16]{mem: mem, typ: typ, convert: between[int32, int16](0, math.MaxUint8)}
	case l.kind == logicalInteger && l.bits == 16 && l.signed:
		return &fixed[int32, int16]{mem: mem, typ: typ, convert: between[int32, int16](math.MinInt16, math.MaxInt16)}
	case l.kind == logicalInteger && l.bits == 16:
		return &fixed[int32, int32]{mem: mem, typ: typ, convert: between[int32, int32](0, math.MaxUint16)}
	case l.kind == logicalInteger && l.bits == 32 && !l.signed:
		return &fixed[int32, int64]{mem: mem, typ: typ, convert: unsigned32}
	}
	return &fixed[int32, int32]{mem: mem, typ: typ}
}

func (c *column) sink64(mem memory.Allocator) sink {
	if c.text { // nanoseconds, which are spelt when they are known
		if c.logical.kind == logicalTime {
			return &fixed[int64, int64]{mem: mem, typ: arrow.PrimitiveTypes.Int64, convert: between[int64, int64](0, dayNanos)}
		}
		return &fixed[int64, int64]{mem: mem, typ: arrow.PrimitiveTypes.Int64}
	}
	typ := c.Type.Arrow()
	switch l := c.logical; {
	case l.kind == logicalDecimal:
		return &fixed[int64, decimal128.Num]{mem: mem, typ: typ, convert: decimals[int64](l.precision)}
	case l.kind == logicalTime:
		return &fixed[int64, int64]{mem: mem, typ: typ, convert: between[int64, int64](0, dayMicros)}
	case l.kind == logicalTimestamp && l.unit == millis:
		return &fixed[int64, int64]{mem: mem, typ: typ, convert: scaled[int64](-math.MaxInt64/1000, math.MaxInt64/1000, 1000)}
	case l.kind == logicalTimestamp:
		return &fixed[int64, int64]{mem: mem, typ: typ, convert: between[int64, int64](-math.MaxInt64, math.MaxInt64)}
	case l.kind == logicalInteger && !l.signed:
		return &fixed[int64, decimal128.Num]{mem: mem, typ: typ, convert: unsigned64}
	}
	return &fixed[int64, int64]{mem: mem, typ: typ}
}

func (c *column) sinkBytes(mem memory.Allocator) sink {
	width := 0
	if c.physical == fixedLen {
		width = c.width
	}
	typ := c.Type.Arrow()
	switch c.logical.kind {
	case logicalDecimal:
		return &spanFixed[decimal128.Num]{mem: mem, typ: typ, width: width, parse: parseDecimal(c.logical.precision)}
	case logicalFloat16:
		return &spanFixed[float32]{mem: mem, typ: typ, width: width, parse: parseHalf}
	case logicalUUID:
		return &texts{mem: mem, typ: typ, width: width, spell: spellUUID}
	case logicalJSON:
		return &texts{mem: mem, typ: typ, spell: spellJSON}
	}
	return &texts{mem: mem, typ: typ, width: width, utf8: c.Type.Kind == archwire.Text}
}
