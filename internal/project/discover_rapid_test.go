package project

import (
	"bytes"
	"slices"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"archwire"
)

// anyName is an identifier as a database may hold it.
func anyName() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-c]{1,2}`),
		rapid.SampledFrom([]string{
			"Id", "ID", "yes", "null", "~", "1", "1.5", "2024-01-01", "<<", "a.b", `a"b`, "a b ", " a", "# a", "a: b", "- a", "&a", "*a", "!a", "%a", "@a",
			"{a}", "[a]", "a,b", "'", "a\nb", "a\tb", "é", "名前", "_", "=", "?", "|", ">", "a\u00a0", "\u2028", "true", "0x1f", "archwire",
		}),
		rapid.StringN(1, 8, -1).Filter(func(s string) bool { return !bytes.ContainsRune([]byte(s), 0) }),
	)
}

func anyColumn(t *rapid.T, name string) archwire.Column {
	c := archwire.Column{Name: name, Origin: rapid.SampledFrom([]string{"bigint", "text", "odd # type", ""}).Draw(t, "origin")}
	c.Type = rapid.SampledFrom([]archwire.Type{kind(archwire.Int64), kind(archwire.Text), decimal(38, 38), kind(archwire.TimestampTZ)}).Draw(t, "type")
	if rapid.IntRange(0, 4).Draw(t, "refused") == 0 {
		c.Type, c.Refused = archwire.Type{}, "no exact form:\ndeclare one # or not"
	}
	return c
}

func anyTable(t *rapid.T) archwire.Table {
	table := archwire.Table{
		Source: "rcm", Schema: rapid.OneOf(rapid.Just("public"), anyName()).Draw(t, "schema"), Origin: anyName().Draw(t, "table"),
		Rows: rapid.Int64Range(-1, 1<<40).Draw(t, "rows"), Bytes: rapid.Int64Range(-1, 1<<50).Draw(t, "bytes"),
		View: rapid.IntRange(0, 5).Draw(t, "view") == 0,
	}
	table.Name = table.Origin
	names := rapid.SliceOfNDistinct(anyName(), 0, 6, rapid.ID).Draw(t, "columns")
	for _, name := range names {
		table.Columns = append(table.Columns, anyColumn(t, name))
	}
	if len(names) > 0 {
		table.Key = rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 2, rapid.ID).Draw(t, "key")
		table.Sync = archwire.SyncHint{
			Mode:    rapid.SampledFrom([]string{"", "full", "append", "cursor", "checksum"}).Draw(t, "mode"),
			Cursor:  rapid.SampledFrom(names).Draw(t, "cursor"),
			Deletes: rapid.SampledFrom([]string{"", "sweep", "none"}).Draw(t, "deletes"),
			Reason:  rapid.SampledFrom([]string{"", "because", "it # says\nso"}).Draw(t, "reason"),
		}
	}
	return table
}

func copyable(tables []archwire.Table) []archwire.Table {
	return slices.DeleteFunc(slices.Clone(tables), func(t archwire.Table) bool { return unfit(t) != "" })
}

// Whatever a source is like, the file written for it loads and says of each
// table what the source said; discovering again finds nothing new.
func TestWhatDiscoverWritesLoads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tables := rapid.SliceOfNDistinct(rapid.Custom(anyTable), 0, 4, func(t archwire.Table) [2]string {
			return [2]string{t.Schema, t.Origin}
		}).Draw(t, "tables")
		var b bytes.Buffer
		if err := WriteSource(&b, "rcm", "postgres", "${RCM_DSN}", tables); err != nil {
			if len(copyable(tables)) > 0 {
				t.Fatal(err)
			}
			return
		}
		p, err := load(fstest.MapFS{
			configFile:         {Data: []byte("name: x\ntenant: {noun: practice, table: x.y, key: id, label: id}\n")},
			"sources/rcm.yaml": {Data: b.Bytes()},
		}, noEnv)
		complaints, _ := err.(Complaints) //nolint:errorlint // load returns nothing else
		for _, c := range complaints {
			if c.File != configFile { // its tenant table is none of these
				t.Fatalf("%v\n%s", err, b.Bytes())
			}
		}
		if p != nil {
			t.Fatal("x.y is there")
		}
		again, differences, err := Rediscover("sources/rcm.yaml", b.Bytes(), copyable(tables))
		if err != nil || len(differences) > 0 || !bytes.Equal(again, b.Bytes()) {
			t.Fatalf("again: %v %v\n%s\n---\n%s", err, differences, b.Bytes(), again)
		}
	})
}
