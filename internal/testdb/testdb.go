// Package testdb gives a test the database it needs: a fresh one on a real
// PostgreSQL. A test that cannot have it fails and says what to install; it
// never skips.
package testdb

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/testdb/cluster"
)

// Postgres returns the postgres:// URL, as a superuser, of a fresh empty
// database. It lies on the server that ARCHWIRE_TEST_POSTGRES names (the URL of
// a superuser) or else on a private one, started once a test process, which
// ends with it. The database is dropped when the test ends.
func Postgres(tb testing.TB) string {
	tb.Helper()
	admin, err := server()
	if err != nil {
		tb.Fatalf("starting PostgreSQL for the tests: %v\n%s", err, archwire.HintOf(err))
	}
	name := "test_" + strings.ToLower(rand.Text()[:12])
	create := "create database " + name + " template template0 encoding 'UTF8'"
	if version(tb, admin) >= "15" {
		create += " strategy file_copy" // six times as fast as the default, which spares a checkpoint
	}
	Exec(tb, admin, create)
	tb.Cleanup(func() { drop(tb, admin, name) })
	u, err := url.Parse(admin)
	if err != nil {
		tb.Fatalf("reading ARCHWIRE_TEST_POSTGRES: it is not a postgres:// URL")
	}
	u.Path = "/" + name
	return u.String()
}

// Exec runs statements on the database at url.
func Exec(tb testing.TB, url string, statements ...string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		tb.Fatalf("connecting to the test's PostgreSQL: %v", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql).ReadAll(); err != nil {
			tb.Fatalf("running %.200q: %v", sql, err)
		}
	}
}

// version is the server's, as it says when one connects.
func version(tb testing.TB, url string) string {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgconn.Connect(ctx, url)
	if err != nil {
		tb.Fatalf("connecting to the test's PostgreSQL: %v", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing left to lose
	return conn.ParameterStatus("server_version")
}

// drop removes a database, with the sessions a failed test left on it.
func drop(tb testing.TB, admin, name string) {
	tb.Helper()
	Exec(tb, admin,
		fmt.Sprintf("select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'", name),
		"drop database if exists "+name)
}

// server is the URL of the server that this process's tests share. It is the
// one thing that outlives a test, for starting takes longer than most tests do.
var server = sync.OnceValues(func() (string, error) {
	if url := os.Getenv("ARCHWIRE_TEST_POSTGRES"); url != "" {
		return url, nil
	}
	c, err := private()
	if err != nil {
		return "", err
	}
	return c.URL("postgres"), nil
})

// private starts a cluster that vanishes with this process.
func private(opts ...cluster.Option) (*cluster.Cluster, error) {
	dir, err := os.MkdirTemp("", "archwire-postgres-")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return cluster.Start(ctx, dir, append(opts, cluster.Throwaway())...)
}
