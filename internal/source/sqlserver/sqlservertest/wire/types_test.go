package wire

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A typed value and what the driver makes of it. Dates and times are written as
// the Transact-SQL reference writes them, and found by Go's calendar; decimals are
// what the driver gives for them, their digits.
type typed struct {
	name  string
	typ   Type
	value any
	want  any
}

func at(layout, value string) time.Time {
	out, err := time.Parse(layout, value)
	if err != nil {
		panic(err)
	}
	return out
}

func days(from, to string) int64 {
	return int64(at(time.DateOnly, to).Sub(at(time.DateOnly, from)) / (24 * time.Hour))
}

// since1 is the days since 0001-01-01, by the Julian day numbers of two dates: a
// time.Duration cannot hold so many.
func since1(date string) int64 {
	d := at(time.DateOnly, date)
	return d.Unix()/86400 + 719162
}

const (
	second = int64(10_000_000) // in units of 100 ns
	hour   = 3600 * second
	day    = 24 * hour
)

func bigInt(digits string) *big.Int {
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		panic(digits)
	}
	return n
}

// guid is 6F9619FF-8B86-D011-B42D-00C04FC964FF, the example of the page of
// uniqueidentifier, in the order of its text.
var guid = [16]byte{0x6f, 0x96, 0x19, 0xff, 0x8b, 0x86, 0xd0, 0x11, 0xb4, 0x2d, 0, 0xc0, 0x4f, 0xc9, 0x64, 0xff}

// onWire is that GUID as the driver gives it: as the wire has it.
var onWire = []byte{0xff, 0x19, 0x96, 0x6f, 0x86, 0x8b, 0x11, 0xd0, 0xb4, 0x2d, 0, 0xc0, 0x4f, 0xc9, 0x64, 0xff}

var long = strings.Repeat("Zähne ☃ 😀 ", 700)

