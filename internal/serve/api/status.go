package api

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/request"
)

// Runs tells of runs, newest first: the state store does.
type Runs interface {
	Runs(ctx context.Context, limit int) ([]archwire.Run, error)
}

// underWay is how many runs may be under way, or have been cut off, before the last one
// that has ended.
const underWay = 5

// status answers /v1/status: whether what is in service is as fresh as promised, and how
// the last run ended.
func (h *Handler) status(c *call) error {
	if _, err := request.Parse(c.R.URL.RawQuery, nil, false); err != nil {
		return err
	}
	c.live = true // it changes with the clock and with runs
	doc := catalogue.StatusDoc{}
	if h.Within > 0 {
		seconds := int64((h.Within + time.Second - 1) / time.Second)
		doc.WithinSeconds, doc.Late = &seconds, h.Now().Sub(c.ed.Manifest.DataThrough) > h.Within
	}
	var b canon.Text
	b.Add("status", strconv.FormatBool(doc.Late))
	if h.Runs != nil {
		runs, err := h.Runs.Runs(c.Ctx, underWay)
		if err != nil {
			return fmt.Errorf("asking how the last run ended: %w", err)
		}
		for _, r := range runs {
			if r.State != archwire.Running {
				doc.LastRun = &catalogue.LastRun{State: r.State, StartedAt: r.StartedAt.UTC(), EndedAt: r.EndedAt.UTC(), Verb: r.Verb}
				b.Add(string(r.ID), string(r.State), r.EndedAt.UTC().String())
				break
			}
		}
	}
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) {
		text, err := json.Marshal(doc)
		if err != nil {
			return nil, disclosure{}, fmt.Errorf("writing the status: %w", err)
		}
		return catalogue.Envelope{}.Close(append(catalogue.Envelope{}.Open(), text...), c.ed.Edition), disclosure{}, nil
	})
}
