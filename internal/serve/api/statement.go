package api

import (
	"fmt"
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
	switch sqlType(t) {
	case "VARCHAR":
		return s.arg(text)
	case "BLOB":
		return "from_base64(" + s.arg(text) + ")"
	}
	return "CAST(" + s.arg(text) + " AS " + sqlType(t) + ")"
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

func sqlType(t archwire.Type) string {
	switch t.Kind {
	case archwire.Bool:
		return "BOOLEAN"
	case archwire.Int16:
		return "SMALLINT"
	case archwire.Int32:
		return "INTEGER"
	case archwire.Int64:
		return "BIGINT"
	case archwire.Float32:
		return "FLOAT"
	case archwire.Float64:
		return "DOUBLE"
	case archwire.Decimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", t.Precision, t.Scale)
	case archwire.Bytes:
		return "BLOB"
	case archwire.Date:
		return "DATE"
	case archwire.Time:
		return "TIME"
	case archwire.Timestamp:
		return "TIMESTAMP"
	case archwire.TimestampTZ:
		return "TIMESTAMPTZ"
	case archwire.Text, archwire.JSON, archwire.UUID:
	}
	return "VARCHAR"
}

// typeOf is the type of a column; one that is not known is compared as text.
func typeOf(c archwire.DatasetColumn) archwire.Type {
	t, err := archwire.ParseType(c.Type)
	if err != nil {
		return archwire.Type{Kind: archwire.Text}
	}
	return t
}