var values = []typed{
	{"Bit", Type{Name: "bit"}, true, true},
	{"TinyInt", Type{Name: "tinyint"}, int64(255), int64(255)},
	{"SmallInt", Type{Name: "smallint"}, int64(-32768), int64(-32768)},
	{"Int", Type{Name: "int"}, int64(-2147483648), int64(-2147483648)},
	{"BigInt", Type{Name: "bigint"}, int64(math.MinInt64), int64(math.MinInt64)},
	{"Real", Type{Name: "real"}, float32(3.40e38), float64(float32(3.40e38))},
	{"Float", Type{Name: "float"}, math.Copysign(0, -1), math.Copysign(0, -1)},
	{"FloatMost", Type{Name: "float"}, 1.79e308, 1.79e308},
	{"Decimal", Type{Name: "decimal", Precision: 38, Scale: 4}, bigInt("-99999999999999999999999999999999999999"), []byte("-9999999999999999999999999999999999.9999")},
	{"Numeric", Type{Name: "numeric", Precision: 5, Scale: 5}, bigInt("12"), []byte("0.00012")},
	{"Decimal20", Type{Name: "decimal", Precision: 20}, bigInt("18446744073709551616"), []byte("18446744073709551616")},
	{"Money", Type{Name: "money"}, bigInt("-9223372036854775808"), []byte("-922337203685477.5808")},
	{"MoneyMost", Type{Name: "money"}, bigInt("9223372036854775807"), []byte("922337203685477.5807")},
	{"SmallMoney", Type{Name: "smallmoney"}, bigInt("-2147483648"), []byte("-214748.3648")},
	{"Date", Type{Name: "date"}, since1("9999-12-31"), at(time.DateOnly, "9999-12-31")},
	{"DateFirst", Type{Name: "date"}, int64(0), at(time.DateOnly, "0001-01-01")},
	{"Time", Type{Name: "time", Scale: 7}, day - 1, at("15:04:05.9999999", "23:59:59.9999999").AddDate(1, 0, 0)},
	{"Time0", Type{Name: "time", Scale: 0}, 12*hour + 30*60*second, at("15:04", "12:30").AddDate(1, 0, 0)},
	{"DateTime", Type{Name: "datetime"}, days("1900-01-01", "2007-05-08")*25_920_000 + 12*3600*300 + 37, at(time.DateTime+".000", "2007-05-08 12:00:00.123")},
	{"DateTimeFirst", Type{Name: "datetime"}, days("1900-01-01", "1753-01-01") * 25_920_000, at(time.DateOnly, "1753-01-01")},
	{"DateTimeLast", Type{Name: "datetime"}, int64(2958463)*25_920_000 + 25_920_000 - 1, at(time.DateTime+".000", "9999-12-31 23:59:59.997")},
	{"SmallDateTime", Type{Name: "smalldatetime"}, days("1900-01-01", "2079-06-06")*1440 + 1439, at("2006-01-02 15:04", "2079-06-06 23:59")},
	{"DateTime2", Type{Name: "datetime2", Scale: 7}, since1("9999-12-31")*day + day - 1, at(time.DateTime+".0000000", "9999-12-31 23:59:59.9999999")},
	{"DateTime2First", Type{Name: "datetime2", Scale: 3}, int64(0), at(time.DateOnly, "0001-01-01")},
	{"DateTimeOffset", Type{Name: "datetimeoffset", Scale: 7}, Offset{UTC: since1("2007-05-08")*day + 7*hour + 1, Minutes: 315}, at(time.DateTime+".0000000 -07:00", "2007-05-08 12:15:00.0000001 +05:15")},
	{"GUID", Type{Name: "uniqueidentifier"}, guid, onWire},
	{"Char", Type{Name: "char", Length: 5}, "abc", "abc  "},
	{"VarChar", Type{Name: "varchar", Length: 8000}, "Grüße 100 €", "Grüße 100 €"},
	{"VarCharMax", Type{Name: "varchar", Length: -1}, strings.Repeat("a", 20000), strings.Repeat("a", 20000)},
	{"VarCharKanji", Type{Name: "varchar", Length: 20, Collation: "Japanese_CI_AS"}, "歯科", "歯科"},
	{"VarCharUTF8", Type{Name: "varchar", Length: 40, Collation: "Latin1_General_100_CI_AS_SC_UTF8"}, "歯科 😀", "歯科 😀"},
	{"VarCharMaxUTF8", Type{Name: "varchar", Length: -1, Collation: "Latin1_General_100_BIN2_UTF8"}, long, long},
	{"CharUTF8", Type{Name: "char", Length: 5, Collation: "Latin1_General_100_BIN2_UTF8"}, "äb", "äb  "},
	{"NChar", Type{Name: "nchar", Length: 8}, "ä☃", "ä☃  "},
	{"NVarChar", Type{Name: "nvarchar", Length: 60}, "Zähne ☃ 😀", "Zähne ☃ 😀"},
	{"NVarCharEmpty", Type{Name: "nvarchar", Length: 2}, "", ""},
	{"NVarCharMax", Type{Name: "nvarchar", Length: -1}, long, long},
	{"Text", Type{Name: "text"}, "Grüße", "Grüße"},
	{"NText", Type{Name: "ntext"}, long, long},
	{"Image", Type{Name: "image"}, []byte{0, 1, 255}, []byte{0, 1, 255}},
	{"Binary", Type{Name: "binary", Length: 4}, []byte{1, 2}, []byte{1, 2, 0, 0}},
	{"VarBinary", Type{Name: "varbinary", Length: 8}, []byte{}, []byte{}},
	{"VarBinaryMax", Type{Name: "varbinary", Length: -1}, []byte(long), []byte(long)},
	{"RowVersion", Type{Name: "rowversion"}, []byte{0, 0, 0, 0, 0, 0, 7, 209}, []byte{0, 0, 0, 0, 0, 0, 7, 209}},
	{"XML", Type{Name: "xml"}, "<a>" + long + "</a>", "<a>" + long + "</a>"},
	{"HierarchyID", Type{Name: "hierarchyid"}, []byte{0x58}, []byte{0x58}}, // /1/
	{"Geography", Type{Name: "geography"}, []byte(long), []byte(long)},
	{"VariantInt", Type{Name: "sql_variant"}, Variant{Type{Name: "bigint"}, int64(46279)}, int64(46279)},
	{"VariantBit", Type{Name: "sql_variant"}, Variant{Type{Name: "bit"}, true}, true},
	{"VariantFloat", Type{Name: "sql_variant"}, Variant{Type{Name: "float"}, 0.5}, 0.5},
	{"VariantDecimal", Type{Name: "sql_variant"}, Variant{Type{Name: "decimal", Precision: 8, Scale: 2}, bigInt("4627910")}, []byte("46279.10")},
	{"VariantMoney", Type{Name: "sql_variant"}, Variant{Type{Name: "money"}, bigInt("-1")}, []byte("-0.0001")},
	{"VariantText", Type{Name: "sql_variant"}, Variant{Type{Name: "nvarchar", Length: 100}, "☃"}, "☃"},
	{"VariantVarChar", Type{Name: "sql_variant"}, Variant{Type{Name: "varchar", Length: 100, Collation: "Greek_CI_AS"}, "δ"}, "δ"},
	{"VariantBinary", Type{Name: "sql_variant"}, Variant{Type{Name: "varbinary", Length: 4}, []byte{1}}, []byte{1}},
	{"VariantDate", Type{Name: "sql_variant"}, Variant{Type{Name: "date"}, since1("2026-11-23")}, at(time.DateOnly, "2026-11-23")},
	{"VariantDateTime2", Type{Name: "sql_variant"}, Variant{Type{Name: "datetime2", Scale: 7}, since1("2026-11-23") * day}, at(time.DateOnly, "2026-11-23")},
	{"VariantDateTime", Type{Name: "sql_variant"}, Variant{Type{Name: "datetime"}, int64(0)}, at(time.DateOnly, "1900-01-01")},
	{"VariantGUID", Type{Name: "sql_variant"}, Variant{Type{Name: "uniqueidentifier"}, guid}, onWire},
}

