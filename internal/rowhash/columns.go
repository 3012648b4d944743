package rowhash

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// columns hashes the rows of a batch, column by column: the loops that every
// value goes through are short and free of allocation.
func columns(out []uint64, values []arrow.Array, t archwire.Table) ([]uint64, error) {
	clear(out)
	rows := Rows(out)
	for i, c := range t.Columns {
		if !addColumn(rows, i, values[i], c.Type) {
			return nil, unexpected(c, values[i])
		}
	}
	rows.Print()
	return out, nil
}

// addColumn mixes the values of one column in; false when the array is not of
// the type.
func addColumn(rows Rows, at int, values arrow.Array, typ archwire.Type) bool {
	valid := Valid(values.IsValid)
	if values.NullN() == 0 {
		valid = nil
	}
	switch a := values.(type) {
	case *array.Boolean:
		rows.Bools(at, valid, a.Value)
		return typ.Kind == archwire.Bool
	case *array.Int16:
		v := a.Values()
		rows.Int32s(at, valid, func(i int) int32 { return int32(v[i]) })
		return typ.Kind == archwire.Int16
	case *array.Int32:
		v := a.Values()
		rows.Int32s(at, valid, func(i int) int32 { return v[i] })
		return typ.Kind == archwire.Int32
	case *array.Int64:
		v := a.Values()
		rows.Int64s(at, valid, func(i int) int64 { return v[i] })
		return typ.Kind == archwire.Int64
	case *array.Date32:
		v := a.Values()
		rows.Dates(at, valid, func(i int) int32 { return int32(v[i]) })
		return typ.Kind == archwire.Date
	case *array.Time64:
		v := a.Values()
		rows.Times(at, valid, func(i int) int64 { return int64(v[i]) })
		return typ.Kind == archwire.Time
	case *array.Timestamp:
		v := a.Values()
		rows.Timestamps(at, valid, func(i int) int64 { return int64(v[i]) })
		return typ.Kind == archwire.Timestamp || typ.Kind == archwire.TimestampTZ
	}
	return addWide(rows, at, values, valid, typ)
}

// addWide is addColumn for the types whose values are hashed byte by byte.
func addWide(rows Rows, at int, values arrow.Array, valid Valid, typ archwire.Type) bool {
	switch a := values.(type) {
	case *array.Float32:
		rows.Float32s(at, valid, a.Value)
		return typ.Kind == archwire.Float32
	case *array.Float64:
		rows.Float64s(at, valid, a.Value)
		return typ.Kind == archwire.Float64
	case *array.Decimal128:
		if !decimalFits(a, typ) {
			return false
		}
		rows.Decimals(at, typ.Scale, valid, a.Value)
		return true
	case *array.String:
		if typ.Kind == archwire.UUID {
			rows.UUIDs(at, valid, a.Value)
			return true
		}
		rows.Texts(at, valid, a.Value)
		return typ.Kind == archwire.Text || typ.Kind == archwire.JSON
	case *array.Binary:
		rows.Texts(at, valid, func(i int) string { return a.ValueString(i) })
		return typ.Kind == archwire.Bytes
	}
	return false
}

func decimalFits(a *array.Decimal128, typ archwire.Type) bool {
	t, ok := a.DataType().(*arrow.Decimal128Type)
	return ok && typ.Kind == archwire.Decimal && int(t.Scale) == typ.Scale
}
