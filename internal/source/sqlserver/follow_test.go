package sqlserver

import (
	"context"
	"testing"

	"archwire"
	"archwire/internal/source/sourcetest"
)

// TestDatetimesAreFollowedAsTheyAreShown has values of datetime beside what Microsoft's
// reference says they are rounded to, "to increments of .000, .003, or .007 seconds";
// see datetime (Transact-SQL), Rounding.
func TestDatetimesAreFollowedAsTheyAreShown(t *testing.T) {
	a := attribute{name: "at", typ: catalogType{name: "datetime", scale: 3}}
	for from, want := range map[string]string{
		"2026-11-20T12:00:00Z":                "2026-11-20T12:00:00.000",
		"2026-11-20T12:00:00.000001Z":         "2026-11-20T12:00:00.003",
		"2026-11-20T12:00:00.003Z":            "2026-11-20T12:00:00.003",
		"2026-11-20T12:00:00.003000999Z":      "2026-11-20T12:00:00.003",
		"2026-11-20T12:00:00.004Z":            "2026-11-20T12:00:00.007",
		"2026-11-20T12:00:00.007Z":            "2026-11-20T12:00:00.007",
		"2026-11-20T12:00:00.008Z":            "2026-11-20T12:00:00.010",
		"2026-11-20T12:00:00.997Z":            "2026-11-20T12:00:00.997",
		"2026-11-20T12:00:00.998Z":            "2026-11-20T12:00:01.000",
		"2026-11-20T13:00:00.500000001+01:00": "2026-11-20T12:00:00.500",
		"2026-11-20":                          "2026-11-20T00:00:00.000",
		"0001-01-01":                          "1753-01-01T00:00:00.000",
		"9999-12-31T23:59:59.999999Z":         "9999-12-31T23:59:59.997",
	} {
		got, err := startOf(archwire.Table{}, a, from)
		if want := "CONVERT(datetime, '" + want + "', 126)"; err != nil || got != want {
			t.Errorf("from %s: %s, error %v; want %s", from, got, err, want)
		}
	}
}

// TestRowVersionsHaveNotSettledWhileATransactionIsOpen has one transaction write before
// others that commit first.
func TestRowVersionsHaveNotSettledWhileATransactionIsOpen(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.exec(t, "CREATE TABLE versioned (id int NOT NULL PRIMARY KEY, n int NULL, rv rowversion NOT NULL)", "INSERT INTO versioned (id, n) VALUES (1, 0), (2, 0)")
	src := open(t, Config{DSN: b.dsn})
	table := sourcetest.Find(t, src, "versioned")
	settled := func() int64 {
		t.Helper()
		from, ok, err := sourcetest.Open(t, src).(archwire.Settler).Settled(t.Context(), table, "rv")
		if err != nil || !ok {
			t.Fatalf("known: %t, error %v", ok, err)
		}
		return from
	}
	version := func(id int) (n int64) {
		t.Helper()
		if err := b.db.QueryRowContext(t.Context(), "SELECT CONVERT(bigint, rv) FROM versioned WITH (READUNCOMMITTED) WHERE id = @p1", id).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if from := settled(); from <= version(2) {
		t.Errorf("settled up to %d only, although %d is committed", from, version(2))
	}
	late, err := b.db.BeginTx(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer late.Rollback() //nolint:errcheck // after the commit
	if _, err := late.ExecContext(t.Context(), "UPDATE versioned SET n = 1 WHERE id = 1"); err != nil {
		t.Fatal(err)
	}
	b.exec(t, "UPDATE versioned SET n = 2 WHERE id = 2")
	open := settled()
	if err := late.Commit(); err != nil {
		t.Fatal(err)
	}
	if mine := version(1); open > mine || open >= version(2) {
		t.Errorf("settled up to %d, while the row of version %d was not committed", open, mine)
	}
	if from := settled(); from <= version(2) {
		t.Errorf("settled up to %d only after the commit", from)
	}
	if _, ok, err := sourcetest.Open(t, src).(archwire.Settler).Settled(t.Context(), table, "n"); ok || err != nil {
		t.Errorf("of an int it is known: %t, error %v", ok, err)
	}
}
