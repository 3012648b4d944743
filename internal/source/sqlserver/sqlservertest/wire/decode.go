package wire

import (
	"encoding/binary"
	"math"
)

// A wireType is a TYPE_INFO as a client sends it.
type wireType struct {
	token            byte
	length           int // in bytes; maxLength is (max)
	precision, scale int
	collation        collation
}

// names are the types that clients send with a length of their own or without one.
var names = map[byte]Type{
	typeNull: {Name: "nvarchar", Length: 2}, typeBit: {Name: "bit"}, typeInt1: {Name: "tinyint"}, typeInt2: {Name: "smallint"},
	typeInt4: {Name: "int"}, typeInt8: {Name: "bigint"}, typeFloat4: {Name: "real"}, typeFloat8: {Name: "float"},
	typeMoney: {Name: "money"}, typeMoney4: {Name: "smallmoney"}, typeDateTime: {Name: "datetime"}, typeDateTim4: {Name: "smalldatetime"},
	typeGUID: {Name: "uniqueidentifier"}, typeBitN: {Name: "bit"}, typeDateN: {Name: "date"},
}

// byLength are the types whose length tells which one is meant.
var byLength = map[byte]map[int]string{
	typeIntN:      {1: "tinyint", 2: "smallint", 4: "int", 8: "bigint"},
	typeFloatN:    {4: "real", 8: "float"},
	typeMoneyN:    {4: "smallmoney", 8: "money"},
	typeDateTimeN: {4: "smalldatetime", 8: "datetime"},
}

// bareLengths are those of the types that have no length of their own.
var bareLengths = map[byte]int{
	typeNull: 0, typeBit: 1, typeInt1: 1, typeInt2: 2, typeInt4: 4, typeInt8: 8, typeFloat4: 4, typeFloat8: 8,
	typeMoney: 8, typeMoney4: 4, typeDateTime: 8, typeDateTim4: 4,
}

// readType reads a TYPE_INFO. bulk says that it is one of a bulk load, where text
// types name their table.
func readType(r *reader, bulk bool) wireType {
	t := wireType{token: r.u8()}
	if n, ok := bareLengths[t.token]; ok {
		t.length = n
		return t
	}
	switch t.token {
	case typeDateN:
		t.length = 3
	case typeTimeN, typeDateTime2N, typeDateTimeOffset:
		t.scale = int(r.u8())
		if t.scale > 7 {
			r.fail(errStream)
		}
	case typeGUID, typeIntN, typeBitN, typeFloatN, typeMoneyN, typeDateTimeN:
		t.length = int(r.u8())
	case typeDecimal, typeNumeric, typeDecimalN, typeNumericN:
		t.length, t.precision, t.scale = int(r.u8()), int(r.u8()), int(r.u8())
	case typeVarBinary, typeBinary:
		t.length = int(r.u16())
	case typeVarChar, typeChar, typeNVarChar, typeNChar:
		t.length = int(r.u16())
		copy(t.collation[:], r.bytes(5))
	case typeText, typeNText, typeImage, typeVariant:
		t.readLong(r, bulk)
	case typeXML:
		t.length = maxLength
		if r.u8() != 0 {
			r.shortText()
			r.shortText()
			r.longText()
		}
	case typeUDT, typeTable:
		r.fail(errRefused)
	default:
		r.fail(errStream)
	}
	return t
}

// errRefused says that a parameter is of a type that only a server has.
var errRefused = &Error{Number: 50000, State: 1, Severity: 16, Message: "The double takes no parameters that are tables or of a CLR type."}

func (t *wireType) readLong(r *reader, bulk bool) {
	t.length = int(r.u32())
	if t.token == typeText || t.token == typeNText {
		copy(t.collation[:], r.bytes(5))
	}
	if bulk && t.token != typeVariant {
		r.longText() // the table's name
	}
}

