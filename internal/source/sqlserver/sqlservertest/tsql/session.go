package tsql

import (
	"context"
	"errors"
	"iter"
	"strings"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/syntax"
	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// Session is one connection. It runs one request at a time.
type Session struct {
	engine    *Engine
	login     login
	process   int
	app, host string
	home      string // the database of the login

	database    string // the present one
	isolation   string
	lockTimeout int // ms; -1 waits for ever
	rowCount    int // SET ROWCOUNT
	abort       bool
	noCount     bool
	formatOnly  bool
	implicit    bool
	identityFor string // SET IDENTITY_INSERT
	context     []byte
	open        *transaction
	bulk        *bulkLoad

	rows         int64 // @@ROWCOUNT
	lastError    *wire.Error
	lastNumber   int32
	lastIdentity any
	killed       bool
}

var (
	_ wire.Session  = (*Session)(nil)
	_ wire.Resetter = (*Session)(nil)
)

// begin sets what a session has after its login.
func (s *Session) begin() {
	s.database, s.isolation, s.lockTimeout, s.rowCount = s.home, "READ COMMITTED", -1, 0
	s.abort, s.noCount, s.formatOnly, s.implicit, s.identityFor, s.bulk = false, false, false, false, "", nil
	s.rows, s.lastError, s.lastNumber, s.lastIdentity = 0, nil, 0, nil
}

// Reset is sp_reset_connection: all but the isolation level is as after the
// login.
func (s *Session) Reset(context.Context) error {
	s.rollback()
	s.dropTemporary()
	level := s.isolation
	s.begin()
	s.isolation = level
	return nil
}

// Close rolls back and leaves.
func (s *Session) Close() error {
	s.rollback()
	s.dropTemporary()
	s.engine.mu.Lock()
	delete(s.engine.sessions, s.process)
	s.engine.mu.Unlock()
	return nil
}

func (s *Session) rollback() {
	if t := s.open; t != nil {
		s.setOpen(nil)
		s.engine.rollback(t)
	}
}

// setOpen is under the engine's mutex, for others look whom they wait for.
func (s *Session) setOpen(t *transaction) {
	s.engine.mu.Lock()
	defer s.engine.mu.Unlock()
	s.open = t
}

// dropTemporary drops the tables that only this session sees.
func (s *Session) dropTemporary() {
	var mine []int32
	for id, t := range s.engine.current.Load().databases["tempdb"].tables {
		if strings.HasSuffix(t.name, s.suffix()) {
			mine = append(mine, id)
		}
	}
	if len(mine) == 0 {
		return
	}
	t := s.engine.start(s)
	t.do(func(t *transaction) {
		d := t.database("tempdb")
		for _, id := range mine {
			if tb := d.tables[id]; tb != nil {
				delete(d.names, objectKey(tb.schema.name, tb.name))
				delete(d.tables, id)
			}
		}
	})
	s.engine.commit(t)
}

// batch is one request under way.
type batch struct {
	*Session
	ctx    context.Context //nolint:containedctx // a batch lives as long as its request
	out    wire.Writer
	vars   map[string]*cell
	caught *wire.Error
	depth  int
}

type cell struct {
	typ   value.Type
	value any
}

// stop leaves the batch: RETURN.
type stop struct{}

// Batch runs the statements of a request.
func (s *Session) Batch(ctx context.Context, sql string, params []wire.Param, w wire.Writer) error {
	statements, err := syntax.Parse(sql)
	if err != nil {
		s.note(err)
		return err
	}
	b := &batch{Session: s, ctx: ctx, out: w, vars: map[string]*cell{}}
	for _, p := range params {
		b.vars[fold(p.Name)] = &cell{p.Type, inward(p.Value, p.Type)}
	}
	return b.run(statements)
}

// run catches what ends a batch.
func (b *batch) run(statements []syntax.Statement) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil, stop:
		case *wire.Error:
			err = r
		case doom:
			err = r.Error
		case cancelled:
			err = r.err
		default:
			panic(r)
		}
	}()
	b.statements(statements)
	return nil
}