// tables answers with a row of all types.
func tables(nullable bool) *script {
	return &script{answer: func(_ context.Context, request string, _ []Param, w Writer) error {
		var columns []Column
		var row []any
		for _, v := range values {
			columns = append(columns, Column{Name: v.name, Type: v.typ, Nullable: nullable, Table: []string{"dbo", "t"}})
			if request == "SELECT NULLS" {
				row = append(row, nil)
			} else {
				row = append(row, v.value)
			}
		}
		if err := w.Columns(columns); err != nil {
			return err
		}
		for range 3 {
			if err := w.Row(row); err != nil {
				return err
			}
		}
		w.Done(3, true)
		return nil
	}}
}

func TestTypesThroughTheDriver(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string]Options{
		"Plain":       {},
		"Chunks":      {LOB: LOB{Chunk: 7}},
		"NoLength":    {LOB: LOB{Chunk: 1000, UnknownLength: true}},
		"SmallPacket": {PacketSize: 512},
		"NullsInRows": {PlainRows: true},
	} {
		for _, nullable := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/Nullable=%v", name, nullable), func(t *testing.T) {
				t.Parallel()
				db := connect(t, listen(t, tables(nullable), opts), map[string]string{"packet size": "8192"})
				check(t, db, "SELECT VALUES", func(v typed) any { return v.want })
				if nullable {
					check(t, db, "SELECT NULLS", func(typed) any { return nil })
				}
			})
		}
	}
}

