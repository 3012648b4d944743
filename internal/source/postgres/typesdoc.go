package postgres

import (
	"cmp"
	"maps"
	"slices"

	"archwire"
	"archwire/internal/typedoc"
)

// documentedNames are those that SQL has other words for than the catalogue.
var documentedNames = map[string]string{
	"int2": "smallint", "int4": "integer", "int8": "bigint", "float4": "real", "float8": "double precision", "bpchar": "char(n)",
	"varchar": "varchar, varchar(n)", "timestamptz": "timestamp with time zone", "timetz": "time with time zone", "bool": "boolean", "char": `"char"`,
	"varbit": "bit varying", "numeric": "numeric(p,s)",
}

// documentedNotes say what is to be known of the values of a type.
var documentedNotes = map[string]string{
	"bpchar": "with the blanks at its end", "numeric": "NaN is refused", "interval": "ISO 8601", "jsonb": "as the server writes it",
	"xml": "without a declaration of an encoding", "timestamptz": "in UTC", "float4": "NaN and infinities are values", "float8": "NaN and infinities are values",
}

// Types are the types of PostgreSQL and what they become.
func Types() typedoc.Source {
	s := typedoc.Source{
		Name: "PostgreSQL",
		Says: "PostgreSQL 12 to 18, and Amazon Aurora. A domain is what it rests on.",
	}
	order := func(a, b string) int { return cmp.Or(int(forms[a].kind)-int(forms[b].kind), cmp.Compare(a, b)) }
	for _, name := range slices.SortedFunc(maps.Keys(forms), order) {
		t := catalogType{schema: "pg_catalog", name: name, class: 'b', modifier: -1}
		if name == "numeric" {
			t.modifier = typedoc.AnyDecimal.Precision<<16 | typedoc.AnyDecimal.Scale + 4
		}
		s.Rows = append(s.Rows, documented(t, cmp.Or(documentedNames[name], name), documentedNotes[name]))
	}
	s.Rows = append(
		s.Rows,
		documented(catalogType{schema: "public", name: "citext", class: 'b'}, "citext", ""),
		documented(catalogType{schema: "public", class: 'e'}, "an enum", "its label"),
		documented(catalogType{schema: "pg_catalog", array: true}, "an array, a composite type", "bounds other than 1 are not told"),
		documented(catalogType{schema: "pg_catalog", name: "numeric", class: 'b', modifier: -1}, "numeric without a precision", ""),
		documented(catalogType{schema: "pg_catalog", name: "money", class: 'b'}, "money", ""),
		documented(catalogType{schema: "public", name: "a type", class: 'b'}, "any other", ""),
	)
	return s
}

func documented(t catalogType, name, note string) typedoc.Row {
	f, typ, refused := natural(t)
	r := typedoc.Row{Name: name, Type: typ, Refused: refused, Note: note}
	for _, want := range []archwire.Type{{Kind: archwire.Text}, typedoc.AnyDecimal} {
		if _, ok := declared(t, want); ok && want != typ && f.kind != archwire.Text {
			r.Declare = append(r.Declare, want)
		}
	}
	if refused != "" {
		r.Type = archwire.Type{}
	}
	return r
}
