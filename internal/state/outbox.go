package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"archwire"
)

// A NotificationState says what became of a notification.
type NotificationState string

// The states.
const (
	Pending   NotificationState = "pending"
	Delivered NotificationState = "delivered"
	GivenUp   NotificationState = "failed"
)

// A Notification is one event for one hook, in the outbox until it was delivered,
// and remembered for a while after.
type Notification struct {
	ID        string            `json:"id"`   // of the event: equal events have equal ids
	Hook      string            `json:"hook"` // project.Hook.ID
	Event     archwire.Event    `json:"event"`
	Run       archwire.RunID    `json:"run,omitempty"`
	Body      string            `json:"-"` // to the byte what is sent
	State     NotificationState `json:"state"`
	Attempts  int               `json:"attempts"`
	CreatedAt time.Time         `json:"created_at"`
	NextAt    time.Time         `json:"next_at"` // of the next attempt, while pending
	EndedAt   time.Time         `json:"ended_at,omitzero"`
	Answer    string            `json:"answer,omitempty"` // what became of the last attempt: "HTTP 503"
}

// keepFor is how long a notification is remembered that is not pending.
const keepFor = 30 * 24 * time.Hour

const notificationColumns = "id, hook, event, run, body, state, attempts, created_at, next_at, ended_at, answer"

// Enqueue puts notifications into the outbox. One whose event and hook are there
// already is left as it is.
func (s *Store) Enqueue(ctx context.Context, ns ...Notification) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error { return s.enqueue(ctx, tx, ns) })
	return s.classify("keeping a notification", err)
}

func (s *Store) enqueue(ctx context.Context, tx *sql.Tx, ns []Notification) error {
	if len(ns) == 0 {
		return nil
	}
	now := s.now()
	for _, n := range ns {
		_, err := tx.ExecContext(ctx, `insert into notification (`+notificationColumns+`)
			values ($1, $2, $3, $4, $5, $6, 0, $7, $8, null, '') on conflict (id, hook) do nothing`,
			n.ID, n.Hook, string(n.Event), string(n.Run), n.Body, string(Pending), timeText(now), timeText(now))
		if err != nil {
			return err
		}
	}
	return s.forgetOld(ctx, tx)
}

// forgetOld forgets what ended long ago.
func (s *Store) forgetOld(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "delete from notification where state <> $1 and ended_at < $2", string(Pending), timeText(s.now().Add(-keepFor)))
	return err
}

// Take hands out the notification of the project's hooks whose next attempt has been
// due longest, and counts the attempt. Nobody else is handed it before the lease
// ends: whoever dies with it in hand loses nothing. found is false when none is due.
func (s *Store) Take(ctx context.Context, lease time.Duration) (n Notification, found bool, err error) {
	n, found, err = s.take(ctx, lease, ofProject)
	return n, found, s.classify("taking a notification", err)
}

// take hands out what Take does of the notifications that where is true of: SQL in
// which $1 is Pending, $2 the time, and the rest args.
func (s *Store) take(ctx context.Context, lease time.Duration, where string, args ...any) (n Notification, found bool, err error) {
	for {
		now := s.now()
		n, err = scanNotification(s.read.QueryRowContext(ctx, "select "+notificationColumns+` from notification
			where state = $1 and next_at <= $2 and `+where+` order by next_at, seq, id, hook limit 1`, append([]any{string(Pending), timeText(now)}, args...)...))
		if errors.Is(err, sql.ErrNoRows) {
			return Notification{}, false, nil
		}
		if err != nil {
			return Notification{}, false, err
		}
		until := now.Add(lease).UTC().Truncate(time.Microsecond)
		result, err := s.write.ExecContext(ctx, `update notification set attempts = attempts + 1, next_at = $1
			where id = $2 and hook = $3 and state = $4 and next_at = $5 and attempts = $6`,
			timeText(until), n.ID, n.Hook, string(Pending), timeText(n.NextAt), n.Attempts)
		if err != nil {
			return Notification{}, false, err
		}
		if taken, err := result.RowsAffected(); err != nil || taken == 1 {
			n.Attempts++
			n.NextAt = until
			return n, err == nil, err
		}
	}
}

// Settle writes down what became of a notification that was taken: its State,
// NextAt, EndedAt and Answer. One that was taken again since is left alone.
func (s *Store) Settle(ctx context.Context, n Notification) error {
	return s.classify("settling a notification", settle(ctx, s.write, n))
}

func settle(ctx context.Context, db interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, n Notification,
) error {
	_, err := db.ExecContext(ctx, `update notification set state = $1, next_at = $2, ended_at = $3, answer = $4
		where id = $5 and hook = $6 and attempts = $7`,
		string(n.State), timeText(n.NextAt), optionalTime(n.EndedAt), n.Answer, n.ID, n.Hook, n.Attempts)
	return err
}

// Replay makes all notifications of an event of the project's hooks pending again, whatever became of
// them, and returns how many there are; code NotFound when there is none.
func (s *Store) Replay(ctx context.Context, id string) (int, error) {
	result, err := s.write.ExecContext(ctx, "update notification set state = $1, next_at = $2, ended_at = null, attempts = 0 where id = $3 and "+ofProject,
		string(Pending), timeText(s.now()), id)
	if err != nil {
		return 0, s.classify("replaying a notification", err)
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = &archwire.Error{
			Code: archwire.NotFound, Message: fmt.Sprintf("there is no notification %q", id),
			Hint: "Run archwire notify list; notifications are kept for 30 days.",
		}
	}
	return int(n), s.classify("replaying a notification", err)
}

// Notifications lists the last notifications of the project's hooks, at most limit of them, the newest
// first.
func (s *Store) Notifications(ctx context.Context, limit int) (ns []Notification, err error) {
	defer func() { err = s.classify("listing the notifications", err) }()
	rows, err := s.read.QueryContext(ctx, "select "+notificationColumns+` from notification where `+ofProject+`
		order by created_at desc, id desc, hook limit $1`, max(limit, 0))
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err says what went wrong
	for rows.Next() {
		n, err := scanNotification(rows)
		if err != nil {
			return nil, err
		}
		ns = append(ns, n)
	}
	return ns, rows.Err()
}

// Outbox says how many notifications of the project's hooks are pending, and how
// many were given up.
func (s *Store) Outbox(ctx context.Context) (pending, givenUp int, err error) {
	err = s.read.QueryRowContext(ctx, `select count(case when state = $1 then 1 end), count(case when state = $2 then 1 end)
		from notification where `+ofProject, string(Pending), string(GivenUp)).Scan(&pending, &givenUp)
	return pending, givenUp, s.classify("counting the notifications", err)
}

func scanNotification(row interface{ Scan(dest ...any) error }) (Notification, error) {
	var n Notification
	var created, next, ended sql.NullString
	err := row.Scan(&n.ID, &n.Hook, &n.Event, &n.Run, &n.Body, &n.State, &n.Attempts, &created, &next, &ended, &n.Answer)
	if err != nil {
		return Notification{}, err
	}
	var errs [3]error
	n.CreatedAt, errs[0] = parseTime(created)
	n.NextAt, errs[1] = parseTime(next)
	n.EndedAt, errs[2] = parseTime(ended)
	return n, errors.Join(errs[:]...)
}
