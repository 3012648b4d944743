package files

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/fileform"
)

// sniffJSON finds members, the form of dates and types in a sample of NDJSON. Members
// are in the order in which they come up.
func sniffJSON(text []byte, form *fileform.Form) []archwire.Column {
	*form = form.Default()
	var names []string
	values := map[string][]sniffed{}
	for line := range bytes.Lines(text) {
		for name, value := range members(line) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
			if value.text != "null" || value.quoted {
				values[name] = append(values[name], value)
			}
		}
	}
	rows := [][]sniffed{}
	for i := range len(bytes.Split(text, []byte("\n"))) {
		row := make([]sniffed, len(names))
		for at, name := range names {
			if i < len(values[name]) {
				row[at] = values[name][i]
			}
		}
		rows = append(rows, row)
	}
	form.Dates = datesOf(rows, "")
	columns := make([]archwire.Column, len(names))
	for i, name := range names {
		columns[i] = archwire.Column{Name: name, Nullable: true}
		columns[i].Type, columns[i].Origin = guessJSON(values[name], newDateForm(form.Dates))
	}
	return columns
}

// members yields the members of an object in their order.
func members(line []byte) func(yield func(string, sniffed) bool) {
	return func(yield func(string, sniffed) bool) {
		d := json.NewDecoder(bytes.NewReader(line))
		if open, err := d.Token(); err != nil || open != json.Delim('{') {
			return
		}
		for d.More() {
			name, err := d.Token()
			if err != nil {
				return
			}
			var raw json.RawMessage
			if err := d.Decode(&raw); err != nil {
				return
			}
			value := sniffed{text: string(raw)}
			var text string
			if json.Unmarshal(raw, &text) == nil && strings.HasPrefix(value.text, `"`) {
				value = sniffed{text, true}
			}
			word, _ := name.(string)
			if !yield(word, value) {
				return
			}
		}
	}
}

// guessJSON is the type that values of a member have.
func guessJSON(values []sniffed, dates dateForm) (archwire.Type, string) {
	texts, inQuotes, nested := make([]string, len(values)), 0, false
	for i, v := range values {
		texts[i] = v.text
		if v.quoted {
			inQuotes++
		}
		nested = nested || !v.quoted && strings.ContainsAny(v.text, "{[")
	}
	if nested || inQuotes > 0 && inQuotes < len(values) {
		return archwire.Type{Kind: archwire.JSON}, "objects, lists or values of several kinds"
	}
	t, says := guess(texts, dates)
	switch t.Kind { //nolint:exhaustive // the others are as they are written
	case archwire.Int64, archwire.Decimal, archwire.Float64, archwire.Bool:
		if inQuotes > 0 {
			return archwire.Type{Kind: archwire.Text}, says + " in quotes"
		}
	}
	return t, says
}
