package postgres

import (
	"context"
	"fmt"
	"time"
)

// A session that takes longer to come back, or to say that it stopped, is given
// up.
const (
	resetTimeout   = 5 * time.Second
	abandonTimeout = time.Second
)

// reset brings a session back to its savepoint. If a COPY was left half read,
// the server is asked to stop it, and what is still on the way is read.
func (se *session) reset(ctx context.Context, streaming bool) error {
	ctx, cancel := context.WithTimeout(ctx, resetTimeout)
	defer cancel()
	if se.conn.IsClosed() {
		return fmt.Errorf("resetting the session: the connection is closed")
	}
	if streaming {
		if err := se.conn.CancelRequest(ctx); err != nil {
			return fmt.Errorf("cancelling a query: %w", err)
		}
		if err := se.drain(ctx); err != nil {
			return fmt.Errorf("cancelling a query: %w", err)
		}
	}
	return se.exec(ctx, "rollback to savepoint "+savepoint)
}

// drain reads up to the message that says the server is ready again.
func (se *session) drain(ctx context.Context) error {
	release := se.deadline(ctx)
	defer release()
	for {
		kind, _, err := se.wire.message()
		if err != nil {
			return err
		}
		if kind == msgReady {
			return nil
		}
	}
}

// deadline makes reads from the wire fail when ctx ends. The function it
// returns undoes that and must be called.
func (se *session) deadline(ctx context.Context) (release func()) {
	ran := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ran)
		_ = se.conn.Conn().SetReadDeadline(time.Unix(1, 0)) // a closed connection fails reads, too
	})
	return func() {
		if !stop() {
			<-ran
			_ = se.conn.Conn().SetReadDeadline(time.Time{}) // as above
		}
	}
}

// abandon closes a session that is in no order. The server is told to stop, for
// it may be busy and not notice that nobody listens.
func (se *session) abandon(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, abandonTimeout)
	defer cancel()
	if !se.conn.IsClosed() {
		_ = se.conn.CancelRequest(ctx) // it ends by itself when it next writes
	}
	_ = se.conn.Conn().Close() // nothing left to lose
}
