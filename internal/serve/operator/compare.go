package operator

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/contract"
	"archwire/internal/publish"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// ComparedDoc is what changed from one publication to another.
type ComparedDoc struct {
	Publication    archwire.PublicationID `json:"publication"`
	Since          archwire.PublicationID `json:"since" doc:"What it is compared with."`
	AsOf           archwire.Day           `json:"as_of"`
	SinceAsOf      archwire.Day           `json:"since_as_of"`
	ProjectChanged bool                   `json:"project_changed" doc:"The project's files are not the same."`
	TenantsAdded   []TenantNameDoc        `json:"tenants_added"`
	TenantsRemoved []TenantNameDoc        `json:"tenants_removed"`
	Datasets       []DatasetMovedDoc      `json:"datasets" doc:"Those that are not as before."`
	Unchanged      int                    `json:"datasets_unchanged" doc:"How many are."`
	Metrics        []MetricMovedDoc       `json:"metrics" doc:"Those that are defined otherwise."`
	Breaks         []string               `json:"breaks" doc:"What of it breaks a contract, each in a sentence."`
}

// TenantNameDoc names a tenant.
type TenantNameDoc struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// DatasetMovedDoc is how a dataset changed.
type DatasetMovedDoc struct {
	Dataset    string   `json:"dataset" doc:"With its contract, where several are served."`
	State      string   `json:"state" enum:"added,removed,changed"`
	Defined    bool     `json:"redefined" doc:"Its columns, key or source are others."`
	Changed    []string `json:"changed" doc:"Tenants whose slices are others."`
	Added      []string `json:"added" doc:"Tenants that had none before."`
	Removed    []string `json:"removed" doc:"Tenants that have none any more."`
	RowsBefore int64    `json:"rows_before"`
	Rows       int64    `json:"rows"`
	Bytes      int64    `json:"bytes"`
}

// MetricMovedDoc is how a metric changed.
type MetricMovedDoc struct {
	Metric string   `json:"metric"`
	State  string   `json:"state" enum:"added,removed,changed"`
	What   []string `json:"what" doc:"What of its definition is other than before."`
}

// inService stands in the path for the publication that is in service.
const inService = "current"

// Compare answers GET /v1/operator/publications/{publication}.
func (h *Handler) Compare(c *request.Call) error {
	p, err := request.Parse(c.R.URL.RawQuery, []string{"since"}, false)
	if err != nil {
		return err
	}
	since, err := p.One("since")
	if err != nil {
		return err
	}
	doc, err := h.Compared(c.Ctx, archwire.PublicationID(c.Name), archwire.PublicationID(since))
	if err != nil {
		return err
	}
	return told(c, doc)
}

// Compared is what changed from one publication to another; since "" is the one that was
// in service when it was made, and current stands for the one in service.
func (h *Handler) Compared(ctx context.Context, id, since archwire.PublicationID) (doc ComparedDoc, err error) {
	done, err := h.slowly(ctx)
	if err != nil {
		return doc, err
	}
	defer done()
	if id == inService {
		m, err := h.current(ctx)
		if err != nil {
			return doc, err
		}
		id = m.ID
	}
	m, index, err := h.held(ctx, "publication", id)
	if err != nil {
		return doc, err
	}
	if since == "" {
		if since = m.Previous; since == "" {
			return doc, problem.Wrong("since", "Publication "+string(id)+" is the first one: there is none to compare it with.", "Name one by since.")
		}
	}
	was, before, err := h.held(ctx, "since", since)
	if err != nil {
		return doc, err
	}
	return compare(was, before, m, index), nil
}

// held is the manifest and index of a publication that a parameter names.
func (h *Handler) held(ctx context.Context, field string, id archwire.PublicationID) (archwire.Manifest, []archwire.Slice, error) {
	m, index, err := h.Publications.Held(ctx, id)
	if archwire.CodeOf(err) == archwire.NotFound {
		err = problem.NotFound(field, "There is no publication "+problem.Clip(string(id))+" any more.", "/v1/operator/publications lists those that are kept.")
	}
	return m, index, err
}

