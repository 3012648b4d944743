package value

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// draw makes a value of a type.
func draw(t *rapid.T, typ Type) any {
	switch FamilyOf(typ) {
	case Bit:
		return rapid.Bool().Draw(t, "bit")
	case Integer:
		low, high := integerLimits(typ)
		return rapid.Int64Range(low, high).Draw(t, "integer")
	case Decimal:
		n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 15).Draw(t, "digits"))
		if rapid.Bool().Draw(t, "negative") {
			n.Neg(n)
		}
		return n
	case Float:
		f := rapid.Float64().Filter(func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }).Draw(t, "float")
		if typ.Name == "real" {
			return rapid.Float32().Filter(func(f float32) bool { return !math.IsInf(float64(f), 0) && f == f }).Draw(t, "real")
		}
		return f
	case Text:
		return rapid.StringMatching(`[ -~äÖß😀日]{0,12}`).Draw(t, "text")
	case Binary:
		return rapid.SliceOfN(rapid.Byte(), 0, 9).Draw(t, "bytes")
	case GUID:
		return [16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "guid"))
	case Date:
		return rapid.Int64Range(0, lastDay).Draw(t, "date")
	case Time:
		return rapid.Int64Range(0, day-1).Draw(t, "time")
	case SmallDateTime:
		return rapid.Int64Range(0, 65535*1440+1439).Draw(t, "smalldatetime")
	case DateTime:
		return rapid.Int64Range((Days(1753, 1, 1)-epoch1900)*86400*300, (lastDay+1-epoch1900)*86400*300-1).Draw(t, "datetime")
	case DateTime2:
		return rapid.Int64Range(0, (lastDay+1)*day-1).Draw(t, "datetime2")
	case DateTimeOffset:
		minutes := rapid.IntRange(-840, 840).Draw(t, "offset")
		local := rapid.Int64Range(day, lastDay*day-1).Draw(t, "datetimeoffset")
		return wire.Offset{UTC: local - int64(minutes)*minute, Minutes: minutes}
	}
	panic(typ.Name)
}

func all() []Type {
	out := []Type{DecimalOf(38, 5), VarChar(40), NVarChar(40), VarBinary(20)}
	binary := NVarChar(40)
	binary.Collation = "Latin1_General_100_BIN2"
	sensitive := NVarChar(40)
	sensitive.Collation = "Latin1_General_CS_AS"
	out = append(out, binary, sensitive)
	for _, name := range []string{"bit", "tinyint", "smallint", "int", "bigint", "float", "real", "uniqueidentifier", "date", "time", "smalldatetime", "datetime", "datetime2", "datetimeoffset"} {
		out = append(out, Named(name, nil, false))
	}
	return out
}

func TestKeysSortAsValuesDo(t *testing.T) {
	t.Parallel()
	for _, typ := range all() {
		t.Run(Spelt(typ)+typ.Collation, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				a, b := draw(t, typ), draw(t, typ)
				want := Comparer(typ)(a, b)
				if got := strings.Compare(Key(a, typ), Key(b, typ)); got != want {
					t.Fatalf("keys of %v and %v compare as %d, the values as %d", a, b, got, want)
				}
				if Key(nil, typ) >= Key(a, typ) || strings.HasPrefix(Key(a, typ)+"x", Key(b, typ)) && want != 0 {
					t.Fatalf("keys of %v and %v are ambiguous", a, b)
				}
			})
		})
	}
}

func TestValuesComeBackFromText(t *testing.T) {
	t.Parallel()
	for _, typ := range all() {
		style := map[string]int{"float": 3, "real": 3, "varbinary": 1, "datetimeoffset": 126, "datetime2": 126, "datetime": 126, "smalldatetime": 126}[typ.Name]
		t.Run(Spelt(typ)+typ.Collation, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				v := draw(t, typ)
				if typ.Name == "varchar" {
					v = Convert(v, NVarChar(-1), typ, 0)
				}
				text := Convert(v, typ, NVarChar(-1), style)
				back := Convert(text, NVarChar(-1), typ, style)
				if Key(back, typ) != Key(v, typ) {
					t.Fatalf("%v became %q and %v", v, text, back)
				}
			})
		})
	}
}

func TestUTF16ComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.SliceOf(rapid.Uint16()).Draw(t, "units")
		back := UTF16(FromUTF16(units))
		if len(back) != len(units) {
			t.Fatalf("%x became %x", units, back)
		}
		for i := range units {
			if back[i] != units[i] {
				t.Fatalf("%x became %x", units, back)
			}
		}
	})
}
