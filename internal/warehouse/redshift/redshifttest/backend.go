package redshifttest

import (
	"context"
	"crypto/rand"
	"embed"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire/internal/testdb"
)

// A backend is the PostgreSQL behind the servers of this process, and the database
// there that fresh ones are copied from.
type backend struct {
	admin    *url.URL
	template string
	making   sync.Mutex // CREATE DATABASE wants its template for itself
}

// setup is what every database has from the start.
//
//go:embed *.sql
var setup embed.FS

// backends has the backend of this process: making its template takes longer than
// most tests do.
var backends struct {
	mu  sync.Mutex
	one *backend
}

// standing is the backend.
func standing(tb testing.TB) *backend {
	tb.Helper()
	backends.mu.Lock()
	defer backends.mu.Unlock()
	if backends.one != nil {
		return backends.one
	}
	admin, err := url.Parse(testdb.Postgres(tb))
	if err != nil {
		tb.Fatal("reading the test's PostgreSQL URL")
	}
	admin.Path = "/postgres"
	b := &backend{admin: admin, template: "redshifttest_" + strings.ToLower(rand.Text()[:12])}
	b.exec(tb, "create database "+b.template+" template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8' strategy file_copy")
	for _, file := range []string{"setup.sql", "functions.sql", "loaderrors.sql", "mviews.sql"} {
		sql, err := setup.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		testdb.Exec(tb, b.url(b.template), string(sql))
	}
	backends.one = b
	return b
}

// fresh makes a database, which is dropped when the test ends.
func (b *backend) fresh(tb testing.TB) string {
	tb.Helper()
	name := "rs_" + strings.ToLower(rand.Text()[:12])
	b.making.Lock()
	defer b.making.Unlock()
	b.exec(tb, "create database "+name+" template "+b.template+" strategy file_copy")
	tb.Cleanup(func() { b.exec(tb, "drop database if exists "+name+" with (force)") })
	return name
}

func (b *backend) url(database string) string {
	u := *b.admin
	u.Path = "/" + database
	return u.String()
}

func (b *backend) exec(tb testing.TB, sql string) {
	tb.Helper()
	testdb.Exec(tb, b.admin.String(), sql)
}

// connect opens a session on a database there, which begins with further statements.
func (b *backend) connect(ctx context.Context, database string, further ...string) (*pgconn.PgConn, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	conn, err := pgconn.Connect(ctx, b.url(database))
	if err != nil {
		return nil, &pgconn.PgError{Severity: "FATAL", Code: "3D000", Message: fmt.Sprintf("database %q does not exist", database)}
	}
	if _, err := conn.Exec(ctx, strings.Join(append(further, start...), "; ")).ReadAll(); err != nil {
		return nil, fmt.Errorf("starting a session behind: %w", err)
	}
	return conn, nil
}

// start is what makes a session of PostgreSQL like one of Redshift: its defaults
// (Configuration reference), and the isolation that new databases have (CREATE
// DATABASE, ISOLATION LEVEL).
var start = []string{
	"set timezone to 'UTC'",
	"set datestyle to 'ISO, MDY'",
	"set extra_float_digits to 0",
	"set client_min_messages to warning",
	"set jit to off",
	"set work_mem to '64MB'",
	"set enable_nestloop to off", // PostgreSQL knows nothing of tables that were just filled
	"set default_transaction_isolation to 'repeatable read'",
}
