package files

import (
	"archwire"
	"archwire/internal/typedoc"
)

// written says how the values of each type are written in CSV and NDJSON, in the order
// in which the documentation shows it. What is written otherwise rejects its row.
var written = []struct {
	typ  archwire.Type
	says string
}{
	{archwire.Type{Kind: archwire.Bool}, "true, t, 1, y, yes and their opposites, in any case"},
	{archwire.Type{Kind: archwire.Int16}, "digits with a sign or without"},
	{archwire.Type{Kind: archwire.Int32}, "digits with a sign or without"},
	{archwire.Type{Kind: archwire.Int64}, "digits with a sign or without"},
	{archwire.Type{Kind: archwire.Float32}, "a decimal number, with an exponent or not; NaN, Infinity"},
	{archwire.Type{Kind: archwire.Float64}, "a decimal number, with an exponent or not; NaN, Infinity"},
	{typedoc.AnyDecimal, "digits with a sign or without and a point; no exponent, no separator of thousands"},
	{archwire.Type{Kind: archwire.Text}, "anything in the declared encoding; in NDJSON in quotes"},
	{archwire.Type{Kind: archwire.JSON}, "a document; in NDJSON any value"},
	{archwire.Type{Kind: archwire.UUID}, "36 characters"},
	{archwire.Type{Kind: archwire.Bytes}, `\x and hexadecimal digits`},
	{archwire.Type{Kind: archwire.Date}, "as dates: says; infinity, -infinity"},
	{archwire.Type{Kind: archwire.Time}, "HH:MM, HH:MM:SS, HH:MM:SS.ffffff"},
	{archwire.Type{Kind: archwire.Timestamp}, "a date, and after T or a blank a time; no zone"},
	{archwire.Type{Kind: archwire.TimestampTZ}, "the same with an offset: Z, +01, +0100, +01:00"},
}

// Types are what columns of CSV and NDJSON can be declared as.
func Types() typedoc.Source {
	s := typedoc.Source{
		Name: "Files of CSV and NDJSON",
		Says: "A column has the type that the project declares. A row with a value that is written otherwise, or that the type does not hold exactly,\n" +
			"is rejected: see [files as a source](guide/files.md).",
	}
	for _, w := range written {
		name := w.typ.String()
		if w.typ == typedoc.AnyDecimal {
			name = "decimal(p,s)"
		}
		s.Rows = append(s.Rows, typedoc.Row{Name: name, Type: w.typ, Note: w.says})
	}
	return s
}
