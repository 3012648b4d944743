package catalogue

import (
	"time"

	"archwire"
)

// ServiceDoc is the front page of the API.
type ServiceDoc struct {
	Project   string            `json:"project" doc:"The project that is published."`
	Version   string            `json:"version" doc:"The dated version of the API." example:"2026-11-22"`
	Noun      archwire.Noun     `json:"tenant" doc:"What this project calls a tenant."`
	Profile   archwire.Profile  `json:"profile,omitempty" doc:"The widest profile that your key opens anything in." enum:"aggregate,pseudonymous,identified"`
	Published time.Time         `json:"published_at" doc:"When the publication was made."`
	Links     map[string]string `json:"links" doc:"Where to go from here."`
}

// TenantDoc is a tenant.
type TenantDoc struct {
	ID       string `json:"id" doc:"Names the tenant in parameters and rows."`
	Label    string `json:"label" doc:"Its name for people."`
	Timezone string `json:"timezone" doc:"Its IANA time zone." example:"America/Denver"`
}

// MetricDoc is a metric.
type MetricDoc struct {
	Name       string              `json:"metric" doc:"Names the metric in paths."`
	ID         string              `json:"id,omitempty" doc:"The catalogue's number."`
	Label      string              `json:"label" doc:"Its name for people."`
	Definition string              `json:"definition" doc:"What is counted, in words."`
	Unit       string              `json:"unit" doc:"What one is: usd, count, share, days."`
	Better     string              `json:"better" doc:"Whether more is better: up, down or neither."`
	Additivity archwire.Additivity `json:"additivity" doc:"Over what values may be summed." enum:"additive,semi,ratio,none"`
	Basis      archwire.Basis      `json:"basis" doc:"Which date counts." enum:"event,posting,service,due,snapshot,cohort"`
	Grain      string              `json:"grain,omitempty" doc:"How long a time each of its dates stands for, where it is longer than a day: a month's value stands on its first day." enum:"week,month,quarter,year"`
	Matures    string              `json:"matures,omitempty" doc:"Of a group that is followed: how long after its last day a month has a value." example:"180 days"`
	Dimensions []string            `json:"dimensions" doc:"What it can be split and filtered by, besides the tenant."`
	Dataset    string              `json:"dataset,omitempty" doc:"The dataset it is computed from, if your key opens that."`
	Rows       *behindDoc          `json:"rows,omitempty" doc:"Where the single things are that it counts, if your key opens them; without it they are the rows of its dataset."`
	Version    int                 `json:"version" doc:"Rises when the definition changes."`
	Sunset     archwire.Day        `json:"sunset,omitempty" doc:"The last business date that it is published for, if it ends." format:"date"`
}

type behindDoc struct {
	Dataset string            `json:"dataset" doc:"The dataset with a row for each of them."`
	Date    string            `json:"date,omitempty" doc:"Its column with the date that the metric goes by; without one its rows are as they are on the business date." example:"started_on"`
	Filter  map[string]string `json:"filter,omitempty" doc:"Which of its rows count, as filters take it."`
}

// DatasetDoc is a dataset under one contract.
type DatasetDoc struct {
	Name        string           `json:"dataset" doc:"Names the dataset in paths: its oldest contract by its name alone, any by name@contract."`
	Title       string           `json:"title,omitempty" doc:"Its name for people, where it is not its name in words."`
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

	Labels map[string]string `json:"labels,omitempty" doc:"What values are called, by the value as text. Others say themselves what they are."`
}

// DashboardsPath is where the dashboards are listed.
const DashboardsPath = "/v1/dashboards"

// Links is where to go from the front page.
func Links(n archwire.Noun) map[string]string {
	return map[string]string{
		n.Plural: "/v1/" + n.Plural, "status": StatusPath, "dashboards": DashboardsPath, "metrics": "/v1/metrics", "datasets": "/v1/datasets", "grants": "/v1/grants", "publications": "/v1/publications",
		"webhooks": "/v1/webhooks", "keys": "/v1/keys", "people": "/v1/people", "ledger": "/v1/ledger",
		"documentation": "/docs", "openapi": "/openapi.json",
	}
}

// MetricDoc is a metric, as a view tells it (Told), as callers are told.
func (e *Edition) MetricDoc(m archwire.Metric) MetricDoc {
	doc := MetricDoc{
		Name: m.Name, ID: m.ID, Label: m.Label, Definition: m.Definition, Unit: m.Unit, Better: m.Better,
		Additivity: m.Additivity, Basis: m.Basis, Grain: m.Grain, Matures: m.Matures, Dimensions: append([]string{}, m.Dimensions...),
		Dataset: e.Contracts.Public[m.Dataset], Version: m.Version, Sunset: m.Sunset,
	}
	if m.Rows != nil {
		doc.Rows = &behindDoc{Dataset: e.Contracts.Public[m.Rows.Dataset], Date: m.Rows.Date, Filter: m.Rows.Filter}
	}
	return doc
}

// DatasetDoc is a dataset as it is told.
func (e *Edition) DatasetDoc(d archwire.Dataset) DatasetDoc {
	out := DatasetDoc{
		Name: e.Contracts.Public[d.Name], Sunset: d.Sunset, Successor: e.Contracts.Successor[d.Name], Title: d.Title, Description: d.Description, Tenant: d.Tenant, Key: append([]string{}, d.Key...),
		Columns: []columnDoc{}, Location: d.Location, Contract: d.Contract,
	}
	for _, c := range d.Columns {
		out.Columns = append(out.Columns, columnDoc(c))
	}
	return out
}

// SliceDoc is a slice in a manifest. The tenant's member is named by the noun.
func (e *Edition) SliceDoc(s archwire.Slice) map[string]any {
	return map[string]any{
		"dataset": e.Contracts.Public[s.Dataset], e.Manifest.Noun.Singular: s.Tenant, "profile": s.Profile, "sha256": s.SHA256, "rows": s.Rows, "bytes": s.Bytes,
		"contract": s.Contract, "url": "/v1/slices/" + s.SHA256 + ".parquet",
	}
}
