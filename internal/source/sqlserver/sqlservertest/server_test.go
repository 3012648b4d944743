package sqlservertest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	mssql "github.com/microsoft/go-mssqldb"
)

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlserver", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func exec(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, query string, args ...any,
) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestDriverWritesAndReads(t *testing.T) {
	t.Parallel()
	db := open(t, Start(t, Options{}).Database())
	exec(t, db, "create table dbo.person (person_id bigint not null primary key, name nvarchar(40), born date, paid decimal(12,2), active bit not null default 1)")
	exec(t, db, "insert dbo.person (person_id, name, born, paid) values (@p1, @p2, '2001-02-03', 12.5), (2, null, null, null)", int64(1), "Zoë")
	rows, err := db.QueryContext(t.Context(), "select person_id, name, born, paid, active from dbo.person order by person_id")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got string
	for rows.Next() {
		var id int64
		var name, born, paid sql.NullString
		var active bool
		if err := rows.Scan(&id, &name, &born, &paid, &active); err != nil {
			t.Fatal(err)
		}
		got += fmt.Sprint(id, name, born, paid, active, ";")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	want := "1 {Zoë true} {2001-02-03T00:00:00Z true} {12.50 true} true;2 { false} { false} { false} true;"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDriverLoadsInBulkWithinATransaction(t *testing.T) {
	t.Parallel()
	db := open(t, Start(t, Options{}).Database())
	exec(t, db, "create table dbo.t (id int not null primary key, s nvarchar(max), d decimal(30,10), at datetimeoffset(6))")
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, tx, "create table #night ([id] int null, [s] nvarchar(max) null)")
	for _, table := range []string{"dbo.t", "#night"} {
		stmt, err := tx.PrepareContext(t.Context(), mssql.CopyIn(table, mssql.BulkOptions{}, "id", "s"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 100 {
			exec2(t, stmt, i, fmt.Sprintf("row %d of %s", i, table))
		}
		exec2(t, stmt)
		if err := stmt.Close(); err != nil {
			t.Fatal(err)
		}
	}
	exec(t, tx, "update t set s = n.s from dbo.t as t join #night as n on n.id = t.id where t.id < 10")
	exec(t, tx, "delete from dbo.t where id in (98, 99)")
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var rows, night int
	if err := db.QueryRowContext(t.Context(), "select count(*), sum(case when s like '%of #night' then 1 else 0 end) from dbo.t").Scan(&rows, &night); err != nil {
		t.Fatal(err)
	}
	if rows != 98 || night != 10 {
		t.Errorf("%d rows, %d of the night, want 98 and 10", rows, night)
	}
}

func exec2(t *testing.T, stmt *sql.Stmt, args ...any) {
	t.Helper()
	if _, err := stmt.ExecContext(t.Context(), args...); err != nil {
		t.Fatal(err)
	}
}

func TestDriverIsToldWhatIsWrong(t *testing.T) {
	t.Parallel()
	s := Start(t, Options{})
	db := open(t, s.Database())
	for query, number := range map[string]int32{
		"select * from dbo.nothing": 208,
		"selec 1":                   2812,
		"select 1 +":                102,
		"select 1/0":                8134,
	} {
		_, err := db.ExecContext(t.Context(), query)
		var e mssql.Error
		if !errors.As(err, &e) || e.Number != number {
			t.Errorf("%s: %v, want %d", query, err, number)
		}
	}
	_, err := open(t, s.DSN("nowhere")).ExecContext(t.Context(), "select 1")
	var e mssql.Error
	if !errors.As(err, &e) || e.Number != 4060 {
		t.Errorf("logging in to no database: %v, want 4060", err)
	}
}
