package tdsdiff

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strings"

	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// A sort of column: its type on the server, what it becomes, and its values, each
// with the text that a cell of it has to have.
type kind struct {
	typ  wire.Type
	as   archwire.Type
	draw func(t *rapid.T) (value any, text string)
}

const (
	tick       = 10 // units of 100 ns in a microsecond
	dayTicks   = 24 * 3600 * 1_000_000 * tick
	dayThirds  = 24 * 3600 * 300
	epoch      = 719162 // days from 0001-01-01 to 1970-01-01
	epoch1900  = 25567  // and from 1900-01-01
	latin      = "Latin1_General_CI_AS"
	latinUTF8  = "Latin1_General_100_CI_AS_SC_UTF8"
	micros     = 24 * 3600 * 1_000_000
	millenaryD = 3652058 // 9999-12-31
)

// drawKind chooses a sort of column.
func drawKind(t *rapid.T) kind {
	scale := rapid.IntRange(0, 6).Draw(t, "scale")
	precision := rapid.IntRange(1, 38).Draw(t, "precision")
	digits := rapid.IntRange(0, precision).Draw(t, "digits")
	length := rapid.SampledFrom([]int{1, 7, 40, 4000}).Draw(t, "length")
	one := func(name string, k archwire.Kind, draw func(*rapid.T) (any, string)) kind {
		return kind{wire.Type{Name: name, Scale: scale}, archwire.Type{Kind: k}, draw}
	}
	decimal := archwire.Type{Kind: archwire.Decimal, Precision: precision, Scale: digits}
	money := archwire.Type{Kind: archwire.Decimal, Precision: 19, Scale: 4}
	long := rapid.SampledFrom([]int{length, -1}).Draw(t, "or (max)")
	return rapid.SampledFrom([]kind{
		one("bit", archwire.Bool, func(t *rapid.T) (any, string) { b := rapid.Bool().Draw(t, "v"); return b, fmt.Sprint(b) }),
		one("tinyint", archwire.Int16, whole(0, math.MaxUint8)),
		one("smallint", archwire.Int16, whole(math.MinInt16, math.MaxInt16)),
		one("int", archwire.Int32, whole(math.MinInt32, math.MaxInt32)),
		one("bigint", archwire.Int64, whole(math.MinInt64, math.MaxInt64)),
		one("real", archwire.Float32, drawReal),
		one("float", archwire.Float64, drawFloat),
		{wire.Type{Name: "decimal", Precision: precision, Scale: digits}, decimal, drawDecimal(precision)},
		{wire.Type{Name: "numeric", Precision: precision, Scale: digits}, decimal, drawDecimal(precision)},
		{wire.Type{Name: "money"}, money, drawMoney(math.MinInt64, math.MaxInt64)},
		{wire.Type{Name: "smallmoney"}, money, drawMoney(math.MinInt32, math.MaxInt32)},
		one("date", archwire.Date, drawDate),
		one("time", archwire.Time, drawTime(scale)),
		one("datetime", archwire.Timestamp, drawDateTime),
		one("smalldatetime", archwire.Timestamp, drawSmallDateTime),
		one("datetime2", archwire.Timestamp, drawDateTime2(scale)),
		one("datetimeoffset", archwire.TimestampTZ, drawOffset(scale)),
		one("uniqueidentifier", archwire.UUID, drawGUID),
		{wire.Type{Name: "char", Length: length, Collation: latin}, archwire.Type{Kind: archwire.Text}, drawText("abc Äß€", 1, length, true)},
		{wire.Type{Name: "varchar", Length: long, Collation: latin}, archwire.Type{Kind: archwire.Text}, drawText("abc Äß€", 1, length, false)},
		{wire.Type{Name: "varchar", Length: long, Collation: latinUTF8}, archwire.Type{Kind: archwire.Text}, drawText("aÄ☃😀", 4, length, false)},
		{wire.Type{Name: "nchar", Length: 2 * length}, archwire.Type{Kind: archwire.Text}, drawText("aÄ☃", 1, length, true)},
		{wire.Type{Name: "nvarchar", Length: units(long)}, archwire.Type{Kind: archwire.Text}, drawText("aÄ☃😀 ", 2, length, false)},
		{wire.Type{Name: "text", Collation: latin}, archwire.Type{Kind: archwire.Text}, drawText("abc Äß€", 1, 5000, false)},
		{wire.Type{Name: "ntext"}, archwire.Type{Kind: archwire.Text}, drawText("aÄ☃😀", 1, 5000, false)},
		{wire.Type{Name: "binary", Length: length}, archwire.Type{Kind: archwire.Bytes}, drawBytes(length, length)},
		{wire.Type{Name: "varbinary", Length: long}, archwire.Type{Kind: archwire.Bytes}, drawBytes(0, length)},
		{wire.Type{Name: "image"}, archwire.Type{Kind: archwire.Bytes}, drawBytes(0, 5000)},
		{wire.Type{Name: "rowversion"}, archwire.Type{Kind: archwire.Bytes}, drawBytes(8, 8)},
	}).Draw(t, "kind")
}

