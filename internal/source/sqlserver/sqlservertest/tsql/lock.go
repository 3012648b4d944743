package tsql

import (
	"context"
	"time"

	"archwire/internal/source/sqlserver/sqlservertest/tsql/value"
)

// lock is a row of a table by its key, or a key of a unique index. Only writers
// hold locks; readers under READ COMMITTED wait for them.
type lock struct {
	table int32
	index int
	key   string
}

// acquire takes a lock for a transaction, and waits for whoever has it, or is
// about to define the table anew.
func (e *Engine) acquire(ctx context.Context, t *transaction, l lock) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for {
		holder := e.holder(l)
		if holder == nil || holder == t {
			break
		}
		e.wait(ctx, t, holder)
	}
	if e.locks[l] == nil {
		e.locks[l] = t
		t.locks = append(t.locks, l)
		t.written[l.table]++
	}
}

func (e *Engine) holder(l lock) *transaction {
	if whole := e.locks[lock{l.table, -1, ""}]; whole != nil {
		return whole
	}
	return e.locks[l]
}

// settled waits until nobody else has written to these parts of tables; nil is
// the whole.
func (e *Engine) settled(ctx context.Context, t *transaction, areas map[int32][]span) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for {
		holder := e.writer(t, areas)
		if holder == nil {
			return
		}
		e.wait(ctx, t, holder)
	}
}

func (e *Engine) writer(t *transaction, areas map[int32][]span) *transaction {
	for other := range e.active {
		if other == t {
			continue
		}
		for id, spans := range areas {
			if other.written[id] > 0 && other.touches(id, spans) {
				return other
			}
		}
	}
	return nil
}

func (t *transaction) touches(id int32, spans []span) bool {
	if spans == nil {
		return true
	}
	for _, l := range t.locks {
		if l.table != id || l.index > 0 {
			continue
		}
		if l.index < 0 {
			return true // the whole table
		}
		for _, s := range spans {
			if l.key >= s.from && (s.to == "" || l.key < s.to) {
				return true
			}
		}
	}
	return false
}

// wait gives the mutex up until a transaction ends, and has it again even when it
// panics. A circle of waiting ones ends with error 1205 for the one that would
// close it.
func (e *Engine) wait(ctx context.Context, t, holder *transaction) {
	for other := holder; other != nil; other = other.waits {
		if other == t {
			panic(doomed(1205, 13, "Transaction (Process ID %d) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.", t.session.process))
		}
	}
	changed := e.changed
	t.waits = holder
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		t.waits = nil
	}()
	var timeout <-chan time.Time
	if limit := t.session.lockTimeout; limit >= 0 {
		timer := time.NewTimer(time.Duration(limit) * time.Millisecond)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case <-changed:
	case <-ctx.Done():
		panic(cancelled{ctx.Err()})
	case <-timeout:
		value.Fail(1222, "Lock request time out period exceeded.")
	}
}

// release gives all locks of a transaction back; the mutex is held.
func (e *Engine) release(t *transaction) {
	for _, l := range t.locks {
		delete(e.locks, l)
	}
	t.locks, t.written = nil, map[int32]int{}
	delete(e.active, t)
	close(e.changed)
	e.changed = make(chan struct{})
}
