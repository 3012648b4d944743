package api

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/measure"
)

// An edition is what follows from one publication alone: its catalogue as each
// profile sees it, its part of every envelope, and its documentation. It is
// made once for a publication and shared by all requests to it.
type edition struct {
	manifest archwire.Manifest
	tenants  []string // ids, sorted
	asOf     time.Time
	meta     []byte // the members of "meta", without braces
	views    map[archwire.Profile]*view
	located  map[string]bool // the datasets whose rows tell their location
	openings *cache[cacheKey, *opening]
	mux      *router

	contracts contracts
	spec      func() ([]byte, error)
	docs      func() ([]byte, error)
}

// openingsBytes bounds what is remembered of who may see what of a publication.
const openingsBytes = 8 << 20

// A view is the catalogue as one profile sees it, or as several grants together
// open it.
type view struct {
	profile  archwire.Profile   // the widest of them
	datasets []archwire.Dataset // with the visible columns only, as they are seen
	metrics  []archwire.Metric  // with the usable dimensions only
}

func newEdition(m archwire.Manifest) (*edition, error) {
	e := &edition{manifest: m, asOf: m.AsOf.Time(), views: map[archwire.Profile]*view{}, located: map[string]bool{}, openings: newCache[cacheKey, *opening](openingsBytes)}
	if e.asOf.IsZero() {
		return nil, fmt.Errorf("publication %s has the business date %q, which is none", m.ID, m.AsOf)
	}
	for _, t := range m.Tenants {
		e.tenants = append(e.tenants, t.ID)
	}
	slices.Sort(e.tenants)
	for _, d := range m.Datasets {
		e.located[d.Name] = d.Located()
	}
	for _, p := range archwire.Profiles() {
		e.views[p] = newView(m, p)
	}
	var err error
	if e.meta, err = metaOf(m); err != nil {
		return nil, err
	}
	e.mux, e.contracts = newRouter(e), contractsOf(m)
	e.spec = sync.OnceValues(func() ([]byte, error) { return openAPI(e) })
	e.docs = sync.OnceValues(func() ([]byte, error) { return docsPage(e) })
	return e, nil
}

func newView(m archwire.Manifest, p archwire.Profile) *view {
	v := &view{profile: p}
	for _, d := range m.Datasets {
		if !d.Opens(p) {
			continue
		}
		for _, metric := range m.Metrics {
			if metric.Dataset == d.Name && opensMetric(metric, d, p) {
				metric.Dimensions = slices.DeleteFunc(slices.Clone(metric.Dimensions), func(name string) bool {
					c, ok := d.Column(name)
					return !ok || !p.Opens(c.Class)
				})
				v.metrics = append(v.metrics, metric)
			}
		}
		v.datasets = append(v.datasets, d.SeenBy(p))
	}
	slices.SortFunc(v.datasets, func(a, b archwire.Dataset) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(v.metrics, func(a, b archwire.Metric) int { return strings.Compare(a.Name, b.Name) })
	return v
}

// opensMetric says whether p shows every column that a metric may be computed from.
func opensMetric(m archwire.Metric, d archwire.Dataset, p archwire.Profile) bool {
	return !slices.ContainsFunc(d.Columns, func(c archwire.DatasetColumn) bool { return !p.Opens(c.Class) && m.MayRead(c.Name) })
}

// columnsRead lists the columns that a metric may be computed from.
func columnsRead(m archwire.Metric, d archwire.Dataset) (out []archwire.DatasetColumn) {
	for _, c := range d.Columns {
		if m.MayRead(c.Name) {
			out = append(out, c)
		}
	}
	return out
}

// resource is the answers of a metric.
func (e *edition) resource(metric string) (auth.Resource, bool) {
	for _, m := range e.manifest.Metrics {
		if m.Name == metric {
			return auth.Resource{Dataset: m.Dataset, Metric: m.Name}, true
		}
	}
	return auth.Resource{}, false
}

func (v *view) dataset(name string) (archwire.Dataset, bool) {
	for _, d := range v.datasets {
		if d.Name == name {
			return d, true
		}
	}
	return archwire.Dataset{}, false
}

func (v *view) metric(name string) (archwire.Metric, bool) {
	for _, m := range v.metrics {
		if m.Name == name {
			return m, true
		}
	}
	return archwire.Metric{}, false
}

// metaDoc is what every answer says about where it comes from.
type metaDoc struct {
	Publication archwire.PublicationID `json:"publication" doc:"The publication that the whole answer comes from." example:"20261121T021400Z-4f9c"`
	AsOf        archwire.Day           `json:"as_of" doc:"The business date: the last day that the data cover." format:"date"`
	DataThrough time.Time              `json:"data_through" doc:"The oldest instant at which a source was read."`
	Verified    verifiedDoc            `json:"verified" doc:"What was proved about the copy before it was published."`
	Contract    int                    `json:"contract,omitempty" doc:"The contract version of the dataset answered from."`
	Since       archwire.PublicationID `json:"since,omitempty" doc:"The publication that changes begin with." example:"20261120T021400Z-83d1"`
	Metric      *measure.AboutMetric   `json:"metric,omitempty" doc:"The metric answered, where it is one."`
}

type verifiedDoc struct {
	Method string    `json:"method" doc:"How source and copy were compared." example:"count"`
	Tables int       `json:"tables" doc:"How many tables were compared."`
	Rows   int64     `json:"rows" doc:"How many rows they hold."`
	Checks int       `json:"checks" doc:"How many checks of the project ran and found nothing."`
	At     time.Time `json:"at" doc:"When."`
}

func metaOf(m archwire.Manifest) ([]byte, error) {
	v := m.Verification
	text, err := json.Marshal(metaDoc{
		Publication: m.ID, AsOf: m.AsOf, DataThrough: m.DataThrough.UTC(),
		Verified: verifiedDoc{Method: v.Method, Tables: len(v.Tables), Rows: v.Rows(), Checks: v.Checks, At: v.At.UTC()},
	})
	if err != nil {
		return nil, fmt.Errorf("writing the meta of publication %s: %w", m.ID, err)
	}
	return text[1 : len(text)-1], nil
}
