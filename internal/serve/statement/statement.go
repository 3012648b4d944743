// Package statement writes queries over slices. What callers send enters them as an
// argument only; names enter only when the manifest of the publication has them.
package statement

import (
	"strconv"
	"strings"

	"archwire"
)

// An Ask asks a query of rows that a caller may see.
type Ask func(q archwire.Query) archwire.Batches

// A Statement is a query as it is written. What callers send enters it as an
// argument only; names enter it only when the publication's manifest has them.
type Statement struct {
	text strings.Builder
	args []any
}

// Write adds text, which must not be of a caller.
func (s *Statement) Write(parts ...string) {
	for _, p := range parts {
		s.text.WriteString(p)
	}
}

// Arg adds an argument and returns what stands for it.
func (s *Statement) Arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

// Query is what was written.
func (s *Statement) Query() archwire.Query {
	return archwire.Query{SQL: s.text.String(), Args: s.args}
}

// Value adds an argument given as text, to be compared with operand(name, t).
func (s *Statement) Value(text string, t archwire.Type) string {
	switch t.SQL() {
	case "VARCHAR":
		return s.Arg(text)
	case "BLOB":
		return "from_base64(" + s.Arg(text) + ")"
	}
	return "CAST(" + s.Arg(text) + " AS " + t.SQL() + ")"
}

// Operand is the column as it is compared with a value. Texts with a form of
// their own are compared as text, whatever type the slice's file gives them.
func Operand(name string, t archwire.Type) string {
	if t.Kind == archwire.UUID || t.Kind == archwire.JSON {
		return AsText(name)
	}
	return archwire.Quote(name)
}

// AsText is the column as text.
func AsText(name string) string { return "CAST(" + archwire.Quote(name) + " AS VARCHAR)" }

// TypeOf is the type of a column; one that is not known is compared as text.
func TypeOf(c archwire.DatasetColumn) archwire.Type {
	t, err := archwire.ParseType(c.Type)
	if err != nil {
		return archwire.Type{Kind: archwire.Text}
	}
	return t
}
