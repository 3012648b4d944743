package postgres

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
	"archwire/internal/source/sourcetest"
)

const typesSQL = `
create schema shop;
create type shop."Claim Status" as enum ('open', 'paid in full');
create domain shop.cents as numeric(12,2) check (value >= 0);
create domain shop.price as shop.cents not null;
create domain shop.tags as text[];
create type shop.address as (street text, zip3 char(3));
create extension if not exists citext with schema shop;
`

type typeCase struct {
	sql    string // the column's type
	want   string // Type.String
	values []string
	rows   []any
	since  int // the major version that has it; 0 is all
}

// typeCases are the types of the catalogue that have an exact form. The values
// wanted are worked out by hand from PostgreSQL's documentation.
var typeCases = []typeCase{
	{"bool", "bool", []string{"true", "false"}, []any{true, false}, 0},
	{"int2", "int16", []string{"-32768", "32767"}, []any{int16(-32768), int16(32767)}, 0},
	{"int4", "int32", []string{"-2147483648", "7"}, []any{int32(math.MinInt32), int32(7)}, 0},
	{"int8", "int64", []string{"-9223372036854775808"}, []any{int64(math.MinInt64)}, 0},
	{"float4", "float32", []string{"NaN", "-Infinity", "1e-45"}, []any{float32(math.NaN()), float32(math.Inf(-1)), float32(1e-45)}, 0},
	{"float8", "float64", []string{"NaN", "Infinity", "0.1"}, []any{math.NaN(), math.Inf(1), 0.1}, 0},
	{"numeric(12,2)", "decimal(12,2)", []string{"1284.5", "-0.01", "9999999999.99"}, numbers("1284.50", "-0.01", "9999999999.99"), 0},
	{"numeric(38,10)", "decimal(38,10)", []string{"-1234567890123456789012345678.0123456789", "0.0000000001"}, numbers("-1234567890123456789012345678.0123456789", "0.0000000001"), 0},
	{"numeric(38,0)", "decimal(38,0)", []string{"99999999999999999999999999999999999999"}, numbers("99999999999999999999999999999999999999"), 0},
	{"numeric(38,38)", "decimal(38,38)", []string{"0.00000000000000000000000000000000000001"}, numbers("0.00000000000000000000000000000000000001"), 0},
	{"numeric(5)", "decimal(5,0)", []string{"-10000", "0"}, numbers("-10000", "0"), 0},
	{"numeric(3,-2)", "decimal(5,0)", []string{"12345", "-99900"}, numbers("12300", "-99900"), 15},
	{"numeric(2,4)", "decimal(4,4)", []string{"0.0099"}, numbers("0.0099"), 15},
	{"text", "text", []string{"", "a''b\\\t€"}, []any{"", "a'b\\\t€"}, 0},
	{"varchar(5)", "text", []string{"abcde"}, []any{"abcde"}, 0},
	{"char(5)", "text", []string{"ab"}, []any{"ab   "}, 0},
	{"name", "text", []string{"pg"}, []any{"pg"}, 0},
	{`"char"`, "text", []string{"x"}, []any{"x"}, 0},
	{"shop.citext", "text", []string{"MiXed"}, []any{"MiXed"}, 0},
	{"bytea", "bytes", []string{`\x00ff27`, ""}, []any{[]byte{0, 255, 39}, []byte{}}, 0},
	{"uuid", "uuid", []string{"F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"}, []any{"f81d4fae-7dec-11d0-a765-00a0c91e6bf6"}, 0},
	{
		"date", "date",
		[]string{"1970-01-02", "2000-02-29", "infinity", "-infinity", "0001-12-31 BC", "4714-11-24 BC", "5874897-12-31"},
		[]any{arrow.Date32(1), arrow.Date32(11016), arrow.Date32(math.MaxInt32), arrow.Date32(-math.MaxInt32), arrow.Date32(-719163), arrow.Date32(-2440588), arrow.Date32(2145042905)},
		0,
	},
	{
		"timestamp", "timestamp",
		[]string{"1970-01-01 00:00:00.000001", "1969-12-31 23:59:59.999999", "infinity", "-infinity", "294247-01-10 04:00:54.775806", "4714-11-24 00:00:00 BC"},
		[]any{arrow.Timestamp(1), arrow.Timestamp(-1), arrow.Timestamp(math.MaxInt64), arrow.Timestamp(-math.MaxInt64), arrow.Timestamp(math.MaxInt64 - 1), arrow.Timestamp(-2440588 * 86_400_000_000)},
		0,
	},
	{"timestamptz", "timestamptz", []string{"2000-01-01 00:00:00+02", "-infinity"}, []any{arrow.Timestamp(946677600_000000), arrow.Timestamp(-math.MaxInt64)}, 0},
	{"time", "time", []string{"00:00", "24:00:00", "23:59:59.999999"}, []any{arrow.Time64(0), arrow.Time64(86_400_000_000), arrow.Time64(86_399_999_999)}, 0},
	{"timetz", "text", []string{"04:05:06.5-08"}, []any{"04:05:06.5-08"}, 0},
	{"interval", "text", []string{"1 year 2 months -3 days 04:05:06.7", "0"}, []any{"P1Y2M-3DT4H5M6.7S", "PT0S"}, 0},
	{"json", "json", []string{`{"b":1,  "a":[1.50,null]}`}, []any{`{"b":1,  "a":[1.50,null]}`}, 0},
	{"jsonb", "json", []string{`{"b":1,  "a":[1.50,null]}`, "null"}, []any{`{"a": [1.50, null], "b": 1}`, "null"}, 0},
	{`shop."Claim Status"`, "text", []string{"paid in full"}, []any{"paid in full"}, 0},
	{"int4[]", "json", []string{"{1,NULL,3}", "{}"}, []any{"[1,null,3]", "[]"}, 0},
	{"int4[][]", "json", []string{"{{1,2},{3,4}}"}, []any{"[[1,2],[3,4]]"}, 0},
	{"text[]", "json", []string{`{"a\"b",NULL,"NULL"}`}, []any{`["a\"b",null,"NULL"]`}, 0},
	{"float8[]", "json", []string{"{NaN,0.1}"}, []any{`["NaN",0.1]`}, 0},
	{"numeric[]", "json", []string{"{12345678901234567890.12345678901234567890}"}, []any{"[12345678901234567890.12345678901234567890]"}, 0},
	{"inet", "text", []string{"192.168.0.1/24", "::1"}, []any{"192.168.0.1/24", "::1/128"}, 0},
	{"cidr", "text", []string{"10.0.0.0/8"}, []any{"10.0.0.0/8"}, 0},
	{"macaddr", "text", []string{"08:00:2b:01:02:03"}, []any{"08:00:2b:01:02:03"}, 0},
	{"macaddr8", "text", []string{"08:00:2b:01:02:03:04:05"}, []any{"08:00:2b:01:02:03:04:05"}, 0},
	{"oid", "int64", []string{"4294967295"}, []any{int64(4294967295)}, 0},
	{"xid", "int64", []string{"7"}, []any{int64(7)}, 0},
	{"bit(3)", "text", []string{"101"}, []any{"101"}, 0},
	{"varbit", "text", []string{"0"}, []any{"0"}, 0},
	{"xml", "text", []string{"<a>é</a>"}, []any{"<a>é</a>"}, 0},
	{"shop.cents", "decimal(12,2)", []string{"0.50"}, numbers("0.50"), 0},
	{"shop.tags", "json", []string{"{a}"}, []any{`["a"]`}, 0},
	{"shop.address", "json", []string{`("1 ""Main"" St",024)`}, []any{`{"street":"1 \"Main\" St","zip3":"024"}`}, 0},
	{"shop.address[]", "json", []string{`{"(a,b)"}`}, []any{`[{"street":"a","zip3":"b  "}]`}, 0},
}

