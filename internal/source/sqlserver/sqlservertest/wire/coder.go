package wire

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Types on the wire ([MS-TDS] 2.2.5.4).
const (
	typeNull     = 0x1f
	typeInt1     = 0x30
	typeBit      = 0x32
	typeInt2     = 0x34
	typeInt4     = 0x38
	typeDateTim4 = 0x3a
	typeFloat4   = 0x3b
	typeMoney    = 0x3c
	typeDateTime = 0x3d
	typeFloat8   = 0x3e
	typeMoney4   = 0x7a
	typeInt8     = 0x7f

	typeGUID           = 0x24
	typeIntN           = 0x26
	typeDateN          = 0x28
	typeTimeN          = 0x29
	typeDateTime2N     = 0x2a
	typeDateTimeOffset = 0x2b
	typeDecimal        = 0x37
	typeNumeric        = 0x3f
	typeBitN           = 0x68
	typeDecimalN       = 0x6a
	typeNumericN       = 0x6c
	typeFloatN         = 0x6d
	typeMoneyN         = 0x6e
	typeDateTimeN      = 0x6f

	typeImage     = 0x22
	typeText      = 0x23
	typeVariant   = 0x62
	typeNText     = 0x63
	typeVarBinary = 0xa5
	typeVarChar   = 0xa7
	typeBinary    = 0xad
	typeChar      = 0xaf
	typeNVarChar  = 0xe7
	typeNChar     = 0xef
	typeUDT       = 0xf0
	typeXML       = 0xf1
	typeTable     = 0xf3
)

// userTypeTimestamp is the UserType of rowversion; it is 0 for what is not an
// alias type otherwise ([MS-TDS] 2.2.7.4 COLMETADATA).
const userTypeTimestamp = 0x50

// A coder lays the values of a column out.
type coder struct {
	info     []byte // TYPE_INFO, and the table's name where the type has one
	userType uint32
	caseful  bool   // the column tells upper from lower case
	null     []byte // NULL in a ROW
	append   func(b []byte, v any) ([]byte, error)
}

// A dialect is what coders depend on besides the type.
type dialect struct {
	collation string // of the server
	database  string // that the session uses
	utf8      bool   // the client takes UTF-8
	lob       LOB
}

// coder chooses how a column is laid out. Types of fixed length have two forms,
// and a column that takes NULL has the one that says its length.
func (d dialect) coder(c Column) (coder, error) {
	switch t := c.Type; t.Name {
	case "bit":
		return fixed(c, typeBit, typeBitN, 1, appendBit), nil
	case "tinyint":
		return fixed(c, typeInt1, typeIntN, 1, integer(0, math.MaxUint8, 1)), nil
	case "smallint":
		return fixed(c, typeInt2, typeIntN, 2, integer(math.MinInt16, math.MaxInt16, 2)), nil
	case "int":
		return fixed(c, typeInt4, typeIntN, 4, integer(math.MinInt32, math.MaxInt32, 4)), nil
	case "bigint":
		return fixed(c, typeInt8, typeIntN, 8, integer(math.MinInt64, math.MaxInt64, 8)), nil
	case "real":
		return fixed(c, typeFloat4, typeFloatN, 4, appendReal), nil
	case "float":
		return fixed(c, typeFloat8, typeFloatN, 8, appendFloat), nil
	case "money":
		return fixed(c, typeMoney, typeMoneyN, 8, appendMoney), nil
	case "smallmoney":
		return fixed(c, typeMoney4, typeMoneyN, 4, appendSmallMoney), nil
	case "datetime":
		return fixed(c, typeDateTime, typeDateTimeN, 8, appendDateTime), nil
	case "smalldatetime":
		return fixed(c, typeDateTim4, typeDateTimeN, 4, appendSmallDateTime), nil
	case "decimal", "numeric":
		return decimalCoder(t)
	case "uniqueidentifier":
		return sized([]byte{typeGUID, 16}, appendGUID), nil
	case "date":
		return sized([]byte{typeDateN}, appendDate), nil
	case "time", "datetime2", "datetimeoffset":
		return timeCoder(t)
	case "sql_variant":
		return d.variantCoder(), nil
	default:
		return d.longCoder(c)
	}
}

// fixed is a type with a form without length and one with.
func fixed(c Column, bare, nullable, size byte, value func([]byte, any) ([]byte, error)) coder {
	if c.Nullable {
		return sized([]byte{nullable, size}, value)
	}
	return coder{info: []byte{bare}, append: value}
}

// sized is a type whose values say their length in a byte; NULL has length 0.
func sized(info []byte, value func([]byte, any) ([]byte, error)) coder {
	return coder{info: info, null: []byte{0}, append: func(b []byte, v any) ([]byte, error) {
		at := len(b)
		b, err := value(append(b, 0), v)
		if err == nil {
			b[at] = byte(len(b) - at - 1)
		}
		return b, err
	}}
}

// wrong says that a value is none of a type. It does not say the value.
func wrong(typ string, v any) error {
	return fmt.Errorf("wire: a value of Go's type %T is none of %s, or is out of its range", v, typ)
}

func appendBit(b []byte, v any) ([]byte, error) {
	on, ok := v.(bool)
	if !ok {
		return b, wrong("bit", v)
	}
	if on {
		return append(b, 1), nil
	}
	return append(b, 0), nil
}

// integer writes whole numbers between two bounds in so many bytes.
func integer(least, most int64, size int) func([]byte, any) ([]byte, error) {
	return func(b []byte, v any) ([]byte, error) {
		n, ok := v.(int64)
		if !ok || n < least || n > most {
			return b, wrong("an integer type", v)
		}
		return appendUint(b, uint64(n), size), nil
	}
}

// appendUint writes the lower bytes of n, the lowest first.
func appendUint(b []byte, n uint64, size int) []byte {
	for i := range size {
		b = append(b, byte(n>>(8*i)))
	}
	return b
}

func appendReal(b []byte, v any) ([]byte, error) {
	f, ok := v.(float32)
	if !ok || math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
		return b, wrong("real", v)
	}
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(f)), nil
}

func appendFloat(b []byte, v any) ([]byte, error) {
	f, ok := v.(float64)
	if !ok || math.IsNaN(f) || math.IsInf(f, 0) {
		return b, wrong("float", v)
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(f)), nil
}

// appendGUID writes the bytes of a GUID's text: its first three groups are
// numbers, which the wire has with their lowest byte first.
func appendGUID(b []byte, v any) ([]byte, error) {
	g, ok := v.([16]byte)
	if !ok {
		return b, wrong("uniqueidentifier", v)
	}
	g = swapGUID(g)
	return append(b, g[:]...), nil
}

// swapGUID goes from the order of a GUID's text to that of the wire, and back.
func swapGUID(g [16]byte) [16]byte {
	g[0], g[1], g[2], g[3] = g[3], g[2], g[1], g[0]
	g[4], g[5] = g[5], g[4]
	g[6], g[7] = g[7], g[6]
	return g
}
