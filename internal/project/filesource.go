package project

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"archwire/internal/fileform"
)

// EngineFiles is the engine of sources that are folders of files; it stands for the
// schema of their tables, too.
const EngineFiles = "files"

// formSpec describes files: of a table.
func formSpec(f *fileform.Form) spec {
	return spec{Name: "files", Doc: "Which files hold a table's rows, by their names below the source's folder, and how they are written. In a name {date} stands for 2026-11-20, 2026_11_20 or 20261120, {time} for 013000, 01-30-00 or 0130, {number} for digits, and * for any letters but /. Names that end in .gz or .zst are compressed.", Fields: []field{
		{"snapshots", "Files that are the whole table, as of the date, time and number in their names; the newest counts. Several of one date, time and number are its parts.", false, "", text{&f.Snapshots, anyText()}},
		{"changes", "Files whose rows take the place of those with the same key, the oldest first; those older than the snapshot do not count. Without a key they are added.", false, "", text{&f.Changes, anyText()}},
		{"complete", "The file that comes when those of its date, time and number are complete.", false, "a file is complete when it has settled", text{&f.Complete, anyText()}},
		{"format", "How the files are written.", false, fileform.CSV, choice[string]{&f.Format, "format", []string{fileform.CSV, fileform.NDJSON, fileform.Parquet}}},
		{"delimiter", "csv: what stands between fields; \"\\t\" is a tab.", false, "\",\"", text{&f.Delimiter, anyText()}},
		{"quote", "csv: what stands around fields that hold delimiters or line breaks; none is nothing.", false, "'\"'", text{&f.Quote, anyText()}},
		{"encoding", "csv, ndjson: the encoding of the text.", false, "utf-8", choice[string]{&f.Encoding, "encoding", fileform.Encodings()}},
		{"names", "csv: the names of the columns, in order, of files that have no header line.", false, "the header line says", list{&f.Names, "column"}},
		{"nulls", "csv: the text, not in quotes, that stands for NULL.", false, "nothing between delimiters", anything{&f.Null}},
		{"dates", "csv, ndjson: how dates are written, also where they begin a timestamp.", false, "YYYY-MM-DD", choice[string]{&f.Dates, "form of dates", fileform.DateForms()}},
		{"operation", "The column of changes that says what became of a row.", false, "rows are there", text{&f.Operation, anyText()}},
		{"gone", "The values of operation that mean that the row is gone.", false, "", list{&f.Gone, "value"}},
		{"rejects", "How much of a file may be rows that are not as declared; they go to the quarantine. A file with more is refused.", false, "0%", share{&f.Rejects}},
	}}
}

// anything is a text that may be empty.
type anything struct{ into *string }

func (v anything) words() string { return "text" }

func (v anything) schema() schema { return schema{"type": "string"} }

func (v anything) decode(d *decoder, n *yaml.Node, path string) {
	if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
		*v.into = n.Value
		return
	}
	if s, ok := d.text(n, path); ok {
		*v.into = s
	}
}

// share is a part of a whole: 0.5%.
type share struct{ into *fileform.Share }

func (v share) words() string { return "a share such as 0.5%" }

func (v share) schema() schema {
	return schema{"type": "string", "pattern": `^[0-9]+(\.[0-9]{1,4})?%$`}
}

func (v share) decode(d *decoder, n *yaml.Node, path string) {
	s, err := fileform.ParseShare(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.complain(n, path, "is not %s", v.words())
		return
	}
	*v.into = s
}

// formOf looks at what a table says of its files, and at what only tables of
// databases may say.
func (l *loader) formOf(item Item, at string, s Source, t Table) {
	of := s.Engine == EngineFiles
	switch {
	case s.Engine == "":
		return
	case of && t.Files == nil:
		l.complain(item, at+".files", "missing; say which files hold the table's rows: snapshots: PATTERN, changes: PATTERN or both")
		return
	case !of && t.Files != nil:
		l.complain(item, at+".files", "has no meaning with engine: %s; leave it out, or use engine: %s", s.Engine, EngineFiles)
		return
	case !of:
		return
	}
	form := t.Files.Default()
	for _, f := range form.Faults(len(t.Key) > 0) {
		l.complain(item, strings.TrimSuffix(at+".files."+f.Field, "."), "%s", f.Says)
	}
	if t.View {
		l.complain(item, at+".view", "has no meaning with engine: %s; leave it out", EngineFiles)
	}
	for _, c := range t.Columns {
		if form.Names != nil && !slices.Contains(form.Names, c.Name) {
			l.complain(item, at+".columns."+c.Name, "is not among the names of the files' columns%s", DidYouMean(c.Name, form.Names))
		}
	}
}

// fileSource looks at what a source says that is of files only, or of databases only.
func (l *loader) fileSource(s Source) {
	item := Item{KindSource, s.Name}
	written := l.project.places[item].lines
	others := []string{"settle", "quarantine"}
	if s.Engine == EngineFiles {
		others = []string{"mode", "longest_statement", "longest_transaction"}
	}
	for _, name := range others {
		if _, ok := written[name]; ok && s.Engine != "" {
			l.complain(item, name, "has no meaning with engine: %s; leave it out", s.Engine)
		}
	}
}
