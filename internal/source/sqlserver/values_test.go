package sqlserver

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/rowhash"
	"archwire/internal/source/sourcetest"
	"archwire/internal/source/sqlserver/sqlservertest"
)

// everyType is a column of each type, values of it as T-SQL writes them, and what
// these are to be copied as, naturally or by a declaration.
var everyType = []struct {
	name, typ string
	cast      string // "" is natural
	values    []string
	want      []any
}{
	{"c_bit", "bit", "", []string{"1", "0"}, []any{true, false}},
	{"c_tinyint", "tinyint", "", []string{"0", "255"}, []any{int16(0), int16(255)}},
	{"c_tiny_decimal", "tinyint", "decimal(5,2)", []string{"7", "255"}, []any{archwire.Number("7.00"), archwire.Number("255.00")}},
	{"c_money", "money", "", []string{"-922337203685477.5808", "0.0001"}, []any{archwire.Number("-922337203685477.5808"), archwire.Number("0.0001")}},
	{"c_smallmoney", "smallmoney", "", []string{"-214748.3648", "1"}, []any{archwire.Number("-214748.3648"), archwire.Number("1.0000")}},
	{"c_wider", "decimal(9,2)", "decimal(12,4)", []string{"1.50", "-0.01"}, []any{archwire.Number("1.5000"), archwire.Number("-0.0100")}},
	{"c_narrower", "decimal(9,2)", "decimal(9,1)", []string{"1.50", "-7"}, []any{archwire.Number("1.5"), archwire.Number("-7.0")}},
	{"c_char", "char(4)", "", []string{"'ab'", "'é'"}, []any{"ab  ", "é   "}},
	{"c_varchar", "varchar(10)", "", []string{"'ééééé'", "''"}, []any{"ééééé", ""}},
	{"c_full", "varchar(5)", "", []string{"'ééééé'", "'€'"}, []any{"ééééé", "€"}}, // more bytes in UTF-8 than the column has
	{"c_nchar", "nchar(4)", "", []string{"N'ü'", "N'€uro'"}, []any{"ü   ", "€uro"}},
	{"c_nvarchar", "nvarchar(40)", "", []string{"N'😀 it''s'", "N'tab	'"}, []any{"😀 it's", "tab\t"}},
	{"c_text", "text", "", []string{"'long ago'", "''"}, []any{"long ago", ""}},
	{"c_ntext", "ntext", "", []string{"N'long ago €'", "N''"}, []any{"long ago €", ""}},
	{
		"c_uuid", "uniqueidentifier", "",
		[]string{"'F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'", "'00000000-0000-0000-0000-000000000001'"},
		[]any{"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "00000000-0000-0000-0000-000000000001"},
	},
	{"c_binary", "binary(4)", "", []string{"0x01", "0xFFFFFFFF"}, []any{[]byte{1, 0, 0, 0}, []byte{255, 255, 255, 255}}},
	{"c_varbinary", "varbinary(max)", "", []string{"0x", "0x00FF00"}, []any{[]byte{}, []byte{0, 255, 0}}},
	{"c_datetime", "datetime", "", []string{"'2026-11-20T12:00:00.003'", "'1753-01-01T00:00:00.997'"}, []any{stamp("2026-11-20T12:00:00.003Z"), stamp("1753-01-01T00:00:00.997Z")}},
	{"c_datetime_text", "datetime", "text", []string{"'2026-11-20T12:00:00.003'", "'1753-01-01T00:00:00.000'"}, []any{"2026-11-20T12:00:00.003", "1753-01-01T00:00:00"}},
	{"c_smalldatetime", "smalldatetime", "", []string{"'2026-11-20T12:01:00'", "'2079-06-06T23:59:00'"}, []any{stamp("2026-11-20T12:01:00Z"), stamp("2079-06-06T23:59:00Z")}},
	{"c_datetime2", "datetime2(3)", "", []string{"'0001-01-01T00:00:00.001'", "'9999-12-31T23:59:59.999'"}, []any{stamp("0001-01-01T00:00:00.001Z"), stamp("9999-12-31T23:59:59.999Z")}},
	{
		"c_datetime2_text", "datetime2(7)", "text",
		[]string{"'2026-11-20T12:00:00.1234567'", "'0001-01-01T00:00:00.0000001'"},
		[]any{"2026-11-20T12:00:00.1234567", "0001-01-01T00:00:00.0000001"},
	},
	{
		"c_datetime2_whole", "datetime2(7)", "timestamp",
		[]string{"'2026-11-20T12:00:00.1234560'", "'2026-11-20T12:00:00'"},
		[]any{stamp("2026-11-20T12:00:00.123456Z"), stamp("2026-11-20T12:00:00Z")},
	},
	{
		"c_offset", "datetimeoffset(6)", "",
		[]string{"'2026-11-20T12:00:00.000001+05:30'", "'0001-01-02T00:00:00-14:00'"},
		[]any{stamp("2026-11-20T06:30:00.000001Z"), stamp("0001-01-02T14:00:00Z")},
	},
	{
		"c_offset_text", "datetimeoffset(7)", "text",
		[]string{"'2026-11-20T12:00:00.0000001+05:30'", "'2026-11-20T12:00:00.1000000-07:00'"},
		[]any{"2026-11-20T12:00:00.0000001+05:30", "2026-11-20T12:00:00.1000000-07:00"},
	},
	{"c_bigint", "bigint", "", []string{"-9223372036854775808", "9223372036854775807"}, []any{int64(math.MinInt64), int64(math.MaxInt64)}},
	{"c_float", "float", "", []string{"1.7976931348623157E308", "-2.2250738585072014E-308"}, []any{1.7976931348623157e308, -2.2250738585072014e-308}},
	{"c_real", "real", "", []string{"3.4028234663852886E38", "0.1"}, []any{float32(3.4028235e38), float32(0.1)}},
	{
		"c_digits", "decimal(38,0)", "",
		[]string{"-99999999999999999999999999999999999999", "10000000000000000000000000000000000001"},
		[]any{archwire.Number("-99999999999999999999999999999999999999"), archwire.Number("10000000000000000000000000000000000001")},
	},
	{
		"c_fraction", "decimal(38,38)", "",
		[]string{"-0.99999999999999999999999999999999999999", "0.00000000000000000000000000000000000001"},
		[]any{archwire.Number("-0.99999999999999999999999999999999999999"), archwire.Number("0.00000000000000000000000000000000000001")},
	},
	{"c_money_text", "money", "text", []string{"-922337203685477.5808", "1"}, []any{"-922337203685477.5808", "1.0000"}},
	{"c_xml", "xml", "", []string{"N'<a b=\"1\">é€</a>'", "N'<a/>'"}, []any{`<a b="1">é€</a>`, "<a/>"}},
	{"c_hierarchy", "hierarchyid", "text", []string{"'/1/3/'", "'/'"}, []any{"/1/3/", "/"}},
	{"c_place", "geography", "text", []string{"'POINT (-122.349 47.651)'", "'POINT (0 0)'"}, []any{"POINT (-122.349 47.651)", "POINT (0 0)"}},
	{"c_shape", "geometry", "text", []string{"'POINT (-1 0.5)'", "'POINT (3 4)'"}, []any{"POINT (-1 0.5)", "POINT (3 4)"}},
	{"c_sparse", "int SPARSE", "", []string{"-7", "7"}, []any{int32(-7), int32(7)}},
	{"c_date", "date", "", []string{"'0001-01-01'", "'9999-12-31'"}, []any{arrow.Date32(-719162), arrow.Date32(2932896)}},
	{
		"c_offset_ends", "datetimeoffset(6)", "",
		[]string{"'0001-01-01T00:00:00+00:00'", "'9999-12-31T23:59:59.999999+00:00'"},
		[]any{stamp("0001-01-01T00:00:00Z"), stamp("9999-12-31T23:59:59.999999Z")},
	},
	{"c_time", "time(3)", "", []string{"'23:59:59.999'", "'00:00:00'"}, []any{arrow.Time64(86_399_999_000), arrow.Time64(0)}},
	{"c_time_whole", "time(7)", "time", []string{"'23:59:59.999999'", "'00:00:00'"}, []any{arrow.Time64(86_399_999_999), arrow.Time64(0)}},
	{"c_int_text", "int", "text", []string{"-7", "2147483647"}, []any{"-7", "2147483647"}},
	{"odd ] \" name", "int", "", []string{"1", "2"}, []any{int32(1), int32(2)}},
}

func stamp(text string) arrow.Timestamp {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return arrow.Timestamp(at.UnixMicro())
}

// everyTable makes a table of everyType and declares it.
func everyTable(t *testing.T, b *bundle) archwire.Table {
	t.Helper()
	columns, rows := []string{"id bigint NOT NULL PRIMARY KEY"}, []string{"1", "2", "3"}
	for _, c := range everyType {
		columns = append(columns, quote(c.name)+" "+c.typ+" NULL")
		rows[0] += ", " + c.values[0]
		rows[1] += ", " + c.values[1]
		rows[2] += ", NULL"
	}
	b.exec(t, "CREATE TABLE every ("+strings.Join(columns, ", ")+")", "INSERT INTO every VALUES ("+strings.Join(rows, "), (")+")")
	tables, err := open(t, Config{DSN: b.dsn}).Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	table := tables[0]
	for i, c := range everyType {
		if c.cast == "" {
			if refused := table.Columns[i+1].Refused; refused != "" {
				t.Fatalf("%s is refused: %s", c.name, refused)
			}
			continue
		}
		if table.Columns[i+1].Type, err = archwire.ParseType(c.cast); err != nil {
			t.Fatal(err)
		}
		table.Columns[i+1].Refused, table.Columns[i+1].Cast = "", true
	}
	return table
}

func TestEveryTypeArrivesExactly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	table := everyTable(t, b)
	rows := sourcetest.ReadAll(t, sourcetest.Open(t, open(t, Config{DSN: b.dsn})), table)
	slices.SortFunc(rows, func(a, b []any) int { return int(a[0].(int64) - b[0].(int64)) })
	for i, c := range everyType {
		for row := range 2 {
			if diff := cmp.Diff(c.want[row], rows[row][i+1]); diff != "" {
				t.Errorf("%s %s (-want +got):\n%s", c.name, c.typ, diff)
			}
		}
		if rows[2][i+1] != nil {
			t.Errorf("%s: NULL arrived as %v", c.name, rows[2][i+1])
		}
	}
}