func check(t *testing.T, db *sql.DB, request string, want func(typed) any) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // its error is looked at
	n := 0
	for ; rows.Next(); n++ {
		got, into := make([]any, len(values)), make([]any, len(values))
		for i := range got {
			into[i] = &got[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range values {
			if diff := cmp.Diff(want(v), got[i], cmp.Comparer(sameTime), cmp.Comparer(sameBits)); diff != "" {
				t.Errorf("%s: -want +got\n%.400s", v.name, diff)
			}
		}
	}
	if err := rows.Err(); err != nil || n != 3 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func sameTime(a, b time.Time) bool {
	_, x := a.Zone()
	_, y := b.Zone()
	return a.Equal(b) && x == y
}

func sameBits(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }

// What the driver says of columns is what the columns are.
func TestColumnsThroughTheDriver(t *testing.T) {
	t.Parallel()
	columns := []Column{
		{Name: "id", Type: Type{Name: "bigint"}, Identity: true},
		{Name: "Größe", Type: Type{Name: "decimal", Precision: 12, Scale: 3}, Nullable: true},
		{Name: "name", Type: Type{Name: "nvarchar", Length: 80}, Nullable: true},
		{Name: "", Type: Type{Name: "varchar", Length: -1}, Computed: true},
		{Name: "at", Type: Type{Name: "datetime2", Scale: 6}},
		{Name: "version", Type: Type{Name: "rowversion"}},
	}
	h := &script{answer: func(_ context.Context, _ string, _ []Param, w Writer) error {
		defer w.Done(0, true)
		return w.Columns(columns)
	}}
	rows, err := connect(t, listen(t, h, Options{}), nil).QueryContext(t.Context(), "SELECT")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // its error is looked at
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range types {
		nullable, _ := c.Nullable()
		length, _ := c.Length()
		precision, scale, _ := c.DecimalSize()
		got = append(got, fmt.Sprintf("%s %s null=%v %d (%d,%d)", c.Name(), c.DatabaseTypeName(), nullable, length, precision, scale))
	}
	is := []string{
		"id BIGINT null=false 0 (0,0)", "Größe DECIMAL null=true 0 (12,3)", "name NVARCHAR null=true 40 (0,0)",
		" VARCHAR null=false 2147483645 (0,0)", "at DATETIME2 null=false 0 (0,6)", "version BINARY null=false 8 (0,0)",
	}
	if diff := cmp.Diff(is, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if err := rows.Err(); err != nil {
		t.Error(err)
	}
}

// Values that a type does not have break the connection, and the server says why.
func TestValuesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, c := range []typed{
		{"Int", Type{Name: "int"}, int64(1 << 31), nil},
		{"TinyInt", Type{Name: "tinyint"}, int64(-1), nil},
		{"NaN", Type{Name: "float"}, math.NaN(), nil},
		{"Decimal", Type{Name: "decimal", Precision: 3}, big.NewInt(1000), nil},
		{"Time", Type{Name: "time", Scale: 3}, int64(1), nil},
		{"Midnight", Type{Name: "time", Scale: 7}, day, nil},
		{"Date", Type{Name: "date"}, since1("9999-12-31") + 1, nil},
		{"DateTime", Type{Name: "datetime"}, days("1900-01-01", "1753-01-01")*25_920_000 - 1, nil},
		{"Offset", Type{Name: "datetimeoffset"}, Offset{Minutes: 841}, nil},
		{"Long", Type{Name: "nvarchar", Length: 2}, "ab", nil},
		{"NoText", Type{Name: "varchar", Length: 2}, 5, nil},
		{"Null", Type{Name: "int"}, nil, nil},
		{"Variant", Type{Name: "sql_variant"}, Variant{Type: Type{Name: "xml"}, Value: "<a/>"}, nil},
	} {
		coder, err := dialect{collation: "SQL_Latin1_General_CP1_CI_AS"}.table([]Column{{Name: c.name, Type: c.typ}}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := coder.appendRow(nil, []any{c.value}); err == nil || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// A value of many packets comes whole, in one piece and in many.
func TestHugeValues(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("Zähne ☃ 😀 ", 40_000)
	h := &script{answer: func(_ context.Context, _ string, _ []Param, w Writer) error {
		if err := w.Columns([]Column{{Name: "s", Type: Type{Name: "nvarchar", Length: -1}}, {Name: "b", Type: Type{Name: "image"}}}); err != nil {
			return err
		}
		defer w.Done(1, true)
		return w.Row([]any{huge, []byte(huge)})
	}}
	for _, opts := range []Options{{}, {PacketSize: 512, LOB: LOB{Chunk: 8040, UnknownLength: true}}} {
		var s string
		var b []byte
		if err := connect(t, listen(t, h, opts), nil).QueryRowContext(t.Context(), "SELECT s, b").Scan(&s, &b); err != nil {
			t.Fatal(err)
		}
		if s != huge || string(b) != huge {
			t.Errorf("%d and %d bytes came of %d", len(s), len(b), len(huge))
		}
	}
}
