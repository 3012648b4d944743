package sqlserver

import (
	"slices"
	"strings"
	"testing"

	"archwire"
)

// typeNames are the system types of sys.types in SQL Server 2022, and those that
// came with 2025; see Data types (Transact-SQL).
const typeNames = `image text uniqueidentifier date time datetime2 datetimeoffset tinyint smallint int smalldatetime real money datetime float
	sql_variant ntext bit decimal numeric smallmoney bigint hierarchyid geometry geography varbinary varchar binary char rowversion nvarchar nchar xml json`

// Every type has a row: it becomes something, or is refused with a way out.
func TestEveryTypeHasARow(t *testing.T) {
	names := strings.Fields(typeNames)
	for _, name := range names {
		if _, ok := types[name]; !ok {
			t.Errorf("%s is not in the table", name)
		}
		if !slices.ContainsFunc(documented, func(d catalogType) bool { return d.name == name }) {
			t.Errorf("%s is not documented", name)
		}
	}
	for name := range types {
		f, typ, refused := natural(catalogType{name: name, length: 10, precision: 9, scale: 2, collation: "Latin1_General_CI_AS"})
		if (f.kind == 0) == (refused == "") || f.kind != typ.Kind {
			t.Errorf("%s: %v, %q", name, f, refused)
		}
		if refused != "" && !strings.Contains(refused, "{exclude: true}") {
			t.Errorf("%s: %s: there is no way out", name, refused)
		}
		if name != "clr" && !slices.Contains(names, name) {
			t.Errorf("%s is no type", name)
		}
	}
	if f, _, refused := natural(catalogType{name: "vector"}); f.kind != 0 || refused == "" {
		t.Error("a type that nobody knows is taken")
	}
}

func TestNatural(t *testing.T) {
	for _, c := range []struct {
		typ             catalogType
		kind, sel, says string
	}{
		{catalogType{name: "decimal", precision: 38, scale: 10}, "decimal(38,10)", "%s", ""},
		{catalogType{name: "money", precision: 19, scale: 4}, "decimal(19,4)", "%s", ""},
		{catalogType{name: "smallmoney"}, "decimal(10,4)", "%s", ""},
		{catalogType{name: "tinyint"}, "int16", "%s", ""},
		{catalogType{name: "varchar", length: 20, collation: "SQL_Latin1_General_CP1_CI_AS"}, "text", "%s", ""},
		{catalogType{name: "varchar", length: 20, collation: "Latin1_General_100_CI_AS_SC_UTF8"}, "text", "CONVERT(nvarchar(20), %s)", ""},
		{catalogType{name: "char", length: 8000, collation: "Japanese_CI_AS"}, "text", "CONVERT(nvarchar(max), %s)", ""},
		{catalogType{name: "varchar", length: -1, collation: "Chinese_PRC_CI_AS"}, "text", "CONVERT(nvarchar(max), %s)", ""},
		{catalogType{name: "text", collation: "Latin1_General_CI_AS"}, "text", "CONVERT(varchar(max), %s)", ""},
		{catalogType{name: "text", collation: "Korean_Wansung_CI_AS"}, "text", "CONVERT(nvarchar(max), %s)", ""},
		{catalogType{name: "nvarchar", length: 20, collation: "Japanese_CI_AS"}, "text", "%s", ""},
		{catalogType{name: "datetime2", scale: 6}, "timestamp", "%s", ""},
		{catalogType{name: "datetime2", scale: 7}, "", "", "datetime2(7) holds a digit more than a timestamp: declare {cast: text}, or {cast: timestamp} if all values are whole microseconds, or {exclude: true}"},
		{catalogType{name: "time", scale: 7}, "", "", "time(7) holds a digit more than a time: declare {cast: text}, or {cast: time} if all values are whole microseconds, or {exclude: true}"},
		{catalogType{name: "datetime", precision: 23, scale: 3}, "timestamp", "%s", ""},
		{catalogType{name: "rowversion", length: 8}, "int64", "CONVERT(bigint, CONVERT(binary(8), %s))", ""},
		{catalogType{name: "hierarchyid", length: 892}, "", "", "hierarchyid has no form that every warehouse shares: declare {cast: text}, or {exclude: true}"},
		{catalogType{name: "sql_variant", length: 8016}, "", "", "sql_variant has no exact form: {exclude: true}, or declare a view of the source that converts it"},
	} {
		f, typ, refused := natural(c.typ)
		if refused != c.says || refused == "" && (typ.String() != c.kind || f.sel != c.sel) {
			t.Errorf("%s: %s by %s, %q", c.typ, typ, f.sel, refused)
		}
		if refused == "" && f.typ.name == "" {
			t.Errorf("%s: it is not said of which type %s is", c.typ, f.sel)
		}
	}
}

// What can be declared is exact; what cannot is refused.
func TestDeclared(t *testing.T) {
	decimal := archwire.Type{Kind: archwire.Decimal, Precision: 20, Scale: 2}
	for _, c := range []struct {
		name string
		want archwire.Type
		sel  string // "" is refused
	}{
		{"money", archwire.Type{Kind: archwire.Text}, "CONVERT(varchar(41), %s, 2)"},
		{"float", archwire.Type{Kind: archwire.Text}, "CONVERT(varchar(40), %s, 3)"},
		{"datetime2", archwire.Type{Kind: archwire.Text}, "CONVERT(varchar(40), %s, 126)"},
		{"hierarchyid", archwire.Type{Kind: archwire.Text}, "%s.ToString()"},
		{"nvarchar", archwire.Type{Kind: archwire.Text}, "%s"},
		{"sql_variant", archwire.Type{Kind: archwire.Text}, ""},
		{"bigint", decimal, "%s"},
		{"money", decimal, "%s"},
		{"rowversion", decimal, ""},
		{"float", decimal, ""},
		{"nvarchar", decimal, ""},
		{"datetime2", archwire.Type{Kind: archwire.Timestamp}, "%s"},
		{"datetime2", archwire.Type{Kind: archwire.TimestampTZ}, ""},
		{"datetimeoffset", archwire.Type{Kind: archwire.TimestampTZ}, "%s"},
		{"date", archwire.Type{Kind: archwire.Timestamp}, ""},
		{"int", archwire.Type{Kind: archwire.Int64}, ""},
	} {
		f, ok := declared(catalogType{name: c.name, scale: 7}, c.want)
		if ok != (c.sel != "") || ok && (f.sel != c.sel || f.kind != c.want.Kind) {
			t.Errorf("%s as %s: %s, %t", c.name, c.want, f.sel, ok)
		}
	}
}
