package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"archwire"
	"archwire/internal/source/lending"
)

// A view is one snapshot and the sessions that read it. The first session, the
// lead, exported the snapshot; while its transaction lives, others can join.
type view struct {
	src      *Source
	version  int // the server's
	at       archwire.Instant
	certain  bool   // an equal mark means equal rows
	snapshot string // "" when the server does not export one
	mem      lending.Buffers

	slots chan struct{} // one for each session that may be busy at once
	done  chan struct{} // closed when the view is over
	work  sync.WaitGroup
	limit *time.Timer // ends a view that is open for too long; nil when none does
	pace  pace

	mu        sync.Mutex
	sessions  []*session // all that are connected
	idle      []*session // those that are not busy
	lead      *session   // nil in a gentle view, which has no snapshot to keep
	lost      error      // why the lead is gone
	over      error      // why the view is over
	relations map[string]*relation
	files     map[string]string // of tables that were locked, by oid
}

// View opens a reading as of now.
func (s *Source) View(ctx context.Context) (archwire.View, error) {
	lead, err := s.connectUnlessClosed(ctx)
	if err != nil {
		return nil, err
	}
	v := &view{
		src: s, version: lead.version, sessions: []*session{lead}, idle: []*session{lead}, done: make(chan struct{}),
		relations: map[string]*relation{}, files: map[string]string{},
	}
	if s.cfg.Gentle {
		err = v.openGently(ctx, lead)
	} else {
		v.lead = lead
		err = v.open(ctx)
	}
	if err != nil {
		lead.close(ctx)
		return nil, s.classify(ctx, err, "")
	}
	n := s.cfg.Connections
	if v.snapshot == "" && !s.cfg.Gentle {
		n = 1
	}
	v.slots = make(chan struct{}, n)
	if s.cfg.LongestTransaction > 0 && !s.cfg.Gentle {
		v.mu.Lock() // the timer may be faster than the assignment
		v.limit = time.AfterFunc(s.cfg.LongestTransaction, v.expire)
		v.mu.Unlock()
	}
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
	if err := v.begin(ctx, v.lead); err != nil {
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
			if err := v.begin(ctx, v.lead); err != nil {
				return err
			}
		}
	}
	if err := v.lead.exec(ctx, "savepoint "+savepoint); err != nil {
		return err
	}
	return v.identify(ctx, v.lead)
}

// begin starts a transaction and notes its instant as the view's. The
// transaction begins just before the snapshot is taken, so whatever was committed
// by then is seen.
func (v *view) begin(ctx context.Context, se *session) error {
	if err := v.start(ctx, se); err != nil {
		return err
	}
	mark := "pg_current_snapshot()"
	if se.version < 130000 {
		mark = "txid_current_snapshot()"
	}
	rows, err := se.query(ctx, `select to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), `+mark+`::text`)
	if err != nil {
		return err
	}
	if v.at.Time, err = time.Parse(time.RFC3339Nano, rows[0][0]); err != nil {
		return fmt.Errorf("reading the server's clock: %w", err)
	}
	v.at.Mark = rows[0][1]
	return nil
}

// start begins a transaction on a snapshot of its own.
func (v *view) start(ctx context.Context, se *session) error {
	if err := se.exec(ctx, beginSQL); err != nil {
		return err
	}
	return se.setUp(ctx, v.src.settings(), "transaction")
}

// At is when the first transaction began, and the snapshot in PostgreSQL's
// own words: xmin:xmax:xip_list. Where it can be told again, the server and the
// database follow it.
func (v *view) At() archwire.Instant { return v.at }

// join opens a further session on the snapshot.
func (v *view) join(ctx context.Context) (*session, error) {
	se, err := v.src.connect(ctx)
	if err != nil {
		return nil, err
	}
	if !v.src.cfg.Gentle {
		if err := v.follow(ctx, se); err != nil {
			se.close(ctx)
			return nil, v.classify(ctx, err, "")
		}
	}
	v.mu.Lock()
	v.sessions = append(v.sessions, se)
	v.mu.Unlock()
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
