package operator

import (
	"context"
	"time"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/serve/request"
)

// FreshnessDoc says how old what is in service is, and what of it is late.
type FreshnessDoc struct {
	At            time.Time    `json:"at" doc:"As of when this is."`
	WithinSeconds *int64       `json:"within_seconds" nullable:"true" doc:"How old the project promises that data is at most; null where it promises nothing."`
	Publication   string       `json:"publication" doc:"What is in service; empty while nothing is."`
	AsOf          archwire.Day `json:"as_of"`
	DataThrough   *time.Time   `json:"data_through" nullable:"true" doc:"The oldest instant among the sources' views."`
	Late          bool         `json:"late" doc:"Something is."`
	Tables        []FreshDoc   `json:"tables"`
	Tenants       []FreshDoc   `json:"tenants" doc:"Each as old as the oldest table, since slices are cut from all of them."`
	LastRun       *RunDoc      `json:"last_run,omitempty" doc:"Left out before the first."`
	LastSuccess   *RunDoc      `json:"last_success,omitempty" doc:"Left out before the first."`
	NextRun       *time.Time   `json:"next_run" nullable:"true" doc:"When it is due by the schedule; null where runs are by hand."`
}

// FreshDoc is how old the data of a table or a tenant is.
type FreshDoc struct {
	Name        string    `json:"name"`
	Label       string    `json:"label"`
	DataThrough time.Time `json:"data_through"`
	AgeSeconds  int64     `json:"age_seconds"`
	Late        bool      `json:"late"`
}

// Freshness answers GET /v1/operator/freshness.
func (h *Handler) Freshness(c *request.Call) error {
	return plain(c, func(ctx context.Context) (doc FreshnessDoc, err error) {
		m, err := h.current(ctx)
		if err != nil {
			return doc, err
		}
		within, next := h.Project.Promise()
		r := freshness.Of(m, within, h.Now())
		doc = FreshnessDoc{
			At: r.At, Publication: string(r.Publication), AsOf: r.AsOf, DataThrough: optional(r.Through), Late: r.Late,
			Tables: freshDocs(r.Tables), Tenants: freshDocs(r.Tenants), NextRun: optional(next),
		}
		if r.Within > 0 {
			seconds := int64(r.Within)
			doc.WithinSeconds = &seconds
		}
		runs, err := h.Journal.Runs(ctx, 1)
		if err != nil {
			return doc, err
		}
		if len(runs) > 0 {
			last := runDocOf(runs[0], h.Now())
			doc.LastRun = &last
		}
		success, found, err := h.Journal.LastSuccess(ctx)
		if found {
			last := runDocOf(success, h.Now())
			doc.LastSuccess = &last
		}
		return doc, err
	})
}

func freshDocs(items []freshness.Item) []FreshDoc {
	docs := []FreshDoc{}
	for _, i := range items {
		docs = append(docs, FreshDoc{i.Name, i.Label, i.Through, int64(i.Age), i.Late})
	}
	return docs
}
