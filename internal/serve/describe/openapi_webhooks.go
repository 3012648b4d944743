package describe

import (
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"archwire/internal/serve/office"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
	"archwire/internal/webhook"
)

// webhooks describes what a client does with its webhooks.
func (d *describer) webhooks() []*huma.Operation {
	const one = "/v1/webhooks/{webhook}"
	id := inPath("webhook", "The webhook's id.", nil)
	limit := query("limit", "How many events at most.", &huma.Schema{
		Type: huma.TypeInteger, Minimum: number64(1), Maximum: number64(office.DeliveriesMost), Default: office.DeliveriesDefault,
	})
	since := query("since", "The publication that you have.", &huma.Schema{Type: huma.TypeString})
	since.Required = true
	return []*huma.Operation{
		d.own(&huma.Operation{
			Method: http.MethodGet, Path: "/v1/webhooks", OperationID: "webhooks", Summary: "Your webhooks",
			Description: "Those of the client that your key is of, in the order of their making.",
		}, http.StatusOK, arrayOf(d.schema(office.WebhookDoc{})), []office.WebhookDoc{exampleWebhook()}),
		d.addition(),
		d.own(&huma.Operation{
			Method: http.MethodDelete, Path: one, OperationID: "webhook_remove", Summary: "Remove a webhook",
			Description: "Nothing more is sent to it.", Parameters: []*huma.Param{id},
		}, http.StatusNoContent, nil, nil, http.StatusNotFound),
		d.own(&huma.Operation{
			Method: http.MethodPost, Path: one + "/test", OperationID: "webhook_test", Summary: "Send a webhook an event that means nothing",
			Description: "It is sent within seconds; deliveries tell what became of it. One that waits already is not doubled.", Parameters: []*huma.Param{id},
		}, http.StatusAccepted, d.schema(office.DeliveryDoc{}), exampleTrial(), http.StatusNotFound),
		d.own(&huma.Operation{
			Method: http.MethodGet, Path: one + "/deliveries", OperationID: "webhook_deliveries", Summary: "What a webhook was told",
			Description: "The last events, the newest first, and what became of each.", Parameters: []*huma.Param{id, limit},
		}, http.StatusOK, arrayOf(d.schema(office.DeliveryDoc{})), []office.DeliveryDoc{exampleDelivery()}, http.StatusNotFound),
		d.own(&huma.Operation{
			Method: http.MethodPost, Path: one + "/replay", OperationID: "webhook_replay", Summary: "Tell a webhook again",
			Description: "Of each publication that went into service after the one that you have, with the ids and bytes of the first time. " +
				"A webhook that was disabled is told again from then on.",
			Parameters: []*huma.Param{id, since},
		}, http.StatusAccepted, d.schema(office.ReplayDoc{}), office.ReplayDoc{Events: 2}, http.StatusNotFound),
	}
}

func (d *describer) addition() *huma.Operation {
	made := exampleWebhook()
	made.Secret = "awh_6c1f..."
	return d.own(&huma.Operation{
		Method: http.MethodPost, Path: "/v1/webhooks", OperationID: "webhook_add", Summary: "Have an endpoint told of each publication",
		Description: "Each time another publication goes into service, a signed POST is sent there. The answer holds the secret that signs; it is shown this once. " +
			"A client has " + strconv.Itoa(webhook.Most) + " webhooks at most, and each URL once.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{request.JSON: {Schema: d.schema(office.NewWebhookDoc{}), Example: office.NewWebhookDoc{URL: made.URL}}}},
	}, http.StatusCreated, d.schema(office.WebhookDoc{}), made,
		http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
}

// own completes the description of what is about the caller's own, whatever is in
// service: the answer and the problems, those that all paths have and further ones.
func (d *describer) own(op *huma.Operation, status int, data *huma.Schema, example any, further ...int) *huma.Operation {
	op.Parameters = append(op.Parameters, d.headers()[1:]...) // no ETag: it is not kept
	op.Security = security()
	ok := &huma.Response{Description: "It is done."}
	if data != nil {
		ok.Content = map[string]*huma.MediaType{request.JSON: {
			Schema:  &huma.Schema{Type: huma.TypeObject, Required: []string{"data"}, Properties: map[string]*huma.Schema{"data": data}},
			Example: office.DataDoc{Data: example},
		}}
	}
	op.Responses = map[string]*huma.Response{strconv.Itoa(status): ok}
	for _, status := range append(further, http.StatusBadRequest, http.StatusUnauthorized, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusServiceUnavailable) {
		op.Responses[strconv.Itoa(status)] = d.problemsOf(status)
	}
	return op
}

// problemsOf describes the problems of a status.
func (d *describer) problemsOf(status int) *huma.Response {
	r := &huma.Response{Content: map[string]*huma.MediaType{problem.ContentType: {Schema: d.schema(problem.Problem{})}}}
	for _, k := range problem.Kinds() {
		if k.Status == status {
			r.Description = k.Title + ". " + k.About
		}
	}
	return r
}

func exampleWebhook() office.WebhookDoc {
	return office.WebhookDoc{ID: "wh_k3v7q2m5x4t6n7b2", URL: "https://partner.example.com/archwire", CreatedAt: time.Date(2026, 11, 1, 9, 30, 0, 0, time.UTC)}
}

func exampleDelivery() office.DeliveryDoc {
	at := time.Date(2026, 11, 21, 2, 14, 3, 0, time.UTC)
	return office.DeliveryDocOf(webhook.Delivery{
		ID: "evt_0c1d2e3f405162738495", Event: webhook.Completed, Sequence: 42, Publication: "20261121T021400Z-4f9c",
		State: "delivered", Attempts: 1, CreatedAt: at, EndedAt: at.Add(time.Second), Answer: "HTTP 204",
	})
}

func exampleTrial() office.DeliveryDoc {
	at := time.Date(2026, 11, 1, 9, 31, 0, 0, time.UTC)
	return office.DeliveryDocOf(webhook.Delivery{ID: "evt_72f1b0d4a6c8e3955d17", Event: webhook.Test, State: "pending", CreatedAt: at, NextAt: at})
}
