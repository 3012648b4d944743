// Package sqlserver gives a test a database of SQL Server, or of its double.
package sqlserver

import (
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"testing"

	_ "github.com/microsoft/go-mssqldb" // the driver

	"archwire/internal/source/sqlserver/sqlservertest"
)

// Database returns the URL of a fresh empty database, on the server that
// ARCHWIRE_TEST_SQLSERVER names (the URL of a login that may make databases) or else on
// a double of the test's own. It is dropped when the test ends.
func Database(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("ARCHWIRE_TEST_SQLSERVER")
	if server == "" {
		server = sqlservertest.Start(tb, sqlservertest.Options{}).DSN("master")
	}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "sqlserver" {
		tb.Fatal("ARCHWIRE_TEST_SQLSERVER is not a sqlserver:// URL")
	}
	name := "test_" + strings.ToLower(rand.Text()[:12])
	Exec(tb, server, "create database "+name)
	tb.Cleanup(func() {
		Exec(tb, server, "alter database "+name+" set single_user with rollback immediate", "drop database "+name)
	})
	q := u.Query()
	q.Set("database", name)
	u.RawQuery = q.Encode()
	return u.String()
}

// Open opens a pool on the database at url, until the test ends.
func Open(tb testing.TB, url string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlserver", url)
	if err != nil {
		tb.Fatal("the URL of the test's SQL Server is not one that its driver understands") // what it says may hold the password
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// Exec runs statements on the database at url.
func Exec(tb testing.TB, url string, statements ...string) {
	tb.Helper()
	db := Open(tb, url)
	for _, statement := range statements {
		if _, err := db.Exec(statement); err != nil {
			tb.Fatalf("running %.200q: %v", statement, err)
		}
	}
}
