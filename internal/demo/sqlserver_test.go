package demo_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire/internal/demo"
	"archwire/internal/testdb"
	"archwire/internal/testdb/sqlserver"
)

// TestRowsAreTheSameInSQLServer makes one history with pms in either engine, advances
// both by nights and compares all rows as PostgreSQL hashes them.
func TestRowsAreTheSameInSQLServer(t *testing.T) {
	t.Parallel()
	size := demo.Size{Practices: 2, Months: 1, Seed: 7, AsOf: day(t, "2026-10-20")}
	want, rcm, pms := setup(t, size), testdb.Postgres(t), sqlserver.Database(t)
	created, err := demo.Create(t.Context(), rcm, pms, size, nil)
	if err != nil {
		t.Fatalf("creating a demo with pms in SQL Server: %v", err)
	}
	if diff := cmp.Diff(want.created, created); diff != "" {
		t.Errorf("what was created (-PostgreSQL, +SQL Server):\n%s", diff)
	}
	sameRows(t, want, pms)
	for range 2 {
		before := trackedVersion(t, pms)
		night, err := demo.Night(t.Context(), rcm, pms)
		if err != nil {
			t.Fatalf("advancing pms in SQL Server: %v", err)
		}
		if _, err := demo.Night(t.Context(), want.rcmDSN, want.pmsDSN); err != nil {
			t.Fatalf("advancing pms in PostgreSQL: %v", err)
		}
		sameRows(t, want, pms)
		tracked(t, pms, before, night)
	}
}

// sameRows compares the tables of pms in SQL Server with those in PostgreSQL.
func sameRows(t *testing.T, want *bundle, pms string) {
	t.Helper()
	twin := &bundle{pmsDSN: testdb.Postgres(t)}
	testdb.Exec(t, twin.pmsDSN, demo.PMSSchema)
	twin.pms = connect(t, twin.pmsDSN)
	server := sqlserver.Open(t, pms)
	for _, s := range want.created.Tables {
		if table, ok := strings.CutPrefix(s.Table, "pms."); ok {
			sqlserver.CopyToPostgres(t, server, table, twin.pms, "public", table)
			twin.created.Tables = append(twin.created.Tables, s)
		}
	}
	pmsOnly := &bundle{pms: want.pms, created: twin.created}
	if diff := cmp.Diff(digests(t, pmsOnly), digests(t, twin)); diff != "" {
		t.Errorf("the rows of pms (-PostgreSQL, +SQL Server):\n%s", diff)
	}
}

func trackedVersion(t *testing.T, pms string) int64 {
	t.Helper()
	var version int64
	if err := sqlserver.Open(t, pms).QueryRowContext(t.Context(), "select change_tracking_current_version()").Scan(&version); err != nil {
		t.Fatalf("asking for the version: %v", err)
	}
	return version
}

// tracked expects of a night that change tracking names each row that it has
// inserted, updated or deleted, and no other.
func tracked(t *testing.T, pms string, since int64, night demo.Summary) {
	t.Helper()
	server := sqlserver.Open(t, pms)
	for _, s := range night.Tables {
		table, ok := strings.CutPrefix(s.Table, "pms.")
		if !ok {
			continue
		}
		var changed int64
		query := fmt.Sprintf("select count_big(*) from changetable(changes dbo.%s, %d) as c", table, since)
		if err := server.QueryRowContext(t.Context(), query).Scan(&changed); err != nil {
			t.Fatalf("asking for changes of %s: %v", table, err)
		}
		if want := s.Inserted + s.Updated + s.Deleted; changed != want {
			t.Errorf("%s: change tracking names %d rows, the night has changed %d", s.Table, changed, want)
		}
	}
}
