package postgres

import (
	"context"
	"io"
	"testing"

	"archwire"
	"archwire/internal/testdb"
)

// A bundle is a database with one source on it.
type bundle struct {
	url string
	src *Source
}

func setup(tb testing.TB, statements ...string) bundle {
	tb.Helper()
	b := bundle{url: testdb.Postgres(tb)}
	testdb.Exec(tb, b.url, statements...)
	b.src = open(tb, Config{Name: "rcm", DSN: b.url})
	return b
}

func open(tb testing.TB, cfg Config) *Source {
	tb.Helper()
	src, err := Open(context.Background(), cfg)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { drop(src) })
	return src
}

func (b bundle) table(tb testing.TB, name string) archwire.Table {
	tb.Helper()
	tables, err := b.src.Tables(context.Background())
	if err != nil {
		tb.Fatal(err, archwire.HintOf(err))
	}
	for _, table := range tables {
		if table.Name == name {
			return table
		}
	}
	tb.Fatalf("no table %s in %v", name, tables)
	return archwire.Table{}
}

func (b bundle) view(tb testing.TB) archwire.View {
	tb.Helper()
	v, err := b.src.View(context.Background())
	if err != nil {
		tb.Fatal(err, archwire.HintOf(err))
	}
	tb.Cleanup(func() { drop(v) })
	return v
}

// exec runs statements as somebody else would.
func (b bundle) exec(tb testing.TB, statements ...string) {
	tb.Helper()
	testdb.Exec(tb, b.url, statements...)
}

// name is that of the bundle's database.
func (b bundle) name() string { return b.src.conn.Database }

// drop closes what a test is done with.
func drop(c io.Closer) { _ = c.Close() }

// major is the server's major version.
func (b bundle) major(t *testing.T) int {
	t.Helper()
	se, err := b.src.connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer se.close(context.Background())
	return se.version / 10000
}
