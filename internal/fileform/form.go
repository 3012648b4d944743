// Package fileform holds how the files of a table are named and written: what a
// project declares and what is read off a sample. It reads no file.
package fileform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The formats.
const (
	CSV     = "csv"
	NDJSON  = "ndjson"
	Parquet = "parquet"
)

// A Form says which files hold the rows of a table, and how.
type Form struct {
	Snapshots string   `json:"snapshots,omitempty"` // a pattern: each file is the whole table as of then; the newest counts
	Changes   string   `json:"changes,omitempty"`   // a pattern: each file has rows that take the place of those with the same key
	Complete  string   `json:"complete,omitempty"`  // a pattern: the file that says that those of its order have come; "" is none
	Format    string   `json:"format"`
	Delimiter string   `json:"delimiter,omitempty"` // csv: one character
	Quote     string   `json:"quote,omitempty"`     // csv: one character; "none" is none
	Encoding  string   `json:"encoding,omitempty"`  // csv and ndjson: one of Encodings
	Names     []string `json:"names,omitempty"`     // csv: of the columns, in files without a header line; nil where there is one
	Null      string   `json:"null"`                // csv: the text, not in quotes, that is NULL
	Dates     string   `json:"dates,omitempty"`     // csv and ndjson: one of DateForms
	Operation string   `json:"operation,omitempty"` // changes: the column that says what became of the row; "" is none
	Gone      []string `json:"gone,omitempty"`      // changes: its values that mean that the row is gone
	Rejects   Share    `json:"-"`                   // of the rows of a file, those that may be rejected
}

// NoQuote is Quote where fields are never quoted.
const NoQuote = "none"

// Encodings lists the encodings of text that are read.
func Encodings() []string {
	return []string{"utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15"}
}

// DateForms lists the ways in which dates may be written, also where they begin a
// timestamp.
func DateForms() []string {
	return []string{"YYYY-MM-DD", "YYYYMMDD", "MM/DD/YYYY", "DD/MM/YYYY", "DD.MM.YYYY"}
}

// Default is f with what it leaves open.
func (f Form) Default() Form {
	text := f.Format != Parquet
	set := func(field *string, to string, when bool) {
		if *field == "" && when {
			*field = to
		}
	}
	set(&f.Format, CSV, true)
	set(&f.Delimiter, ",", f.Format == CSV)
	set(&f.Quote, `"`, f.Format == CSV)
	set(&f.Encoding, "utf-8", text)
	set(&f.Dates, "YYYY-MM-DD", text)
	return f
}

// String writes what decides the rows of a table, so that two forms that read the
// same rows alike are the same text. Parse reads it.
func (f Form) String() string {
	text, err := json.Marshal(f)
	if err != nil {
		panic(err) // texts only
	}
	return string(text)
}

// Parse reads what String writes.
func Parse(s string) (Form, error) {
	var f Form
	if err := json.Unmarshal([]byte(s), &f); err != nil {
		return f, fmt.Errorf("reading the form of a table's files: %w", err)
	}
	return f, nil
}

// A Fault is what is wrong with a field of a form.
type Fault struct{ Field, Says string }

// Faults lists what is wrong with f after Default. key is whether the table has one.
func (f Form) Faults(key bool) (faults []Fault) {
	wrong := func(field, format string, args ...any) {
		faults = append(faults, Fault{field, fmt.Sprintf(format, args...)})
	}
	if f.Snapshots == "" && f.Changes == "" {
		wrong("", "names no files; write snapshots: PATTERN, changes: PATTERN or both")
	}
	patterns := map[string]Pattern{}
	for _, p := range []struct{ field, text string }{{"snapshots", f.Snapshots}, {"changes", f.Changes}, {"complete", f.Complete}} {
		if p.text == "" {
			continue
		}
		parsed, err := ParsePattern(p.text)
		if err != nil {
			wrong(p.field, "%s", err)
			continue
		}
		patterns[p.field] = parsed
		if first := patterns["snapshots"]; p.field != "snapshots" && first.text != "" && first.parts() != parsed.parts() {
			wrong(p.field, "has not the same of {date}, {time} and {number} as snapshots, so that nobody can tell which is newer")
		}
	}
	if c, ok := patterns["complete"]; ok && f.Snapshots == "" && c.parts() != patterns["changes"].parts() {
		wrong("complete", "has not the same of {date}, {time} and {number} as changes")
	}
	f.faultsOfText(wrong)
	if f.Operation != "" && !key {
		wrong("operation", "needs the table's key: which row is gone?")
	}
	if (f.Operation == "") != (len(f.Gone) == 0) {
		wrong("operation", "goes with gone: [VALUE], its values that mean that the row is gone")
	}
	if f.Operation != "" && f.Changes == "" {
		wrong("operation", "is of changes; snapshots leave out what is gone")
	}
	return faults
}

func (f Form) faultsOfText(wrong func(field, format string, args ...any)) {
	if f.Format == CSV {
		if !single(f.Delimiter) {
			wrong("delimiter", "is not one character of ASCII; write \"\\t\" for a tab")
		}
		if f.Quote != NoQuote && !single(f.Quote) || f.Quote == f.Delimiter {
			wrong("quote", "is neither one character of ASCII other than the delimiter nor none")
		}
	} else if f.Names != nil {
		wrong("names", "has no meaning with format: %s", f.Format)
	}
	for i, n := range f.Names {
		if slices.Contains(f.Names[:i], n) {
			wrong("names", "has %s twice", n)
		}
	}
	if f.Format != Parquet && !slices.Contains(Encodings(), f.Encoding) {
		wrong("encoding", "is none of %s", strings.Join(Encodings(), ", "))
	}
	if f.Format != Parquet && !slices.Contains(DateForms(), f.Dates) {
		wrong("dates", "is none of %s", strings.Join(DateForms(), ", "))
	}
}

// single says whether s is one character of ASCII that can stand between fields.
func single(s string) bool {
	return len(s) == 1 && s[0] < 0x80 && s[0] != '\n' && s[0] != '\r' && s[0] != 0
}
