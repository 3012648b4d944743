package operator

import (
	"context"
	"strings"
	"time"

	"archwire"
	"archwire/internal/freshness"
	"archwire/internal/serve/request"
)

// How many days are looked back.
const (
	DefaultNights = 14
	MaxNights     = 31
)

// NightsDoc says how fresh what was in service was, day by day.
type NightsDoc struct {
	Timezone string       `json:"timezone" doc:"By whose clocks days begin and end: those of the schedule."`
	Days     []NightDoc   `json:"days" doc:"The oldest first; today is the last."`
	Sources  []OfNightDoc `json:"sources"`
	Tenants  []OfNightDoc `json:"tenants" doc:"The worst first."`
}

// NightDoc is a day.
type NightDoc struct {
	Day  archwire.Day    `json:"day"`
	Runs freshness.State `json:"runs" doc:"How the runs ended that began on it: ok when one succeeded; empty when none is remembered."`
}

// OfNightDoc is how fresh a source or a tenant was on each day.
type OfNightDoc struct {
	Name   string            `json:"name"`
	Label  string            `json:"label"`
	States []freshness.State `json:"states" doc:"Day by day: ok; late, when it was older than promised at some time of the day; failed, when runs failed and none succeeded, though it was not late; missing, when it was not in what was in service at the day's end; empty where nothing is remembered."`
	Bad    int               `json:"bad" doc:"How many days were not ok."`
}

// Nights answers GET /v1/operator/nights.
func (h *Handler) Nights(c *request.Call) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{"days"}, false)
	if err != nil {
		return err
	}
	days := DefaultNights
	if text, err := p.One("days"); err != nil {
		return err
	} else if text != "" {
		if days, err = request.Limit(text, 1, MaxNights); err != nil {
			return err
		}
	}
	doc, err := h.NightsDoc(c.Ctx, days)
	if err != nil {
		return err
	}
	return told(c, doc)
}

// NightsDoc is how fresh what was in service was over the last so many days.
func (h *Handler) NightsDoc(ctx context.Context, days int) (doc NightsDoc, err error) {
	done, err := h.slowly(ctx)
	if err != nil {
		return doc, err
	}
	defer done()
	past := freshness.Past{Zone: h.Project.Zone(), Now: h.Now()}
	past.Within, _ = h.Project.Promise()
	if past.Runs, err = h.Journal.Runs(ctx, MaxRuns); err != nil {
		return doc, err
	}
	if past.Services, err = h.services(ctx); err != nil {
		return doc, err
	}
	n := freshness.Over(past, days)
	doc = NightsDoc{Timezone: past.Zone.String(), Days: []NightDoc{}, Sources: ofNightDocs(n.Sources), Tenants: ofNightDocs(n.Tenants)}
	for i, day := range n.Days {
		doc.Days = append(doc.Days, NightDoc{day, n.Runs[i]})
	}
	return doc, nil
}

// services are the publications that were in service: of those that are kept it is known
// what is in them.
func (h *Handler) services(ctx context.Context) (out []freshness.Service, err error) {
	entries, err := h.Journal.Entries(ctx, entriesSeen)
	if err != nil {
		return nil, err
	}
	listed, err := h.Publications.List(ctx)
	if err != nil {
		return nil, err
	}
	kept := map[archwire.PublicationID]archwire.Manifest{}
	for _, l := range listed {
		if l.Err == nil {
			kept[l.ID] = l.Manifest
		}
	}
	for _, e := range entries {
		s := freshness.Service{At: e.At, Through: e.DataThrough}
		if m, ok := kept[e.Publication]; ok {
			s.Tenants, s.Sources = m.Tenants, sourcesOf(m)
		}
		out = append(out, s)
	}
	return out, nil
}

// sourcesOf is as of when each source is: as old as its oldest table.
func sourcesOf(m archwire.Manifest) map[string]time.Time {
	out := map[string]time.Time{}
	for _, t := range m.Verification.Tables {
		name, _, _ := strings.Cut(t.Table, ".")
		if at, ok := out[name]; !ok || t.At.Before(at) {
			out[name] = t.At
		}
	}
	return out
}

func ofNightDocs(lines []freshness.Line) []OfNightDoc {
	docs := []OfNightDoc{}
	for _, l := range lines {
		docs = append(docs, OfNightDoc{l.Name, l.Label, l.States, l.Bad()})
	}
	return docs
}
