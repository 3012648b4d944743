package office

import (
	"time"

	"archwire"
	"archwire/internal/webhook"
)

// DataDoc is an answer that is of no publication.
type DataDoc struct {
	Data any `json:"data"`
}

// NewWebhookDoc is what is asked for.
type NewWebhookDoc struct {
	URL string `json:"url" doc:"Where events are sent, over https." example:"https://partner.example.com/archwire"`
}

// WebhookDoc is a webhook.
type WebhookDoc struct {
	ID         string     `json:"webhook" doc:"Names the webhook in paths." example:"wh_k3v7q2m5x4t6n7b2"`
	URL        string     `json:"url" doc:"Where events are sent."`
	CreatedAt  time.Time  `json:"created_at" doc:"When it was added."`
	DisabledAt *time.Time `json:"disabled_at" doc:"Since when it is told nothing, because it failed event after event; null while it is. Replay enables it again."`
	Secret     string     `json:"secret,omitempty" doc:"Signs what is sent. It is shown once, when the webhook is added." example:"awh_..."`
}

// DeliveryDoc is an event on its way to an endpoint.
type DeliveryDoc struct {
	ID          string                  `json:"id" doc:"Of the event: the same whenever it is sent again." example:"evt_0c1d2e3f405162738495"`
	Event       archwire.Event          `json:"event" doc:"What is told." enum:"publication.completed,test"`
	Sequence    *int64                  `json:"sequence" doc:"The event's number; null of a test."`
	Publication *archwire.PublicationID `json:"publication" doc:"Which publication went into service; null of a test."`
	State       string                  `json:"state" doc:"What became of it." enum:"pending,delivered,failed"`
	Attempts    int                     `json:"attempts" doc:"How often it was sent."`
	CreatedAt   time.Time               `json:"created_at" doc:"Since when it waited to be sent."`
	NextAt      *time.Time              `json:"next_at" doc:"When it is sent next; null when it is not."`
	EndedAt     *time.Time              `json:"ended_at" doc:"When it was delivered or given up; null while it is pending."`
	Answer      *string                 `json:"answer" doc:"What became of the last attempt; null before the first." example:"HTTP 503"`
}

// ReplayDoc is what came of a replay.
type ReplayDoc struct {
	Events int `json:"events" doc:"How many events are sent again."`
}

func webhookDocOf(h webhook.Hook) WebhookDoc {
	return WebhookDoc{ID: h.ID, URL: h.URL, CreatedAt: h.CreatedAt.UTC(), DisabledAt: known(h.DisabledAt)}
}

// DeliveryDocOf is a delivery as it is told.
func DeliveryDocOf(d webhook.Delivery) DeliveryDoc {
	return DeliveryDoc{
		ID: d.ID, Event: d.Event, Sequence: known(d.Sequence), Publication: known(d.Publication), State: d.State, Attempts: d.Attempts,
		CreatedAt: d.CreatedAt.UTC(), NextAt: known(d.NextAt), EndedAt: known(d.EndedAt), Answer: known(d.Answer),
	}
}

// known is null of what is not known.
func known[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}
