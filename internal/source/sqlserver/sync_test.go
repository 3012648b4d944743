package sqlserver

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"archwire"
	"archwire/internal/project"
)

func TestSyncIsProposedWithAReason(t *testing.T) {
	t.Parallel()
	id := attribute{name: "id", typ: catalogType{name: "int"}, keyAt: 1, index: 1}
	counting := id
	counting.identity = true
	stamp := attribute{name: "UpdatedAt", typ: catalogType{name: "datetime2", scale: 3}}
	indexed := stamp
	indexed.index = 3
	fine := stamp
	fine.typ.scale = 7 // it cannot be copied as it is
	version := attribute{name: "rv", typ: catalogType{name: "rowversion"}}
	flag := attribute{name: "IsDeleted", typ: catalogType{name: "bit"}}
	gone := attribute{name: "deleted_at", typ: catalogType{name: "datetime"}, nullable: true}
	large := func(columns ...attribute) relation { return relation{bytes: 9 << 20, columns: columns} }
	tracked, view, history := large(id, stamp), large(id), large(attribute{name: "id"})
	tracked.tracked, view.view, history.history = true, true, true
	for what, c := range map[string]struct {
		relation
		want archwire.SyncHint
	}{
		"small":           {relation{columns: []attribute{id, version}}, archwire.SyncHint{Mode: "full", Deletes: "sweep", Reason: "small"}},
		"a view":          {view, archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "a view"}},
		"no key":          {large(stamp), archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "no primary key"}},
		"a history":       {history, archwire.SyncHint{Mode: "full", Deletes: "none", Reason: "temporal table"}},
		"tracked":         {tracked, archwire.SyncHint{Mode: "tracking", Reason: "change tracking"}},
		"a rowversion":    {large(id, stamp, version), archwire.SyncHint{Mode: "cursor", Cursor: "rv", Deletes: "sweep", Reason: "no index begins with it"}},
		"a time":          {large(id, stamp), archwire.SyncHint{Mode: "cursor", Cursor: "UpdatedAt", Deletes: "sweep", Reason: "no index begins with it"}},
		"an index":        {large(id, indexed), archwire.SyncHint{Mode: "cursor", Cursor: "UpdatedAt", Deletes: "sweep", Reason: "an index finds it"}},
		"a flag":          {large(id, stamp, flag), archwire.SyncHint{Mode: "cursor", Cursor: "UpdatedAt", Deletes: "soft", Deleted: "IsDeleted", Reason: "IsDeleted marks"}},
		"a time of death": {large(id, stamp, gone), archwire.SyncHint{Mode: "cursor", Cursor: "UpdatedAt", Deletes: "soft", Deleted: "deleted_at", Reason: "deleted_at marks"}},
		"seven digits":    {large(id, fine), archwire.SyncHint{Mode: "checksum", Deletes: "sweep", Reason: "no column tells"}},
		"an identity":     {large(counting), archwire.SyncHint{Mode: "append", Cursor: "id", Deletes: "sweep", Reason: "counts up"}},
		// Rows that are marked are updated, which appending would miss.
		"a marked log": {large(counting, gone), archwire.SyncHint{Mode: "checksum", Deletes: "sweep", Reason: "deleted_at marks deleted ones"}},
		"nothing":      {large(id), archwire.SyncHint{Mode: "checksum", Deletes: "sweep", Reason: "no column tells"}},
	} {
		r := c.relation
		r.complete()
		got := r.table(Config{Name: "pms"}, "some").Sync
		if !strings.Contains(got.Reason, c.want.Reason) {
			t.Errorf("%s: reason %q, want %q", what, got.Reason, c.want.Reason)
		}
		if got.Reason = c.want.Reason; got != c.want {
			t.Errorf("%s: %+v, want %+v", what, got, c.want)
		}
	}
}