// column is the type's name in T-SQL. ok is false if the length is none of it.
func (t wireType) column() (out Type, ok bool) {
	if out, ok := names[t.token]; ok {
		return out, true
	}
	if name, ok := byLength[t.token][t.length]; ok {
		return Type{Name: name}, true
	}
	length := t.length
	if length == maxLength {
		length = -1
	}
	switch t.token {
	case typeDecimal, typeDecimalN:
		return Type{Name: "decimal", Precision: t.precision, Scale: t.scale}, true
	case typeNumeric, typeNumericN:
		return Type{Name: "numeric", Precision: t.precision, Scale: t.scale}, true
	case typeTimeN:
		return Type{Name: "time", Scale: t.scale}, true
	case typeDateTime2N:
		return Type{Name: "datetime2", Scale: t.scale}, true
	case typeDateTimeOffset:
		return Type{Name: "datetimeoffset", Scale: t.scale}, true
	case typeText, typeNText, typeImage, typeVariant, typeXML:
		return Type{Name: map[byte]string{typeText: "text", typeNText: "ntext", typeImage: "image", typeVariant: "sql_variant", typeXML: "xml"}[t.token]}, true
	case typeVarBinary, typeBinary, typeVarChar, typeChar, typeNVarChar, typeNChar:
		return Type{Name: map[byte]string{
			typeVarBinary: "varbinary", typeBinary: "binary", typeVarChar: "varchar", typeChar: "char", typeNVarChar: "nvarchar", typeNChar: "nchar",
		}[t.token], Length: length}, true
	}
	return Type{}, false
}

// value reads a value as handlers have it; nil is NULL.
func (t wireType) value(r *reader) any {
	b, null := t.bytes(r)
	if null || r.err != nil {
		return nil
	}
	v, ok := t.of(b)
	if !ok {
		r.fail(errStream)
		return nil
	}
	return v
}

// bytes reads the bytes of a value.
func (t wireType) bytes(r *reader) (b []byte, null bool) {
	if _, ok := bareLengths[t.token]; ok {
		return r.bytes(t.length), t.token == typeNull
	}
	switch t.token {
	case typeVarBinary, typeBinary, typeVarChar, typeChar, typeNVarChar, typeNChar, typeXML:
		if t.length == maxLength {
			return chunks(r)
		}
		n := int(r.u16())
		if n == 0xffff {
			return nil, true
		}
		return r.bytes(n), false
	case typeText, typeNText, typeImage:
		return afterPointer(r)
	case typeVariant:
		n := int(r.u32())
		if n > variantLength {
			r.fail(errStream)
		}
		return r.bytes(n), n == 0
	default:
		n := int(r.u8())
		return r.bytes(n), n == 0
	}
}

// chunks reads a value that comes in chunks.
func chunks(r *reader) (b []byte, null bool) {
	length := r.u64()
	if length == plpNull {
		return nil, true
	}
	b = []byte{}
	for r.err == nil {
		n := r.u32()
		if n == 0 {
			break
		}
		if int64(len(b))+int64(n) > math.MaxInt32 {
			r.fail(errStream)
		}
		b = append(b, r.bytes(int(n))...)
	}
	if length != plpUnknown && length != uint64(len(b)) {
		r.fail(errStream)
	}
	return b, false
}

// afterPointer reads a value of text, ntext and image.
func afterPointer(r *reader) (b []byte, null bool) {
	pointer := r.u8()
	if pointer == 0 {
		return nil, true
	}
	r.bytes(int(pointer) + len(textTime))
	n := r.u32()
	if n == math.MaxUint32 {
		return nil, true
	}
	if n > math.MaxInt32 {
		r.fail(errStream)
	}
	return r.bytes(int(n)), false
}

// readInteger reads a whole number; tinyint alone has no sign.
func readInteger(b []byte) int64 {
	switch len(b) {
	case 1:
		return int64(b[0])
	case 2:
		return int64(int16(binary.LittleEndian.Uint16(b)))
	case 4:
		return int64(int32(binary.LittleEndian.Uint32(b)))
	default:
		return int64(binary.LittleEndian.Uint64(b))
	}
}
