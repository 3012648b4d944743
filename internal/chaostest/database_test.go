package chaostest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

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

// A database is the source, and the history of what was committed in it.
type database struct {
	engine
	session session
	log     []commit // version n is that after log[n-1]
}

// An engine is a database server that keeps the source. It begins empty.
type engine interface {
	dialect
	start(t *testing.T)
	stop(t *testing.T)
	url() string
	connect(t *testing.T) session
	columns(t *testing.T, table string) typedColumns
	rows(t *testing.T, table string, columns typedColumns, condition string) [][]string
}

// A crasher is an engine that can be ended at once.
type crasher interface {
	crash(t *testing.T)
}

// A session is a connection that changes the source.
type session interface {
	begin(ctx context.Context) (transaction, error)
	close(ctx context.Context)
}

type transaction interface {
	exec(ctx context.Context, sql string, args ...any) error
	tick(ctx context.Context) (version int, err error) // moves the clock on
	commit(ctx context.Context) error
	rollback(ctx context.Context) error
}

// startDatabase starts an engine and makes the source's tables in it.
func startDatabase(t *testing.T, e engine, schema ...string) *database {
	t.Helper()
	d := &database{engine: e}
	d.start(t)
	t.Cleanup(func() { d.stop(t) })
	tx, err := d.session.begin(t.Context())
	if err != nil {
		t.Fatalf("making the source: %v", err)
	}
	for _, sql := range schema {
		if err := tx.exec(t.Context(), sql); err != nil {
			t.Fatalf("making the source: %v", err)
		}
	}
	if err := tx.commit(t.Context()); err != nil {
		t.Fatalf("making the source: %v", err)
	}
	return d
}

func (d *database) start(t *testing.T) {
	t.Helper()
	d.engine.start(t)
	d.session = d.connect(t)
}

func (d *database) stop(t *testing.T) {
	t.Helper()
	d.session.close(context.WithoutCancel(t.Context()))
	d.engine.stop(t)
}

// An open transaction has changed rows and is not committed yet.
type open struct {
	transaction
	began time.Time
	steps []step
}

// begin executes steps in a transaction that stays open.
func (d *database) begin(t *testing.T, s session, steps []step) (*open, error) {
	t.Helper()
	o := &open{began: time.Now(), steps: steps}
	var err error
	if o.transaction, err = s.begin(t.Context()); err != nil {
		t.Fatalf("beginning a transaction: %v", err)
	}
	for _, s := range steps {
		if err := o.exec(t.Context(), s.sql, s.args...); err != nil {
			_ = o.rollback(t.Context())
			return nil, fmt.Errorf("%s: %w", s.sql, err)
		}
	}
	return o, nil
}

// commit ends a transaction and writes it down.
func (d *database) commit(t *testing.T, o *open) {
	t.Helper()
	version, err := o.tick(t.Context())
	if err != nil {
		t.Fatalf("moving the clock on: %v", err)
	}
	if err := o.commit(t.Context()); err != nil {
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
