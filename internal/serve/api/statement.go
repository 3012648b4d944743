package api

import (
	"strconv"
	"strings"

	"archwire"
)

// A statement is a query as it is written. What callers send enters it as an
// argument only; names enter it only when the publication's manifest has them.
type statement struct {
	text strings.Builder
	args []any
}

func (s *statement) write(parts ...string) {
	for _, p := range parts {
		s.text.WriteString(p)
	}
}

// arg adds an argument and returns what stands for it.
func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return "$" + strconv.Itoa(len(s.args))
}

func (s *statement) query() archwire.Query {
	return archwire.Query{SQL: s.text.String(), Args: s.args}
}

// value adds an argument given as text, to be compared with operand(name, t).
func (s *statement) value(text string, t archwire.Type) string {
	switch t.SQL() {
	case "VARCHAR":
		return s.arg(text)
	case "BLOB":
		return "from_base64(" + s.arg(text) + ")"
	}
	return "CAST(" + s.arg(text) + " AS " + t.SQL() + ")"
}

// operand is the column as it is compared with a value. Texts with a form of
// their own are compared as text, whatever type the slice's file gives them.
func operand(name string, t archwire.Type) string {
	if t.Kind == archwire.UUID || t.Kind == archwire.JSON {
		return asText(name)
	}
	return archwire.Quote(name)
}

func asText(name string) string { return "CAST(" + archwire.Quote(name) + " AS VARCHAR)" }

// typeOf is the type of a column; one that is not known is compared as text.
func typeOf(c archwire.DatasetColumn) archwire.Type {
	t, err := archwire.ParseType(c.Type)
	if err != nil {
		return archwire.Type{Kind: archwire.Text}
	}
	return t
}
