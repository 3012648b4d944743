package parquet

import "archwire/internal/typedoc"

// documented is the types of Parquet in the words of its logical types, an example of
// each, and what is to be known of it.
var documented = []struct {
	name    string
	element element
	note    string
}{
	{"BOOLEAN", element{physical: boolean}, ""},
	{"INT(8)", element{physical: int32s, logical: logical{kind: logicalInteger, bits: 8, signed: true}}, ""},
	{"INT(16)", element{physical: int32s, logical: logical{kind: logicalInteger, bits: 16, signed: true}}, ""},
	{"INT(32), INT32", element{physical: int32s}, ""},
	{"INT(64), INT64", element{physical: int64s}, ""},
	{"UINT(8)", element{physical: int32s, logical: logical{kind: logicalInteger, bits: 8}}, ""},
	{"UINT(16)", element{physical: int32s, logical: logical{kind: logicalInteger, bits: 16}}, ""},
	{"UINT(32)", element{physical: int32s, logical: logical{kind: logicalInteger, bits: 32}}, ""},
	{"UINT(64)", element{physical: int64s, logical: logical{kind: logicalInteger, bits: 64}}, ""},
	{"FLOAT16", element{physical: fixedLen, width: 2, logical: logical{kind: logicalFloat16}}, ""},
	{"FLOAT", element{physical: float}, ""},
	{"DOUBLE", element{physical: double}, ""},
	{"DECIMAL(p,s)", element{physical: fixedLen, width: 5, logical: logical{kind: logicalDecimal, precision: typedoc.AnyDecimal.Precision, scale: typedoc.AnyDecimal.Scale}}, "of any physical type, up to 38 digits"},
	{"STRING, ENUM", element{physical: byteArray, logical: logical{kind: logicalString}}, "not UTF-8: the row is rejected"},
	{"JSON", element{physical: byteArray, logical: logical{kind: logicalJSON}}, "no document: the row is rejected"},
	{"UUID", element{physical: fixedLen, width: 16, logical: logical{kind: logicalUUID}}, ""},
	{"BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY, BSON", element{physical: byteArray}, "without another logical type"},
	{"DATE", element{physical: int32s, logical: logical{kind: logicalDate}}, ""},
	{"TIME", element{physical: int64s, logical: logical{kind: logicalTime, unit: micros}}, "in milliseconds or microseconds, adjusted to UTC or not"},
	{"TIMESTAMP", element{physical: int64s, logical: logical{kind: logicalTimestamp, unit: micros}}, "in milliseconds or microseconds, not adjusted to UTC"},
	{"TIMESTAMP in UTC", element{physical: int64s, logical: logical{kind: logicalTimestamp, unit: micros, utc: true}}, "in milliseconds or microseconds; so are TIMESTAMP_MILLIS and TIMESTAMP_MICROS"},
	{"TIME, TIMESTAMP in nanoseconds; INT96", element{physical: int64s, logical: logical{kind: logicalTimestamp, unit: nanos}}, ""},
	{"LIST, MAP, a group, a repeated field", element{physical: -1, children: 1}, ""},
	{"INTERVAL, VARIANT, GEOMETRY, GEOGRAPHY", element{physical: fixedLen, width: 12, logical: logical{kind: logicalInterval}}, ""},
}

// Types are the types of files of Parquet and what they become.
func Types() typedoc.Source {
	s := typedoc.Source{
		Name: "Files of Parquet",
		Says: "A type that holds every value of the file's may be declared in its place, and any that is not refused as text. A row with a value that its type does not\n" +
			"hold is rejected, as a row of CSV is. As text, numbers have all their digits, a timestamp is written 2026-11-20 01:30:00.5, in UTC with +00 behind it, and bytes are `\\x` and\n" +
			"hexadecimal digits.",
	}
	for _, d := range documented {
		c := column{element: d.element}
		c.converted, c.nested = -1, d.element.children > 0
		c.describe()
		s.Rows = append(s.Rows, typedoc.Row{Name: d.name, Type: c.Type, Refused: c.Refused, Note: d.note})
	}
	return s
}
