package files

import (
	"bytes"
	"context"
	"strings"

	"archwire"
	"archwire/internal/fileform"
)

// sniffText looks at a sample of a file of text. Without columns, why says what is in
// the way.
func (s *Source) sniffText(ctx context.Context, f file, form *fileform.Form) (columns []archwire.Column, why string, err error) {
	text, encoding, err := s.sample(ctx, f)
	if err != nil {
		return nil, "", err
	}
	form.Encoding = encoding
	if why := foreign(text); why != "" {
		return nil, why, nil
	}
	if form.Format != fileform.NDJSON {
		columns, why = sniffCSV(text, form)
		return columns, why, nil
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		return nil, "is one document of JSON, a list; NDJSON has one object in each line", nil
	}
	if columns = sniffJSON(text, form); len(columns) == 0 {
		why = "has no line that is an object of JSON"
	}
	return columns, why, nil
}

// signatures are how files begin that are often sent under the name of another kind.
var signatures = []struct{ begins, says string }{
	{"PK\x03\x04", "is a ZIP archive, as spreadsheets of Excel are: have it saved as CSV, or unpacked"},
	{"\u00d0\u00cf\u0011\u00e0", "is a spreadsheet or document of an old Office: have it saved as CSV"},
	{"\x1f\u2039\x08", "is compressed by gzip: its name must end in .gz"},
	{"(\u00b5/\u00fd", "is compressed by zstd: its name must end in .zst"},
	{"PAR1", "is Parquet: its name must end in .parquet"},
	{"%PDF-", "is a document of PDF"},
	{"{\\rtf", "is a document of RTF"},
	{"<!doctype html", "is a page of HTML, as a server sends in place of a file"},
	{"<html", "is a page of HTML, as a server sends in place of a file"},
	{"<?xml", "is XML"},
}

// foreign says what a file is whose text, read as UTF-8 or else as Windows-1252, is
// neither CSV nor NDJSON; "" if it may be.
func foreign(text []byte) string {
	text = bytes.TrimSpace(text[:min(len(text), 1<<10)])
	for _, s := range signatures {
		if n := len(s.begins); len(text) >= n && strings.EqualFold(string(text[:n]), s.begins) {
			return s.says
		}
	}
	return ""
}