// units is the length of an n-type: two bytes a unit, and (max).
func units(length int) int {
	if length == -1 {
		return -1
	}
	return 2 * length
}

func whole(least, most int64) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		n := rapid.OneOf(rapid.SampledFrom([]int64{least, most}), rapid.Int64Range(least, most)).Draw(t, "v")
		return n, fmt.Sprint(n)
	}
}

func drawReal(t *rapid.T) (any, string) {
	f := rapid.Float32Range(-math.MaxFloat32, math.MaxFloat32).Draw(t, "v")
	return f, fmt.Sprintf("%08x", math.Float32bits(f))
}

func drawFloat(t *rapid.T) (any, string) {
	f := rapid.Float64Range(-math.MaxFloat64, math.MaxFloat64).Draw(t, "v")
	return f, fmt.Sprintf("%016x", math.Float64bits(f))
}

func drawDecimal(precision int) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		digits := rapid.StringOfN(rapid.RuneFrom([]rune("0123456789")), 1, precision, -1).Draw(t, "v")
		n, _ := new(big.Int).SetString(digits, 10)
		if rapid.Bool().Draw(t, "negative") {
			n.Neg(n)
		}
		return n, n.String()
	}
}

func drawMoney(least, most int64) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		_, text := whole(least, most)(t)
		n, _ := new(big.Int).SetString(text, 10)
		return n, text
	}
}

func drawDate(t *rapid.T) (any, string) {
	d := rapid.Int64Range(0, millenaryD).Draw(t, "v")
	return d, fmt.Sprint(d - epoch)
}

// drawTicks is a time of day of a scale, in microseconds.
func drawTicks(t *rapid.T, scale int) int64 {
	unit := int64(math.Pow10(6 - scale))
	return rapid.Int64Range(0, micros/unit-1).Draw(t, "time") * unit
}

func drawTime(scale int) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		us := drawTicks(t, scale)
		return us * tick, fmt.Sprint(us)
	}
}

// drawDateTime: what the server shows is the nearest millisecond of the thirds.
func drawDateTime(t *rapid.T) (any, string) {
	day := rapid.Int64Range(-53690, 2958463).Draw(t, "day")
	thirds := rapid.Int64Range(0, dayThirds-1).Draw(t, "thirds")
	ms := new(big.Rat).SetFrac64(thirds*1000, 300)
	ms.Add(ms, big.NewRat(1, 2))
	nearest := new(big.Int).Quo(ms.Num(), ms.Denom()).Int64()
	return day*dayThirds + thirds, fmt.Sprint((day-epoch1900)*micros + nearest*1000)
}

func drawSmallDateTime(t *rapid.T) (any, string) {
	n := rapid.Int64Range(0, 65536*1440-1).Draw(t, "v")
	return n, fmt.Sprint(n*60_000_000 - epoch1900*micros)
}

func drawDateTime2(scale int) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		day, us := rapid.Int64Range(0, millenaryD).Draw(t, "day"), drawTicks(t, scale)
		return day*dayTicks + us*tick, fmt.Sprint((day-epoch)*micros + us)
	}
}

func drawOffset(scale int) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		v, text := drawDateTime2(scale)(t)
		return wire.Offset{UTC: v.(int64), Minutes: rapid.IntRange(-840, 840).Draw(t, "offset")}, text
	}
}

func drawGUID(t *rapid.T) (any, string) {
	var g [16]byte
	copy(g[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "v"))
	return g, fmt.Sprintf("%x-%x-%x-%x-%x", g[:4], g[4:6], g[6:8], g[8:10], g[10:])
}

// drawText draws a text of some letters, of at most length/each of them. fixed
// says that it is filled up with blanks.
func drawText(letters string, each, length int, fixed bool) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		most := rapid.SampledFrom([]int{0, 3, length / each}).Draw(t, "most")
		s := rapid.StringOfN(rapid.RuneFrom([]rune(letters)), 0, min(most, length/each, 700), -1).Draw(t, "v")
		text := s
		if fixed {
			text += strings.Repeat(" ", length-len([]rune(s)))
		}
		return s, text
	}
}

func drawBytes(least, most int) func(*rapid.T) (any, string) {
	return func(t *rapid.T) (any, string) {
		n := rapid.IntRange(least, min(most, max(least, 300))).Draw(t, "n")
		b := []byte(strings.Repeat(string(rune(rapid.IntRange(0, 127).Draw(t, "v"))), n))
		return b, hex.EncodeToString(b)
	}
}
