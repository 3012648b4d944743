package postgres

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// with changes the bundle's URL.
func (b bundle) with(t *testing.T, change func(*url.URL)) string {
	t.Helper()
	u, err := url.Parse(b.url)
	if err != nil {
		t.Fatal(err)
	}
	change(u)
	return u.String()
}

// role makes a user for this test; as is the bundle's URL with it.
func (b bundle) role(t *testing.T, options string) string {
	t.Helper()
	name := "role_" + strings.TrimPrefix(b.name(), "test_")
	b.exec(t, "create role "+name+" login password 'pw' "+options)
	t.Cleanup(func() { b.exec(t, "drop owned by "+name+" cascade", "drop role "+name) })
	return name
}

func (b bundle) as(t *testing.T, role string) string {
	t.Helper()
	return b.with(t, func(u *url.URL) { u.User = url.UserPassword(role, "pw") })
}

func TestConnectionErrorsSayWhatToDo(t *testing.T) {
	db := setup(t)
	shut := db.role(t, "connection limit 0")
	deaf, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer drop(deaf)
	go func() {
		for {
			c, err := deaf.Accept()
			if err != nil {
				return
			}
			drop(c)
		}
	}()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	drop(closed)
	for _, c := range []struct {
		name string
		dsn  string
		code archwire.Code
		says string
	}{
		{"wrong password", db.with(t, func(u *url.URL) { u.User = url.UserPassword("postgres", "s3cret") }), archwire.Denied, "password of user postgres"},
		{"unknown user", db.with(t, func(u *url.URL) { u.User = url.UserPassword("mallory", "s3cret") }), archwire.Denied, "mallory"},
		{"unknown database", db.with(t, func(u *url.URL) { u.Path = "/nowhere" }), archwire.Invalid, "nowhere"},
		{"no connection left", db.as(t, shut), archwire.Unavailable, "no connection left"},
		{"nothing listens", db.with(t, func(u *url.URL) { u.Host = closed.Addr().String() }), archwire.Unavailable, "cannot be reached"},
		{"closes at once", db.with(t, func(u *url.URL) { u.Host = deaf.Addr().String() }), archwire.Unavailable, "cannot be reached"},
		{"no TLS", db.with(t, func(u *url.URL) { u.RawQuery = "sslmode=require" }), archwire.Unavailable, "encrypted"},
	} {
		src := open(t, Config{Name: "rcm", DSN: c.dsn})
		_, errTables := src.Tables(t.Context())
		_, errView := src.View(t.Context())
		for _, err := range []error{errTables, errView} {
			wantError(t, c.name, err, c.code, c.says)
		}
	}
}

// wantError wants code, words, a hint, and no secret anywhere along the chain.
func wantError(t *testing.T, what string, err error, code archwire.Code, says string) {
	t.Helper()
	if archwire.CodeOf(err) != code || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), "rcm") {
		t.Errorf("%s: code %q, error %v; want %q and %q", what, archwire.CodeOf(err), err, code, says)
	}
	if archwire.HintOf(err) == "" {
		t.Errorf("%s: no hint", what)
	}
	for ; err != nil; err = errors.Unwrap(err) {
		for _, secret := range []string{"s3cret", "Jane Roe"} {
			if strings.Contains(err.Error(), secret) || strings.Contains(archwire.HintOf(err), secret) {
				t.Errorf("%s: the error tells %s: %v", what, secret, err)
			}
		}
	}
}

func TestBadDSNIsInvalidAndKeepsItsPassword(t *testing.T) {
	for _, dsn := range []string{"", "postgres://u:s3cret@host:notaport/db", "host=a port=s3cret password=s3cret", "postgres://u:s3cret@h/db?sslmode=maybe"} {
		_, err := Open(t.Context(), Config{Name: "rcm", DSN: dsn})
		wantError(t, dsn, err, archwire.Invalid, "dsn")
	}
}

// A table that is dropped after a view began is gone, and not closed to its user.
func TestATableDroppedUnderAViewIsGone(t *testing.T) {
	db := setup(t, "create table payer (id int primary key)")
	payer := db.table(t, "payer")
	view, err := db.src.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close() //nolint:errcheck // what it says of the table is what counts
	db.exec(t, "drop table payer")
	_, err = view.Chunks(t.Context(), payer)
	wantError(t, "a dropped table", err, archwire.Invalid, "rcm.payer: the source has no table public.payer any more")
}

