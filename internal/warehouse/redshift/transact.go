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

// read runs f, which changes nothing, with a session, again on a new one if the
// connection is lost.
func (w *Warehouse) read(ctx context.Context, f func(*session) error) error {
	return w.trying(ctx, func(int) error { return w.pool.with(ctx, f) })
}

// transact runs f in a transaction, which it may be run in several times: after a
// conflict with another transaction, and after the connection was lost. It begins by
// locking a table of ours, lock, that nobody reads, so that those who name the same
// come one after the other (Serializable isolation, how to fix: LOCK at the beginning).
//
// A connection that is lost during COMMIT leaves it open whether that has happened. So
// each transaction leaves a row in archwire.landed, and one that is tried again looks
// for it, behind the lock: what went before has ended by then, one way or the other.
func (w *Warehouse) transact(ctx context.Context, lock string, f func(*session) error) error {
	id := rand.Text()
	return w.trying(ctx, func(try int) error {
		return w.pool.with(ctx, func(s *session) error {
			return s.transact(ctx, func() error {
				if err := s.exec(ctx, "LOCK "+lock); err != nil {
					return err
				}
				if try > 0 {
					n, err := s.one(ctx, "SELECT count(*) FROM archwire.landed WHERE id = "+literal(id))
					if err != nil || n > 0 {
						return err
					}
				}
				if err := f(s); err != nil {
					return err
				}
				return s.exec(ctx, "INSERT INTO archwire.landed VALUES ("+literal(id)+", getdate())")
			})
		})
	})
}

// gate is the table that transactions lock which change what consumers read.
const gate = "archwire.gate"

// trying runs f until it fails for good, or not at all.
func (w *Warehouse) trying(ctx context.Context, f func(try int) error) error {
	wait := w.firstWait
	for try := 0; ; try++ {
		err := f(try)
		lost := isLost(err)
		if lost {
			w.pool.drop()
		}
		if err == nil || ctx.Err() != nil || try+1 == tries || !lost && !isConflict(err) {
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

// transact runs f between BEGIN and COMMIT, or ROLLBACK if it fails.
func (s *session) transact(ctx context.Context, f func() error) (err error) {
	done := false
	defer func() {
		// The session goes back clean, or is closed, also if f panics or ctx has ended.
		if !done && !s.conn.IsClosed() && s.conn.TxStatus() != 'I' {
			end, cancel := context.WithTimeout(context.WithoutCancel(ctx), cancelPatience)
			defer cancel()
			if rollback := s.exec(end, "ROLLBACK"); rollback != nil {
				s.close()
			}
		}
	}()
	if err := s.exec(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	if err := f(); err != nil {
		return err
	}
	done = true
	// A commit that is under way is not called back.
	return s.exec(context.WithoutCancel(ctx), "COMMIT")
}
