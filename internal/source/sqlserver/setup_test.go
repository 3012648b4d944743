package sqlserver

import (
	"context"
	"crypto/rand"
	"database/sql"
	"net/url"
	"os"
	"testing"

	_ "github.com/microsoft/go-mssqldb" // the real driver, for what is done to databases

	"archwire/internal/source/sqlserver/sqlservertest"
)

// A bundle is a database of a test and what its experiments need.
type bundle struct {
	double *sqlservertest.Server // nil on a real server
	dsn    string
	db     *sql.DB // the administrator
}

// setup makes an empty database with snapshots and change tracking, on the double,
// or on the server whose administrator ARCHWIRE_TEST_SQLSERVER names.
func setup(t *testing.T) *bundle {
	t.Helper()
	if admin := os.Getenv("ARCHWIRE_TEST_SQLSERVER"); admin != "" {
		return realDatabase(t, admin)
	}
	return onDouble(t)
}

// onDouble is setup on the double in any case, for what takes rights away.
func onDouble(t *testing.T) *bundle {
	t.Helper()
	b := doubled(t, sqlservertest.Options{})
	b.exec(t, "ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON",
		"ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS, AUTO_CLEANUP = ON)")
	return b
}

// doubled makes a database on a double of its own, as a server makes it: without
// snapshots and change tracking.
func doubled(t *testing.T, opts sqlservertest.Options) *bundle {
	t.Helper()
	double := sqlservertest.Start(t, opts)
	if err := double.Exec("master", "CREATE DATABASE lab"); err != nil {
		t.Fatal(err)
	}
	b := &bundle{double: double, dsn: double.DSN("lab")}
	b.db = connectTo(t, b.dsn)
	return b
}

func realDatabase(t *testing.T, admin string) *bundle {
	t.Helper()
	master := connectTo(t, admin)
	name := "archwire_" + rand.Text()
	for _, sql := range []string{
		"CREATE DATABASE [" + name + "]", "ALTER DATABASE [" + name + "] SET ALLOW_SNAPSHOT_ISOLATION ON",
		"ALTER DATABASE [" + name + "] SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS, AUTO_CLEANUP = ON)",
	} {
		if _, err := master.ExecContext(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	t.Cleanup(func() {
		for _, sql := range []string{"ALTER DATABASE [" + name + "] SET SINGLE_USER WITH ROLLBACK IMMEDIATE", "DROP DATABASE [" + name + "]"} {
			if _, err := master.ExecContext(context.Background(), sql); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	})
	u, err := url.Parse(admin)
	if err != nil {
		t.Fatal("ARCHWIRE_TEST_SQLSERVER is not a URL")
	}
	query := u.Query()
	query.Set("database", name)
	u.RawQuery = query.Encode()
	return &bundle{dsn: u.String(), db: connectTo(t, u.String())}
}

func connectTo(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlserver", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the administrator's connections: %v", err)
		}
	})
	return db
}

// exec does something to the database, as somebody else than the source.
func (b *bundle) exec(t *testing.T, batches ...string) {
	t.Helper()
	for _, sql := range batches {
		if _, err := b.db.ExecContext(context.Background(), sql); err != nil {
			t.Fatalf("%.300s: %v", sql, err)
		}
	}
}

// open opens a source that closes with the test.
func open(t *testing.T, cfg Config) *Source {
	t.Helper()
	if cfg.Name == "" {
		cfg.Name = "pms"
	}
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}
