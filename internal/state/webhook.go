package state

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"archwire"
	"archwire/internal/webhook"
)

// WebhookSecret is what the secrets of webhooks follow from; it is made as
// CursorSecret is.
func (s *Store) WebhookSecret(ctx context.Context) ([]byte, error) {
	return s.secret(ctx, secret{
		"the secret of webhooks", "select secret from webhook_secret where id = 1",
		"insert into webhook_secret (id, secret) values (1, $1) on conflict do nothing",
	})
}

// AddWebhook remembers an endpoint of a client, which a webhook.Guard has found to
// be one, and returns it with the secret that signs what is sent there. A client
// that is not there is code NotFound; an endpoint that it has already, and one too
// many, are code Conflict.
func (s *Store) AddWebhook(ctx context.Context, client, url string) (h webhook.Hook, secret string, err error) {
	master, err := s.WebhookSecret(ctx)
	if err != nil {
		return webhook.Hook{}, "", err
	}
	now := microseconds(s.now())
	h = webhook.Hook{ID: "wh_" + newID(), Client: client, URL: url, CreatedAt: now, EnabledAt: now}
	err = s.transaction(ctx, func(tx *sql.Tx) error {
		if err := s.client(ctx, tx, client, false); err != nil {
			return err
		}
		var all, same int
		err := tx.QueryRowContext(ctx, "select count(*), count(case when url = $2 then 1 end) from webhook where client = $1", client, url).Scan(&all, &same)
		switch {
		case err != nil:
			return err
		case same > 0:
			return conflict("the client has a webhook of that URL already", "Remove it first, for a new secret.")
		case all >= webhook.Most:
			return conflict(fmt.Sprintf("the client has %d webhooks already", all), "Remove one that is not needed any more.")
		}
		_, err = tx.ExecContext(ctx, "insert into webhook (id, client, url, created_at, enabled_at) values ($1, $2, $3, $4, $4)",
			h.ID, h.Client, h.URL, timeText(now))
		return err
	})
	if err != nil {
		return webhook.Hook{}, "", s.classify("adding a webhook", err)
	}
	return h, webhook.Secret(master, h.ID), nil
}

// Webhooks lists the webhooks of a client in the order of their making; of all
// clients where it is "".
func (s *Store) Webhooks(ctx context.Context, client string) ([]webhook.Hook, error) {
	hooks, err := list(ctx, s.read, scanWebhook, webhookQuery+" where client = $1 or $1 = '' order by created_at, id", client)
	return hooks, s.classify("listing the webhooks", err)
}

// RemoveWebhook forgets a webhook of a client, and what it was told; code NotFound
// when the client has none of that id. The client "" is any.
func (s *Store) RemoveWebhook(ctx context.Context, client, id string) error {
	err := s.transaction(ctx, func(tx *sql.Tx) error {
		if _, err := ownWebhook(ctx, tx, client, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "delete from webhook where id = $1", id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "delete from notification where hook = $1", id)
		return err
	})
	return s.classify("removing a webhook", err)
}

const webhookQuery = "select id, client, url, created_at, enabled_at, disabled_at from webhook"

// ownWebhook is the webhook of that id, if it is the client's.
func ownWebhook(ctx context.Context, db querier, client, id string) (webhook.Hook, error) {
	hooks, err := list(ctx, db, scanWebhook, webhookQuery+" where id = $1 and (client = $2 or $2 = '')", id, client)
	if err == nil && len(hooks) == 0 {
		err = noWebhook(id)
	}
	if err != nil {
		return webhook.Hook{}, err
	}
	return hooks[0], nil
}

func noWebhook(id string) error {
	message := "there is no webhook of that id"
	if webhook.IsID(id) {
		message = "there is no webhook " + id
	}
	return &archwire.Error{Code: archwire.NotFound, Message: message, Hint: "List the webhooks to see their ids."}
}

func conflict(message, hint string) error {
	return &archwire.Error{Code: archwire.Conflict, Message: message, Hint: hint}
}

func scanWebhook(r row) (h webhook.Hook, err error) {
	var created, enabled, disabled sql.NullString
	if err := r.Scan(&h.ID, &h.Client, &h.URL, &created, &enabled, &disabled); err != nil {
		return h, err
	}
	var errs [3]error
	h.CreatedAt, errs[0] = parseTime(created)
	h.EnabledAt, errs[1] = parseTime(enabled)
	h.DisabledAt, errs[2] = parseTime(disabled)
	return h, errors.Join(errs[:]...)
}
