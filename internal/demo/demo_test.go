package demo_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"archwire/internal/demo"
	"archwire/internal/testdb"
)

// bundle is a demo and connections to its databases.
type bundle struct {
	rcmDSN, pmsDSN string
	rcm, pms       *pgx.Conn
	created        demo.Summary
}

// setup creates a demo of the given size in two fresh databases.
func setup(t *testing.T, size demo.Size) *bundle {
	t.Helper()
	b := &bundle{rcmDSN: testdb.Postgres(t), pmsDSN: testdb.Postgres(t)}
	var err error
	b.created, err = demo.Create(t.Context(), b.rcmDSN, b.pmsDSN, size, nil)
	if err != nil {
		t.Fatalf("creating a demo of %+v: %v", size, err)
	}
	b.rcm, b.pms = connect(t, b.rcmDSN), connect(t, b.pmsDSN)
	return b
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatalf("connecting: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// of returns the connection to a database by its name.
func (b *bundle) of(database string) *pgx.Conn {
	if database == "rcm" {
		return b.rcm
	}
	return b.pms
}

// number returns the one number that a query gives.
func number(t *testing.T, conn *pgx.Conn, sql string, args ...any) float64 {
	t.Helper()
	var v *float64
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("asking %q: %v", sql, err)
	}
	if v == nil {
		t.Fatalf("asking %q: the answer is NULL", sql)
	}
	return *v
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
