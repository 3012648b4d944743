package project

import (
	"fmt"
	"strings"
)

// Reference is the reference of a project's files in Markdown: each field with
// what it may hold, what its absence means and what it is for.
func Reference() []byte {
	var b strings.Builder
	b.WriteString("# Project files\n\nGenerated from the fields that the reader of these files knows; any other field is a complaint.\n" +
		"Text in `/* archwire ... */` at the head of a SQL file is YAML too. Aliases and merge keys are not read.\n" +
		"In the folders of a project, files whose name begins with a dot and README.md are left alone.\n")
	for _, s := range specs() {
		section(&b, "##", s)
	}
	return []byte(b.String())
}

func section(b *strings.Builder, level string, s spec) {
	fmt.Fprintf(b, "\n%s %s\n\n%s\n\n| field | value | if left out | what it is |\n|---|---|---|---|\n", level, s.Name, s.Doc)
	for _, f := range s.Fields {
		absent := f.Default
		switch {
		case f.Required:
			absent = "**required**"
		case absent == "":
			absent = "nothing"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.Name, cell(f.Value.words()), cell(absent), cell(f.Doc))
	}
	for _, f := range s.Fields {
		for _, inner := range innerSpecs(f.Value) {
			section(b, level+"#", inner)
		}
	}
}

// cell escapes what would end a cell of a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
