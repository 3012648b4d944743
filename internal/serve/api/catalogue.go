package api

import (
	"encoding/json"
	"fmt"
	"slices"

	"archwire/internal/serve/canon"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/describe"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

func (h *Handler) service(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		m := c.ed.Manifest
		return catalogue.ServiceDoc{
			Project: m.Project, Version: describe.Version, Noun: m.Noun, Profile: c.catalogued(tenant).Profile, Published: m.CreatedAt.UTC(),
			Links: catalogue.Links(m.Noun),
		}
	})
}

func (h *Handler) tenants(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		out := []catalogue.TenantDoc{}
		for _, t := range c.ed.Manifest.Tenants {
			if c.Scope.Allows(t.ID) && (tenant == "" || tenant == t.ID) {
				out = append(out, catalogue.TenantDoc(t))
			}
		}
		return out
	})
}

func (h *Handler) metrics(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		out, seen := []catalogue.MetricDoc{}, c.catalogued(tenant)
		for _, m := range seen.Metrics {
			out = append(out, c.ed.MetricDoc(seen.Told(m)))
		}
		return out
	})
}

func (h *Handler) datasets(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		out := []catalogue.DatasetDoc{}
		for _, d := range c.catalogued(tenant).Datasets {
			out = append(out, c.ed.DatasetDoc(d))
		}
		return out
	})
}

func (h *Handler) dashboards(c *call) error {
	return h.catalogue(c, func(tenant string) any { return c.ed.Dashboards(c.catalogued(tenant)) })
}

// catalogue answers with something small that takes no parameters but a tenant's
// id, which data is given: "" when there is none.
func (h *Handler) catalogue(c *call, data func(tenant string) any) error {
	noun := c.ed.Manifest.Noun
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun.Singular}, false)
	if err != nil {
		return err
	}
	tenant, err := p.One(noun.Singular)
	if err != nil {
		return err
	}
	if _, known := slices.BinarySearch(c.ed.Tenants, tenant); tenant != "" && (!known || !c.Scope.Allows(tenant)) {
		return problem.NotFound(noun.Singular, fmt.Sprintf("There is no %s %s here.", noun.Singular, problem.Clip(tenant)),
			fmt.Sprintf("/v1/%s lists those that your key opens.", noun.Plural))
	}
	var b canon.Text
	b.Add("catalogue", c.trip.route, tenant)
	return h.respond(c, b.String(), func() ([]byte, disclosure, error) {
		text, err := json.Marshal(data(tenant))
		if err != nil {
			return nil, disclosure{}, fmt.Errorf("writing %s: %w", c.trip.route, err)
		}
		return catalogue.Envelope{}.Close(append(catalogue.Envelope{}.Open(), text...), c.ed.Edition), disclosure{}, nil
	})
}
