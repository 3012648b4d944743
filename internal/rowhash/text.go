package rowhash

import (
	"crypto/md5" //nolint:gosec // tells rows apart; nobody is kept from making equal ones
	"encoding/binary"
	"encoding/hex"
	"math"
	"slices"
	"strconv"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
)

// A writer appends the canonical text of one value.
type writer func(out []byte, i int) []byte

// texts hashes the rows of a batch by their canonical text.
func texts(out []uint64, columns []arrow.Array, t archwire.Table) ([]uint64, error) {
	writers := make([]writer, len(t.Columns))
	for i, c := range t.Columns {
		if writers[i] = writerOf(columns[i], c.Type); writers[i] == nil {
			return nil, unexpected(c, columns[i])
		}
	}
	var row, value []byte
	for i := range out {
		row = row[:0]
		for j, write := range writers {
			if columns[j].IsNull(i) {
				row = append(row, 'N')
				continue
			}
			value = write(value[:0], i)
			row = strconv.AppendInt(row, int64(len(value)), 10)
			row = append(row, ':')
			row = append(row, value...)
		}
		sum := md5.Sum(row) //nolint:gosec // as above
		out[i] = binary.BigEndian.Uint64(sum[:]) >> 4
	}
	return out, nil
}

// writerOf is nil when the array is not of the type.
func writerOf(values arrow.Array, typ archwire.Type) writer {
	w, kinds := writerAndKinds(values, typ)
	if !slices.Contains(kinds, typ.Kind) {
		return nil
	}
	return w
}

func writerAndKinds(values arrow.Array, typ archwire.Type) (writer, []archwire.Kind) {
	switch a := values.(type) {
	case *array.Boolean:
		return func(out []byte, i int) []byte {
			if a.Value(i) {
				return append(out, 't')
			}
			return append(out, 'f')
		}, []archwire.Kind{archwire.Bool}
	case *array.Int16:
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, int64(a.Value(i)), 10) }, []archwire.Kind{archwire.Int16}
	case *array.Int32:
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, int64(a.Value(i)), 10) }, []archwire.Kind{archwire.Int32}
	case *array.Int64:
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, a.Value(i), 10) }, []archwire.Kind{archwire.Int64}
	case *array.Float32:
		return func(out []byte, i int) []byte {
			return hex.AppendEncode(out, binary.BigEndian.AppendUint32(nil, math.Float32bits(a.Value(i))))
		}, []archwire.Kind{archwire.Float32}
	case *array.Float64:
		return func(out []byte, i int) []byte {
			return hex.AppendEncode(out, binary.BigEndian.AppendUint64(nil, math.Float64bits(a.Value(i))))
		}, []archwire.Kind{archwire.Float64}
	case *array.Decimal128:
		if !decimalFits(a, typ) {
			return nil, nil
		}
		return func(out []byte, i int) []byte { return appendDecimal(out, a.Value(i), typ.Scale) }, []archwire.Kind{archwire.Decimal}
	case *array.String:
		return func(out []byte, i int) []byte { return append(out, a.Value(i)...) }, []archwire.Kind{archwire.Text, archwire.JSON, archwire.UUID}
	case *array.Binary:
		return func(out []byte, i int) []byte { return hex.AppendEncode(out, a.Value(i)) }, []archwire.Kind{archwire.Bytes}
	case *array.Date32:
		return func(out []byte, i int) []byte {
			return appendInstant(out, int64(a.Value(i)), math.MaxInt32)
		}, []archwire.Kind{archwire.Date}
	case *array.Time64:
		return func(out []byte, i int) []byte { return strconv.AppendInt(out, int64(a.Value(i)), 10) }, []archwire.Kind{archwire.Time}
	case *array.Timestamp:
		return func(out []byte, i int) []byte {
			return appendInstant(out, int64(a.Value(i)), math.MaxInt64)
		}, []archwire.Kind{archwire.Timestamp, archwire.TimestampTZ}
	}
	return nil, nil
}

// appendInstant writes a number of days or microseconds.
func appendInstant(out []byte, v, infinity int64) []byte {
	switch v {
	case infinity:
		return append(out, "infinity"...)
	case -infinity:
		return append(out, "-infinity"...)
	}
	return strconv.AppendInt(out, v, 10)
}
