package project

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/fileform"
)

// ofFiles is a project whose source is files.
func ofFiles(source string) fstest.MapFS {
	return fstest.MapFS{
		configFile:           {Data: []byte("name: x\ntenant: {noun: practice, table: remit.a, key: id, label: id}\n")},
		"sources/remit.yaml": {Data: []byte("source: remit\ndsn: file:in\n" + source)},
	}
}

func TestSourceOfFiles(t *testing.T) {
	p, err := load(ofFiles(`engine: files
settle: 5m
tables:
  a:
    files: {snapshots: "a_{date}.csv", delimiter: "\t", nulls: 'NULL', rejects: 0.5%}
    columns: {id: int64}
  b:
    files: {changes: "b_{number}.parquet", format: parquet, operation: op, gone: [D]}
    key: [id]
    columns: {id: int64}
`), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	s := p.Sources[0]
	want := fileform.Form{Snapshots: "a_{date}.csv", Format: "csv", Delimiter: "\t", Quote: `"`, Encoding: "utf-8", Null: "NULL", Dates: "YYYY-MM-DD", Rejects: 5000}
	if diff := cmp.Diff(want, s.Tables[0].Files.Default()); diff != "" || s.Settle != 5*time.Minute {
		t.Errorf("settle %s; files (-want +got):\n%s", s.Settle, diff)
	}
	if s.Tables[1].Schema != EngineFiles || s.Tables[1].Origin != "b" {
		t.Errorf("schema %q, origin %q", s.Tables[1].Schema, s.Tables[1].Origin)
	}
	before := s.Tables[0].Definition()
	s.Tables[0].Form = strings.Replace(s.Tables[0].Form, `\t`, ";", 1)
	if s.Tables[0].Definition() == before {
		t.Error("a copy of rows that were read otherwise counts as one of the same definition")
	}
}

func TestFaultsOfSourcesOfFiles(t *testing.T) {
	for source, want := range map[string]string{
		"engine: files\ntables: {a: {columns: {id: int64}}}\n":                                                      "tables.a.files: missing; say which files",
		"engine: files\nmode: gentle\ntables: {a: {files: {snapshots: x}, columns: {id: int64}}}\n":                 "mode: has no meaning with engine: files",
		"engine: postgres\nsettle: 5m\ntables: {a: {columns: {id: int64}}}\n":                                       "settle: has no meaning with engine: postgres",
		"engine: postgres\ntables: {a: {files: {snapshots: x}, columns: {id: int64}}}\n":                            "tables.a.files: has no meaning with engine: postgres",
		"engine: files\ntables: {a: {files: {}, columns: {id: int64}}}\n":                                           "tables.a.files: names no files",
		"engine: files\ntables: {a: {files: {snapshots: \"a_{day}\"}, columns: {id: int64}}}\n":                     "tables.a.files.snapshots: \"a_{day}\" has a {",
		"engine: files\ntables: {a: {files: {changes: x, operation: op, gone: [D]}, columns: {id: int64}}}\n":       "tables.a.files.operation: needs the table's key",
		"engine: files\ntables: {a: {files: {snapshots: x, rejects: 1}, columns: {id: int64}}}\n":                   "tables.a.files.rejects: is not a share",
		"engine: files\ntables: {a: {files: {snapshots: x, format: xml}, columns: {id: int64}}}\n":                  "tables.a.files.format: \"xml\" is not",
		"engine: files\ntables: {a: {files: {snapshots: x, names: [ids]}, columns: {id: int64}}}\n":                 "tables.a.columns.id: is not among the names of the files' columns; did you mean ids?",
		"engine: files\ntables: {a: {files: {snapshots: x, delimiter: \"\"}, view: true, columns: {id: int64}}}\n":  "tables.a.files.delimiter: is empty",
		"engine: files\ntables: {a: {files: {snapshots: x}, view: true, columns: {id: int64}}}\n":                   "tables.a.view: has no meaning with engine: files",
		"engine: files\ntables: {a: {files: {snapshots: x, complete: \"x_{date}.done\"}, columns: {id: int64}}}\n":  "tables.a.files.complete: has not the same of {date}",
		"engine: files\ntables: {a: {files: {snapshots: x, format: parquet, names: [id]}, columns: {id: int64}}}\n": "tables.a.files.names: has no meaning with format: parquet",
	} {
		_, err := load(ofFiles(source), noEnv)
		if err == nil || !strings.Contains(err.Error(), "sources/remit.yaml:") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", source, err, want)
		}
	}
}

func TestDiscoveredFilesAreAProject(t *testing.T) {
	form := fileform.Form{Changes: "daily/x_{date}.txt", Delimiter: "|", Null: `\N`, Dates: "MM/DD/YYYY", Names: []string{"c1", "Paid On"}}.Default()
	table := archwire.Table{
		Source: "remit", Schema: EngineFiles, Origin: "X Delta", Form: form.String(), Rows: -1,
		Columns: []archwire.Column{{Name: "c1", Type: archwire.Type{Kind: archwire.Int64}}, {Name: "Paid On", Type: archwire.Type{Kind: archwire.Date}}},
	}
	var out strings.Builder
	if err := WriteSource(&out, "remit", EngineFiles, "file:in", []archwire.Table{table}); err != nil {
		t.Fatal(err)
	}
	s, err := decodeSource("sources/remit.yaml", []byte(out.String()))
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if diff := cmp.Diff(form, s.Tables[0].Files.Default()); diff != "" || s.Tables[0].Name != "x_delta" {
		t.Errorf("table %s, form (-want +got):\n%s\n%s", s.Tables[0].Name, diff, out.String())
	}
	described := table
	described.Origin = s.Tables[0].Name // as the source tells of a declared table
	again, differences, err := Rediscover("sources/remit.yaml", []byte(out.String()), []archwire.Table{described})
	if err != nil || len(differences) > 0 || string(again) != out.String() {
		t.Errorf("discovered again: %v, error %v\n%s", differences, err, again)
	}
}
