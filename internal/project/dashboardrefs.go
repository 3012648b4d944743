package project

import (
	"maps"
	"slices"
	"strings"

	"archwire"
)

// dashboardReferences looks at what the dashboards say about metrics, datasets and each other,
// and puts them in their order.
func (l *loader) dashboardReferences() {
	taken := map[int]string{}
	for _, d := range l.project.Dashboards {
		item := Item{KindDashboard, d.Name}
		if other, doubled := taken[d.Position]; doubled && d.Position > 0 {
			l.complain(item, "position", "%d is the place of %s already; give each dashboard its own", d.Position, other)
		}
		taken[d.Position] = d.Name
		if len(d.Tiles) == 0 {
			l.complain(item, "tiles", "is empty; a dashboard has at least one tile")
		}
		narrowed := map[string]bool{}
		for i, t := range d.Tiles {
			l.tile(item, element("tiles", i), t, narrowed)
		}
		for i, f := range d.Filters {
			if !narrowed[f] && !l.missingMetrics() {
				l.complain(item, element("filters", i), "no tile has the dimension or column %s%s", f, DidYouMean(f, slices.Sorted(maps.Keys(narrowed))))
			}
		}
	}
	slices.SortStableFunc(l.project.Dashboards, func(a, b archwire.Dashboard) int { return a.Position - b.Position })
}

// missingMetrics says whether something could not be read that a tile may name.
func (l *loader) missingMetrics() bool { return l.incomplete || l.unnamedMetric }

// tile looks at one tile and adds to narrowed by what it can be.
func (l *loader) tile(item Item, at string, t archwire.Tile, narrowed map[string]bool) {
	s := shapeOf(t)
	for _, f := range s.meaningless(t) {
		l.complain(item, join(at, f[0]), "has a meaning for %s only; leave it out", f[1])
	}
	if wrong := outside(len(t.Metrics), s.metrics, "metric"); wrong != "" {
		l.complain(item, join(at, "metrics"), "a tile of kind %s%s %s", t.Kind, s.whose, wrong)
	}
	if wrong := outside(len(t.By), s.by, "dimension"); wrong != "" {
		l.complain(item, join(at, "by"), "a tile of kind %s %s", t.Kind, wrong)
	}
	metrics := l.tileMetrics(item, at, t, s)
	for i, name := range t.By {
		l.dimensions(item, join(at, element("by", i)), metrics, name)
	}
	if t.Dataset != "" || t.Kind == archwire.TileBenchmark {
		l.tileDataset(item, at, t, narrowed)
	} else {
		for _, name := range slices.Sorted(maps.Keys(t.Filter)) {
			l.dimensions(item, join(join(at, "filter"), name), metrics, name)
		}
	}
	for _, m := range metrics {
		for _, name := range m.Dimensions {
			narrowed[name] = true
		}
	}
}

// tileMetrics finds the metrics of a tile, and complains about those that cannot be
// drawn together.
func (l *loader) tileMetrics(item Item, at string, t archwire.Tile, s shape) (found []archwire.Metric) {
	for i, name := range t.Metrics {
		field := join(at, element("metrics", i))
		m, ok := l.project.Metric(name)
		if !ok {
			if !l.missingMetrics() {
				l.complain(item, field, "there is no metric %s%s", name, DidYouMean(name, metricNames(l.project.Metrics)))
			}
			continue
		}
		if s.oneUnit && len(found) > 0 && m.Unit != found[0].Unit && m.Unit != "" && found[0].Unit != "" {
			l.complain(item, field, "%s is in %s and %s in %s; they share an axis, so draw them in two tiles", m.Name, m.Unit, found[0].Name, found[0].Unit)
		}
		if s.sums && (m.Additivity == archwire.Ratio || m.Additivity == archwire.NonAdditive) {
			l.complain(item, field, "%s is of additivity %s, so its parts do not add up; draw it as lines, bars or a table", m.Name, m.Additivity)
		}
		found = append(found, m)
	}
	return found
}