// TestEveryTypeIsFingerprintedAsItIsCopied compares what T-SQL computes with what
// internal/rowhash does of the copied values, column by column; on a server without
// UTF-8 too.
func TestEveryTypeIsFingerprintedAsItIsCopied(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"", "13.0.5026.0"} {
		b := setup(t)
		if version != "" {
			b = doubled(t, sqlservertest.Options{Version: version})
			b.exec(t, "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON")
		}
		table := everyTable(t, b)
		v := sourcetest.Open(t, open(t, Config{DSN: b.dsn}))
		for i := range everyType {
			one := table
			one.Columns = []archwire.Column{table.Columns[0], table.Columns[i+1]}
			spec := archwire.PrintSpec{Hash: archwire.HashMD5}
			want, err := rowhash.Prints(v.Batches(t.Context(), one, archwire.Chunk{}), one, spec)
			if err != nil {
				t.Fatal(err)
			}
			got, err := v.(archwire.Printer).Prints(t.Context(), one, spec)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("version %q, %s %s (-copied +source):\n%s", version, everyType[i].name, everyType[i].typ, diff)
			}
		}
	}
}

// TestWhatCannotBeCopiedDiffersFromAllThatCan fingerprints a time of seven digits
// that was declared to have six.
func TestWhatCannotBeCopiedDiffersFromAllThatCan(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "CREATE TABLE finer (id bigint NOT NULL PRIMARY KEY, at datetime2(7) NULL)", "INSERT INTO finer VALUES (1, '2026-11-20T12:00:00.1234567')")
	tables, err := open(t, Config{DSN: b.dsn}).Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	table := tables[0]
	if !strings.Contains(table.Columns[1].Refused, "{cast: text}") {
		t.Errorf("%+v, want a reason with the way out", table.Columns[1])
	}
	table.Columns[1] = archwire.Column{Name: "at", Type: archwire.Type{Kind: archwire.Timestamp}, Cast: true, Nullable: true}
	v := sourcetest.Open(t, open(t, Config{DSN: b.dsn}))
	wantError(t, "reading it", sourcetest.ReadError(v, table), archwire.Invalid, "pms.finer", "column at")
	prints := map[uint64]string{}
	for _, at := range []string{"12:00:00.1234567", "12:00:00.123456", "12:00:00.123457"} {
		b.exec(t, fmt.Sprintf("UPDATE finer SET at = '2026-11-20T%s'", at))
		got, err := sourcetest.Open(t, open(t, Config{DSN: b.dsn})).(archwire.Printer).Prints(t.Context(), table, archwire.PrintSpec{Hash: archwire.HashMD5})
		if err != nil {
			t.Fatal(err)
		}
		if other, same := prints[got[0].Sum]; same {
			t.Errorf("%s and %s have the same print", at, other)
		}
		prints[got[0].Sum] = at
	}
}

// TestTextThatIsNoneIsRefusedWithTheWayOut has half of a surrogate pair, which no other
// type would hold either.
func TestTextThatIsNoneIsRefusedWithTheWayOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "CREATE TABLE torn (id int NOT NULL PRIMARY KEY, note nvarchar(10) NULL)", "INSERT INTO torn VALUES (1, NCHAR(55357) + N'a')")
	src := open(t, Config{DSN: b.dsn})
	err := sourcetest.ReadError(sourcetest.Open(t, src), sourcetest.Find(t, src, "torn"))
	wantError(t, "half of a pair", err, archwire.Invalid, "pms.torn", "column note", "surrogate pair", "varbinary", "exclude it")
}
