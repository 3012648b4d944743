package files

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
)

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
