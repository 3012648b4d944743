package wire

import (
	"encoding/binary"
	"math"
	"slices"
	"unicode/utf16"
)

// of is the value that bytes of a type mean. ok is false if they mean none.
func (t wireType) of(b []byte) (v any, ok bool) {
	switch t.token {
	case typeInt1, typeInt2, typeInt4, typeInt8, typeIntN:
		if !slices.Contains([]int{1, 2, 4, 8}, len(b)) {
			return nil, false
		}
		return readInteger(b), true
	case typeBit, typeBitN:
		return len(b) > 0 && b[0] != 0, len(b) == 1
	case typeFloat4, typeFloat8, typeFloatN:
		return readFloat(b)
	case typeMoney, typeMoney4, typeMoneyN:
		if !slices.Contains([]int{4, 8}, len(b)) {
			return nil, false
		}
		return readMoney(b), true
	case typeDateTime, typeDateTim4, typeDateTimeN:
		if !slices.Contains([]int{4, 8}, len(b)) {
			return nil, false
		}
		return readDateTime(b), true
	case typeDecimal, typeNumeric, typeDecimalN, typeNumericN:
		if !slices.Contains([]int{5, 9, 13, 17}, len(b)) {
			return nil, false
		}
		return readMagnitude(b), true
	case typeGUID:
		if len(b) != 16 {
			return nil, false
		}
		return swapGUID([16]byte(b)), true
	case typeDateN:
		return int64(lowFirst(b)), len(b) == 3
	case typeTimeN, typeDateTime2N, typeDateTimeOffset:
		return readTime(t.token, t.scale, b)
	case typeVariant:
		return variantOf(b)
	default:
		return t.long(b)
	}
}

// long is the value of text and binary types.
func (t wireType) long(b []byte) (any, bool) {
	switch t.token {
	case typeNVarChar, typeNChar, typeNText, typeXML:
		return fromWide(b), true
	case typeVarChar, typeChar, typeText:
		return fromPage(t.collation.page(), b), true
	case typeVarBinary, typeBinary, typeImage:
		return b, true
	default:
		return nil, false
	}
}

// fromWide is text, or the bytes if they are none.
func fromWide(b []byte) any {
	if len(b)%2 != 0 {
		return b
	}
	high := false // the unit before was the first half of a pair
	for i := 0; i < len(b); i += 2 {
		unit := rune(binary.LittleEndian.Uint16(b[i:]))
		second := unit >= 0xdc00 && unit < 0xe000
		if high != second {
			return b
		}
		high = utf16.IsSurrogate(unit) && !second
	}
	if high {
		return b
	}
	return fromUTF16(b)
}

func readFloat(b []byte) (any, bool) {
	switch len(b) {
	case 4:
		return math.Float32frombits(binary.LittleEndian.Uint32(b)), true
	case 8:
		return math.Float64frombits(binary.LittleEndian.Uint64(b)), true
	default:
		return nil, false
	}
}

// variantOf takes a value of sql_variant apart.
func variantOf(b []byte) (any, bool) {
	if len(b) < 2 || len(b) < 2+int(b[1]) {
		return nil, false
	}
	t, describes, value := wireType{token: b[0]}, b[2:2+int(b[1])], b[2+int(b[1]):]
	switch t.token {
	case typeTimeN, typeDateTime2N, typeDateTimeOffset:
		if len(describes) != 1 || describes[0] > 7 {
			return nil, false
		}
		t.scale = int(describes[0])
	case typeDecimalN, typeNumericN:
		if len(describes) != 2 {
			return nil, false
		}
		t.precision, t.scale = int(describes[0]), int(describes[1])
	case typeBinary, typeVarBinary:
		if len(describes) != 2 {
			return nil, false
		}
		t.length = int(binary.LittleEndian.Uint16(describes))
	case typeChar, typeVarChar, typeNChar, typeNVarChar:
		if len(describes) != 7 {
			return nil, false
		}
		t.collation = collation(describes[:5])
		t.length = int(binary.LittleEndian.Uint16(describes[5:]))
	case typeVariant, typeText, typeNText, typeImage, typeXML:
		return nil, false
	}
	base, ok := t.column()
	if !ok {
		return nil, false
	}
	v, ok := t.of(value)
	return Variant{Type: base, Value: v}, ok
}
