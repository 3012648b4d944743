package tds

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

func kind(k archwire.Kind) archwire.Type { return archwire.Type{Kind: k} }

func decimalType(p, s int) archwire.Type {
	return archwire.Type{Kind: archwire.Decimal, Precision: p, Scale: s}
}

// latin1 is the collation of the example of [MS-TDS] 4.7, of code page 1252.
var latin1 = []byte{0x09, 0x04, 0xd0, 0x00, 0x34}

func info(b ...byte) []byte     { return b }
func charInfo(b ...byte) []byte { return append(b, latin1...) }

// raw is bytes in hexadecimal, with blanks.
func raw(text string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		panic(err)
	}
	return b
}

func repeat(n int, b byte) []byte   { return bytes.Repeat([]byte{b}, n) }
func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// Values as [MS-TDS] 2.2.5.4 and 2.2.5.5 lay them out, and what they are by the
// pages of Transact-SQL.
var values = []struct {
	name string
	info []byte
	raw  []byte
	typ  archwire.Type
	want string
}{
	{"bit", info(typeBit), raw("01"), kind(archwire.Bool), "true"},
	{"bit, nullable", info(typeBitN, 1), raw("01 00"), kind(archwire.Bool), "false"},
	{"tinyint has no sign", info(typeIntN, 1), raw("01 ff"), kind(archwire.Int16), "255"},
	{"smallint", info(typeInt2), raw("00 80"), kind(archwire.Int16), "-32768"},
	{"int", info(typeIntN, 4), raw("04 ff ff ff 7f"), kind(archwire.Int32), "2147483647"},
	{"bigint", info(typeInt8), raw("00 00 00 00 00 00 00 80"), kind(archwire.Int64), "-9223372036854775808"},
	{"bigint, nullable", info(typeIntN, 8), raw("08 39 30 00 00 00 00 00 00"), kind(archwire.Int64), "12345"},
	{"real", info(typeFloatN, 4), raw("04 00 00 20 c1"), kind(archwire.Float32), "-10"},
	{"float", info(typeFloat8), raw("00 00 00 00 00 00 f0 3f"), kind(archwire.Float64), "1"},
	{"money", info(typeMoneyN, 8), raw("08 00 00 00 80 00 00 00 00"), decimalType(19, 4), "-922337203685477.5808"},
	{"money, a cent", info(typeMoney), raw("00 00 00 00 64 00 00 00"), decimalType(19, 4), "0.01"},
	{"smallmoney", info(typeMoney4), raw("ff ff ff 7f"), decimalType(10, 4), "214748.3647"},
	{"decimal, one group", info(typeDecimal, 5, 9, 2), raw("05 01 d2 04 00 00"), decimalType(9, 2), "12.34"},
	{"decimal, negative", info(typeDecimal, 9, 19, 2), raw("09 00 d2 04 00 00 00 00 00 00"), decimalType(19, 2), "-12.34"},
	{"decimal, three groups", info(typeNumeric, 13, 28, 0), raw("0d 01 00 00 00 00 00 00 00 00 01 00 00 00"), decimalType(28, 0), "18446744073709551616"},
	{
		"decimal, the largest", info(typeDecimal, 17, 38, 0), raw("11 01 ff ff ff ff 3f 22 8a 09 7a c4 86 5a a8 4c 3b 4b"), decimalType(38, 0),
		strings.Repeat("9", 38),
	},
	{"decimal, declared finer", info(typeDecimal, 5, 9, 2), raw("05 01 d2 04 00 00"), decimalType(12, 4), "12.34"},
	{"decimal, declared coarser", info(typeDecimal, 5, 9, 2), raw("05 00 d0 07 00 00"), decimalType(4, 0), "-20"},
	{"date, the first", info(typeDate), raw("03 00 00 00"), kind(archwire.Date), "0001-01-01"},
	{"date, the last", info(typeDate), raw("03 da b9 37"), kind(archwire.Date), "9999-12-31"},
	{"time(0)", info(typeTime, 0), raw("03 7f 51 01"), kind(archwire.Time), "23:59:59.000000"},
	{"time(7), a microsecond", info(typeTime, 7), raw("05 0a 00 00 00 00"), kind(archwire.Time), "00:00:00.000001"},
	{"time(3)", info(typeTime, 3), raw("04 39 30 00 00"), kind(archwire.Time), "00:00:12.345000"},
	{"datetime, 1900", info(typeDatetime), raw("00 00 00 00 00 00 00 00"), kind(archwire.Timestamp), "1900-01-01T00:00:00Z"},
	{"datetime, the first", info(typeDatetimeN, 8), raw("08 46 2e ff ff 00 00 00 00"), kind(archwire.Timestamp), "1753-01-01T00:00:00Z"},
	{"datetime, the last", info(typeDatetimeN, 8), raw("08 7f 24 2d 00 ff 81 8b 01"), kind(archwire.Timestamp), "9999-12-31T23:59:59.997Z"},
	{"datetime, .003", info(typeDatetime), raw("00 00 00 00 01 00 00 00"), kind(archwire.Timestamp), "1900-01-01T00:00:00.003Z"},
	{"datetime, .007", info(typeDatetime), raw("00 00 00 00 02 00 00 00"), kind(archwire.Timestamp), "1900-01-01T00:00:00.007Z"},
	{"datetime, .010", info(typeDatetime), raw("00 00 00 00 03 00 00 00"), kind(archwire.Timestamp), "1900-01-01T00:00:00.01Z"},
	{"smalldatetime, the last", info(typeDatetimeN, 4), raw("04 ff ff 9f 05"), kind(archwire.Timestamp), "2079-06-06T23:59:00Z"},
	{"datetime2(7), in microseconds", info(typeDatetime2, 7), raw("08 ec bf 7d 53 00 3a f9 0a"), kind(archwire.Timestamp), "1970-01-01T00:02:20.075006Z"},
	{"datetime2(0), the last", info(typeDatetime2, 0), raw("06 7f 51 01 da b9 37"), kind(archwire.Timestamp), "9999-12-31T23:59:59Z"},
	{"datetime2(6), the first", info(typeDatetime2, 6), raw("08 01 00 00 00 00 00 00 00"), kind(archwire.Timestamp), "0001-01-01T00:00:00.000001Z"},
	{"datetimeoffset, in UTC", info(typeOffset, 0), raw("08 01 00 00 3a f9 0a 4a 01"), kind(archwire.TimestampTZ), "1970-01-01T00:00:01Z"},
	{"uniqueidentifier", info(typeUUID, 16), raw("10 ff 19 96 6f 86 8b 11 d0 b4 2d 00 c0 4f c9 64 ff"), kind(archwire.UUID), "6f9619ff-8b86-d011-b42d-00c04fc964ff"},
	{"nvarchar", charInfo(typeNVarChar, 20, 0), joined(raw("06 00"), units("añ€")), kind(archwire.Text), "añ€"},
	{"nvarchar, a pair", charInfo(typeNVarChar, 20, 0), joined(raw("04 00"), raw("3d d8 00 de")), kind(archwire.Text), "😀"},
	{"nvarchar, empty", charInfo(typeNVarChar, 20, 0), raw("00 00"), kind(archwire.Text), ""},
	{"nchar, with its blanks", charInfo(typeNChar, 6, 0), joined(raw("06 00"), units("a  ")), kind(archwire.Text), "a  "},
	{"nvarchar as JSON", charInfo(typeNVarChar, 20, 0), joined(raw("04 00"), units("{}")), kind(archwire.JSON), "{}"},
	{"varchar of 1252", charInfo(typeVarChar, 20, 0), raw("03 00 80 e4 61"), kind(archwire.Text), "€äa"},
	{"varchar of UTF-8", append(info(typeVarChar, 20, 0), 0x09, 0x04, 0, 0x04, 0), joined(raw("05 00"), []byte("€ä")), kind(archwire.Text), "€ä"},
	{"varchar(max) in chunks", charInfo(typeVarChar, 0xff, 0xff), raw("fe ff ff ff ff ff ff ff 02 00 00 00 61 62 01 00 00 00 63 00 00 00 00"), kind(archwire.Text), "abc"},
	{"nvarchar(max), a unit in two chunks", charInfo(typeNVarChar, 0xff, 0xff), raw("04 00 00 00 00 00 00 00 03 00 00 00 e4 00 62 01 00 00 00 00 00 00 00 00"), kind(archwire.Text), "äb"},
	{"varbinary(max), empty", info(typeVarBinary, 0xff, 0xff), raw("00 00 00 00 00 00 00 00 00 00 00 00"), kind(archwire.Bytes), ""},
	{"varbinary", info(typeVarBinary, 20, 0), raw("02 00 00 ff"), kind(archwire.Bytes), "AP8="},
	{"int as a decimal", info(typeIntN, 4), raw("04 fe ff ff ff"), decimalType(5, 2), "-2"},
	{"tinyint as a decimal", info(typeInt1), raw("ff"), decimalType(3, 0), "255"},
	{"bigint as a decimal", info(typeInt8), raw("00 00 00 00 00 00 00 80"), decimalType(19, 0), "-9223372036854775808"},
	{"text", charInfo(typeText, 0xff, 0xff, 0xff, 0x7f), joined(raw("10"), repeat(16, 7), repeat(8, 9), raw("02 00 00 00 e4 61")), kind(archwire.Text), "äa"},
	{"ntext", charInfo(typeNText, 0xff, 0xff, 0xff, 0x7f), joined(raw("10"), repeat(16, 7), repeat(8, 9), raw("04 00 00 00"), units("äa")), kind(archwire.Text), "äa"},
	{"image", info(typeImage, 0xff, 0xff, 0xff, 0x7f), joined(raw("10"), repeat(16, 7), repeat(8, 9), raw("01 00 00 00 ff")), kind(archwire.Bytes), "/w=="},
}

