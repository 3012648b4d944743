package tds

import (
	"fmt"

	"archwire"
	"archwire/internal/source/arrays"
)

// A decoding says how the bytes of one value are read.
type decoding uint8

const (
	_ decoding = iota
	decodeBit
	decode8
	decode16
	decode32
	decode64
	decodeDecimal
	decodeMoney4
	decodeMoney8
	decodeUTF16
	decodePage
	decodeASCII
	decodeUTF8
	decodeBytes
	decodeUUID
	decodeWhole
	decodeDate
	decodeTime
	decodeDatetime4
	decodeDatetime
	decodeDatetime2
	decodeOffset
)

// bind says how the values of a column on the wire become those of c. A type that
// does not is a *TypeError.
func bind(w wireColumn, c Column) (column, error) {
	out := column{Column: arrays.Of(c.Type.Arrow()), name: c.Name, layout: w.layout, size: w.size}
	kind, decode := w.natural()
	out.decode = decode
	switch c.Type.Kind { //nolint:exhaustive // the others need no more than their kind
	case archwire.JSON:
		kind = map[archwire.Kind]archwire.Kind{archwire.Text: archwire.JSON}[kind]
	case archwire.Decimal:
		if w.integer() {
			kind, out.decode = archwire.Decimal, decodeWhole
		}
		out.limit = powersOfTen[c.Type.Precision]
		out.scale = c.Type.Scale - w.digits()
	case archwire.Time, archwire.Timestamp, archwire.TimestampTZ:
		out.scale = w.scale
	}
	switch out.decode { //nolint:exhaustive // as above
	case decodePage:
		out.decode, out.page = w.text()
	case decodeTime, decodeDatetime2, decodeOffset:
		if w.scale > 7 {
			return out, fmt.Errorf("%w: a scale of time above 7", ErrProtocol)
		}
	}
	if kind != c.Type.Kind || out.decode == 0 {
		return out, &TypeError{Column: c.Name, Is: w.String(), Want: c.Type.String()}
	}
	return out, nil
}

// text is how char, varchar and text are read.
func (w wireColumn) text() (decoding, *codePage) {
	if w.utf8 {
		return decodeUTF8, nil
	}
	if page := codePages()[w.page]; page != nil {
		return decodePage, page
	}
	return decodeASCII, nil
}

// digits is how many digits behind the point a number has.
func (w wireColumn) digits() int {
	switch w.typ {
	case typeMoney, typeMoney4, typeMoneyN:
		return 4
	}
	return w.scale
}

// natural is the kind that a type on the wire becomes, 0 for those that have no
// exact form here.
func (w wireColumn) natural() (archwire.Kind, decoding) {
	if w.integer() {
		return integer(w.size)
	}
	switch w.typ {
	case typeBit, typeBitN:
		return archwire.Bool, decodeBit
	case typeFloat4, typeFloat8, typeFloatN:
		if w.size == 4 {
			return archwire.Float32, decode32
		}
		return archwire.Float64, decode64
	case typeMoney, typeMoney4, typeMoneyN:
		if w.size == 4 {
			return archwire.Decimal, decodeMoney4
		}
		return archwire.Decimal, decodeMoney8
	case typeDecimal, typeNumeric:
		return archwire.Decimal, decodeDecimal
	case typeDatetime4, typeDatetime, typeDatetimeN:
		if w.size == 4 {
			return archwire.Timestamp, decodeDatetime4
		}
		return archwire.Timestamp, decodeDatetime
	}
	n := naturals[w.typ]
	return n.kind, n.decode
}

// integer says whether a type is one of whole numbers.
func (w wireColumn) integer() bool {
	switch w.typ {
	case typeInt1, typeInt2, typeInt4, typeInt8, typeIntN:
		return true
	}
	return false
}

func integer(size int) (archwire.Kind, decoding) {
	switch size {
	case 1:
		return archwire.Int16, decode8 // tinyint has no sign
	case 2:
		return archwire.Int16, decode16
	case 4:
		return archwire.Int32, decode32
	}
	return archwire.Int64, decode64
}

var naturals = map[byte]struct {
	kind   archwire.Kind
	decode decoding
}{
	typeNVarChar: {archwire.Text, decodeUTF16}, typeNChar: {archwire.Text, decodeUTF16}, typeNText: {archwire.Text, decodeUTF16},
	typeVarChar: {archwire.Text, decodePage}, typeChar: {archwire.Text, decodePage}, typeText: {archwire.Text, decodePage},
	typeVarBinary: {archwire.Bytes, decodeBytes}, typeBinary: {archwire.Bytes, decodeBytes}, typeImage: {archwire.Bytes, decodeBytes},
	typeUUID: {archwire.UUID, decodeUUID},
	typeDate: {archwire.Date, decodeDate}, typeTime: {archwire.Time, decodeTime},
	typeDatetime2: {archwire.Timestamp, decodeDatetime2}, typeOffset: {archwire.TimestampTZ, decodeOffset},
}

// typeNames are for people.
var typeNames = map[byte]string{
	typeBit: "bit", typeBitN: "bit", typeIntN: "int", typeInt1: "tinyint", typeInt2: "smallint", typeInt4: "int", typeInt8: "bigint",
	typeFloat4: "real", typeFloat8: "float", typeFloatN: "float", typeMoney: "money", typeMoney4: "smallmoney", typeMoneyN: "money",
	typeDatetime4: "smalldatetime", typeDatetime: "datetime", typeDatetimeN: "datetime", typeDate: "date", typeTime: "time",
	typeDatetime2: "datetime2", typeOffset: "datetimeoffset", typeUUID: "uniqueidentifier",
	typeNVarChar: "nvarchar", typeNChar: "nchar", typeNText: "ntext", typeVarChar: "varchar", typeChar: "char", typeText: "text",
	typeVarBinary: "varbinary", typeBinary: "binary", typeImage: "image", typeXML: "xml", typeUDT: "a CLR type", typeVariant: "sql_variant",
}

// String is the type's name in T-SQL, as far as the wire tells.
func (w wireColumn) String() string {
	switch w.typ {
	case typeDecimal, typeNumeric:
		return fmt.Sprintf("decimal(%d,%d)", w.precision, w.scale)
	case typeIntN:
		return map[int]string{1: "tinyint", 2: "smallint", 8: "bigint"}[w.size] + map[int]string{4: "int"}[w.size]
	case typeTime, typeDatetime2, typeOffset:
		return fmt.Sprintf("%s(%d)", typeNames[w.typ], w.scale)
	}
	return typeNames[w.typ]
}
