package files

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/fileform"
)

// sniffCSV finds delimiter, header, the text for NULL, the form of dates and types in
// a sample, and writes them into form.
func sniffCSV(text []byte, form *fileform.Form) []archwire.Column {
	*form = form.Default()
	var best [][]sniffed
	for _, delimiter := range []string{",", ";", "\t", "|"} {
		try := *form
		try.Delimiter = delimiter
		rows, ok := takeSample(text, try)
		if ok && len(rows) > 0 && (best == nil || len(rows[0]) > len(best[0])) {
			best, form.Delimiter = rows, delimiter
		}
	}
	if best == nil {
		return nil
	}
	names := headerOf(best)
	if names == nil {
		for i := range best[0] {
			names = append(names, fmt.Sprintf("c%d", i+1))
		}
		form.Names = names
	} else {
		best = best[1:]
	}
	form.Null = nullOf(best)
	form.Dates = datesOf(best, form.Null)
	columns := make([]archwire.Column, len(names))
	for i, name := range names {
		columns[i] = archwire.Column{Name: name, Nullable: true}
		columns[i].Type, columns[i].Origin = guess(valuesOf(best, i, form.Null), newDateForm(form.Dates))
	}
	return columns
}

// A sniffed field is a text, and whether it stood in quotes.
type sniffed struct {
	text   string
	quoted bool
}

// takeSample takes a sample apart. ok is false unless nearly all rows have as many
// fields as the first.
func takeSample(text []byte, form fileform.Form) (rows [][]sniffed, ok bool) {
	split := &splitter{in: strings.NewReader(string(text)), line: 1}
	names, err := split.header(newCSVShape(form, 0))
	if err != nil {
		return nil, false
	}
	b := &block{data: text, first: 1}
	if _, err := newCSVShape(form, len(names)).take(b, len(text), true); err != nil && len(b.rows) == 0 {
		return nil, false
	}
	for i := range b.rows {
		row := make([]sniffed, len(names))
		for j := range row {
			field, quoted := b.text(b.fields[i*len(names)+j])
			row[j] = sniffed{string(field), quoted}
		}
		rows = append(rows, row)
	}
	return rows, len(b.bad)*20 <= len(b.rows)
}

// headerOf is the first row if it can be one of names: each is there, once, and is no
// number, and somewhere a column has another kind of value below.
func headerOf(rows [][]sniffed) (names []string) {
	for _, f := range rows[0] {
		_, wrong := parseDecimal([]byte(f.text), 38, 10)
		if f.text == "" || wrong == "" || slices.Contains(names, f.text) {
			return nil
		}
		names = append(names, f.text)
	}
	return names
}

// nullOf is the text that stands for NULL: a word that never stands in quotes.
func nullOf(rows [][]sniffed) string {
	for _, word := range []string{`\N`, "NULL", "null"} {
		for _, row := range rows {
			if slices.Contains(row, sniffed{word, false}) {
				return word
			}
		}
	}
	return ""
}

func valuesOf(rows [][]sniffed, at int, null string) (values []string) {
	for _, row := range rows {
		if row[at].quoted || row[at].text != null {
			values = append(values, row[at].text)
		}
	}
	return values
}

// datesOf is the form in which the most columns have dates.
func datesOf(rows [][]sniffed, null string) string {
	best, most := fileform.DateForms()[0], 0
	for _, form := range fileform.DateForms() {
		n := 0
		for i := range rows[:min(len(rows), 1)] {
			for at := range rows[i] {
				t, _ := guess(valuesOf(rows, at, null), newDateForm(form))
				if t.Kind == archwire.Date || t.Kind == archwire.Timestamp || t.Kind == archwire.TimestampTZ {
					n++
				}
			}
		}
		if n > most {
			best, most = form, n
		}
	}
	return best
}
