package pipeline_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	_ "github.com/microsoft/go-mssqldb"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/sqlserver/sqlservertest"
)

// nightTables are tables of SQL Server that are kept current in each way there is.
var nightTables = map[string]project.Table{
	"tracked":   {Sync: "tracking", Deletes: "none"},
	"soft":      {Sync: "tracking", Deletes: "soft", Table: archwire.Table{Deleted: "gone"}},
	"versioned": {Sync: "cursor", Cursor: "rv", Deletes: "sweep"},
	"stamped":   {Sync: "cursor", Cursor: "changed", Deletes: "sweep"},
	"compared":  {Sync: "checksum", Deletes: "sweep"},
	"copied":    {Sync: "full", Deletes: "sweep"},
}

// onSQLServer makes the runner copy nightTables, too, from a double.
func onSQLServer(t *testing.T, b *bundle) (*sqlservertest.Server, *sql.DB) {
	t.Helper()
	return b.copiesDouble(t, sqlservertest.Options{Plain: true}, "nights", nightTables, func(string) string {
		return `id bigint NOT NULL PRIMARY KEY, amount decimal(9,2) NULL, note nvarchar(40) NULL,
			gone bit NULL, changed datetime NOT NULL, rv rowversion NOT NULL`
	})
}

// day is what happens in a table until the next night.
func day(rng *rand.Rand, name string) (sql []string) {
	for range rng.IntN(12) {
		id := rng.IntN(40)
		switch rng.IntN(5) {
		case 0, 1:
			sql = append(sql, fmt.Sprintf("IF NOT EXISTS (SELECT 1 FROM %s WHERE id = %d) INSERT INTO %s (id, amount, note, gone, changed) VALUES (%d, %d.%02d, N'ünï %d', NULL, SYSUTCDATETIME())",
				name, id, name, id, rng.IntN(1000), rng.IntN(100), rng.IntN(1000)))
		case 2:
			sql = append(sql, fmt.Sprintf("UPDATE %s SET amount = NULL, note = N'%d', changed = SYSUTCDATETIME() WHERE id BETWEEN %d AND %d", name, rng.IntN(1000), id, id+3))
		case 3:
			sql = append(sql, fmt.Sprintf("DELETE FROM %s WHERE id BETWEEN %d AND %d", name, id, id+2))
		case 4:
			sql = append(sql, fmt.Sprintf("UPDATE %s SET gone = %d, changed = SYSUTCDATETIME() WHERE id = %d", name, rng.IntN(2), id))
		}
	}
	return sql
}

// TestNightsOnSQLServer lets days pass at random, truncations and tracking that was
// cleaned up among them, and compares each copy with its table, asked by SQL on both
// sides.
func TestNightsOnSQLServer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	double, db := onSQLServer(t, b)
	rng := rand.New(rand.NewPCG(27, 1433)) // the same nights each time
	modes := map[string]int{}
	for night := range 8 {
		if night == 5 { // and what is committed after it shows that it is over
			_, err := db.ExecContext(t.Context(), "TRUNCATE TABLE tracked")
			check(t, err)
		}
		for name := range sorted(nightTables) {
			for _, sql := range day(rng, name) {
				_, err := db.ExecContext(t.Context(), sql)
				check(t, err)
			}
		}
		if night == 3 {
			double.CleanUp("nights", double.Version("nights"))
		}
		run, err := b.run(t)
		if err != nil {
			t.Fatalf("night %d: %v\n%s", night, err, archwire.HintOf(err))
		}
		modes[detail(run, archwire.Extract, "pms.tracked").Mode]++
		for name, declared := range nightTables {
			condition := ""
			if declared.Deleted != "" {
				condition = " WHERE gone = 0 OR gone IS NULL"
			}
			want := asked(t, db, "SELECT CONVERT(varchar(20), id) + '|' + ISNULL(CONVERT(varchar(20), amount), '') + '|' + ISNULL(note, '') + '|' + CONVERT(varchar(23), changed, 121) FROM "+name+condition+" ORDER BY id")
			var got []string
			q := archwire.Query{SQL: "select id || '|' || coalesce(amount::varchar, '') || '|' || coalesce(note, '') || '|' || strftime(changed, '%Y-%m-%d %H:%M:%S.%g') from pms." + name + " order by id"}
			for batch, err := range b.runner.Warehouse.Query(t.Context(), q) {
				check(t, err)
				for row := range int(batch.NumRows()) {
					got = append(got, strings.Clone(batch.Column(0).ValueStr(row)))
				}
			}
			if strings.Join(want, "\n") != strings.Join(got, "\n") {
				t.Fatalf("night %d: %s has\n%s\nand its copy\n%s", night, name, strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
		}
	}
	if modes["full"] != 1 || modes["checksum"] != 2 || modes["tracking"] != 5 {
		t.Errorf("the tracked table was copied in the modes %v, want it compared after each of two losses only", modes)
	}
}

// TestVersionsThatAreCommittedLateAreRead leaves a transaction open over a night in which
// more versions are given than are read again.
func TestVersionsThatAreCommittedLateAreRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	_, db := onSQLServer(t, b)
	exec := func(on interface {
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}, query string,
	) {
		t.Helper()
		_, err := on.ExecContext(t.Context(), query)
		check(t, err)
	}
	exec(db, "INSERT INTO versioned (id, note, changed) VALUES (1, N'early', SYSUTCDATETIME()), (2, N'early', SYSUTCDATETIME())")
	_, err := b.run(t)
	check(t, err)
	late, err := db.BeginTx(t.Context(), nil)
	check(t, err)
	exec(late, "UPDATE versioned SET note = N'late' WHERE id = 1")
	for range 30 {
		exec(db, "UPDATE versioned SET note = N'often' WHERE id = 2")
	}
	_, err = b.run(t)
	check(t, err)
	check(t, late.Commit())
	_, err = b.run(t)
	check(t, err)
	var got []string
	for batch, err := range b.runner.Warehouse.Query(t.Context(), archwire.Query{SQL: "select note from pms.versioned order by id"}) {
		check(t, err)
		for row := range int(batch.NumRows()) {
			got = append(got, strings.Clone(batch.Column(0).ValueStr(row)))
		}
	}
	if strings.Join(got, " ") != "late often" {
		t.Errorf("the copy has %v", got)
	}
}

// sorted yields the names of tables in one order each time.
func sorted(tables map[string]project.Table) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, name := range []string{"tracked", "soft", "versioned", "stamped", "compared", "copied"} {
			if _, ok := tables[name]; ok && !yield(name) {
				return
			}
		}
	}
}

func asked(t *testing.T, db *sql.DB, query string) (rows []string) {
	t.Helper()
	result, err := db.QueryContext(t.Context(), query)
	check(t, err)
	defer func() { check(t, result.Close()) }()
	for result.Next() {
		var row string
		check(t, result.Scan(&row))
		rows = append(rows, row)
	}
	check(t, result.Err())
	return rows
}
