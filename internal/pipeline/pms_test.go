package pipeline_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/source/sqlserver"
	"archwire/internal/source/sqlserver/sqlservertest"
)

// copies has the runner copy a further source of the name pms, its tables in the ways
// that are named by theirs.
func (b *bundle) copies(t *testing.T, engine string, ways map[string]project.Table, open func(context.Context) (archwire.Source, error)) project.Source {
	t.Helper()
	source, err := open(t.Context())
	check(t, err)
	t.Cleanup(func() { check(t, source.Close()) })
	tables, err := source.Tables(t.Context())
	check(t, err)
	declared := project.Source{Name: "pms", Engine: engine, Connections: 2, MostDeletes: 100}
	for _, table := range tables {
		how := ways[table.Name]
		table.Deleted = how.Deleted
		how.Table, how.Overlap.Keys = table, 10
		declared.Tables = append(declared.Tables, how)
	}
	b.runner.Project.Sources = append(b.runner.Project.Sources, declared)
	others := b.runner.Open
	b.runner.Open = func(ctx context.Context, s project.Source) (archwire.Source, error) {
		if s.Name == "pms" {
			return open(ctx)
		}
		return others(ctx, s)
	}
	return declared
}

// copiesDouble has the runner copy a database of a double of SQL Server whose tables are
// made by create, which gives the columns of each.
func (b *bundle) copiesDouble(t *testing.T, o sqlservertest.Options, database string, ways map[string]project.Table, columns func(name string) string) (*sqlservertest.Server, *sql.DB) {
	t.Helper()
	double := sqlservertest.Start(t, o)
	check(t, double.Exec("master", "CREATE DATABASE "+database, "ALTER DATABASE "+database+" SET ALLOW_SNAPSHOT_ISOLATION ON",
		"ALTER DATABASE "+database+" SET CHANGE_TRACKING = ON (CHANGE_RETENTION = 14 DAYS)"))
	dsn := double.DSN(database)
	db, err := sql.Open("sqlserver", dsn)
	check(t, err)
	t.Cleanup(func() { check(t, db.Close()) })
	for name, how := range ways {
		execute(t, db, fmt.Sprintf("CREATE TABLE %s (%s)", name, columns(name)))
		if how.Sync == "tracking" {
			execute(t, db, "ALTER TABLE "+name+" ENABLE CHANGE_TRACKING")
		}
	}
	b.copies(t, "sqlserver", ways, func(ctx context.Context) (archwire.Source, error) {
		return sqlserver.Open(ctx, sqlserver.Config{Name: "pms", DSN: dsn, Connections: 2})
	})
	return double, db
}

func execute(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}
