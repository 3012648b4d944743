package value

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// toText writes a value as text of a type. What happens when it is too long
// differs from type to type ("Truncating and rounding results").
func toText(v any, from, to Type, style int) any {
	s, narrow := textOf(v, from, to, style)
	fitted, whole := Fit(s, to)
	if whole {
		return fitted
	}
	switch FamilyOf(from) {
	case Integer, Bit:
		if from.Name == "bigint" || IsWide(to) {
			overflow(to)
		}
		fitted, _ = Fit("*", to)
	case Decimal, Float:
		overflowFrom(shown(from), to)
	case Money:
		Fail(234, "There is insufficient result space to convert a money value to %s.", to.Name)
	case GUID:
		Fail(8170, "Insufficient result space to convert uniqueidentifier value to char.")
	default:
		_ = narrow
	}
	return fitted
}

func textOf(v any, from, to Type, style int) (s string, narrow bool) {
	switch FamilyOf(from) {
	case Text:
		return v.(string), true
	case Bit:
		if v.(bool) {
			return "1", false
		}
		return "0", false
	case Integer:
		return strconv.FormatInt(v.(int64), 10), false
	case Decimal:
		return FormatDecimal(v.(*big.Int), from.Scale), false
	case Money:
		return formatMoney(v.(*big.Int), style), false
	case Float:
		return formatFloat(asFloat(v), from, style), false
	case GUID:
		return FormatGUID(v.([16]byte)), false
	case Binary:
		return bytesToText(v.([]byte), to, style), true
	case CLR:
		if from.Name == "hierarchyid" {
			return HierarchyText(v.([]byte)), false
		}
		return PointText(v.([]byte), from), false
	case Date, Time, SmallDateTime, DateTime, DateTime2, DateTimeOffset:
		m := toMoment(v, from)
		if style == 127 {
			m = toMoment(wire.Offset{UTC: m.days*day + m.ticks - m.offset*minute}, Type{Name: "datetimeoffset"})
		}
		return formatMoment(m, from, style), false
	}
	disallowed(from, to)
	return "", false
}

// FormatGUID is a uniqueidentifier as SQL Server shows it.
func FormatGUID(g [16]byte) string {
	return strings.ToUpper(fmt.Sprintf("%x-%x-%x-%x-%x", g[:4], g[4:6], g[6:8], g[8:10], g[10:]))
}

// bytesToText reads bytes as text, or writes them in hexadecimal ("Binary
// styles").
func bytesToText(b []byte, to Type, style int) string {
	switch style {
	case 1:
		return "0x" + strings.ToUpper(hex.EncodeToString(b))
	case 2:
		return strings.ToUpper(hex.EncodeToString(b))
	case 0:
		if IsWide(to) {
			return FromWideBytes(b)
		}
		return Decode(b, to.Collation)
	}
	Fail(281, "%d is not a valid style number when converting from varbinary to a character string.", style)
	return ""
}

func toBinary(v any, from, to Type, style int) any {
	b, right := bytesOf(v, from, to, style)
	if to.Length < 0 || to.Name == "image" {
		return b
	}
	if len(b) > to.Length {
		if right {
			return b[len(b)-to.Length:]
		}
		return b[:to.Length]
	}
	if (to.Name == "binary" || to.Name == "rowversion") && len(b) < to.Length {
		padded := make([]byte, to.Length)
		if right {
			copy(padded[to.Length-len(b):], b)
		} else {
			copy(padded, b)
		}
		return padded
	}
	return b
}

// bytesOf are the bytes of a value; right says that they are a number, which is
// padded and cut on its left.
func bytesOf(v any, from, to Type, style int) (b []byte, right bool) {
	switch FamilyOf(from) {
	case Binary, CLR:
		return v.([]byte), false
	case Text:
		return textToBytes(v.(string), from, to, style), false
	case Bit:
		if v.(bool) {
			return []byte{1}, true
		}
		return []byte{0}, true
	case Integer:
		full := binary.BigEndian.AppendUint64(nil, uint64(v.(int64)))
		size := map[string]int{"tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}[from.Name]
		return full[8-size:], true
	case Float:
		if f, ok := v.(float32); ok {
			return binary.BigEndian.AppendUint32(nil, math.Float32bits(f)), true
		}
		return binary.BigEndian.AppendUint64(nil, math.Float64bits(v.(float64))), true
	case Money:
		return binary.BigEndian.AppendUint64(nil, uint64(v.(*big.Int).Int64())), true
	case Decimal:
		return exactToBinary(v.(*big.Int), from), false
	case GUID:
		g := mixGUID(v.([16]byte))
		return g[:], false
	}
	return datedToBytes(v, from, to)
}

// exactToBinary is a decimal as it is stored: precision, scale, a zero, the sign
// (1 is positive) and the number, little-endian in groups of four.
func exactToBinary(n *big.Int, t Type) []byte {
	out := []byte{byte(t.Precision), byte(t.Scale), 0, 1}
	if n.Sign() < 0 {
		out[3] = 0
	}
	magnitude := n.Bytes()
	for i := len(magnitude) - 1; i >= 0; i-- {
		out = append(out, magnitude[i])
	}
	for len(out)%4 != 0 || len(out) < 8 {
		out = append(out, 0)
	}
	return out
}

func datedToBytes(v any, from, to Type) ([]byte, bool) {
	little := func(n int64, size int) []byte { return binary.LittleEndian.AppendUint64(nil, uint64(n))[:size] }
	m := moment{}
	if dated(FamilyOf(from)) {
		m = toMoment(v, from)
	}
	switch FamilyOf(from) {
	case DateTime:
		n := v.(int64)
		days := floorDiv(n, 86400*300)
		out := binary.BigEndian.AppendUint32(nil, uint32(days))
		return binary.BigEndian.AppendUint32(out, uint32(n-days*86400*300)), true
	case SmallDateTime:
		n := v.(int64)
		out := binary.BigEndian.AppendUint16(nil, uint16(n/1440))
		return binary.BigEndian.AppendUint16(out, uint16(n%1440)), true
	case Date:
		return little(m.days, 3), false
	case Time, DateTime2:
		size, _ := clock("time", from.Scale)
		out := append([]byte{byte(from.Scale)}, little(m.ticks/scaleUnit(from.Scale), size)...)
		if FamilyOf(from) == DateTime2 {
			out = append(out, little(m.days, 3)...)
		}
		return out, false
	}
	disallowed(from, to)
	return nil, false
}

func textToBytes(s string, from, to Type, style int) []byte {
	if style == 0 {
		if IsWide(from) {
			return WideBytes(s)
		}
		return Encode(s, from.Collation)
	}
	if style == 1 {
		rest, ok := strings.CutPrefix(strings.ToLower(s), "0x")
		if !ok {
			style = 0
		}
		s = rest
	}
	b, err := hex.DecodeString(s)
	if err != nil || style != 1 && style != 2 {
		Fail(8114, "Error converting data type %s to %s.", from.Name, to.Name)
	}
	return b
}
