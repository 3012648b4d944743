package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"archwire"
	"archwire/internal/webhook"
)

// Entered writes down which publication is in service, if it is another than the
// one that was written down last, and with it what the webhooks of clients are to
// be told; all or nothing. current says which is in service, code NotFound when
// none is.
//
// Whoever switches calls it before and after, while no other may switch: then each
// switch is written down, whatever dies when. Anybody else may call it at any
// time: what was written down meanwhile is seen, and nothing is written twice.
func (s *Store) Entered(ctx context.Context, current func(context.Context) (archwire.Manifest, error)) error {
	last, err := s.lastEntry(ctx) // before current is asked
	if err != nil {
		return s.classify("reading what was in service", err)
	}
	m, err := current(ctx)
	if archwire.CodeOf(err) == archwire.NotFound || err == nil && m.ID == last.Publication {
		return nil
	}
	if err != nil {
		return err
	}
	e := webhook.Entry{
		Sequence: last.Sequence + 1, Publication: m.ID, Previous: last.Publication, AsOf: m.AsOf,
		DataThrough: microseconds(m.DataThrough), CreatedAt: microseconds(m.CreatedAt), At: microseconds(s.now()),
	}
	err = s.transaction(ctx, func(tx *sql.Tx) error { return s.enter(ctx, tx, e) })
	return s.classify("writing down what is in service", err)
}

func (s *Store) enter(ctx context.Context, tx *sql.Tx, e webhook.Entry) error {
	result, err := tx.ExecContext(ctx, "insert into service_entry ("+entryColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (seq) do nothing",
		e.Sequence, string(e.Publication), string(e.Previous), string(e.AsOf), timeText(e.DataThrough), timeText(e.CreatedAt), timeText(e.At), e.By)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err // somebody else has seen it, or a later one
	}
	hooks, err := list(ctx, tx, scanWebhook, webhookQuery+" where disabled_at is null and "+granted("webhook.client", "$1"), timeText(s.now()))
	if err != nil {
		return err
	}
	for _, h := range hooks {
		if err := s.tell(ctx, tx, h, e); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, "delete from service_entry where seq <= $1", e.Sequence-webhook.Remembered); err != nil {
		return err
	}
	return s.forgetOld(ctx, tx)
}

// Credit writes down who switched to what went into service next after a number of
// switches, should that not be known yet. It is for whoever switches, and kept others
// from it since: no other can have done it.
func (s *Store) Credit(ctx context.Context, after int64, by string) error {
	_, err := s.write.ExecContext(ctx, "update service_entry set switched_by = $1 where seq = $2 and switched_by = ''", by, after+1)
	return s.classify("writing down who switched", err)
}

// Switches is how many switches there have been, as far as they were written down.
func (s *Store) Switches(ctx context.Context) (int64, error) {
	last, err := s.lastEntry(ctx)
	return last.Sequence, s.classify("reading what was in service", err)
}

// granted is true of clients that have a grant in force.
func granted(client, now string) string {
	return fmt.Sprintf(`exists (select 1 from access_grant g where g.client = %s and g.revoked_at is null
		and g.valid_from <= %s and (g.valid_until is null or g.valid_until > %[2]s))`, client, now)
}

// tell puts an entry into the outbox for a hook; one that is there already is sent
// again, the same to the byte.
func (s *Store) tell(ctx context.Context, tx *sql.Tx, h webhook.Hook, e webhook.Entry) error {
	event, err := e.Event()
	if err != nil {
		return err
	}
	return s.deliver(ctx, tx, h, event)
}

func (s *Store) deliver(ctx context.Context, tx *sql.Tx, h webhook.Hook, event webhook.Event) error {
	_, err := tx.ExecContext(ctx, `insert into notification (`+notificationColumns+`, seq)
		values ($1, $2, $3, '', $4, $5, 0, $6, $6, null, '', $7)
		on conflict (id, hook) do update set state = excluded.state, attempts = 0, next_at = excluded.next_at, ended_at = null, answer = ''`,
		event.ID, h.ID, string(event.Name), event.Body, string(Pending), timeText(s.now()), event.Sequence)
	return err
}

const entryColumns = "seq, publication, previous, as_of, data_through, created_at, entered_at, switched_by"

// Entries lists what went into service, the newest first, at most limit of them.
func (s *Store) Entries(ctx context.Context, limit int) ([]webhook.Entry, error) {
	entries, err := list(ctx, s.read, scanEntry, "select "+entryColumns+" from service_entry order by seq desc limit $1", max(limit, 0))
	return entries, s.classify("listing what was in service", err)
}

func (s *Store) lastEntry(ctx context.Context) (webhook.Entry, error) {
	entries, err := list(ctx, s.read, scanEntry, "select "+entryColumns+" from service_entry order by seq desc limit 1")
	if err != nil || len(entries) == 0 {
		return webhook.Entry{}, err
	}
	return entries[0], nil
}

func scanEntry(r row) (e webhook.Entry, err error) {
	var through, created, at sql.NullString
	if err := r.Scan(&e.Sequence, &e.Publication, &e.Previous, &e.AsOf, &through, &created, &at, &e.By); err != nil {
		return e, err
	}
	var errs [3]error
	e.DataThrough, errs[0] = parseTime(through)
	e.CreatedAt, errs[1] = parseTime(created)
	e.At, errs[2] = parseTime(at)
	return e, errors.Join(errs[:]...)
}
