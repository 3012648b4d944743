package chaostest

import (
	"context"
	_ "embed"
	"fmt"
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
var schema string

// A step is one statement, and what it does to the world.
type step struct {
	sql     string
	args    []any
	effect  func(*world) // nil when it changes nothing that the world knows
	removes string       // the table of which it takes a key out; "" is none
	breaks  bool         // what the project says of the source
}

// A commit is one transaction of the history. All of them increment the clock, so
// that they are numbered in the order in which they were committed.
type commit struct {
	began, ended time.Time
	steps        []step
	late         bool // it was open while others were committed
}

// A database is the source: a PostgreSQL of its own, which can be restarted, and
// the history of what was committed in it.
type database struct {
	folder  string
	cluster *cluster.Cluster
	conn    *pgx.Conn
	log     []commit // version n is that after log[n-1]
}

func startDatabase(t *testing.T) *database {
	t.Helper()
	d := &database{folder: t.TempDir()}
	d.start(t)
	t.Cleanup(func() { d.stop(t) })
	if _, err := d.conn.Exec(t.Context(), schema); err != nil {
		t.Fatalf("making the source: %v", err)
	}
	return d
}

func (d *database) start(t *testing.T) {
	t.Helper()
	var err error
	if d.cluster, err = cluster.Start(t.Context(), d.folder, cluster.Set("synchronous_commit", "on")); err != nil {
		t.Fatalf("starting PostgreSQL: %v", err)
	}
	d.conn = d.connect(t)
}

// crash ends PostgreSQL at once, as documented for SIGQUIT: it recovers when it is
// started again.
func (d *database) crash(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(d.folder, "data", "postmaster.pid"))
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

func (d *database) stop(t *testing.T) {
	t.Helper()
	_ = d.conn.Close(context.WithoutCancel(t.Context())) // the server ends it anyway
	if err := d.cluster.Stop(); err != nil {
		t.Errorf("stopping PostgreSQL: %v", err)
	}
}

func (d *database) url() string { return d.cluster.URL("postgres") }

func (d *database) connect(t *testing.T) *pgx.Conn {
	t.Helper()
	config, err := pgx.ParseConfig(d.url())
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

// An open transaction has changed rows and is not committed yet.
type open struct {
	tx    pgx.Tx
	conn  *pgx.Conn
	began time.Time
	steps []step
}

// begin executes steps in a transaction that stays open.
func (d *database) begin(t *testing.T, conn *pgx.Conn, steps []step) (*open, error) {
	t.Helper()
	o := &open{conn: conn, began: time.Now(), steps: steps}
	var err error
	if o.tx, err = conn.Begin(t.Context()); err != nil {
		t.Fatalf("beginning a transaction: %v", err)
	}
	for _, s := range steps {
		if _, err := o.tx.Exec(t.Context(), s.sql, s.args...); err != nil {
			_ = o.tx.Rollback(t.Context())
			return nil, fmt.Errorf("%s: %w", s.sql, err)
		}
	}
	return o, nil
}

// commit ends a transaction and writes it down.
func (d *database) commit(t *testing.T, o *open) {
	t.Helper()
	var version int
	if err := o.tx.QueryRow(t.Context(), "update clock set version = version + 1 returning version").Scan(&version); err != nil {
		t.Fatalf("moving the clock on: %v", err)
	}
	if err := o.tx.Commit(t.Context()); err != nil {
		t.Fatalf("committing: %v", err)
	}
	d.log = append(d.log, commit{began: o.began, ended: time.Now(), steps: o.steps})
	if version != len(d.log) {
		t.Fatalf("the clock shows %d after %d transactions", version, len(d.log))
	}
}

// play advances a world by the transactions up to a version.
func (d *database) play(w *world, to int64) {
	for w.version < to {
		for _, s := range d.log[w.version].steps {
			if s.effect != nil {
				s.effect(w)
			}
		}
		w.version++
	}
}
