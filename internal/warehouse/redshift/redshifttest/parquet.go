package redshifttest

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
	"github.com/jackc/pgx/v5/pgconn"
)

// parquetFile writes some columns of rows, given as text, as UNLOAD does: TIMESTAMPTZ
// loses its zone (UNLOAD, Usage notes).
func parquetFile(fields []pgconn.FieldDescription, kept []int, rows [][][]byte) ([]byte, error) {
	var nodes schema.FieldList
	for _, at := range kept {
		node, err := parquetColumn(fields[at])
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, node)
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, nodes, -1)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := file.NewParquetWriter(&out, root)
	group := w.AppendRowGroup()
	for _, at := range kept {
		chunk, err := group.NextColumn()
		if err == nil {
			err = parquetValues(chunk, fields[at], at, rows)
		}
		if err == nil {
			err = chunk.Close()
		}
		if err != nil {
			return nil, fmt.Errorf("writing the column %s: %w", fields[at].Name, err)
		}
	}
	if err := group.Close(); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// parquetColumn is a column's type in the file.
func parquetColumn(f pgconn.FieldDescription) (schema.Node, error) {
	logical, physical, length := schema.LogicalType(schema.NoLogicalType{}), parquet.Types.ByteArray, -1
	switch f.DataTypeOID {
	case 16:
		physical = parquet.Types.Boolean
	case 21, 23:
		physical = parquet.Types.Int32
	case 20:
		physical = parquet.Types.Int64
	case 700:
		physical = parquet.Types.Float
	case 701:
		physical = parquet.Types.Double
	case 1082:
		logical, physical = schema.DateLogicalType{}, parquet.Types.Int32
	case 1114, 1184:
		logical, physical = schema.NewTimestampLogicalType(false, schema.TimeUnitMicros), parquet.Types.Int64
	case 1700:
		precision, scale := numericSize(f.TypeModifier)
		logical, physical, length = schema.NewDecimalLogicalType(precision, scale), parquet.Types.FixedLenByteArray, 16
	case varcharOID, textOID, 1042, jsonbOID:
		logical = schema.StringLogicalType{}
	case byteaOID:
	default:
		return nil, refusedf(fmt.Sprintf("UNLOAD of a column of the type %d", f.DataTypeOID), "UNLOAD, Usage notes")
	}
	return schema.NewPrimitiveNodeLogical(f.Name, parquet.Repetitions.Optional, logical, physical, length, -1)
}

// numericSize is the precision and scale that a column says; of an expression, which
// says none, the most there is.
func numericSize(modifier int32) (precision, scale int32) {
	if modifier < 4 {
		return 38, 10
	}
	return (modifier - 4) >> 16, (modifier - 4) & 0xffff
}

// parquetValues writes one column.
func parquetValues(chunk file.ColumnChunkWriter, f pgconn.FieldDescription, at int, rows [][][]byte) (err error) {
	defined := make([]int16, len(rows))
	var present []string
	for i, row := range rows {
		if row[at] != nil {
			defined[i] = 1
			present = append(present, string(row[at]))
		}
	}
	switch w := chunk.(type) {
	case *file.BooleanColumnChunkWriter:
		err = batch(w.WriteBatch, defined, present, func(s string) (bool, error) { return s == "t", nil })
	case *file.Int32ColumnChunkWriter:
		err = batch(w.WriteBatch, defined, present, func(s string) (int32, error) {
			if f.DataTypeOID == 1082 {
				day, err := time.Parse(time.DateOnly, s)
				return int32(day.Unix() / 86400), err
			}
			n, err := strconv.ParseInt(s, 10, 32)
			return int32(n), err
		})
	case *file.Int64ColumnChunkWriter:
		err = batch(w.WriteBatch, defined, present, func(s string) (int64, error) {
			if f.DataTypeOID == 20 {
				return strconv.ParseInt(s, 10, 64)
			}
			t, err := time.Parse("2006-01-02 15:04:05.999999", strings.TrimSuffix(s, "+00"))
			return t.UnixMicro(), err
		})
	case *file.Float32ColumnChunkWriter:
		err = batch(w.WriteBatch, defined, present, func(s string) (float32, error) { v, err := strconv.ParseFloat(s, 32); return float32(v), err })
	case *file.Float64ColumnChunkWriter:
		err = batch(w.WriteBatch, defined, present, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) })
	case *file.FixedLenByteArrayColumnChunkWriter:
		_, scale := numericSize(f.TypeModifier)
		err = batch(w.WriteBatch, defined, present, func(s string) (parquet.FixedLenByteArray, error) { return unscaled(s, int(scale)) })
	case *file.ByteArrayColumnChunkWriter:
		err = batch(w.WriteBatch, defined, present, func(s string) (parquet.ByteArray, error) {
			if f.DataTypeOID == byteaOID {
				return hex.DecodeString(strings.TrimPrefix(s, `\x`))
			}
			return parquet.ByteArray(s), nil
		})
	}
	return err
}

// batch writes values, and where there are none.
func batch[T any](write func([]T, []int16, []int16) (int64, error), defined []int16, present []string, read func(string) (T, error)) error {
	values := make([]T, len(present))
	for i, s := range present {
		var err error
		if values[i], err = read(s); err != nil {
			return err
		}
	}
	_, err := write(values, defined, nil)
	return err
}

// unscaled is a decimal as sixteen bytes, the highest first.
func unscaled(s string, scale int) (parquet.FixedLenByteArray, error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > scale {
		return nil, fmt.Errorf("the decimal has more than %d digits behind the point", scale)
	}
	n, ok := new(big.Int).SetString(whole+fraction+strings.Repeat("0", scale-len(fraction)), 10)
	if !ok {
		return nil, fmt.Errorf("not a decimal")
	}
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), 128))
	}
	return n.FillBytes(make([]byte, 16)), nil
}
