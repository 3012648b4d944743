package redshifttest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"archwire/internal/warehouse/redshift/redshifttest"
)

// connect opens a session as the adapter does.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(strings.Replace(url, "redshift://", "postgres://", 1))
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(context.Background(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) //nolint:errcheck // nothing left to lose
	return conn
}

// open starts a server and opens a session on a fresh database.
func open(t *testing.T) (*redshifttest.Server, *pgx.Conn) {
	t.Helper()
	s := redshifttest.Start(t, redshifttest.Options{})
	return s, connect(t, s.Database(t))
}

// exec runs statements.
func exec(t *testing.T, conn *pgx.Conn, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := conn.Exec(context.Background(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
}

// answer is the rows of a query as text: values with | between, rows with / between, NULL
// as null; or the error.
func answer(conn *pgx.Conn, sql string) string {
	results, err := conn.PgConn().Exec(context.Background(), sql).ReadAll()
	if err != nil {
		return "error: " + err.Error()
	}
	var rows []string
	for _, row := range results[len(results)-1].Rows {
		var values []string
		for _, v := range row {
			if v == nil {
				values = append(values, "null")
				continue
			}
			values = append(values, string(v))
		}
		rows = append(rows, strings.Join(values, "|"))
	}
	return strings.Join(rows, "/")
}

func TestStatementsRunAndAreListed(t *testing.T) {
	t.Parallel()
	s, conn := open(t)
	exec(t, conn,
		"create schema pms",
		`create table pms.patient (practice_id bigint not null encode az64 distkey, "name" varchar(20) encode zstd, fee decimal(12,2)) compound sortkey (practice_id)`,
		"begin",
		"lock pms.patient",
		"insert into pms.patient values (1, 'Ann', 12.5), (2, null, 3)",
		"update pms.patient set fee = fee + 1 where practice_id = 2",
		"with gone as (select 1 as id) delete from pms.patient using gone where patient.practice_id = gone.id",
		"commit",
	)
	if got := answer(conn, "select practice_id, name, fee from pms.patient"); got != "2|null|4.00" {
		t.Error(got)
	}
	if got := len(s.Statements()); got != 9 {
		t.Errorf("%d statements: %q", got, s.Statements())
	}
}

func TestTrailingBlanksDoNotCountInComparisons(t *testing.T) {
	t.Parallel()
	_, conn := open(t)
	exec(t, conn, "create table t (v varchar(10))", "insert into t values ('a'), ('a '), ('a  '), ('b')")
	for sql, want := range map[string]string{
		"select 'a' = 'a ', 'a' <> 'a ', 'a' || '.' = 'a ' || '.', len('a ')": "t|f|f|2",
		"select count(*) from t where v = 'a'":                                "3",
		"select count(distinct v) from t":                                     "2",
		"select count(*), len(max(v)) > 0 from t group by v order by 1":       "1|t/3|t",
		"select count(*) from t x join t y on x.v = y.v":                      "10",
		"select count(*) from (select v from t union select v from t) x":      "2",
		"select sum(len(v)) from t":                                           "7",
	} {
		if got := answer(conn, sql); got != want {
			t.Errorf("%s is %s, want %s", sql, got, want)
		}
	}
}
