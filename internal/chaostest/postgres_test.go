package chaostest

import (
	"context"
	_ "embed"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"archwire/internal/testdb/cluster"
)

//go:embed testdata/schema.sql
var postgresSchema string

// postgres is a PostgreSQL of its own, which can be restarted.
type postgres struct {
	inPostgres

	folder  string
	cluster *cluster.Cluster
}

func newPostgres(t *testing.T) *postgres {
	t.Helper()
	return &postgres{folder: t.TempDir()}
}

func (p *postgres) start(t *testing.T) {
	t.Helper()
	var err error
	if p.cluster, err = cluster.Start(t.Context(), p.folder, cluster.Set("synchronous_commit", "on")); err != nil {
		t.Fatalf("starting PostgreSQL: %v", err)
	}
}

// crash ends PostgreSQL at once, as documented for SIGQUIT: it recovers when it is
// started again.
func (p *postgres) crash(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(p.folder, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	for syscall.Kill(pid, 0) == nil { // until it is gone
		time.Sleep(10 * time.Millisecond)
	}
}

func (p *postgres) stop(t *testing.T) {
	t.Helper()
	if err := p.cluster.Stop(); err != nil {
		t.Errorf("stopping PostgreSQL: %v", err)
	}
}

func (p *postgres) url() string { return p.cluster.URL("postgres") }

func (p *postgres) connect(t *testing.T) session {
	t.Helper()
	return postgresSession{p.open(t)}
}

func (p *postgres) open(t *testing.T) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(p.url())
	if err != nil {
		t.Fatal(err)
	}
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol // tables change under prepared statements
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatalf("connecting to the source: %v", err)
	}
	return conn
}

type postgresSession struct{ conn *pgx.Conn }

func (s postgresSession) begin(ctx context.Context) (transaction, error) {
	tx, err := s.conn.Begin(ctx)
	return postgresTransaction{tx}, err
}

func (s postgresSession) close(ctx context.Context) { _ = s.conn.Close(ctx) } // the server ends it anyway

type postgresTransaction struct{ tx pgx.Tx }

func (p postgresTransaction) exec(ctx context.Context, sql string, args ...any) error {
	_, err := p.tx.Exec(ctx, sql, args...)
	return err
}

func (p postgresTransaction) tick(ctx context.Context) (version int, err error) {
	err = p.tx.QueryRow(ctx, "update clock set version = version + 1 returning version").Scan(&version)
	return version, err
}

func (p postgresTransaction) commit(ctx context.Context) error   { return p.tx.Commit(ctx) }
func (p postgresTransaction) rollback(ctx context.Context) error { return p.tx.Rollback(ctx) }

// postgresInstant writes an instant: microseconds since 1970, and infinities as they
// are.
const postgresInstant = "case when isfinite(%[1]s) then (extract(epoch from %[1]s) * 1000000)::bigint::text else %[1]s::text end"

func (p *postgres) columns(t *testing.T, table string) typedColumns {
	t.Helper()
	var out typedColumns
	for _, row := range p.texts(t, "select column_name::text, data_type::text from information_schema.columns where table_name = '"+table+
		"' and table_schema = 'public' order by 1") {
		out = append(out, typed{row[0], row[1]})
	}
	return out
}

func (p *postgres) rows(t *testing.T, table string, columns typedColumns, condition string) [][]string {
	t.Helper()
	return p.texts(t, columns.sql(postgresInstant)+" from "+table+condition)
}

// texts reads rows of text.
func (p *postgres) texts(t *testing.T, sql string) [][]string {
	t.Helper()
	conn := p.open(t)
	defer conn.Close(t.Context()) //nolint:errcheck // nothing left to lose
	rows, err := conn.Query(t.Context(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	defer rows.Close()
	var out [][]string
	for rows.Next() {
		var row []string
		for _, v := range rows.RawValues() {
			if v == nil {
				row = append(row, null)
				continue
			}
			row = append(row, string(v))
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return out
}
