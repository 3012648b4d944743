package api

import (
	"context"
	"net/http"

	"archwire"
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

// webhookRoutes are those of the caller's own webhooks. They tell nothing of any
// tenant's data.
func webhookRoutes() []route {
	return []route{
		{http.MethodGet, "/v1/webhooks", ofClient((*Handler).listWebhooks)},
		{http.MethodPost, "/v1/webhooks", ofClient((*Handler).addWebhook)},
		{http.MethodDelete, "/v1/webhooks/{webhook}", ofClient((*Handler).removeWebhook)},
		{http.MethodPost, "/v1/webhooks/{webhook}/test", ofClient((*Handler).tryWebhook)},
		{http.MethodGet, "/v1/webhooks/{webhook}/deliveries", ofClient((*Handler).deliveries)},
		{http.MethodPost, "/v1/webhooks/{webhook}/replay", ofClient((*Handler).replayWebhook)},
	}
}

// ofClient makes sure that there is a client whose webhooks a request is about:
// without one the store would mean everybody's.
func ofClient(serve func(h *Handler, c *call, client string) error) func(*Handler, *call) error {
	return func(h *Handler, c *call) error {
		client := c.scope.Client()
		if client == "" || h.Webhooks == nil {
			return notFound("", "There is nothing at this path.", "/docs lists the paths.")
		}
		return serve(h, c, client)
	}
}

// without reads the parameters of a path that takes none but these.
func without(c *call, known ...string) (parameters, error) {
	return parseParameters(c.r.URL.RawQuery, known, false)
}

func (h *Handler) listWebhooks(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	hooks, err := h.Webhooks.Webhooks(c.ctx, client)
	if err != nil {
		return err
	}
	docs := []webhookDoc{}
	for _, one := range hooks {
		docs = append(docs, webhookDocOf(one))
	}
	return c.told(http.StatusOK, dataDoc{docs})
}

func (h *Handler) addWebhook(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	body, err := c.body()
	if err != nil {
		return err
	}
	var asked newWebhookDoc
	if err := unmarshal(body, &asked); err != nil {
		return err
	}
	if _, err := h.WebhookGuard.URL(asked.URL); err != nil {
		return wrong("url", archwire.MessageOf(err), archwire.HintOf(err))
	}
	return h.once(c, body, func(ctx context.Context) (int, any, error) {
		one, secret, err := h.Webhooks.AddWebhook(ctx, client, asked.URL)
		if err != nil {
			return 0, nil, err
		}
		h.noted(c, "webhook added", one.ID)
		made := webhookDocOf(one)
		made.Secret = secret
		return created, dataDoc{made}, nil
	})
}

func (h *Handler) removeWebhook(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	if err := h.Webhooks.RemoveWebhook(c.ctx, client, c.name); err != nil {
		return err
	}
	h.noted(c, "webhook removed", c.name)
	return c.told(http.StatusNoContent, nil)
}

func (h *Handler) tryWebhook(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	d, err := h.Webhooks.TryWebhook(c.ctx, client, c.name)
	if err != nil {
		return err
	}
	return c.told(http.StatusAccepted, dataDoc{deliveryDocOf(d)})
}

const (
	deliveriesDefault = 50
	deliveriesMost    = 500
)

func (h *Handler) deliveries(c *call, client string) error {
	p, err := without(c, "limit")
	if err != nil {
		return err
	}
	limit := deliveriesDefault
	if text, err := p.one("limit"); err != nil {
		return err
	} else if text != "" {
		if limit, err = limitOf(text, 1, deliveriesMost); err != nil {
			return err
		}
	}
	ds, err := h.Webhooks.Deliveries(c.ctx, client, c.name, limit)
	if err != nil {
		return err
	}
	docs := []deliveryDoc{}
	for _, d := range ds {
		docs = append(docs, deliveryDocOf(d))
	}
	return c.told(http.StatusOK, dataDoc{docs})
}

func (h *Handler) replayWebhook(c *call, client string) error {
	p, err := without(c, "since")
	if err != nil {
		return err
	}
	since, err := p.one("since")
	if err != nil {
		return err
	}
	if since == "" {
		return wrong("since", "since is not given.", "Name the publication that you have; you are told of those that went into service after it.")
	}
	n, err := h.Webhooks.ReplayWebhook(c.ctx, client, c.name, archwire.PublicationID(since))
	if err != nil {
		return err
	}
	return c.told(http.StatusAccepted, dataDoc{replayDoc{n}})
}
