package api

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
		client := c.Scope.Client()
		if client == "" || h.Webhooks == nil {
			return problem.NotFound("", "There is nothing at this path.", "/docs lists the paths.")
		}
		return serve(h, c, client)
	}
}

// without reads the parameters of a path that takes none but these.
func without(c *call, known ...string) (request.Parameters, error) {
	return request.Parse(c.R.URL.RawQuery, known, false)
}

func (h *Handler) listWebhooks(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	hooks, err := h.Webhooks.Webhooks(c.Ctx, client)
	if err != nil {
		return err
	}
	docs := []webhookDoc{}
	for _, one := range hooks {
		docs = append(docs, webhookDocOf(one))
	}
	return c.Told(http.StatusOK, dataDoc{docs})
}

func (h *Handler) addWebhook(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	var asked newWebhookDoc
	if err := c.Decode(&asked); err != nil {
		return err
	}
	if _, err := h.WebhookGuard.URL(asked.URL); err != nil {
		return problem.Wrong("url", archwire.MessageOf(err), archwire.HintOf(err))
	}
	one, secret, err := h.Webhooks.AddWebhook(c.Ctx, client, asked.URL)
	if err != nil {
		return err
	}
	h.noted(c, "webhook added", one.ID)
	made := webhookDocOf(one)
	made.Secret = secret
	return c.Told(http.StatusCreated, dataDoc{made})
}

func (h *Handler) removeWebhook(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	if err := h.Webhooks.RemoveWebhook(c.Ctx, client, c.Name); err != nil {
		return err
	}
	h.noted(c, "webhook removed", c.Name)
	return c.Told(http.StatusNoContent, nil)
}

func (h *Handler) tryWebhook(c *call, client string) error {
	if _, err := without(c); err != nil {
		return err
	}
	d, err := h.Webhooks.TryWebhook(c.Ctx, client, c.Name)
	if err != nil {
		return err
	}
	return c.Told(http.StatusAccepted, dataDoc{deliveryDocOf(d)})
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
	if text, err := p.One("limit"); err != nil {
		return err
	} else if text != "" {
		if limit, err = request.Limit(text, 1, deliveriesMost); err != nil {
			return err
		}
	}
	ds, err := h.Webhooks.Deliveries(c.Ctx, client, c.Name, limit)
	if err != nil {
		return err
	}
	docs := []deliveryDoc{}
	for _, d := range ds {
		docs = append(docs, deliveryDocOf(d))
	}
	return c.Told(http.StatusOK, dataDoc{docs})
}

func (h *Handler) replayWebhook(c *call, client string) error {
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
	return c.Told(http.StatusAccepted, dataDoc{replayDoc{n}})
}
