package wire

import (
	"encoding/binary"
	"math"
)

// Bounds of the types of time, in their own units ("datetime2", "datetime",
// "smalldatetime" of the Transact-SQL reference).
const (
	ticksOfDay    = 864e9      // 100 ns
	lastDay       = 3652058    // 9999-12-31, of 0001-01-01
	thirdsOfDay   = 25_920_000 // 1/300 s
	firstThirdDay = -53690     // 1753-01-01, of 1900-01-01
	lastThirdDay  = 2958463    // 9999-12-31, of 1900-01-01
	minutesOfDay  = 1440
	widestOffset  = 840 // minutes
)

// appendDateTime writes days since 1900-01-01 and 1/300 s of the day.
func appendDateTime(b []byte, v any) ([]byte, error) {
	n, ok := v.(int64)
	day, rest := floorDiv(n, thirdsOfDay)
	if !ok || day < firstThirdDay || day > lastThirdDay {
		return b, wrong("datetime", v)
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(day))
	return binary.LittleEndian.AppendUint32(b, uint32(rest)), nil
}

// appendSmallDateTime writes days since 1900-01-01 and minutes of the day.
func appendSmallDateTime(b []byte, v any) ([]byte, error) {
	n, ok := v.(int64)
	if !ok || n < 0 || n/minutesOfDay > math.MaxUint16 {
		return b, wrong("smalldatetime", v)
	}
	b = binary.LittleEndian.AppendUint16(b, uint16(n/minutesOfDay))
	return binary.LittleEndian.AppendUint16(b, uint16(n%minutesOfDay)), nil
}

// floorDiv divides so that the rest is not negative.
func floorDiv(n, by int64) (quotient, rest int64) {
	quotient, rest = n/by, n%by
	if rest < 0 {
		return quotient - 1, rest + by
	}
	return quotient, rest
}

func appendDate(b []byte, v any) ([]byte, error) {
	n, ok := v.(int64)
	if !ok || n < 0 || n > lastDay {
		return b, wrong("date", v)
	}
	return appendUint(b, uint64(n), 3), nil
}

// timeCoder lays out time, datetime2 and datetimeoffset: units of the scale since
// midnight, then the day, then the minutes of the offset; the moment is in UTC.
func timeCoder(t Type) (coder, error) {
	if t.Scale < 0 || t.Scale > 7 {
		return coder{}, wrong(t.Name, t.Scale)
	}
	tokens := map[string]byte{"time": typeTimeN, "datetime2": typeDateTime2N, "datetimeoffset": typeDateTimeOffset}
	return sized([]byte{tokens[t.Name], byte(t.Scale)}, func(b []byte, v any) ([]byte, error) {
		moment, offset, ok := momentOf(t.Name, v)
		day, ticks := floorDiv(moment, ticksOfDay)
		unit := int64(math.Pow10(7 - t.Scale))
		if !ok || day < 0 || day > lastDay || ticks%unit != 0 {
			return b, wrong(t.Name, v)
		}
		b = appendUint(b, uint64(ticks/unit), timeSize(t.Scale))
		if t.Name == "time" {
			return b, nil
		}
		b = appendUint(b, uint64(day), 3)
		if t.Name == "datetime2" {
			return b, nil
		}
		return binary.LittleEndian.AppendUint16(b, uint16(int16(offset))), nil
	}), nil
}

// momentOf is a value as 100 ns, and its offset.
func momentOf(typ string, v any) (moment int64, offset int, ok bool) {
	if typ == "datetimeoffset" {
		o, ok := v.(Offset)
		return o.UTC, o.Minutes, ok && o.Minutes >= -widestOffset && o.Minutes <= widestOffset
	}
	n, ok := v.(int64)
	return n, 0, ok && (typ != "time" || n >= 0 && n < ticksOfDay)
}

// timeSize is how many bytes the time of a scale has ([MS-TDS] 2.2.5.5.1.8).
func timeSize(scale int) int {
	switch {
	case scale <= 2:
		return 3
	case scale <= 4:
		return 4
	default:
		return 5
	}
}

// readTime reads time, datetime2 and datetimeoffset.
func readTime(token byte, scale int, b []byte) (any, bool) {
	want := timeSize(scale)
	if token != typeTimeN {
		want += 3
	}
	if token == typeDateTimeOffset {
		want += 2
	}
	if len(b) != want {
		return nil, false
	}
	n := timeSize(scale)
	ticks := int64(lowFirst(b[:n])) * int64(math.Pow10(7-scale))
	if token == typeTimeN {
		return ticks, ticks < ticksOfDay
	}
	moment := int64(lowFirst(b[n:n+3]))*ticksOfDay + ticks
	if token == typeDateTime2N {
		return moment, ticks < ticksOfDay
	}
	return Offset{UTC: moment, Minutes: int(int16(binary.LittleEndian.Uint16(b[n+3:])))}, ticks < ticksOfDay
}

// lowFirst is a number whose lowest byte comes first.
func lowFirst(b []byte) uint64 {
	var n uint64
	for i := range b {
		n |= uint64(b[i]) << (8 * i)
	}
	return n
}

// readDateTime reads datetime and smalldatetime.
func readDateTime(b []byte) any {
	if len(b) == 4 {
		return int64(binary.LittleEndian.Uint16(b))*minutesOfDay + int64(binary.LittleEndian.Uint16(b[2:]))
	}
	return int64(int32(binary.LittleEndian.Uint32(b)))*thirdsOfDay + int64(binary.LittleEndian.Uint32(b[4:]))
}
