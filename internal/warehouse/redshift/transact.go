package redshift

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// tries is how often a transaction is run that conflicts with others, or whose
// connection is lost, before it is given up; between the first ones half a second
// passes, and twice as much each time.
const (
	tries     = 5
	firstWait = 500 * time.Millisecond
)

// gate is the table that transactions lock which change what consumers read: see
// transact.
const gate = "archwire.gate"

// session runs f with a session of its own, again with a new one if the connection is
// lost: f begins anew then, and finds none of the session's own tables.
func (w *Warehouse) session(ctx context.Context, f func(link) error) error {
	return w.trying(ctx, func() error {
		return w.pool.with(ctx, func(s *session) error { return f(s) })
	})
}

// reading is session for queries: in a transaction that Redshift lets change nothing. To
// read a materialized view that is stale, Redshift writes notes of its own, and says that
// the transaction is read-only (github.com/awslabs/mcp/issues/3273): then it is one that
// is rolled back.
func (w *Warehouse) reading(ctx context.Context, f func(link) error) error {
	within := func(begin, end string) error {
		return w.session(ctx, func(l link) error {
			s := l.(*session) //nolint:forcetypeassert // session gives no other
			return s.transact(ctx, begin, func() error { return f(l) }, end)
		})
	}
	err := within("BEGIN READ ONLY", "COMMIT")
	if mayNotWrite(err) {
		return within("BEGIN", "ROLLBACK")
	}
	return err
}

// transact runs f in a transaction of a session of its own, which it may be run in
// several times: after a conflict with another transaction, and after the connection
// was lost. See commit.
func (w *Warehouse) transact(ctx context.Context, lock string, f func(link) error) error {
	a := &attempt{lock: lock, id: rand.Text()}
	return w.session(ctx, func(l link) error {
		return w.commit(ctx, l, a, func() error { return f(l) })
	})
}

// An attempt is a transaction that may be run several times and happens once.
type attempt struct {
	lock  string // the table that it locks
	id    string
	begun bool // once before
}

// commit runs f in a transaction of a session that is at hand. It begins by locking a
// table of ours that nobody reads, so that those who name the same come one after the
// other (Serializable isolation, LOCK at the beginning): none of them meets a conflict
// over rows, and what one reads stays as it is until it has ended.
//
// A connection that is lost during COMMIT leaves it open whether that has happened. So
// each transaction leaves a row in archwire.landed, and one that is tried again looks
// for it, behind the lock: what went before has ended by then, one way or the other.
func (w *Warehouse) commit(ctx context.Context, l link, a *attempt, f func() error) error {
	s := l.(*session) //nolint:forcetypeassert // there is no other
	again := a.begun
	a.begun = true
	return s.transact(ctx, "BEGIN", func() error {
		if again {
			happened, err := behind(ctx, l, a)
			if err != nil || happened {
				return err
			}
		} else {
			l.later("LOCK " + a.lock)
		}
		if err := f(); err != nil {
			return err
		}
		l.later("INSERT INTO archwire.landed VALUES (" + literal(a.id) + ", GETDATE())")
		return nil
	}, "COMMIT")
}

// landed says whether the transaction has happened, when it is not known. It asks by a
// session beside those that are counted: its caller may hold one.
func (w *Warehouse) landed(ctx context.Context, a *attempt) (yes bool, err error) {
	err = w.trying(ctx, func() error {
		s, err := w.pool.open(ctx)
		if err != nil {
			return err
		}
		defer s.close(ctx)
		return s.transact(ctx, "BEGIN", func() (err error) {
			yes, err = behind(ctx, s, a)
			return err
		}, "COMMIT")
	})
	return yes, err
}

// behind takes the lock of an attempt and says whether it has happened. The lock is waited
// for in a message of its own: when a message of several statements sees what was committed
// meanwhile is not documented.
func behind(ctx context.Context, l link, a *attempt) (bool, error) {
	if _, err := l.exec(ctx, "LOCK "+a.lock); err != nil {
		return false, err
	}
	n, err := count(ctx, l, "SELECT COUNT(*) FROM archwire.landed WHERE id = "+literal(a.id))
	return n > 0, err
}

// count is the one whole number that a query gives; NULL is 0.
func count(ctx context.Context, l link, query string) (n int64, err error) {
	found := 0
	err = l.rows(ctx, query, func(values [][]byte) error {
		found++
		n, err = whole(values[0])
		return err
	})
	if err == nil && found != 1 {
		err = fmt.Errorf("a query for one number gave %d rows", found)
	}
	return n, err
}

// trying runs f until it succeeds, or fails by what trying again does not help against.
func (w *Warehouse) trying(ctx context.Context, f func() error) error {
	wait := w.firstWait
	for try := 1; ; try++ {
		err := f()
		lost := isLost(err)
		if lost {
			w.pool.drop(ctx)
		}
		if err == nil || ctx.Err() != nil || try == tries || !lost && !isConflict(err) {
			return err
		}
		select {
		case <-time.After(wait):
			wait *= 2
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		}
	}
}

// transact runs f between two statements, or rolls back if it fails. What f leaves to
// run later goes with the end: it is of our own small tables.
func (s *session) transact(ctx context.Context, begin string, f func() error, end string) error {
	if err := s.flush(ctx); err != nil {
		return err
	}
	defer func() {
		// The session goes back clean, or is closed, also if f panics or ctx has ended.
		s.waiting = nil
		if !s.conn.IsClosed() && s.conn.TxStatus() != 'I' {
			late, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
			defer cancel()
			if _, err := s.exec(late, "ROLLBACK"); err != nil {
				s.close(ctx)
			}
		}
	}()
	s.later(begin)
	if err := f(); err != nil {
		return err
	}
	if s.conn.TxStatus() == 'I' { // all of it waits, and LOCK may take its time
		if err := s.flush(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	// A commit that is under way is not called back.
	_, err := s.exec(context.WithoutCancel(ctx), end)
	return err
}
