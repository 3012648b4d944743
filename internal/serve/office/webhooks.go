package office

import (
	"context"
	"net/http"

	"archwire"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/webhook"
)

// Webhooks is where the webhooks of clients are kept: a state.Store is it. Each
// function is about the webhooks of the client that it is given, and about those of
// no other: what is another client's is as what is not there, of code NotFound.
type Webhooks interface {
	AddWebhook(ctx context.Context, client, url string) (h webhook.Hook, secret string, err error)
	Webhooks(ctx context.Context, client string) ([]webhook.Hook, error)
	RemoveWebhook(ctx context.Context, client, id string) error
	TryWebhook(ctx context.Context, client, id string) (webhook.Delivery, error)
	Deliveries(ctx context.Context, client, id string, limit int) ([]webhook.Delivery, error)
	ReplayWebhook(ctx context.Context, client, id string, since archwire.PublicationID) (int, error)
}

// without reads the parameters of a path that takes none but these.
func without(c *request.Call, known ...string) (request.Parameters, error) {
	return request.Parse(c.R.URL.RawQuery, known, false)
}

// ListWebhooks answers GET /v1/webhooks.
func (h *Handler) ListWebhooks(c *request.Call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	hooks, err := h.Webhooks.Webhooks(c.Ctx, client)
	if err != nil {
		return err
	}
	docs := []WebhookDoc{}
	for _, one := range hooks {
		docs = append(docs, webhookDocOf(one))
	}
	return c.Told(http.StatusOK, DataDoc{docs})
}

// AddWebhook answers POST /v1/webhooks.
func (h *Handler) AddWebhook(c *request.Call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	body, err := c.ReadBody()
	if err != nil {
		return err
	}
	var asked NewWebhookDoc
	if err := request.Unmarshal(body, &asked); err != nil {
		return err
	}
	if _, err := h.Guard.URL(asked.URL); err != nil {
		return problem.Wrong("url", archwire.MessageOf(err), archwire.HintOf(err))
	}
	return h.once(c, body, nil, func(ctx context.Context) (int, any, error) {
		one, secret, err := h.Webhooks.AddWebhook(ctx, client, asked.URL)
		if err != nil {
			return 0, nil, err
		}
		h.noted(c, "webhook added", one.ID)
		made := webhookDocOf(one)
		made.Secret = secret
		return http.StatusCreated, DataDoc{made}, nil
	})
}

// RemoveWebhook answers DELETE /v1/webhooks/{webhook}.
func (h *Handler) RemoveWebhook(c *request.Call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	if err := h.Webhooks.RemoveWebhook(c.Ctx, client, c.Name); err != nil {
		return err
	}
	h.noted(c, "webhook removed", c.Name)
	return c.Told(http.StatusNoContent, nil)
}

// TryWebhook answers POST /v1/webhooks/{webhook}/test.
func (h *Handler) TryWebhook(c *request.Call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	d, err := h.Webhooks.TryWebhook(c.Ctx, client, c.Name)
	if err != nil {
		return err
	}
	return c.Told(http.StatusAccepted, DataDoc{DeliveryDocOf(d)})
}

// How many deliveries are listed.
const (
	DeliveriesDefault = 50
	DeliveriesMost    = 500
)

// Deliveries answers /v1/webhooks/{webhook}/deliveries.
func (h *Handler) Deliveries(c *request.Call, client string) error {
	p, err := without(c, "limit")
	if err != nil {
		return err
	}
	limit := DeliveriesDefault
	if text, err := p.One("limit"); err != nil {
		return err
	} else if text != "" {
		if limit, err = request.Limit(text, 1, DeliveriesMost); err != nil {
			return err
		}
	}
	ds, err := h.Webhooks.Deliveries(c.Ctx, client, c.Name, limit)
	if err != nil {
		return err
	}
	docs := []DeliveryDoc{}
	for _, d := range ds {
		docs = append(docs, DeliveryDocOf(d))
	}
	return c.Told(http.StatusOK, DataDoc{docs})
}

// ReplayWebhook answers POST /v1/webhooks/{webhook}/replay.
func (h *Handler) ReplayWebhook(c *request.Call, client string) error {
	p, err := without(c, "since")
	if err != nil {
		return err
	}
	since, err := p.One("since")
	if err != nil {
		return err
	}
	if since == "" {
		return problem.Wrong("since", "since is not given.", "Name the publication that you have; you are told of those that went into service after it.")
	}
	n, err := h.Webhooks.ReplayWebhook(c.Ctx, client, c.Name, archwire.PublicationID(since))
	if err != nil {
		return err
	}
	return c.Told(http.StatusAccepted, DataDoc{ReplayDoc{n}})
}
