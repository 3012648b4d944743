package sqlserver

import (
	"slices"

	"archwire"
	"archwire/internal/typedoc"
)

// documented are the types in the order in which the documentation shows them.
var documented = []catalogType{
	{name: "bit"},
	{name: "tinyint"},
	{name: "smallint"},
	{name: "int"},
	{name: "bigint"},
	{name: "decimal", precision: typedoc.AnyDecimal.Precision, scale: typedoc.AnyDecimal.Scale},
	{name: "numeric", precision: typedoc.AnyDecimal.Precision, scale: typedoc.AnyDecimal.Scale},
	{name: "money"},
	{name: "smallmoney"},
	{name: "real"},
	{name: "float"},
	{name: "date"},
	{name: "time", scale: 6},
	{name: "time", scale: 7},
	{name: "smalldatetime"},
	{name: "datetime"},
	{name: "datetime2", scale: 6},
	{name: "datetime2", scale: 7},
	{name: "datetimeoffset", scale: 6},
	{name: "datetimeoffset", scale: 7},
	{name: "char"},
	{name: "varchar"},
	{name: "text"},
	{name: "nchar"},
	{name: "nvarchar"},
	{name: "ntext"},
	{name: "binary"},
	{name: "varbinary"},
	{name: "image"},
	{name: "uniqueidentifier"},
	{name: "rowversion"},
	{name: "xml"},
	{name: "json"},
	{name: "hierarchyid"},
	{name: "geometry"},
	{name: "geography"},
	{name: "clr"},
	{name: "sql_variant"},
}

// documentedNames are those that the catalogue has other words for.
var documentedNames = map[string]string{
	"char": "char(n)", "varchar": "varchar(n), varchar(max)", "nchar": "nchar(n)", "nvarchar": "nvarchar(n), nvarchar(max), sysname",
	"binary": "binary(n)", "varbinary": "varbinary(n), varbinary(max)", "rowversion": "rowversion, timestamp", "clr": "other types of the CLR",
	"decimal": "decimal(p,s)", "numeric": "numeric(p,s)",
}

// Types are the types of SQL Server and what they become.
func Types() typedoc.Source {
	s := typedoc.Source{
		Name: "SQL Server",
		Says: "SQL Server 2016 to 2025 and Azure SQL. An alias type is what it rests on. Computed columns, sparse columns and those of temporal and\n" +
			"memory-optimised tables are what their types are; a column that is encrypted with a key of its application is refused.",
	}
	for _, t := range documented {
		_, typ, refused := natural(t)
		s.Rows = append(s.Rows, typedoc.Row{Name: documentedName(t), Type: typ, Refused: refused, Declare: declarable(t, typ), Note: types[t.name].note})
	}
	return s
}

func documentedName(t catalogType) string {
	f := types[t.name].natural
	switch name, ok := documentedNames[t.name]; {
	case ok:
		return name
	case slices.Contains(microseconds, f.kind) && t.scale == 6:
		return t.name + "(0) to (6)"
	}
	return t.String()
}

// declarable is what else than its natural type a column may be declared as.
func declarable(t catalogType, natural archwire.Type) (types []archwire.Type) {
	for _, want := range []archwire.Type{
		{Kind: archwire.Text}, typedoc.AnyDecimal, {Kind: archwire.Time}, {Kind: archwire.Timestamp}, {Kind: archwire.TimestampTZ},
	} {
		if _, ok := declared(t, want); ok && want != natural {
			types = append(types, want)
		}
	}
	return types
}