func TestReadingErrorsSayWhatToDo(t *testing.T) {
	db := setup(t, "create table payer (id int, name text)", "insert into payer values (1, 'Jane Roe')",
		"create view casts as select name::int as n from payer", "create view divides as select 1 / (id - 1) as n from payer",
		"create view sleeps as select pg_sleep(60)::text as n", "create schema hidden", "create table hidden.payer (id int)",
		"create table hidden_rows (id int)", "alter table hidden_rows enable row level security", "create policy p on hidden_rows using (false)",
	)
	name := db.role(t, "")
	db.exec(t, "grant select on payer, casts, divides, sleeps, hidden_rows to "+name, "grant select on hidden.payer to "+name)
	reader := db
	reader.url = db.as(t, name)
	reader.src = open(t, Config{Name: "rcm", DSN: reader.url, StatementTimeout: 2 * time.Second})
	reader.src.lockTimeout = 100 * time.Millisecond

	hidden := db.table(t, "hidden_payer")
	if hidden.Schema != "hidden" {
		hidden = archwire.Table{Source: "rcm", Name: "payer", Schema: "hidden", Origin: "payer", Columns: hidden.Columns}
	}
	for _, c := range []struct {
		table archwire.Table
		code  archwire.Code
		says  string
		hint  string
	}{
		{db.table(t, "casts"), archwire.Invalid, "rcm.casts: the server could not convert a value", "text"},
		{db.table(t, "divides"), archwire.Invalid, "rcm.divides", ""},
		{db.table(t, "sleeps"), archwire.Unavailable, "rcm.sleeps: the server stopped the query", "statement_timeout"},
		{db.table(t, "hidden_rows"), archwire.Denied, "rcm.hidden_rows", "bypassrls"},
		{hidden, archwire.Denied, "the user " + name + " may not read hidden.payer", `grant usage on schema "hidden" to "` + name + `"`},
	} {
		err := reader.readError(t, c.table)
		wantError(t, c.table.Name, err, c.code, c.says)
		if !strings.Contains(archwire.HintOf(err), c.hint) {
			t.Errorf("%s: hint %q, want %q", c.table.Name, archwire.HintOf(err), c.hint)
		}
	}

	ctx := context.Background()
	locker, err := pgx.Connect(ctx, db.url)
	if err != nil {
		t.Fatal(err)
	}
	defer locker.Close(ctx) //nolint:errcheck // nothing left to lose
	if _, err := locker.Exec(ctx, "begin; lock table payer in access exclusive mode"); err != nil {
		t.Fatal(err)
	}
	reader.src.cfg.StatementTimeout = 0
	if _, err := reader.src.Tables(t.Context()); err != nil {
		t.Errorf("listing tables while one is locked: %v", err)
	}
	wantError(t, "a locked table", reader.readError(t, db.table(t, "payer")), archwire.Unavailable, "rcm.payer: another session keeps the table locked")
}

// readError reads a table in a view of its own and returns what went wrong.
func (b bundle) readError(t *testing.T, table archwire.Table) error {
	t.Helper()
	v, err := b.src.View(t.Context())
	if err != nil {
		return err
	}
	defer drop(v)
	return sourcetest.ReadError(v, table)
}

func TestUserWithSelectOnlyIsEnough(t *testing.T) {
	db := setup(t, fewRows, "create table secret (a int)", "create table half (open int, closed text)", "insert into half values (1, 'x')")
	name := db.role(t, "")
	db.exec(t, "grant select on payer to "+name, "grant select (open) on half to "+name)
	looker := db
	looker.src = open(t, Config{Name: "rcm", DSN: db.as(t, name)})
	tables, err := looker.src.Tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 2 || len(tables[0].Columns) != 1 || tables[1].Name != "payer" {
		t.Fatalf("got %+v, want half with its open column, and payer", tables)
	}
	v := looker.view(t)
	if rows := sourcetest.ReadAll(t, v, tables[0]); len(rows) != 1 {
		t.Errorf("half: %d rows", len(rows))
	}
	if rows := sourcetest.ReadAll(t, v, tables[1]); len(rows) != 20 {
		t.Errorf("payer: %d rows", len(rows))
	}
	if n, err := v.Count(t.Context(), tables[0]); err != nil || n != 1 {
		t.Errorf("count of half: %d, error %v", n, err)
	}
	wantError(t, "a closed column", sourcetest.ReadError(v, db.table(t, "half")), archwire.Invalid, "column closed")
}