func compare(was archwire.Manifest, before []archwire.Slice, is archwire.Manifest, after []archwire.Slice) ComparedDoc {
	doc := ComparedDoc{
		Publication: is.ID, Since: was.ID, AsOf: is.AsOf, SinceAsOf: was.AsOf, ProjectChanged: was.Version != is.Version,
		TenantsAdded: without(is.Tenants, was.Tenants), TenantsRemoved: without(was.Tenants, is.Tenants),
		Datasets: []DatasetMovedDoc{}, Metrics: metricsMoved(was.Metrics, is.Metrics), Breaks: []string{},
	}
	for _, m := range publish.Compare(before, after) {
		if d, moved := datasetMoved(m, was.Datasets, is.Datasets); moved {
			doc.Datasets = append(doc.Datasets, d)
		} else {
			doc.Unchanged++
		}
	}
	service := contract.Offer{Datasets: was.Datasets, Metrics: was.Metrics}
	for _, change := range contract.Compare(service, contract.Offer{Datasets: is.Datasets, Metrics: is.Metrics}, is.AsOf) {
		doc.Breaks = append(doc.Breaks, change.String())
	}
	return doc
}

// without lists the tenants that others do not have.
func without(tenants, others []archwire.Tenant) []TenantNameDoc {
	docs := []TenantNameDoc{}
	for _, t := range tenants {
		if !slices.ContainsFunc(others, func(o archwire.Tenant) bool { return o.ID == t.ID }) {
			docs = append(docs, TenantNameDoc{t.ID, t.Label})
		}
	}
	return docs
}

// datasetMoved is how a dataset changed; not moved if it did not.
func datasetMoved(m publish.Moved, was, is []archwire.Dataset) (doc DatasetMovedDoc, moved bool) {
	named := func(all []archwire.Dataset) (archwire.Dataset, bool) {
		i := slices.IndexFunc(all, func(d archwire.Dataset) bool { return d.Name == m.Dataset })
		if i < 0 {
			return archwire.Dataset{}, false
		}
		return all[i], true
	}
	old, had := named(was)
	now, has := named(is)
	doc = DatasetMovedDoc{
		Dataset: m.Dataset, State: stateOf(had, has), Defined: had && has && !reflect.DeepEqual(old, now), Changed: append([]string{}, m.Changed...),
		Added: append([]string{}, m.Added...), Removed: append([]string{}, m.Removed...), RowsBefore: m.Rows[0], Rows: m.Rows[1], Bytes: m.Bytes[1],
	}
	return doc, !m.Still() || doc.Defined || had != has
}

func stateOf(had, has bool) string {
	switch {
	case !had:
		return "added"
	case !has:
		return "removed"
	}
	return "changed"
}

func metricsMoved(was, is []archwire.Metric) []MetricMovedDoc {
	docs := []MetricMovedDoc{}
	find := func(all []archwire.Metric, name string) (archwire.Metric, bool) {
		i := slices.IndexFunc(all, func(m archwire.Metric) bool { return m.Name == name })
		if i < 0 {
			return archwire.Metric{}, false
		}
		return all[i], true
	}
	for _, m := range is {
		old, had := find(was, m.Name)
		if !had {
			docs = append(docs, MetricMovedDoc{m.Name, "added", []string{}})
		} else if what := redefined(old, m); len(what) > 0 {
			docs = append(docs, MetricMovedDoc{m.Name, "changed", what})
		}
	}
	for _, m := range was {
		if _, has := find(is, m.Name); !has {
			docs = append(docs, MetricMovedDoc{m.Name, "removed", []string{}})
		}
	}
	return docs
}

// redefined names the fields in which two definitions of a metric differ, as the
// manifest names them.
func redefined(a, b archwire.Metric) []string {
	var out []string
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		if !reflect.DeepEqual(va.Field(i).Interface(), vb.Field(i).Interface()) {
			out = append(out, memberOf(va.Type().Field(i)))
		}
	}
	return out
}

// memberOf is a field's name in JSON.
func memberOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return cmp.Or(name, strings.ToLower(f.Name))
}