// TestColumnsAreReadAsTheCatalogueHasThem gives rows of columnsSQL: of an alias type,
// of a type of the CLR, of what cannot be copied.
func TestColumnsAreReadAsTheCatalogueHasThem(t *testing.T) {
	t.Parallel()
	row := func(typ, base string, computed, deterministic, masked, encrypted, assembly string) []string {
		return []string{"3", "c", typ, base, "20", "0", "0", latin, "1", "0", computed, deterministic, masked, encrypted, assembly, "", ""}
	}
	for _, c := range []struct {
		row                   []string
		unmask                bool
		typ, origin, contains string
	}{
		{row("varchar", "varchar", "0", "", "0", "", "0"), false, "varchar", "varchar(20)", ""},
		{row("phone", "varchar", "0", "", "0", "", "0"), false, "varchar", "phone", ""},
		{row("timestamp", "timestamp", "0", "", "0", "", "0"), false, "rowversion", "rowversion", ""},
		{row("geography", "", "0", "", "0", "", "1"), false, "geography", "geography", ""},
		{row("Money2", "", "0", "", "0", "", "1"), false, "clr", "clr", ""},
		{row("int", "int", "1", "1", "0", "", "0"), false, "int", "int", ""},
		{row("datetime", "datetime", "1", "0", "0", "", "0"), false, "datetime", "datetime", "computed anew"},
		{row("varchar", "varchar", "0", "", "1", "", "0"), false, "varchar", "varchar(20)", "GRANT UNMASK"},
		{row("varchar", "varchar", "0", "", "1", "", "0"), true, "varchar", "varchar(20)", ""},
		{row("varbinary", "varbinary", "0", "", "0", "2", "0"), true, "varbinary", "varbinary(20)", "encrypted"},
	} {
		a, err := newAttribute(c.row, c.unmask)
		if err != nil {
			t.Fatal(err)
		}
		if a.typ.name != c.typ || a.origin != c.origin || (c.contains == "") != (a.refused == "") || !strings.Contains(a.refused, c.contains) {
			t.Errorf("%v: %+v, want type %s, origin %s, refused for %q", c.row, a, c.typ, c.origin, c.contains)
		}
	}
}

// TestDiscoveredFileLoads writes the file of a source with odd names and types, and
// has the project read it.
func TestDiscoveredFileLoads(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, pair...)
	b.exec(t, "CREATE SCHEMA [odd.schema]", "CREATE TABLE [odd.schema].[tracked] ([id] int NOT NULL PRIMARY KEY, [a]]b] nvarchar(10) NULL, [Name] int NULL)",
		"CREATE TABLE everything (id uniqueidentifier NOT NULL PRIMARY KEY, phone varchar(20) NULL, place geography NULL, any_value sql_variant NULL, fine time(7) NULL, total AS (1 + 1))")
	tables, err := open(t, Config{DSN: b.dsn}).Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := project.WriteSource(&file, "pms", "sqlserver", "${PMS_DSN}", tables); err != nil {
		t.Fatal(err)
	}
	for _, says := range []string{
		"from: odd.schema.tracked", "sync: tracking", "place: {exclude: true}", "NOT COPIED: geography", "any_value: {exclude: true}", "fine: {exclude: true}",
		"phone: text # varchar(20)", "amount: decimal(9,2)",
	} {
		if says == "from: odd.schema.tracked" {
			says = `from: '"odd.schema".tracked'`
		}
		if !strings.Contains(file.String(), says) {
			t.Errorf("the file does not say %q:\n%s", says, file.String())
		}
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"archwire.yaml":    "name: lab\ntenant: {noun: practice, table: pms.tracked, key: id, label: id}\n",
		"sources/pms.yaml": file.String(),
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.LoadSources(dir, func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatalf("%v\n%s", err, file.String())
	}
	if s, ok := p.Source("pms"); !ok || len(s.Tables) != 4 {
		t.Errorf("%+v, want 4 tables", s)
	}
}