// dimensions complains about a dimension that not all of the metrics have.
func (l *loader) dimensions(item Item, field string, metrics []archwire.Metric, name string) {
	for _, m := range metrics {
		if !slices.Contains(m.Dimensions, name) {
			l.complain(item, field, "metric %s has no dimension %s%s", m.Name, name, DidYouMean(name, m.Dimensions))
			return
		}
	}
}

// tileDataset looks at the dataset of a table of rows, or of a benchmark.
func (l *loader) tileDataset(item Item, at string, t archwire.Tile, narrowed map[string]bool) {
	if t.Dataset == "" {
		l.complain(item, join(at, "dataset"), "missing; a benchmark names the dataset that has the quartiles")
		return
	}
	d, ok := l.known(item, join(at, "dataset"), t.Dataset)
	if !ok {
		return
	}
	if t.Kind == archwire.TileBenchmark {
		l.banded(item, join(at, "dataset"), d)
	}
	if t.OfRows() && len(t.Fields) == 0 {
		l.complain(item, join(at, "fields"), "missing; a table of rows names the columns that it shows")
	}
	for i, c := range t.Fields {
		l.column(item, join(at, element("fields", i)), d, c)
	}
	for c := range strings.SplitSeq(t.Sort, ",") {
		if c = strings.TrimPrefix(strings.TrimSpace(c), "-"); c != "" {
			l.published(item, join(at, "order_by"), d, c)
		}
	}
	l.filtered(item, join(at, "filter"), d, t.Filter)
	if t.OfRows() {
		for _, c := range d.Columns {
			narrowed[c.Name] = true
		}
	}
}

// bandColumns are the columns of a dataset with quartiles that every tile of kind
// benchmark reads.
func bandColumns() []string {
	return []string{"month", "metric", "cell", "cell_label", "own", "lower_quartile", "median", "upper_quartile", "suppressed"}
}

// banded complains about a dataset that has no quartiles to draw a band of.
func (l *loader) banded(item Item, field string, d archwire.Dataset) {
	missing := slices.DeleteFunc(bandColumns(), func(name string) bool {
		_, ok := d.Column(name)
		return ok
	})
	if len(missing) > 0 && len(d.Columns) > 0 {
		l.complain(item, field, "dataset %s has no %s; a benchmark reads %s", d.Name, or(missing), and(bandColumns()))
	}
}

// behind looks at where the rows behind a metric are said to be.
func (l *loader) behind(item Item, b archwire.Behind) {
	if b.Dataset == "" {
		return
	}
	d, ok := l.known(item, "rows.dataset", b.Dataset)
	if !ok {
		return
	}
	if b.Date != "" {
		l.published(item, "rows.date", d, b.Date)
	}
	l.filtered(item, "rows.filter", d, b.Filter)
}

// filtered complains about conditions on columns that are not there.
func (l *loader) filtered(item Item, at string, d archwire.Dataset, conditions map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		l.published(item, join(at, name), d, name)
	}
}

// column complains about a column that a table cannot show.
func (l *loader) column(item Item, field string, d archwire.Dataset, name string) {
	if name == d.Tenant {
		l.complain(item, field, "%s is the tenant column, which is the same in every row of a page; leave it out", name)
		return
	}
	l.published(item, field, d, name)
}

// known finds a dataset, or complains that there is none of that name.
func (l *loader) known(item Item, field, name string) (archwire.Dataset, bool) {
	d, ok := l.project.Dataset(name)
	if !ok && !l.incomplete {
		l.complain(item, field, "there is no dataset %s%s", name, DidYouMean(name, datasetNames(l.project.Datasets)))
	}
	return d, ok
}

func metricNames(metrics []archwire.Metric) []string {
	names := make([]string, len(metrics))
	for i, m := range metrics {
		names[i] = m.Name
	}
	return names
}
