package files

import (
	"strings"
	"testing"
	"time"

	"archwire"
	"archwire/internal/fileform"
	"archwire/internal/object"
	"archwire/internal/object/s3test"
	"archwire/internal/source/sourcetest"
)

// Files below a prefix of a bucket are a table, each in the version that was listed.
func TestFilesInS3(t *testing.T) {
	s3test.Login(t)
	server := s3test.Start(t)
	server.Bucket(t, "inbox")
	store, err := object.Open("s3://inbox/from/payers?endpoint=" + server.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	form := fileform.Form{Snapshots: "full/s{number}.csv.gz", Changes: "c{number}.csv"}.Default()
	table := archwire.Table{
		Source: "lab", Name: "t", Schema: Schema, Origin: "t", Form: form.String(), Key: []string{"id"},
		Columns: []archwire.Column{{Name: "id", Type: archwire.Type{Kind: archwire.Int64}}, {Name: "v", Type: archwire.Type{Kind: archwire.Text}, Nullable: true}},
	}
	put := func(name, content string) {
		t.Helper()
		if err := store.Put(t.Context(), name, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	source, err := Open(Config{Name: "lab", Store: store, Now: time.Now, Tables: []Table{{table, form}}})
	if err != nil {
		t.Fatal(err)
	}
	put("full/s1.csv.gz", gzipped(t, head+"1,a\n2,b\n"))
	put("c2.csv", head+"2,c\n3,d\n")
	put("c3.csv", head+"2,c\n3,d\n") // sent twice
	v := sourcetest.Open(t, source)
	rows := sourcetest.ReadAll(t, v, table)
	if len(rows) != 3 || rows[0][1] != "a" || rows[1][1] != "c" || rows[2][1] != "d" {
		t.Errorf("rows %v", rows)
	}
	same, err := sourcetest.Open(t, source).(archwire.Witness).Unchanged(t.Context(), table, v.At())
	if !same || err != nil {
		t.Errorf("nothing was written, and the witness says %t, error %v", same, err)
	}
	put("c2.csv", head+"2,e\n3,f\n") // as long as before
	if err := sourcetest.ReadError(v, table); archwire.CodeOf(err) != archwire.Unavailable || !strings.Contains(err.Error(), "c2.csv") {
		t.Errorf("a file that was written again: %v", err)
	}
	later := sourcetest.Open(t, source)
	if same, err := later.(archwire.Witness).Unchanged(t.Context(), table, v.At()); same || err != nil {
		t.Errorf("a file was written, and the witness says %t, error %v", same, err)
	}
	if rows := sourcetest.ReadAll(t, later, table); len(rows) != 3 {
		t.Errorf("rows %v", rows)
	}
}