func (b *batch) statements(list []syntax.Statement) {
	for _, s := range list {
		b.statement(s)
	}
}

// statement runs one. An error that is not grave is sent, and the batch goes on
// as SQL Server's does; but within TRY, and for those that end a batch, it is
// passed up.
func (b *batch) statement(s syntax.Statement) {
	if b.ctx.Err() != nil {
		panic(cancelled{b.ctx.Err()})
	}
	err := b.attempt(s)
	if err == nil {
		b.lastNumber = 0
		return
	}
	b.note(err)
	if b.depth > 0 {
		panic(err)
	}
	if b.abort {
		b.abandon()
	}
	if b.abort || endsBatch(err.Number) {
		panic(err)
	}
	b.out.Message(*err)
	b.finish(0, false)
}

// abandon rolls the transaction back and says so.
func (b *batch) abandon() {
	if b.open != nil {
		number := b.open.number
		b.rollback()
		b.out.RolledBack(number)
	}
}

// endsBatch says which errors end the batch ("Database Engine error severities",
// XACT_ABORT): conversions and what breaks transactions do; most others end
// their statement alone.
func endsBatch(number int32) bool {
	switch number {
	case 241, 242, 245, 8114, 8169, 1205, 3951, 3952, 3960, 3961, 50000, 208, 207, 102, 156:
		return true
	}
	return false
}

// attempt runs a statement and undoes it when it fails.
func (b *batch) attempt(s syntax.Statement) (err *wire.Error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *wire.Error:
			err = r
			if err.Line <= 1 {
				err.Line = s.Line
			}
		case doom:
			err = r.Error
			err.Line = s.Line
			b.abandon()
		default:
			panic(r)
		}
	}()
	b.do(s)
	return nil
}

func (s *Session) note(err error) {
	var e *wire.Error
	if errors.As(err, &e) {
		s.lastError, s.lastNumber = e, e.Number
	}
}

// finish ends a statement's results.
func (b *batch) finish(rows int64, counted bool) {
	b.rows = rows
	if err := b.send(func() error { b.out.Done(rows, counted && !b.noCount); return nil }); err != nil {
		panic(cancelled{err})
	}
}

func (b *batch) send(write func() error) error { return write() }

// within runs what reads or writes in the open transaction, or in one of its own
// that ends with the statement.
func (b *batch) within(work func(t *transaction)) {
	t := b.open
	if t == nil && b.implicit {
		b.beginTransaction()
		t = b.open
	}
	if t != nil {
		undo := t.savepoint()
		defer func() {
			if r := recover(); r != nil {
				undo()
				panic(r)
			}
		}()
		work(t)
		return
	}
	t = b.engine.start(b.Session)
	done := false
	defer func() {
		if !done {
			b.engine.rollback(t)
		}
	}()
	work(t)
	done = true
	b.engine.commit(t)
}

// Bulk takes the rows after INSERT BULK.
func (s *Session) Bulk(ctx context.Context, columns []wire.Column, rows iter.Seq2[[]any, error]) (n int64, err error) {
	b := &batch{Session: s, ctx: ctx}
	defer func() {
		s.bulk = nil
		switch r := recover().(type) {
		case nil:
		case *wire.Error:
			err = r
		case doom:
			err = r.Error
		case cancelled:
			err = r.err
		default:
			panic(r)
		}
	}()
	return b.bulkInsert(columns, rows)
}

// inward makes a value of the wire one of this package: text is text even where
// it came as bytes.
func inward(v any, t value.Type) any {
	raw, ok := v.([]byte)
	if !ok || value.FamilyOf(t) != value.Text {
		return v
	}
	if value.IsWide(t) {
		return value.FromWideBytes(raw)
	}
	return value.Decode(raw, t.Collation)
}
