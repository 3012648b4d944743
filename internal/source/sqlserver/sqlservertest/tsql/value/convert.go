package value

import (
	"encoding/hex"
	"math"
	"math/big"
	"strconv"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Convert makes a value of one type one of another, as CONVERT with that style
// does; 0 is the style of CAST. It panics with a *wire.Error.
func Convert(v any, from, to Type, style int) any {
	if v == nil {
		return nil
	}
	if FamilyOf(from) == Variant && FamilyOf(to) != Variant {
		inner := v.(wire.Variant)
		return Convert(inner.Value, inner.Type, to, style)
	}
	switch FamilyOf(to) {
	case Text:
		return toText(v, from, to, style)
	case Binary:
		return toBinary(v, from, to, style)
	case Bit:
		return toBit(v, from, to)
	case Integer:
		return toWhole(v, from, to)
	case Decimal, Money:
		return toExact(v, from, to)
	case Float:
		return toFloat(v, from, to)
	case GUID:
		return toGUID(v, from, to)
	case Date, Time, SmallDateTime, DateTime, DateTime2, DateTimeOffset:
		return toDated(v, from, to, style)
	case Variant:
		if FamilyOf(from) == Variant {
			return v
		}
		return wire.Variant{Type: from, Value: v}
	case CLR:
		switch {
		case from.Name == to.Name || FamilyOf(from) == Binary:
			return v
		case FamilyOf(from) == Text && to.Name == "hierarchyid":
			return HierarchyBytes(v.(string))
		case FamilyOf(from) == Text && to.Name == "geography":
			return PointBytes(v.(string), 4326, to)
		case FamilyOf(from) == Text:
			return PointBytes(v.(string), 0, to)
		}
	}
	disallowed(from, to)
	return nil
}

func toBit(v any, from, to Type) any {
	switch FamilyOf(from) {
	case Bit:
		return v
	case Integer:
		return v.(int64) != 0
	case Decimal, Money:
		return v.(*big.Int).Sign() != 0
	case Float:
		return asFloat(v) != 0
	case Text:
		s := strings.ToLower(strings.TrimSpace(v.(string)))
		if s == "true" {
			return true
		}
		if s == "false" || s == "" {
			return false
		}
		n, _, ok := parseDecimal(s)
		if !ok {
			badText(v, from, to)
		}
		return n.Sign() != 0
	case Binary:
		return fromBytes(v.([]byte)) != 0
	}
	disallowed(from, to)
	return nil
}

func toWhole(v any, from, to Type) any {
	switch FamilyOf(from) {
	case Bit:
		if v.(bool) {
			return int64(1)
		}
		return int64(0)
	case Integer:
		return toInteger(v.(int64), to)
	case Decimal:
		return bigToInteger(divide(v.(*big.Int), powers[from.Scale], false), to)
	case Money:
		return bigToInteger(divide(v.(*big.Int), powers[4], true), to)
	case Float:
		f := math.Trunc(asFloat(v))
		if f >= 1<<63 || f < -1<<63 || math.IsNaN(f) {
			overflow(to)
		}
		return toInteger(int64(f), to)
	case Text:
		s := strings.TrimSpace(v.(string))
		if s == "" {
			return int64(0)
		}
		n, scale, ok := parseDecimal(s)
		if !ok || scale > 0 || strings.Contains(s, ".") {
			badText(v, from, to)
		}
		if !n.IsInt64() {
			overflow(to)
		}
		low, high := integerLimits(to)
		if i := n.Int64(); i < low || i > high {
			if to.Name == "bigint" {
				overflow(to)
			}
			number := int32(248)
			if to.Name != "int" {
				number = 244
			}
			Fail(number, "The conversion of the %s value '%s' overflowed an %s column.", from.Name, s, strings.ToUpper(to.Name))
		}
		return n.Int64()
	case Binary:
		size := map[string]int{"tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}[to.Name]
		b := v.([]byte)
		n := fromBytes(b[max(0, len(b)-size):])
		if len(b) >= size && size > 1 && size < 8 {
			shift := 64 - 8*size
			return int64(n) << shift >> shift
		}
		return int64(n)
	case SmallDateTime, DateTime:
		f := asDays(v, from)
		return toInteger(int64(math.Round(f)), to)
	}
	disallowed(from, to)
	return nil
}

// asDays is what datetime counts as a number: days since 1900.
func asDays(v any, from Type) float64 {
	if FamilyOf(from) == DateTime {
		return float64(v.(int64)) / (86400 * 300)
	}
	return float64(v.(int64)) / 1440
}

func fromBytes(b []byte) uint64 {
	var n uint64
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

func toExact(v any, from, to Type) any {
	switch FamilyOf(from) {
	case Bit, Integer:
		return toDecimal(big.NewInt(toWhole(v, from, BigInt).(int64)), 0, from, to)
	case Decimal, Money:
		return toDecimal(v.(*big.Int), from.Scale, from, to)
	case Float:
		return floatToDecimal(asFloat(v), from, to)
	case Text:
		s := strings.TrimSpace(v.(string))
		if FamilyOf(to) == Money {
			s = strings.ReplaceAll(strings.TrimPrefix(s, "$"), ",", "")
			if s == "" {
				s = "0"
			}
		}
		n, scale, ok := parseDecimal(s)
		if !ok {
			if FamilyOf(to) == Money {
				Fail(235, "Cannot convert a char value to money. The char value has incorrect syntax.")
			}
			Fail(8114, "Error converting data type %s to numeric.", from.Name)
		}
		return toDecimal(n, scale, from, to)
	case Binary:
		if FamilyOf(to) == Money {
			return toDecimal(big.NewInt(int64(fromBytes(v.([]byte)))), 4, from, to)
		}
		return exactFromBinary(v.([]byte), from, to)
	case SmallDateTime, DateTime:
		return floatToDecimal(asDays(v, from), from, to)
	}
	disallowed(from, to)
	return nil
}

// exactFromBinary reads what exactToBinary writes.
func exactFromBinary(b []byte, from, to Type) any {
	if len(b) < 5 || len(b) > 20 || b[0] > 38 || b[1] > b[0] {
		Fail(8114, "Error converting data type %s to numeric.", from.Name)
	}
	magnitude := make([]byte, len(b)-4)
	for i, c := range b[4:] {
		magnitude[len(magnitude)-1-i] = c
	}
	n := new(big.Int).SetBytes(magnitude)
	if b[3] == 0 {
		n.Neg(n)
	}
	return toDecimal(n, int(b[1]), from, to)
}

func asFloat(v any) float64 {
	if f, ok := v.(float32); ok {
		return float64(f)
	}
	return v.(float64)
}

func toFloat(v any, from, to Type) any {
	var f float64
	switch FamilyOf(from) {
	case Bit, Integer:
		f = float64(toWhole(v, from, BigInt).(int64))
	case Decimal, Money:
		f, _ = strconv.ParseFloat(FormatDecimal(v.(*big.Int), from.Scale), 64)
	case Float:
		f = asFloat(v)
	case Text:
		s := strings.TrimSpace(v.(string))
		if s == "" {
			s = "0"
		}
		var err error
		if f, err = strconv.ParseFloat(s, 64); err != nil || strings.ContainsAny(s, "xXnN_pP") {
			Fail(8114, "Error converting data type %s to %s.", from.Name, to.Name)
		}
	case SmallDateTime, DateTime:
		f = asDays(v, from)
	default:
		disallowed(from, to)
	}
	if to.Name == "float" {
		return f
	}
	if math.IsInf(float64(float32(f)), 0) {
		overflow(to)
	}
	return float32(f)
}

func toGUID(v any, from, to Type) any {
	switch FamilyOf(from) {
	case GUID:
		return v
	case Binary:
		var stored [16]byte
		copy(stored[:], v.([]byte))
		return mixGUID(stored)
	case Text:
		s := strings.TrimSpace(v.(string))
		if strings.HasPrefix(s, "{") && len(s) >= 38 && s[37] == '}' {
			s = s[1:37]
		}
		if len(s) >= 36 && s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-' {
			b, err := hex.DecodeString(strings.ReplaceAll(s[:36], "-", ""))
			if err == nil && len(b) == 16 {
				return [16]byte(b)
			}
		}
		Fail(8169, "Conversion failed when converting from a character string to uniqueidentifier.")
	}
	disallowed(from, to)
	return nil
}

// mixGUID turns the order of a uniqueidentifier's text into that of its storage,
// whose first three groups are little-endian, and back.
func mixGUID(g [16]byte) [16]byte {
	g[0], g[1], g[2], g[3] = g[3], g[2], g[1], g[0]
	g[4], g[5] = g[5], g[4]
	g[6], g[7] = g[7], g[6]
	return g
}

func toDated(v any, from, to Type, style int) any {
	f := FamilyOf(from)
	switch {
	case f == DateTimeOffset && FamilyOf(to) != DateTimeOffset:
		m := toMoment(v, from)
		m.offset = 0
		return fromMoment(m, to, from)
	case f == Date && FamilyOf(to) == Time, f == Time && FamilyOf(to) == Date:
		disallowed(from, to)
	case dated(f):
		if f == FamilyOf(to) && (!Scaled(to) || to.Scale >= from.Scale) {
			return v
		}
		return fromMoment(toMoment(v, from), to, from)
	case f == Text:
		m, _, ok := parseMoment(v.(string), style)
		if !ok {
			Fail(241, "Conversion failed when converting date and/or time from character string.")
		}
		if FamilyOf(to) != DateTimeOffset {
			m.offset = 0
		}
		if FamilyOf(to) == SmallDateTime {
			m = toMoment(fromMoment(m, Datetime, from), Datetime) // "29.999 seconds or more are rounded up"
		}
		return fromMoment(m, to, from)
	case f == Binary && (FamilyOf(to) == DateTime || FamilyOf(to) == SmallDateTime):
		n := fromBytes(v.([]byte))
		if FamilyOf(to) == SmallDateTime {
			return int64(n>>16)*1440 + int64(n&0xFFFF)
		}
		return int64(int32(n>>32))*86400*300 + int64(int32(n))
	case (f == Integer || f == Bit) && (FamilyOf(to) == DateTime || FamilyOf(to) == SmallDateTime):
		return fromMoment(moment{days: epoch1900 + toWhole(v, from, BigInt).(int64)}, to, from)
	case (f == Float || f == Decimal || f == Money) && FamilyOf(to) == DateTime:
		return int64(math.Round(toFloat(v, from, FloatType).(float64) * 86400 * 300))
	}
	disallowed(from, to)
	return nil
}

func badText(v any, from, to Type) {
	Fail(245, "Conversion failed when converting the %s value '%s' to data type %s.", from.Name, v, to.Name)
}
