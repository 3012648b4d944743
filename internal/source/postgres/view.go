package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
)

// A view is one snapshot and the sessions that read it. The first session, the
// lead, exported the snapshot; while its transaction lives, others can join.
type view struct {
	src      *Source
	at       archwire.Instant
	snapshot string // "" when the server does not export one
	mem      buffers

	slots chan struct{} // one for each session that may be busy at once
	done  chan struct{} // closed by Close
	work  sync.WaitGroup

	mu        sync.Mutex
	idle      []*session
	lead      *session
	lost      error // why the lead is gone
	closed    bool
	relations map[string]*relation
}

// View opens a reading as of now.
func (s *Source) View(ctx context.Context) (archwire.View, error) {
	lead, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return nil, err
	}
	v := &view{src: s, lead: lead, idle: []*session{lead}, done: make(chan struct{}), relations: map[string]*relation{}}
	if err := v.open(ctx); err != nil {
		lead.close(ctx)
		return nil, s.classify(ctx, err, "")
	}
	n := s.cfg.Connections
	if v.snapshot == "" {
		n = 1
	}
	v.slots = make(chan struct{}, n)
	return v, nil
}

const beginSQL = "begin transaction isolation level repeatable read, read only"

// savepoint is what a session returns to after an error, so that one bad query
// does not cost it the snapshot.
const savepoint = "archwire"

// open begins the lead's transaction and exports its snapshot. Where the server
// refuses to, the session that asked is enough for a view, only not for a fast
// one: the refusal ended its transaction, so it begins another.
func (v *view) open(ctx context.Context) error {
	if err := v.begin(ctx); err != nil {
		return err
	}
	if v.src.cfg.Connections > 1 {
		// Not possible within a subtransaction, so the savepoint comes after.
		rows, err := v.lead.query(ctx, "select pg_export_snapshot()")
		switch _, refused := errors.AsType[*pgconn.PgError](err); {
		case err == nil:
			v.snapshot = rows[0][0]
		case !refused:
			return err
		default:
			if err := v.lead.exec(ctx, "rollback"); err != nil {
				return err
			}
			if err := v.begin(ctx); err != nil {
				return err
			}
		}
	}
	return v.lead.exec(ctx, "savepoint "+savepoint)
}

// begin starts the lead's transaction and notes its instant. The transaction
// begins just before the snapshot is taken, so whatever was committed by then
// is seen.
func (v *view) begin(ctx context.Context) error {
	if err := v.lead.exec(ctx, beginSQL); err != nil {
		return err
	}
	if err := v.lead.setUp(ctx, v.src.settings(), "transaction"); err != nil {
		return err
	}
	mark := "pg_current_snapshot()"
	if v.lead.version < 130000 {
		mark = "txid_current_snapshot()"
	}
	rows, err := v.lead.query(ctx, `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), `+mark+`::text`)
	if err != nil {
		return err
	}
	if v.at.Time, err = time.Parse(time.RFC3339Nano, rows[0][0]); err != nil {
		return fmt.Errorf("reading the server's clock: %w", err)
	}
	v.at.Mark = rows[0][1]
	return nil
}

// At is when the lead's transaction began, and the snapshot in PostgreSQL's
// own words: xmin:xmax:xip_list.
func (v *view) At() archwire.Instant { return v.at }

// join opens a further session on the snapshot.
func (v *view) join(ctx context.Context) (*session, error) {
	se, err := v.src.connect(ctx)
	if err != nil {
		return nil, err
	}
	if err := v.follow(ctx, se); err != nil {
		se.close(ctx)
		return nil, v.src.classify(ctx, err, "")
	}
	return se, nil
}

func (v *view) follow(ctx context.Context, se *session) error {
	err := se.exec(ctx, beginSQL+"; set transaction snapshot "+literal(v.snapshot))
	if _, gone := errors.AsType[*pgconn.PgError](err); gone {
		return v.snapshotLost(err)
	}
	if err != nil {
		return err
	}
	if err := se.setUp(ctx, v.src.settings(), "transaction"); err != nil {
		return err
	}
	return se.exec(ctx, "savepoint "+savepoint)
}

var errViewClosed = errors.New("the view is closed")

// acquire waits for a session of the budget.
func (v *view) acquire(ctx context.Context) (*session, error) {
	select {
	case v.slots <- struct{}{}:
	case <-v.done:
		return nil, errViewClosed
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for a connection to %s: %w", v.src.cfg.Name, context.Cause(ctx))
	}
	v.mu.Lock()
	if v.closed || v.lost != nil {
		err := v.lost
		if v.closed {
			err = errViewClosed
		}
		v.mu.Unlock()
		<-v.slots
		return nil, err
	}
	v.work.Add(1)
	if last := len(v.idle) - 1; last >= 0 {
		se := v.idle[last]
		v.idle = v.idle[:last]
		v.mu.Unlock()
		return se, nil
	}
	v.mu.Unlock()
	se, err := v.join(ctx)
	if err != nil {
		v.work.Done()
		<-v.slots
		return nil, err
	}
	return se, nil
}

// release gives a session back that ended its work in order.
func (v *view) release(se *session) {
	v.mu.Lock()
	v.idle = append(v.idle, se)
	v.mu.Unlock()
	<-v.slots
	v.work.Done()
}

// mend gives a session back whose statement failed or was left half read.
// It happens behind the caller's back: the error is not kept waiting by it.
func (v *view) mend(ctx context.Context, se *session, streaming bool) {
	go func() {
		ctx := context.WithoutCancel(ctx)
		live, cancel := v.within(ctx) // nobody needs the session of a closed view
		defer cancel()
		if err := se.reset(live, streaming); err == nil {
			v.release(se)
			return
		} else if se == v.lead {
			v.mu.Lock()
			v.lost = v.snapshotLost(err)
			v.mu.Unlock()
		}
		se.abandon(ctx)
		<-v.slots
		v.work.Done()
	}()
}

// snapshotLost says that no connection can join any more: another snapshot
// would be another instant.
func (v *view) snapshotLost(cause error) error {
	return &archwire.Error{
		Code:    archwire.Unavailable,
		Message: v.src.cfg.Name + ": the connection that held the snapshot was lost",
		Hint:    "Run again; nothing was changed.",
		Err:     cause,
	}
}

// Close ends the view: what still reads is stopped, and the transactions end.
func (v *view) Close() error {
	v.mu.Lock()
	if v.closed {
		v.mu.Unlock()
		return nil
	}
	v.closed = true
	close(v.done)
	v.mu.Unlock()
	v.work.Wait()
	for _, se := range v.idle {
		se.close(context.Background())
	}
	return nil
}

// within bounds ctx by the view's life.
func (v *view) within(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := make(chan struct{})
	go func() {
		select {
		case <-v.done:
			cancel(errViewClosed)
		case <-stop:
		}
	}()
	return ctx, sync.OnceFunc(func() { close(stop); cancel(nil) })
}
