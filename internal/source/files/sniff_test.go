package files

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
)

// discovered is what a source without declared tables finds in files.
func discovered(t *testing.T, content map[string]string) map[string]archwire.Table {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Open(Config{Name: "lab", Store: object.NewDir(dir), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	tables, err := s.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]archwire.Table{}
	for _, table := range tables {
		found[table.Origin] = table
	}
	return found
}

func TestDiscoverReadsTheShapeOffASample(t *testing.T) {
	utf16 := "\xff\xfe"
	for _, r := range "a;b\n1;x\n" {
		utf16 += string([]byte{byte(r), 0})
	}
	found := discovered(t, map[string]string{
		"remit/advice_2026-11-19.csv":      "old\n",
		"remit/advice_2026-11-20.csv":      "id,paid on,amount,code,note\n1,11/20/2026,12.50,007,\"a, b\"\n2,12/31/2026,-3,010,\n",
		"sites_20261120T013000_part12.psv": "site|open|since\nNULL|true|2026-11-20 08:00:00\n4|false|NULL\n",
		"changes/claim_delta_7.ndjson":     `{"id": 1, "paid": "12.50", "tags": ["x"], "at": "2026-11-20T01:30:00Z"}` + "\n" + `{"id": 2, "paid": null, "tags": []}` + "\n",
		"plain.txt":                        "1\t2026-01-05\n2\t2026-01-06\n",
		"wide.csv":                         utf16,
		"accent.csv":                       "name,n\nM\xfcller,1\n",
		"notes.pdf":                        "%PDF",
		"empty.csv":                        "",
	})
	type column struct{ Name, Type string }
	got := map[string][]column{}
	forms := map[string]fileform.Form{}
	for name, table := range found {
		for _, c := range table.Columns {
			got[name] = append(got[name], column{c.Name, c.Type.String()})
		}
		form, err := fileform.Parse(table.Form)
		if err != nil {
			t.Fatal(err)
		}
		forms[name] = form
	}
	want := map[string][]column{
		"advice":      {{"id", "int64"}, {"paid on", "date"}, {"amount", "decimal(18,2)"}, {"code", "text"}, {"note", "text"}},
		"sites":       {{"site", "int64"}, {"open", "bool"}, {"since", "timestamp"}},
		"claim_delta": {{"id", "int64"}, {"paid", "text"}, {"tags", "json"}, {"at", "timestamptz"}},
		"plain":       {{"c1", "int64"}, {"c2", "date"}},
		"wide":        {{"a", "int64"}, {"b", "text"}},
		"accent":      {{"name", "text"}, {"n", "int64"}},
	}
	got["sites"] = got["sites_part"]
	delete(got, "sites_part")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for name, wants := range map[string]fileform.Form{
		"advice":      {Snapshots: "remit/advice_{date}.csv", Dates: "MM/DD/YYYY"},
		"sites_part":  {Snapshots: "sites_{date}T{time}_part*.psv", Delimiter: "|", Null: "NULL"},
		"claim_delta": {Changes: "changes/claim_delta_{number}.ndjson", Format: fileform.NDJSON},
		"plain":       {Snapshots: "plain.txt", Delimiter: "\t", Names: []string{"c1", "c2"}},
		"wide":        {Snapshots: "wide.csv", Delimiter: ";", Encoding: "utf-16le"},
		"accent":      {Snapshots: "accent.csv", Encoding: "windows-1252"},
	} {
		if diff := cmp.Diff(wants.Default(), forms[name]); diff != "" {
			t.Errorf("form of %s (-want +got):\n%s", name, diff)
		}
	}
	for name, table := range found {
		if strings.Contains(table.Sync.Reason, "\n") || table.Rows != -1 {
			t.Errorf("%s: %+v", name, table.Sync)
		}
	}
}

// Of parts of a snapshot none may be left out: what numbers them is not how new they are.
func TestDiscoverTellsPartsFromNumbers(t *testing.T) {
	t.Parallel()
	found := discovered(t, map[string]string{
		"a_20261120_part-1.csv": "id\n1\n", "a_20261120_part-2.csv": "id\n2\n", "b_1_of_2.csv": "id\n1\n", "c_20261120_2.csv": "id\n1\n", "party7.csv": "id\n1\n",
	})
	for name, want := range map[string]string{"a_part": "a_{date}_part-*.csv", "b_of": "b_*_of_*.csv", "c": "c_{date}_{number}.csv", "party": "party{number}.csv"} {
		form, err := fileform.Parse(found[name].Form)
		if err != nil || form.Snapshots != want {
			t.Errorf("%s has the pattern %q, error %v; want %q", name, form.Snapshots, err, want)
		}
	}
	if reason := found["c"].Sync.Reason; !strings.Contains(reason, "write * in its place") {
		t.Errorf("the reason is %q", reason)
	}
}

// What others send under the name of a file of text is told for what it is; the first
// bytes are those of the formats' own specifications.
func TestDiscoverSaysWhatIsNoTable(t *testing.T) {
	found := discovered(t, map[string]string{
		"book.csv":       "PK\x03\x04\x14\x00\x06\x00\b\x00\x00\x00!\x00\xff\xfe\n\x01",
		"old.csv":        "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\n",
		"packed.csv":     "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff\n",
		"dense.csv":      "\x28\xb5\x2f\xfd\x04\x00\xff\n",
		"signin.csv":     "<!DOCTYPE html>\n<html><body>Session expired</body></html>\n",
		"scan.csv":       "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
		"plain.csv.gz":   "id,v\n1,a\n2,b\n3,c\n",
		"list.ndjson":    "[{\"id\": 1}, {\"id\": 2}]\n",
		"words.ndjson":   "id,v\n1,a\n",
		"twice.csv":      "id,amount,Amount,amount,,note\n1,2,3,4,x,\n",
		"unnamed.csv":    "1,1,5\n2,3,4\n",
		"uneven.csv":     "id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,p,q\n",
		"kontostand.csv": "nr;saldo\n1;1.234,50\n2;-12,00\n",
	})
	for name, want := range map[string]string{
		"book": "book.csv is a ZIP archive, as spreadsheets of Excel are", "old": "of an old Office", "packed": "its name must end in .gz",
		"dense": "its name must end in .zst", "signin": "is a page of HTML", "scan": "is a document of PDF", "plain": "it is not compressed as its name says",
		"list": "is one document of JSON, a list", "words": "has no line that is an object of JSON", "twice": "the column amount twice",
	} {
		if table := found[name]; len(table.Columns) != 0 || table.Sync.Mode != "" || !strings.Contains(table.Sync.Reason, want) {
			t.Errorf("%s: columns %v, reason %q, want %q", name, table.Columns, table.Sync.Reason, want)
		}
	}
	names := func(table archwire.Table) (names []string) {
		for _, c := range table.Columns {
			names = append(names, c.Name)
		}
		return names
	}
	for name, want := range map[string][]string{"unnamed": {"c1", "c2", "c3"}, "uneven": {"id", "a", "b"}, "kontostand": {"nr", "saldo"}} {
		if diff := cmp.Diff(want, names(found[name])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if c, _ := found["kontostand"].Column("saldo"); c.Type.Kind != archwire.Text || !strings.Contains(c.Origin, "decimal comma") {
		t.Errorf("saldo is %+v", c)
	}
}
