package postgres

import (
	"context"
	"testing"

	"archwire"
	"archwire/internal/testdb"
)

// A bundle is a database with one source on it.
type bundle struct {
	url string
	src *Source
}

func setup(t testing.TB, statements ...string) bundle {
	t.Helper()
	b := bundle{url: testdb.Postgres(t)}
	testdb.Exec(t, b.url, statements...)
	b.src = open(t, Config{Name: "rcm", DSN: b.url})
	return b
}

func open(t testing.TB, cfg Config) *Source {
	t.Helper()
	src, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return src
}

func (b bundle) table(t testing.TB, name string) archwire.Table {
	t.Helper()
	tables, err := b.src.Tables(context.Background())
	if err != nil {
		t.Fatal(err, archwire.HintOf(err))
	}
	for _, table := range tables {
		if table.Name == name {
			return table
		}
	}
	t.Fatalf("no table %s in %v", name, tables)
	return archwire.Table{}
}

func (b bundle) view(t testing.TB) archwire.View {
	t.Helper()
	v, err := b.src.View(context.Background())
	if err != nil {
		t.Fatal(err, archwire.HintOf(err))
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// exec runs statements as somebody else would.
func (b bundle) exec(t testing.TB, statements ...string) {
	t.Helper()
	testdb.Exec(t, b.url, statements...)
}

// name is that of the bundle's database.
func (b bundle) name() string { return b.src.conn.Database }
