package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/canon"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// serviceDoc is the front page of the API.
type serviceDoc struct {
	Project   string            `json:"project" doc:"The project that is published."`
	Version   string            `json:"version" doc:"The dated version of the API." example:"2026-11-22"`
	Noun      archwire.Noun     `json:"tenant" doc:"What this project calls a tenant."`
	Profile   archwire.Profile  `json:"profile,omitempty" doc:"The widest profile that your key opens anything in." enum:"aggregate,pseudonymous,identified"`
	Published time.Time         `json:"published_at" doc:"When the publication was made."`
	Links     map[string]string `json:"links" doc:"Where to go from here."`
}

type tenantDoc struct {
	ID       string `json:"id" doc:"Names the tenant in parameters and rows."`
	Label    string `json:"label" doc:"Its name for people."`
	Timezone string `json:"timezone" doc:"Its IANA time zone." example:"America/Denver"`
}

type metricDoc struct {
	Name       string              `json:"metric" doc:"Names the metric in paths."`
	ID         string              `json:"id,omitempty" doc:"The catalogue's number."`
	Label      string              `json:"label" doc:"Its name for people."`
	Definition string              `json:"definition" doc:"What is counted, in words."`
	Unit       string              `json:"unit" doc:"What one is: usd, count, share, days."`
	Better     string              `json:"better" doc:"Whether more is better: up, down or neither."`
	Additivity archwire.Additivity `json:"additivity" doc:"Over what values may be summed." enum:"additive,semi,ratio,none"`
	Basis      archwire.Basis      `json:"basis" doc:"Which date counts." enum:"event,posting,service,due,snapshot,cohort"`
	Dimensions []string            `json:"dimensions" doc:"What it can be split and filtered by, besides the tenant."`
	Dataset    string              `json:"dataset,omitempty" doc:"The dataset it is computed from, if your key opens that."`
	Version    int                 `json:"version" doc:"Rises when the definition changes."`
	Sunset     archwire.Day        `json:"sunset,omitempty" doc:"The last business date that it is published for, if it ends." format:"date"`
}

type datasetDoc struct {
	Name        string           `json:"dataset" doc:"Names the dataset in paths: its oldest contract by its name alone, any by name@contract."`
	Description string           `json:"description" doc:"What a row is."`
	Tenant      string           `json:"tenant" doc:"The column with the tenant's id; every row has it."`
	Key         []string         `json:"key" doc:"What makes a row unique within a tenant."`
	Columns     []columnDoc      `json:"columns" doc:"The columns that your key opens."`
	Location    string           `json:"location,omitempty" doc:"The column that grants limited to locations restrict; without one, such grants do not open it."`
	Contract    int              `json:"contract" doc:"Rises when a column goes or changes its type."`
	Profile     archwire.Profile `json:"profile,omitempty" doc:"In a manifest: the profile whose slices have these columns." enum:"aggregate,pseudonymous,identified"`
	Sunset      archwire.Day     `json:"sunset,omitempty" doc:"The last business date that is published under this contract, if it ends." format:"date"`
	Successor   string           `json:"successor,omitempty" doc:"The next contract: it names the same dataset in paths."`
}

type columnDoc struct {
	Name        string         `json:"name"`
	Type        string         `json:"type" doc:"How values are written: see the documentation." example:"decimal(12,2)"`
	Class       archwire.Class `json:"class" doc:"How much it tells about a person." enum:"public,pseudonymous,identified"`
	Pseudonym   string         `json:"pseudonym,omitempty" doc:"There where you are given pseudonyms: equal values in columns that name the same here have equal ones, which nobody else is given." example:"patient"`
	Unit        string         `json:"unit,omitempty"`
	Description string         `json:"description,omitempty"`
}

func (h *Handler) service(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		m := c.ed.manifest
		return serviceDoc{
			Project: m.Project, Version: Version, Noun: m.Noun, Profile: c.catalogued(tenant).profile, Published: m.CreatedAt.UTC(),
			Links: links(m.Noun),
		}
	})
}

func links(n archwire.Noun) map[string]string {
	return map[string]string{
		n.Plural: "/v1/" + n.Plural, "metrics": "/v1/metrics", "datasets": "/v1/datasets", "grants": "/v1/grants", "publications": publicationsPath,
		"webhooks": "/v1/webhooks", "keys": "/v1/keys", "people": "/v1/people", "ledger": "/v1/ledger",
		"documentation": "/docs", "openapi": "/openapi.json",
	}
}

func (h *Handler) tenants(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		out := []tenantDoc{}
		for _, t := range c.ed.manifest.Tenants {
			if c.Scope.Allows(t.ID) && (tenant == "" || tenant == t.ID) {
				out = append(out, tenantDoc(t))
			}
		}
		return out
	})
}

func (h *Handler) metrics(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		out, seen := []metricDoc{}, c.catalogued(tenant)
		for _, m := range seen.metrics {
			if _, ok := seen.dataset(m.Dataset); ok {
				m.Dataset = c.ed.contracts.public[m.Dataset]
			} else {
				m.Dataset = ""
			}
			out = append(out, metricDocOf(m))
		}
		return out
	})
}

func (h *Handler) datasets(c *call) error {
	return h.catalogue(c, func(tenant string) any {
		out := []datasetDoc{}
		for _, d := range c.catalogued(tenant).datasets {
			out = append(out, c.ed.datasetDoc(d))
		}
		return out
	})
}

// catalogue answers with something small that takes no parameters but a tenant's
// id, which data is given: "" when there is none.
func (h *Handler) catalogue(c *call, data func(tenant string) any) error {
	noun := c.ed.manifest.Noun
	p, err := request.Parse(c.R.URL.RawQuery, []string{noun.Singular}, false)
	if err != nil {
		return err
	}
	tenant, err := p.One(noun.Singular)
	if err != nil {
		return err
	}
	if _, known := slices.BinarySearch(c.ed.tenants, tenant); tenant != "" && (!known || !c.Scope.Allows(tenant)) {
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
		return envelope{}.close(append(envelope{}.open(), text...), c.ed), disclosure{}, nil
	})
}

func metricDocOf(m archwire.Metric) metricDoc {
	return metricDoc{
		Name: m.Name, ID: m.ID, Label: m.Label, Definition: m.Definition, Unit: m.Unit, Better: m.Better,
		Additivity: m.Additivity, Basis: m.Basis, Dimensions: append([]string{}, m.Dimensions...),
		Dataset: m.Dataset, Version: m.Version, Sunset: m.Sunset,
	}
}

func (e *edition) datasetDoc(d archwire.Dataset) datasetDoc {
	out := datasetDoc{
		Name: e.contracts.public[d.Name], Sunset: d.Sunset, Successor: e.contracts.successor[d.Name], Description: d.Description, Tenant: d.Tenant, Key: append([]string{}, d.Key...),
		Columns: []columnDoc{}, Location: d.Location, Contract: d.Contract,
	}
	for _, c := range d.Columns {
		out.Columns = append(out.Columns, columnDoc(c))
	}
	return out
}
