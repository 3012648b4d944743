package chaostest

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"archwire/internal/testdb/sqlserver"
)

//go:embed testdata/schema.sqlserver.sql
var sqlServerSchema string

// sqlServer is a database of SQL Server.
type sqlServer struct {
	inTSQL

	dsn  string
	pool *sql.DB
}

func newSQLServer(t *testing.T) *sqlServer {
	t.Helper()
	s := &sqlServer{dsn: sqlserver.Database(t)}
	s.pool = sqlserver.Open(t, s.dsn)
	return s
}

func (s *sqlServer) start(*testing.T) {}
func (s *sqlServer) stop(*testing.T)  {}
func (s *sqlServer) url() string      { return s.dsn }

// schema is what makes the source, and lets it be followed.
func (s *sqlServer) schema(t *testing.T) []string {
	t.Helper()
	sqlserver.Exec(t, s.dsn, "alter database current set allow_snapshot_isolation on",
		"alter database current set change_tracking = on (change_retention = 2 days, auto_cleanup = on)")
	statements := []string{sqlServerSchema}
	for _, table := range []string{"shop", "client", "sale", "event", "stock", "paper", "visit", "spare", "clock"} {
		statements = append(statements, "alter table "+table+" enable change_tracking")
	}
	return append(statements, papersInTSQL()...)
}

// papersInTSQL are the rows that schema.sql makes of paper.
func papersInTSQL() []string {
	var rows, statements []string
	for i := 1; i <= 9000; i++ {
		rows = append(rows, fmt.Sprintf("(%d, %d, %d, 'p%d')", i, (i-1)%8+1, i%100, i))
	}
	for some := range slices.Chunk(rows, 1000) { // the most that VALUES takes
		statements = append(statements, "insert into paper values "+strings.Join(some, ", "))
	}
	return statements
}

func (s *sqlServer) connect(t *testing.T) session {
	t.Helper()
	conn, err := s.pool.Conn(t.Context())
	if err != nil {
		t.Fatalf("connecting to the source: %v", err)
	}
	return sqlServerSession{conn}
}

type sqlServerSession struct{ conn *sql.Conn }

// begin also takes back how long the last transaction waited for locks.
func (s sqlServerSession) begin(ctx context.Context) (transaction, error) {
	tx, err := s.conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	_, err = tx.ExecContext(ctx, "set lock_timeout -1")
	return sqlServerTransaction{tx}, err
}

func (s sqlServerSession) close(context.Context) { _ = s.conn.Close() }

type sqlServerTransaction struct{ tx *sql.Tx }

var parameter = regexp.MustCompile(`\$(\d+)\b`)

func (s sqlServerTransaction) exec(ctx context.Context, statement string, args ...any) error {
	_, err := s.tx.ExecContext(ctx, parameter.ReplaceAllString(statement, "@p$1"), args...)
	return err
}

func (s sqlServerTransaction) tick(ctx context.Context) (version int, err error) {
	if err := s.exec(ctx, "update clock set version = version + 1"); err != nil {
		return 0, err
	}
	err = s.tx.QueryRowContext(ctx, "select version from clock").Scan(&version)
	return version, err
}

func (s sqlServerTransaction) commit(context.Context) error   { return s.tx.Commit() }
func (s sqlServerTransaction) rollback(context.Context) error { return s.tx.Rollback() }

// columns names the types that instants have as PostgreSQL does.
func (s *sqlServer) columns(t *testing.T, table string) typedColumns {
	t.Helper()
	var out typedColumns
	for _, row := range s.query(t, "select c.name, t.name from sys.columns as c join sys.types as t on t.user_type_id = c.user_type_id"+
		" where c.object_id = object_id('dbo."+table+"') order by c.name") {
		typ := row[1].(string)
		if strings.HasPrefix(typ, "datetime") {
			typ = "timestamp"
		}
		out = append(out, typed{row[0].(string), typ})
	}
	return out
}

func (s *sqlServer) rows(t *testing.T, table string, columns typedColumns, condition string) [][]string {
	t.Helper()
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = "[" + c.name + "]"
	}
	var out [][]string
	for _, values := range s.query(t, "select "+strings.Join(names, ", ")+" from "+table+condition) {
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = columns[i].text(v)
		}
		out = append(out, row)
	}
	return out
}

// text writes a value of the driver as DuckDB writes that of a copy.
func (c typed) text(value any) string {
	switch v := value.(type) {
	case nil:
		return null
	case []byte: // a decimal
		return string(v)
	case time.Time:
		if c.typ == "timestamp" {
			return fmt.Sprint(v.UnixMicro())
		}
		return v.Format(time.DateOnly)
	}
	return fmt.Sprint(value)
}

func (s *sqlServer) query(t *testing.T, statement string) [][]any {
	t.Helper()
	rows, err := s.pool.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	names, err := rows.Columns()
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	var out [][]any
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
		out = append(out, values)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return out
}