func numbers(texts ...string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = archwire.Number(s)
	}
	return out
}

// openTypes is a database with a table for each of typeCases that its server
// knows, by the case's place.
func openTypes(t *testing.T) (bundle, map[int]archwire.Table) {
	t.Helper()
	db := setup(t, typesSQL)
	major := db.major(t)
	for i, c := range typeCases {
		if c.since > major {
			continue
		}
		table := fmt.Sprintf("t%d", i)
		statements := []string{"create table " + table + " (n int, v " + c.sql + ")"}
		for n, v := range append(c.values, "") {
			v = "'" + v + "'"
			if n == len(c.values) {
				v = "null"
			}
			statements = append(statements, fmt.Sprintf("insert into %s values (%d, %s)", table, n, v))
		}
		db.exec(t, strings.Join(statements, ";"))
	}
	tables, err := db.src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	byCase := map[int]archwire.Table{}
	for _, table := range tables {
		var i int
		if _, err := fmt.Sscanf(table.Name, "t%d", &i); err != nil {
			t.Fatal(err)
		}
		byCase[i] = table
	}
	return db, byCase
}

func TestTypesArriveExactly(t *testing.T) {
	db, tables := openTypes(t)
	v := db.view(t)
	for i, c := range typeCases {
		table, known := tables[i]
		if !known {
			continue
		}
		t.Run(c.sql, func(t *testing.T) {
			got := table.Columns[1]
			if got.Type.String() != c.want || got.Refused != "" {
				t.Fatalf("type %s (refused: %q), want %s", got.Type, got.Refused, c.want)
			}
			var want [][]any
			for n, value := range append(c.rows, nil) {
				want = append(want, []any{int32(n), value})
			}
			if diff := cmp.Diff(want, sourcetest.ReadAll(t, v, table), cmpopts.EquateNaNs()); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTypesWithoutExactFormSayWhatToDeclare(t *testing.T) {
	db := setup(t, typesSQL, `create table odd (
		unbounded numeric, huge numeric(50,2), cash money, range int4range, doc tsvector, at pg_lsn, "where" point)`)
	if db.major(t) >= 15 {
		db.exec(t, "alter table odd add shift numeric(30,-20)")
	}
	for _, c := range db.table(t, "odd").Columns {
		if !strings.Contains(c.Refused, "declare {cast: ") || !strings.Contains(c.Refused, "exclude") {
			t.Errorf("column %s (%s): refused %q, want the ways out", c.Name, c.Origin, c.Refused)
		}
	}
}

func TestDeclaredTypesAreReadExactlyOrNotAtAll(t *testing.T) {
	db := setup(t, `create table odd (n int primary key, unbounded numeric, cash money, small int2, during int4range, at timestamptz, blob bytea)`,
		`insert into odd values (1, 12.50, '$1,234.56', 7, '[1,5)', '2020-01-01 12:00+01', '\x01ff'), (2, null, null, null, null, null, null)`)
	table := db.table(t, "odd")
	declare := func(name, typ string) archwire.Table {
		declared := table
		parsed, err := archwire.ParseType(typ)
		if err != nil {
			t.Fatal(err)
		}
		declared.Columns = []archwire.Column{{Name: name, Type: parsed, Cast: true}}
		return declared
	}
	v := db.view(t)
	for _, c := range []struct {
		column, typ string
		want        any
	}{
		{"unbounded", "decimal(10,4)", archwire.Number("12.5000")},
		{"unbounded", "decimal(3,1)", archwire.Number("12.5")},
		{"unbounded", "text", "12.50"},
		{"cash", "decimal(19,2)", archwire.Number("1234.56")},
		{"small", "decimal(5,2)", archwire.Number("7.00")},
		{"small", "text", "7"},
		{"during", "text", "[1,5)"},
		{"at", "text", "2020-01-01 11:00:00+00"},
		{"blob", "text", `\x01ff`},
	} {
		got := sourcetest.ReadAll(t, v, declare(c.column, c.typ))
		if diff := cmp.Diff([][]any{{c.want}, {nil}}, got); diff != "" {
			t.Errorf("%s as %s (-want +got):\n%s", c.column, c.typ, diff)
		}
	}
	for _, c := range []struct{ column, typ, says string }{
		{"unbounded", "decimal(10,0)", "digits behind the point"},
		{"unbounded", "decimal(2,1)", "digits before the point"},
		{"cash", "decimal(19,1)", "digits behind the point"},
		{"small", "bool", "cannot be copied as bool"},
		{"at", "date", "cannot be copied as date"},
		{"during", "int64", "cannot be copied as int64"},
	} {
		err := sourcetest.ReadError(v, declare(c.column, c.typ))
		if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.column) {
			t.Errorf("%s as %s: error %v, want %q", c.column, c.typ, err, c.says)
		}
	}
}

func TestValuesThatNoWarehouseHoldsNameTheirColumn(t *testing.T) {
	for _, c := range []struct{ typ, value, says string }{
		{"numeric(12,2)", "NaN", "NaN or infinite"},
		{"timestamp", "294247-01-10 04:00:54.775807", "294247"},
		{"timestamptz", "294276-12-31 23:59:59Z", "294247"},
	} {
		db := setup(t, fmt.Sprintf("create table odd as select '%s'::%s as strange", c.value, c.typ))
		err := sourcetest.ReadError(db.view(t), db.table(t, "odd"))
		if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "rcm.odd: column strange") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: error %v", c.typ, c.value, err)
		}
	}
}

func TestTextThatIsNotUTF8NamesItsColumn(t *testing.T) {
	db := setup(t)
	name := db.name() + "_raw"
	db.exec(t, "create database "+name+" template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'")
	t.Cleanup(func() { db.exec(t, "drop database "+name) })
	raw := bundle{url: strings.Replace(db.url, db.name(), name, 1)}
	raw.src = open(t, Config{Name: "rcm", DSN: raw.url})
	raw.exec(t, `create table note as select convert_from('caf\351'::bytea, 'SQL_ASCII') as body`)
	v := raw.view(t)
	err := sourcetest.ReadError(v, raw.table(t, "note"))
	if archwire.CodeOf(err) != archwire.Invalid || !strings.Contains(err.Error(), "column body") || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("error %v", err)
	}
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}