func TestValues(t *testing.T) {
	for _, v := range values {
		t.Run(v.name, func(t *testing.T) {
			answer := stream{}.columns(wireSpec{"a", v.info}).row(v.raw).done(doneCount, 1)
			got, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(v.typ))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([][]string{{v.want}}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// NULL of each form, in a row and in a row with a bitmap.
func TestNulls(t *testing.T) {
	nulls := map[string]struct {
		info, null []byte
		typ        archwire.Type
	}{
		"int":              {info(typeIntN, 4), raw("00"), kind(archwire.Int32)},
		"bit":              {info(typeBitN, 1), raw("00"), kind(archwire.Bool)},
		"decimal":          {info(typeDecimal, 5, 9, 2), raw("00"), decimalType(9, 2)},
		"datetime2":        {info(typeDatetime2, 7), raw("00"), kind(archwire.Timestamp)},
		"uniqueidentifier": {info(typeUUID, 16), raw("00"), kind(archwire.UUID)},
		"varchar":          {charInfo(typeVarChar, 20, 0), raw("ff ff"), kind(archwire.Text)},
		"nvarchar(max)":    {charInfo(typeNVarChar, 0xff, 0xff), raw("ff ff ff ff ff ff ff ff"), kind(archwire.Text)},
		"ntext":            {charInfo(typeNText, 0xff, 0xff, 0xff, 0x7f), raw("00"), kind(archwire.Text)},
	}
	for name, n := range nulls {
		t.Run(name, func(t *testing.T) {
			id := wireSpec{"b", info(typeInt4)}
			one := raw("01 00 00 00")
			answer := stream{}.columns(wireSpec{"a", n.info}, id).row(n.null, one).nullRow(nil, one).done(doneCount, 2)
			got, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(n.typ, kind(archwire.Int32)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([][]string{{"(null)", "1"}, {"(null)", "1"}}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A value that the declared type does not hold exactly is refused, by the name of
// its column and without the value.
func TestRefused(t *testing.T) {
	refused := map[string]struct {
		info, raw []byte
		typ       archwire.Type
		want      error
	}{
		"half a pair":           {charInfo(typeNVarChar, 20, 0), raw("02 00 00 d8"), kind(archwire.Text), errNotUTF16},
		"the second half first": {charInfo(typeNVarChar, 20, 0), raw("04 00 00 dc 00 d8"), kind(archwire.Text), errNotUTF16},
		"half a unit":           {charInfo(typeNVarChar, 20, 0), raw("01 00 61"), kind(archwire.Text), errNotUTF16},
		"100 ns":                {info(typeDatetime2, 7), raw("08 01 00 00 00 00 00 00 00"), kind(archwire.Timestamp), errTooFineTime},
		"100 ns of a time":      {info(typeTime, 7), raw("05 0b 00 00 00 00"), kind(archwire.Time), errTooFineTime},
		"a decimal too fine":    {info(typeDecimal, 5, 9, 2), raw("05 01 d2 04 00 00"), decimalType(9, 1), errTooFine},
		"a decimal too large":   {info(typeDecimal, 5, 9, 2), raw("05 01 d2 04 00 00"), decimalType(3, 2), errTooLarge},
		"an int too large":      {info(typeIntN, 4), raw("04 e8 03 00 00"), decimalType(3, 0), errTooLarge},
		"an unknown code page":  {append(info(typeVarChar, 20, 0), 0x11, 0x04, 0, 0, 0), raw("01 00 e4"), kind(archwire.Text), errNotASCII},
		"no character of 1253":  {append(info(typeVarChar, 20, 0), 0x08, 0x04, 0, 0, 0), raw("01 00 d2"), kind(archwire.Text), errNoChar},
		"not UTF-8":             {append(info(typeVarChar, 20, 0), 0x09, 0x04, 0, 0x04, 0), raw("01 00 e4"), kind(archwire.Text), errNotUTF8},
		"a time beyond its day": {info(typeTime, 0), raw("03 80 51 01"), kind(archwire.Time), errNoTime},
		"a date of 10000":       {info(typeDate), raw("03 db b9 37"), kind(archwire.Date), errNoDate},
		"a datetime2 of 10000":  {info(typeDatetime2, 0), raw("06 00 00 00 db b9 37"), kind(archwire.Timestamp), errNoDate},
		"a datetime of 10000":   {info(typeDatetimeN, 8), raw("08 80 24 2d 00 00 00 00 00"), kind(archwire.Timestamp), errNoDate},
		"a datetime of 1752":    {info(typeDatetimeN, 8), raw("08 45 2e ff ff 00 00 00 00"), kind(archwire.Timestamp), errNoDate},
	}
	for name, r := range refused {
		t.Run(name, func(t *testing.T) {
			answer := stream{}.columns(wireSpec{"a", r.info}).row(r.raw).done(doneCount, 1)
			_, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(r.typ))
			value, ok := errors.AsType[*ValueError](err)
			if !ok || value.Column != "a" || !errors.Is(err, r.want) {
				t.Errorf("got %v, want %v of column a", err, r.want)
			}
		})
	}
}

// A type that does not become the one asked for is refused before the first row.
func TestTypeThatChanged(t *testing.T) {
	for name, c := range map[string]struct {
		info []byte
		typ  archwire.Type
		is   string
	}{
		"a number asked for as text": {info(typeIntN, 8), kind(archwire.Text), "bigint"},
		"a longer number":            {info(typeIntN, 8), kind(archwire.Int32), "bigint"},
		"a decimal as a float":       {info(typeDecimal, 5, 9, 2), kind(archwire.Float64), "decimal(9,2)"},
		"a local time as an instant": {info(typeDatetime2, 3), kind(archwire.TimestampTZ), "datetime2(3)"},
		"sql_variant":                {info(typeVariant, 0x49, 0x1f, 0, 0), kind(archwire.Text), "sql_variant"},
		"xml":                        {info(typeXML, 0), kind(archwire.Text), "xml"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := stream{}.columns(wireSpec{"a", c.info}).done(doneCount, 0)
			_, err := parse(t, bytes.NewReader(packed(answer, 4096)), reading(c.typ))
			e, ok := errors.AsType[*TypeError](err)
			if !ok || e.Column != "a" || e.Is != c.is || e.Want != c.typ.String() {
				t.Errorf("got %v", err)
			}
		})
	}
}
