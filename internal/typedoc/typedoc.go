// Package typedoc writes docs/types.md: what the types of each source become on
// their way, from the tables that the adapters themselves go by.
package typedoc

import (
	"fmt"
	"strings"

	"archwire"
)

// A Row is one type of a source.
type Row struct {
	Name    string
	Type    archwire.Type   // what its values become; the zero Type is refused
	Refused string          // why, and the way out
	Declare []archwire.Type // what else may be declared: text, and decimals for numbers
	Note    string          // what is to be known of the values; may be empty
}

// A Source is the types of one kind of source, in the order in which they are
// shown.
type Source struct {
	Name string
	Says string // a paragraph before the table
	Rows []Row
}

// An Engine says what it keeps values of a type in; an error says that it cannot.
type Engine struct {
	Name string
	Type func(archwire.Type) (string, error)
}

// AnyDecimal stands for decimals of whatever precision and scale: it is shown as
// decimal(p,s).
var AnyDecimal = archwire.Type{Kind: archwire.Decimal, Precision: 11, Scale: 7}

// Markdown is the document.
func Markdown(sources []Source, engines []Engine) ([]byte, error) {
	var b strings.Builder
	b.WriteString("# Types\n\nGenerated from the tables that the adapters go by. What has a row here is copied exactly, each value of it, or refused\n" +
		"in a sentence that names the column; nothing is rounded, cut or guessed. A type that is not named is refused.\n" +
		"*Declare* is what a source's file may say in place of what a type becomes, `{cast: text}`: a value that the declared type\n" +
		"does not hold exactly is refused. Any column may be left out by `{exclude: true}`. What an engine has no room for, such as a\n" +
		"text beyond the 65,535 bytes of Redshift's longest, is refused when it is loaded.\n")
	for _, s := range sources {
		if err := section(&b, s, engines); err != nil {
			return nil, err
		}
	}
	return []byte(b.String()), nil
}

func section(b *strings.Builder, s Source, engines []Engine) error {
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n| type | becomes | Arrow |", s.Name, s.Says)
	for _, e := range engines {
		fmt.Fprintf(b, " %s |", e.Name)
	}
	b.WriteString(" declare | |\n|---|---|---|" + strings.Repeat("---|", len(engines)) + "---|---|\n")
	for _, r := range s.Rows {
		cells, err := r.cells(engines)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", r.Name, s.Name, err)
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
	}
	return nil
}

func (r Row) cells(engines []Engine) ([]string, error) {
	cells := []string{escape(r.Name)}
	if r.Type == (archwire.Type{}) {
		cells = append(cells, "**refused**")
		cells = append(cells, make([]string, 1+len(engines))...)
	} else {
		cells = append(cells, generic(r.Type.String()), generic(strings.ReplaceAll(r.Type.Arrow().String(), " ", "")))
		for _, e := range engines {
			name, err := e.Type(r.Type)
			if err != nil {
				return nil, err
			}
			cells = append(cells, generic(name))
		}
	}
	var declare []string
	for _, t := range r.Declare {
		declare = append(declare, generic(t.String()))
	}
	note := r.Note
	if r.Refused != "" {
		note = strings.TrimPrefix(note+"; "+r.Refused, "; ")
	}
	return append(cells, strings.Join(declare, ", "), escape(note)), nil
}

// generic shows AnyDecimal as what it stands for.
func generic(s string) string {
	return strings.NewReplacer("(11,7)", "(p,s)", "|", `\|`).Replace(s)
}

// escape keeps what would end a cell of a table from doing so.
func escape(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
