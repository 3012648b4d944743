package state

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"archwire"
	"archwire/internal/webhook"
)

// ofProject is true of notifications that are for hooks of the project, not of
// clients.
const ofProject = "hook not in (select id from webhook)"

// mostFailed is after how many events in a row that were given up a webhook is
// disabled.
const mostFailed = 5

// TakeDelivery hands out what is due for the webhook of a client that is not among
// busy, as Take does. Each webhook is told of one event after the other: while the
// first waits to be tried again, so do the others, but for trials. A client that
// has no grant in force is told nothing, but for trials, until it has one.
func (s *Store) TakeDelivery(ctx context.Context, lease time.Duration, busy []string) (h webhook.Hook, n Notification, found bool, err error) {
	clients, args := placeholders(busy, 3)
	where := `hook in (select id from webhook where client not in (` + clients + `))
		and (event = '` + string(webhook.Test) + `' or
			exists (select 1 from webhook w where w.id = notification.hook and ` + granted("w.client", "$2") + `)
			and not exists (select 1 from notification first where first.hook = notification.hook and first.state = $1
				and first.event <> '` + string(webhook.Test) + `' and first.seq < notification.seq))`
	for {
		n, found, err = s.take(ctx, lease, where, args...)
		if err != nil || !found {
			return webhook.Hook{}, n, false, s.classify("taking a webhook's event", err)
		}
		h, err = ownWebhook(ctx, s.write, "", n.Hook)
		if archwire.CodeOf(err) != archwire.NotFound { // it was removed meanwhile, with what it was to be told
			return h, n, err == nil, s.classify("taking a webhook's event", err)
		}
	}
}

// placeholders stands for a list of texts in SQL, which may be empty.
func placeholders(texts []string, from int) (sql string, args []any) {
	names := []string{"''"}
	for i, text := range texts {
		names, args = append(names, fmt.Sprintf("$%d", from+i)), append(args, text)
	}
	return strings.Join(names, ", "), args
}

// SettleDelivery writes down what became of an event that was taken, as Settle
// does. A webhook that fails event after event is disabled.
func (s *Store) SettleDelivery(ctx context.Context, h webhook.Hook, n Notification) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		if err := settle(ctx, tx, n); err != nil || n.State != GivenUp || n.Event == webhook.Test {
			return err
		}
		var failed int
		err := tx.QueryRowContext(ctx, `select count(*) from notification n join webhook w on w.id = n.hook
			where n.hook = $1 and n.event <> $2 and n.state = $3 and n.ended_at > w.enabled_at
			and n.ended_at > coalesce((select max(d.ended_at) from notification d where d.hook = $1 and d.state = $4), '')`,
			h.ID, string(webhook.Test), string(GivenUp), string(Delivered)).Scan(&failed)
		if err != nil || failed < mostFailed {
			return err
		}
		return s.disable(ctx, tx, h)
	})
	return s.classify("settling a webhook's event", err)
}

func (s *Store) disable(ctx context.Context, tx *sql.Tx, h webhook.Hook) error {
	now := timeText(s.now())
	if _, err := tx.ExecContext(ctx, "update webhook set disabled_at = $1 where id = $2", now, h.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `update notification set state = $1, ended_at = $2, answer = 'the webhook is disabled'
		where hook = $3 and state = $4 and event <> $5`, string(GivenUp), now, h.ID, string(Pending), string(webhook.Test))
	return err
}

// TryWebhook puts a trial for a webhook of a client into the outbox, unless one
// waits there already; code NotFound when the client has no such webhook.
func (s *Store) TryWebhook(ctx context.Context, client, id string) (d webhook.Delivery, err error) {
	var suffix [10]byte
	_, _ = rand.Read(suffix[:]) // never fails, says its documentation
	event, err := webhook.Trial(hex.EncodeToString(suffix[:]), microseconds(s.now()))
	if err != nil {
		return d, err
	}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		h, err := ownWebhook(ctx, tx, client, id)
		if err != nil {
			return err
		}
		waiting := deliveriesQuery + " and event = $2 and state = $3"
		if ds, err := list(ctx, tx, scanDelivery, waiting, id, string(webhook.Test), string(Pending)); err != nil || len(ds) > 0 {
			if err == nil {
				d = ds[0]
			}
			return err
		}
		if err := s.deliver(ctx, tx, h, event); err != nil {
			return err
		}
		ds, err := list(ctx, tx, scanDelivery, deliveriesQuery+" and id = $2", id, event.ID)
		if err == nil && len(ds) == 1 {
			d = ds[0]
		}
		return err
	})
	return d, s.classify("trying a webhook", err)
}

// Deliveries lists the last events of a webhook of a client, at most limit of
// them, the newest first; code NotFound when the client has no such webhook.
func (s *Store) Deliveries(ctx context.Context, client, id string, limit int) ([]webhook.Delivery, error) {
	if _, err := ownWebhook(ctx, s.read, client, id); err != nil {
		return nil, s.classify("reading a webhook", err)
	}
	ds, err := list(ctx, s.read, scanDelivery, deliveriesQuery+" order by created_at desc, seq desc, id desc limit $2", id, max(limit, 0))
	return ds, s.classify("listing a webhook's events", err)
}

// ReplayWebhook tells a webhook of a client again of each publication that went
// into service after one that did, and returns how many there are. What it was not
// told while it was disabled comes too, and from then on it is not disabled any
// more. A webhook that the client has not, and a publication that is not
// remembered, are code NotFound.
func (s *Store) ReplayWebhook(ctx context.Context, client, id string, since archwire.PublicationID) (told int, err error) {
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		h, err := ownWebhook(ctx, tx, client, id)
		if err != nil {
			return err
		}
		var from sql.NullInt64
		if err := tx.QueryRowContext(ctx, "select min(seq) from service_entry where publication = $1", string(since)).Scan(&from); err != nil {
			return err
		}
		if !from.Valid {
			return &archwire.Error{
				Code: archwire.NotFound, Message: "that publication is not among the last that were in service",
				Hint: "Read what is in service from /v1, and wait for the next event.",
			}
		}
		entries, err := list(ctx, tx, scanEntry, "select "+entryColumns+" from service_entry where seq > $1 order by seq", from.Int64)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := s.tell(ctx, tx, h, e); err != nil {
				return err
			}
		}
		told = len(entries)
		_, err = tx.ExecContext(ctx, "update webhook set disabled_at = null, enabled_at = $1 where id = $2", timeText(s.now()), h.ID)
		return err
	})
	return told, s.classify("telling a webhook again", err)
}

const deliveriesQuery = "select id, event, seq, body, state, attempts, created_at, next_at, ended_at, answer from notification where hook = $1"

func scanDelivery(r row) (d webhook.Delivery, err error) {
	var body string
	var created, next, ended sql.NullString
	if err := r.Scan(&d.ID, &d.Event, &d.Sequence, &body, &d.State, &d.Attempts, &created, &next, &ended, &d.Answer); err != nil {
		return d, err
	}
	d.Publication = webhook.PublicationOf(body)
	if d.CreatedAt, err = parseTime(created); err != nil {
		return d, err
	}
	if d.State == string(Pending) {
		d.NextAt, err = parseTime(next)
		return d, err
	}
	d.EndedAt, err = parseTime(ended)
	return d, err
}
