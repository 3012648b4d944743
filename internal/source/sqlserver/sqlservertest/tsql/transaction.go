package tsql

import (
	"context"
	"fmt"
	"slices"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
	"archwire/internal/source/sqlserver/sqlservertest/wire"
)

// transaction is one that a session has open, or the one of a single statement.
type transaction struct {
	session  *Session
	number   uint64
	sequence int64   // its XSN; 0 until it has one
	before   []int64 // of the transactions that had one and had not ended when its snapshot began
	snapshot bool    // it began under SNAPSHOT
	depth    int     // @@TRANCOUNT; 0 is that of a statement alone
	doomed   bool    // only ROLLBACK is left

	base  *state // what the work began with; nil until something is read
	work  *state
	edit  *edition
	steps []func(*transaction) // what was changed, to be done again on another base
	marks []mark               // rows of tracked tables

	locks   []lock
	written map[int32]int // locks by table
	waits   *transaction
	version int64 // the first rowversion that it gave
}

// mark is a row that was written, for change tracking.
type mark struct {
	database string
	table    int32
	key      string
	values   []any // of the primary key
	op       byte
}

// cancelled is what a request panics with when its context ends.
type cancelled struct{ err error }

// doom is an error that rolls the transaction back.
type doom struct{ *wire.Error }

func doomed(number int32, severity byte, format string, args ...any) doom {
	return doom{&wire.Error{Number: number, State: 1, Severity: severity, Message: fmt.Sprintf(format, args...), Line: 1}}
}

func (e *Engine) start(s *Session) *transaction {
	t := &transaction{session: s, number: e.numbers.Add(1), snapshot: s.isolation == "SNAPSHOT", edit: new(edition), written: map[int32]int{}}
	e.mu.Lock()
	e.active[t] = struct{}{}
	e.mu.Unlock()
	return t
}

// nextRowVersion is one for a row that is written.
func (e *Engine) nextRowVersion(t *transaction) int64 {
	e.versions.Lock()
	defer e.versions.Unlock()
	n := e.dbts.Add(1)
	if t.version == 0 {
		t.version = n
	}
	return n
}

// leastActive is MIN_ACTIVE_ROWVERSION.
func (e *Engine) leastActive() int64 {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.versions.Lock()
	defer e.versions.Unlock()
	n := e.dbts.Load() + 1
	for t := range e.active {
		if t.version != 0 {
			n = min(n, t.version)
		}
	}
	return n
}

// see gives the state that a statement works on. Under SNAPSHOT it is that of
// the first statement that reads, with the transaction's own changes; else the
// newest.
func (t *transaction) see() *state {
	e := t.session.engine
	if t.snapshot {
		if t.base == nil {
			e.mu.Lock()
			e.number(t)
			t.onto(e.current.Load())
			e.mu.Unlock()
		}
		return t.work
	}
	if newest := e.current.Load(); t.base != newest {
		t.onto(newest)
	}
	return t.work
}

// number gives a transaction its sequence number, as its snapshot begins or as it
// writes first, and notes whose it then knew of ("sys.dm_tran_current_snapshot").
// The mutex is held.
func (e *Engine) number(t *transaction) {
	if t.sequence != 0 {
		return
	}
	for other := range e.active {
		if other.sequence != 0 {
			t.before = append(t.before, other.sequence)
		}
	}
	slices.Sort(t.before)
	e.sequence++
	t.sequence = e.sequence
}

// onto does what was changed again on another base.
func (t *transaction) onto(base *state) {
	t.base, t.work, t.edit = base, base, new(edition)
	steps := t.steps
	for _, step := range steps {
		step(t)
	}
}

// do changes the work, and remembers how.
func (t *transaction) do(step func(*transaction)) {
	t.see()
	e := t.session.engine
	e.mu.Lock()
	e.number(t)
	e.mu.Unlock()
	t.steps = append(t.steps, step)
	step(t)
}

// database and table are the work's own, to be changed.
func (t *transaction) database(name string) *database {
	if t.work == t.base {
		t.work = t.base.clone()
	}
	d, ok := t.work.databases[fold(name)]
	if !ok {
		value.Fail(911, "Database '%s' does not exist. Make sure that the name is entered correctly.", name)
	}
	if d.owner != t.edit {
		d = d.clone(t.edit)
		t.work.databases[fold(name)] = d
	}
	return d
}

func (t *transaction) table(db string, id int32) *table {
	d := t.database(db)
	found, ok := d.tables[id]
	if !ok {
		value.Fail(208, "Invalid object name.")
	}
	if found.owner != t.edit {
		found = found.clone(t.edit)
		d.tables[id] = found
	}
	return found
}

// savepoint lets a statement that fails leave nothing behind.
func (t *transaction) savepoint() (undo func()) {
	base, work, steps, marks := t.base, t.work, len(t.steps), len(t.marks)
	t.edit = new(edition)
	return func() {
		t.base, t.work, t.steps, t.marks = base, work, t.steps[:steps], t.marks[:marks]
		t.edit = new(edition)
	}
}

// commit publishes the work.
func (e *Engine) commit(t *transaction) {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer e.release(t)
	if len(t.steps) == 0 {
		return
	}
	if newest := e.current.Load(); newest != t.base {
		t.onto(newest)
	}
	t.trackChanges()
	next := *t.work
	next.commit = t.base.commit + 1
	e.current.Store(&next)
	t.edit = new(edition)
}

func (e *Engine) rollback(t *transaction) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.release(t)
}

// lockRow takes the lock of a row that is to be written. Under SNAPSHOT the row
// must be as the transaction sees it.
func (t *transaction) lockRow(ctx context.Context, db string, tb *table, place string) {
	t.session.engine.acquire(ctx, t, lock{tb.id, 0, place})
	if !t.snapshot {
		return
	}
	mine, was := rowAt(t.base, db, tb.id, place)
	theirs, is := rowAt(t.session.engine.current.Load(), db, tb.id, place)
	if was != is || mine != theirs {
		panic(doomed(3960, 16, "Snapshot isolation transaction aborted due to update conflict. You cannot use snapshot isolation to access table '%s.%s' directly or indirectly in database '%s' to update, delete, or insert the row that has been modified or deleted by another transaction. Retry the transaction or change the isolation level for the update/delete statement.", tb.schema.name, tb.name, db))
	}
}

func rowAt(s *state, db string, id int32, place string) (*row, bool) {
	d, ok := s.databases[fold(db)]
	if !ok {
		return nil, false
	}
	tb, ok := d.tables[id]
	if !ok {
		return nil, false
	}
	return tb.rows.get(place)
}
