package difftest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire/examples/orthodontics"
	"archwire/internal/demo"
	"archwire/internal/demo/database"
	"archwire/internal/testdb"
	"archwire/internal/testdb/sqlserver"
)

// moveToSQLServer gives the product an empty database of SQL Server for pms.
func (p *product) moveToSQLServer(t *testing.T) {
	t.Helper()
	p.PMS = sqlserver.Database(t)
	p.pms = p.PMS
	if err := os.WriteFile(filepath.Join(p.dir, orthodontics.PMSFile), orthodontics.PMSOnSQLServer, 0o600); err != nil {
		t.Fatal(err)
	}
}

// inPMS changes pms by statements of PostgreSQL. Where it lies in SQL Server its rows
// are changed in a database of PostgreSQL, and all of them take the place of those
// that were there.
func (p *product) inPMS(t *testing.T, statements ...string) {
	t.Helper()
	if !demo.OnSQLServer(p.pms) {
		testdb.Exec(t, p.pms, statements...)
		return
	}
	twin, server := testdb.Postgres(t), sqlserver.Open(t, p.pms)
	testdb.Exec(t, twin, demo.PMSSchema)
	conn := connect(t, twin)
	tables := pmsTables(t, conn)
	for _, table := range tables {
		sqlserver.CopyToPostgres(t, server, table, conn, "public", table)
		if _, err := server.ExecContext(t.Context(), "truncate table [dbo].["+table+"]"); err != nil {
			t.Fatalf("emptying %s: %v", table, err)
		}
	}
	testdb.Exec(t, twin, statements...)
	for _, table := range tables {
		p.copyToServer(t, conn, table)
	}
}

// pmsTables lists the tables of pms.
func pmsTables(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	rows, err := conn.Query(t.Context(), "select tablename::text from pg_tables where schemaname = 'public' order by 1")
	if err != nil {
		t.Fatalf("listing the tables of pms: %v", err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatalf("listing the tables of pms: %v", err)
	}
	return tables
}

// createPMS makes the tables of pms, empty.
func (p *product) createPMS(t *testing.T) {
	t.Helper()
	if !demo.OnSQLServer(p.pms) {
		testdb.Exec(t, p.pms, demo.PMSSchema)
		return
	}
	db, err := database.SQLServer(p.pms)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Create(t.Context(), demo.PMSSQLServerSchema); err != nil {
		t.Fatal(err)
	}
	if err := db.Complete(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// copyToServer copies a table of PostgreSQL into pms.
func (p *product) copyToServer(t *testing.T, from *pgx.Conn, table string) {
	t.Helper()
	var out bytes.Buffer
	if _, err := from.PgConn().CopyTo(t.Context(), &out, "copy "+table+" to stdout (format binary)"); err != nil {
		t.Fatalf("reading %s: %v", table, err)
	}
	const header, trailer = 19, 2 // as the format says
	db, err := database.SQLServer(p.pms)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // nothing left to lose
	if err := conn.Copy(t.Context(), table, out.Bytes()[header:out.Len()-trailer]); err != nil {
		t.Fatal(err)
	}
}
