package project

import (
	"go.yaml.in/yaml/v3"

	"archwire/internal/fileform"
)

// putForm writes files: of a table as it was read off a sample, without what is so
// anyway.
func putForm(value *yaml.Node, text string) {
	form, err := fileform.Parse(text)
	if err != nil {
		return // the adapter wrote none that can be read: the reader of the file is told that files: is missing
	}
	usual := fileform.Form{Format: form.Format}.Default()
	files := mapping()
	for _, f := range []struct{ name, is, usual string }{
		{"snapshots", form.Snapshots, ""},
		{"changes", form.Changes, ""},
		{"format", form.Format, ""},
		{"delimiter", form.Delimiter, usual.Delimiter},
		{"quote", form.Quote, usual.Quote},
		{"encoding", form.Encoding, usual.Encoding},
		{"nulls", form.Null, usual.Null},
		{"dates", form.Dates, usual.Dates},
	} {
		if f.is != f.usual {
			put(files, f.name, scalar(f.is))
		}
	}
	if form.Names != nil {
		put(files, "names", flow(form.Names))
	}
	put(value, "files", files)
}
