package fill

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/tile"
)

// A Metric is one as /v1/metrics tells it.
type Metric struct {
	Name       string              `json:"metric"`
	ID         string              `json:"id"`
	Label      string              `json:"label"`
	Definition string              `json:"definition"`
	Unit       string              `json:"unit"`
	Better     string              `json:"better"`
	Additivity archwire.Additivity `json:"additivity"`
	Basis      archwire.Basis      `json:"basis"`
	Grain      string              `json:"grain"` // how long a time its dates stand for; "" is a day
	Matures    string              `json:"matures"`
	Dimensions []string            `json:"dimensions"`
	Dataset    string              `json:"dataset"`
	Rows       *Behind             `json:"rows"`
	Version    int                 `json:"version"`
	Sunset     string              `json:"sunset"`
}

// Behind is where the single things are that a metric counts.
type Behind struct {
	Dataset string            `json:"dataset"`
	Date    string            `json:"date"`
	Filter  map[string]string `json:"filter"`
}

// OfTile is the metric as tiles take it.
func (m Metric) OfTile() tile.Metric {
	return tile.Metric{Name: m.Name, Label: m.Label, Definition: m.Definition, Unit: m.Unit, Better: m.Better, Additivity: m.Additivity}
}

// IsState says whether the metric is a state at the end of a day: over several months
// it is what it is at their end.
func (m Metric) IsState() bool {
	return m.Additivity == archwire.Semi || m.Basis == archwire.BasisSnapshot && m.Additivity != archwire.Additive
}

// HasTotal says whether the parts of the metric make a whole that stands beside them:
// those of a median or of a number of different things do not.
func (m Metric) HasTotal() bool { return m.Additivity != archwire.NonAdditive }

// A Dataset is one as /v1/datasets tells it.
type Dataset struct {
	Name        string   `json:"dataset"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Tenant      string   `json:"tenant"`
	Key         []string `json:"key"`
	Columns     []Column `json:"columns"`
	Location    string   `json:"location"`
	Contract    int      `json:"contract"`
}

// A Column is one of a dataset.
type Column struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Class       string `json:"class"`
	Pseudonym   string `json:"pseudonym"`
	Unit        string `json:"unit"`
	Description string `json:"description"`

	Labels map[string]string `json:"labels"` // what values are called
}

// Called is the dataset's name for people.
func (d Dataset) Called() string {
	if d.Title != "" {
		return d.Title
	}
	return Words(d.Name)
}

// Column finds a column.
func (d Dataset) Column(name string) (Column, bool) {
	i := slices.IndexFunc(d.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return d.Columns[i], true
}

// A Catalogue is what opens to the viewer.
type Catalogue struct {
	Metrics  []Metric
	Datasets []Dataset
}

// ReadCatalogue asks for it.
func ReadCatalogue(ctx context.Context, v *ask.Viewer) (c Catalogue, err error) {
	err = ask.Do(
		func() error { return read(ctx, v, "/v1/metrics", &c.Metrics) },
		func() error { return read(ctx, v, "/v1/datasets", &c.Datasets) },
	)
	return c, err
}

// read reads the data of an answer.
func read(ctx context.Context, v *ask.Viewer, path string, into any) error {
	a, err := v.Get(ctx, path, nil)
	if err != nil {
		return err
	}
	doc := struct {
		Data any `json:"data"`
	}{into}
	return a.Into(&doc)
}

// Metric finds a metric.
func (c Catalogue) Metric(name string) (Metric, bool) {
	i := slices.IndexFunc(c.Metrics, func(m Metric) bool { return m.Name == name })
	if i < 0 {
		return Metric{}, false
	}
	return c.Metrics[i], true
}

// Dataset finds a dataset.
func (c Catalogue) Dataset(name string) (Dataset, bool) {
	i := slices.IndexFunc(c.Datasets, func(d Dataset) bool { return d.Name == name })
	if i < 0 || name == "" {
		return Dataset{}, false
	}
	return c.Datasets[i], true
}

// Words is a name of columns and values as people write: first_seen_on is First seen on,
// payer_id is Payer.
func Words(name string) string {
	text := strings.ReplaceAll(strings.TrimSuffix(name, "_id"), "_", " ")
	r, n := utf8.DecodeRuneInString(text)
	if n == 0 || text == "" {
		return name
	}
	return string(unicode.ToUpper(r)) + text[n:]
}
