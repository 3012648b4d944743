package value

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"
	"math/big"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Comparer gives the order of values of a type; neither is NULL.
func Comparer(t Type) func(a, b any) int {
	switch FamilyOf(t) {
	case Bit:
		return func(a, b any) int { return cmp.Compare(truth(a), truth(b)) }
	case Integer, Date, Time, SmallDateTime, DateTime, DateTime2:
		return func(a, b any) int { return cmp.Compare(a.(int64), b.(int64)) }
	case Decimal, Money:
		return func(a, b any) int { return a.(*big.Int).Cmp(b.(*big.Int)) }
	case Float:
		return func(a, b any) int { return cmp.Compare(asFloat(a)+0, asFloat(b)+0) }
	case DateTimeOffset:
		return func(a, b any) int { return cmp.Compare(a.(wire.Offset).UTC, b.(wire.Offset).UTC) }
	case Text:
		if binary, _ := collating(t.Collation); binary {
			return func(a, b any) int {
				return strings.Compare(strings.TrimRight(a.(string), " "), strings.TrimRight(b.(string), " "))
			}
		}
		return func(a, b any) int {
			x, y := a.(string), b.(string)
			if x == y {
				return 0
			}
			return strings.Compare(CollationKey(x, t.Collation), CollationKey(y, t.Collation))
		}
	case Binary, CLR:
		return func(a, b any) int { return bytes.Compare(a.([]byte), b.([]byte)) }
	case GUID:
		return func(a, b any) int {
			x, y := guidKey(a.([16]byte)), guidKey(b.([16]byte))
			return bytes.Compare(x[:], y[:])
		}
	default:
		return func(a, b any) int { return strings.Compare(Key(a, t), Key(b, t)) }
	}
}

func truth(v any) int {
	if v.(bool) {
		return 1
	}
	return 0
}

// guidKey has the bytes in the order in which SQL Server compares them: the last
// group first, within the first three groups from their end.
func guidKey(g [16]byte) [16]byte {
	return [16]byte{g[10], g[11], g[12], g[13], g[14], g[15], g[8], g[9], g[7], g[6], g[5], g[4], g[3], g[2], g[1], g[0]}
}

// Key is a value as text whose bytes sort as the values of its type do, NULL
// first, and that ends by itself: keys of several values may be joined.
func Key(v any, t Type) string { return string(AppendKey(nil, v, t)) }

// AppendKey appends Key to b.
func AppendKey(b []byte, v any, t Type) []byte {
	if v == nil {
		return append(b, 0)
	}
	b = append(b, 1)
	switch FamilyOf(t) {
	case Bit:
		return append(b, byte(truth(v)))
	case Integer, Date, Time, SmallDateTime, DateTime, DateTime2:
		return binary.BigEndian.AppendUint64(b, uint64(v.(int64))^1<<63)
	case Decimal, Money:
		return appendBig(b, v.(*big.Int))
	case Float:
		bits := math.Float64bits(asFloat(v) + 0)
		if bits>>63 == 1 {
			bits = ^bits
		} else {
			bits ^= 1 << 63
		}
		return binary.BigEndian.AppendUint64(b, bits)
	case DateTimeOffset:
		return binary.BigEndian.AppendUint64(b, uint64(v.(wire.Offset).UTC)^1<<63)
	case Text:
		return appendEscaped(b, CollationKey(v.(string), t.Collation))
	case GUID:
		g := guidKey(v.([16]byte))
		return append(b, g[:]...)
	case Variant:
		inner := v.(wire.Variant)
		return AppendKey(append(b, byte(FamilyOf(inner.Type))), inner.Value, inner.Type)
	default:
		return appendEscaped(b, string(v.([]byte)))
	}
}

func appendBig(b []byte, n *big.Int) []byte {
	digits := n.Bytes()
	if n.Sign() >= 0 {
		return append(append(b, 0x80+byte(len(digits))), digits...)
	}
	b = append(b, 0x7F-byte(len(digits)))
	for _, d := range digits {
		b = append(b, ^d)
	}
	return b
}

func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] == 0 {
			b = append(b, 0, 0xFF)
			continue
		}
		b = append(b, s[i])
	}
	return append(b, 0, 0)
}
