package files

import (
	"fmt"
	"slices"

	"archwire"
	"archwire/internal/fileform"
)

// sniffCSV finds delimiter, header, the text for NULL, the form of dates and types in
// a sample, and writes them into form. Without columns, why says what is in the way.
func sniffCSV(text []byte, form *fileform.Form) (columns []archwire.Column, why string) {
	*form = form.Default()
	best, delimiter := bestCut(text, *form)
	if best == nil {
		return nil, "has no row that can be read"
	}
	form.Delimiter = delimiter
	names, twice := headerOf(best)
	if twice != "" {
		return nil, "has a header with the column " + twice + " twice: have it sent with a name for each"
	}
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
	columns = make([]archwire.Column, len(names))
	for i, name := range names {
		columns[i] = archwire.Column{Name: name, Nullable: true}
		columns[i].Type, columns[i].Origin = guess(valuesOf(best, i, form.Null), newDateForm(form.Dates))
	}
	return columns, ""
}

// bestCut cuts a sample by the delimiter that makes the most columns of which nearly
// all rows have as many. Where none makes more than one, it may be that too many rows
// are wrong: then one that half of the rows bear out.
func bestCut(text []byte, form fileform.Form) (best [][]sniffed, delimiter string) {
	var loose [][]sniffed
	looseDelimiter := ""
	for _, d := range []string{",", ";", "\t", "|"} {
		form.Delimiter = d
		rows, bad := takeSample(text, form)
		switch {
		case len(rows) == 0:
		case bad*20 <= len(rows) && (best == nil || len(rows[0]) > len(best[0])):
			best, delimiter = rows, d
		case bad <= len(rows) && len(rows[0]) > 1 && (loose == nil || len(rows[0]) > len(loose[0])):
			loose, looseDelimiter = rows, d
		}
	}
	if loose != nil && (best == nil || len(best[0]) == 1) {
		return loose, looseDelimiter
	}
	return best, delimiter
}

// A sniffed field is a text, and whether it stood in quotes.
type sniffed struct {
	text   string
	quoted bool
}

// takeSample takes a sample apart into the rows that have as many fields as the first,
// and counts those that have not.
func takeSample(text []byte, form fileform.Form) (rows [][]sniffed, bad int) {
	first := &block{data: text, first: 1}
	if _, next, _, wrong := newCSVShape(form, 0).row(first, 0, true); next < 0 || wrong != "" {
		return nil, 0
	}
	width := len(first.fields)
	b := &block{data: text, first: 1}
	if _, err := newCSVShape(form, width).take(b, len(text), true); err != nil && len(b.rows) == 0 {
		return nil, 0
	}
	for i := range b.rows {
		row := make([]sniffed, width)
		for j := range row {
			field, quoted := b.text(b.fields[i*width+j])
			row[j] = sniffed{string(field), quoted}
		}
		rows = append(rows, row)
	}
	return rows, len(b.bad)
}

// headerOf is the first row if it can be one of names: each is there, once, and is no
// number. twice is a name that is there twice, in a row without a number.
func headerOf(rows [][]sniffed) (names []string, twice string) {
	is := true
	for _, f := range rows[0] {
		if _, wrong := parseDecimal([]byte(f.text), 38, 10); wrong == "" {
			return nil, ""
		}
		if f.text != "" && slices.Contains(names, f.text) {
			twice = f.text
		}
		is = is && f.text != ""
		names = append(names, f.text)
	}
	if !is && twice == "" {
		return nil, ""
	}
	return names, twice
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
