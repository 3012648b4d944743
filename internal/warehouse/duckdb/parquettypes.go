package duckdb

import "archwire/internal/typedoc"

// parquetTypes are those of Parquet, in the words of its logical types, and what DuckDB
// calls them.
var parquetTypes = []struct{ name, kind, note string }{
	{"BOOLEAN", "BOOLEAN", ""},
	{"INT(8)", "TINYINT", ""},
	{"INT(16)", "SMALLINT", ""},
	{"INT(32), INT32", "INTEGER", ""},
	{"INT(64), INT64", "BIGINT", ""},
	{"UINT(8)", "UTINYINT", ""},
	{"UINT(16)", "USMALLINT", ""},
	{"UINT(32)", "UINTEGER", ""},
	{"UINT(64)", "UBIGINT", ""},
	{"FLOAT", "FLOAT", ""},
	{"DOUBLE", "DOUBLE", ""},
	{"DECIMAL(p,s)", "DECIMAL(11,7)", ""},
	{"STRING", "VARCHAR", ""},
	{"JSON", "JSON", ""},
	{"UUID", "UUID", ""},
	{"BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY", "BLOB", "without a logical type"},
	{"DATE", "DATE", ""},
	{"TIME", "TIME", "in milliseconds or microseconds"},
	{"TIMESTAMP", "TIMESTAMP", "in milliseconds or microseconds, not adjusted to UTC"},
	{"TIMESTAMP in UTC", "TIMESTAMP WITH TIME ZONE", "in milliseconds or microseconds"},
	{"TIMESTAMP in nanoseconds", "TIMESTAMP_NS", "not adjusted to UTC"},
	{"LIST", "INTEGER[]", ""},
	{"MAP", "MAP(VARCHAR, INTEGER)", ""},
	{"a group", "STRUCT(a INTEGER)", ""},
}

// ParquetTypes are the types of files of Parquet and what they become.
func ParquetTypes() typedoc.Source {
	s := typedoc.Source{
		Name: "Files of Parquet",
		Says: "A type that holds every value of the file's may be declared in its place, and any as text, unless it says otherwise.",
	}
	for _, p := range parquetTypes {
		c := parquetColumn("", p.kind)
		s.Rows = append(s.Rows, typedoc.Row{Name: p.name, Type: c.Type, Refused: c.Refused, Note: p.note})
	}
	s.Rows = append(s.Rows, typedoc.Row{Name: "INT96; TIME, and TIMESTAMP in UTC, in nanoseconds", Refused: unread})
	return s
}
