package project

import (
	"fmt"
	"slices"
	"strings"

	"archwire"
)

// older complains about an older contract that goes with no newer one, or that is
// to be served for ever.
func (l *loader) older(item Item, d archwire.Dataset) {
	family := archwire.Family(d.Name)
	newest, ok := l.project.Dataset(family)
	switch {
	case !ok && !l.incomplete:
		l.complain(item, "dataset", "there is no dataset %s that it is an older contract of", family)
	case d.Contract != 0 && d.Name != archwire.UnderContract(family, d.Contract):
		l.complain(item, "contract", "is %d, but the dataset is called %s; make them the same", d.Contract, d.Name)
	case ok && newest.Contract != 0 && d.Contract >= newest.Contract:
		l.complain(item, "contract", "is %d, and that of %s is %d; an older contract has a lower number", d.Contract, family, newest.Contract)
	}
	if d.Sunset == "" {
		l.complain(item, "sunset", "missing; say until when an older contract is served: sunset: 2027-06-30")
	}
}

// An Ended is a dataset or metric that is not published any more.
type Ended struct {
	Kind   string       `json:"kind"` // dataset or metric
	Name   string       `json:"name"`
	Sunset archwire.Day `json:"sunset"`
	File   string       `json:"file"` // that may be removed
}

// String says what may be removed.
func (e Ended) String() string {
	return fmt.Sprintf("%s %s is not published after its sunset, %s; it may be taken out of %s", e.Kind, e.Name, e.Sunset, e.File)
}

// On lists the datasets and metrics that are published on a business date, and
// those that are not any more. A metric ends with its dataset.
func (p *Project) On(date archwire.Day) (datasets []archwire.Dataset, metrics []archwire.Metric, ended []Ended) {
	over := map[string]archwire.Day{}
	for _, d := range p.Datasets {
		if !d.Over(date) {
			datasets = append(datasets, d)
			continue
		}
		over[d.Name] = d.Sunset
		ended = append(ended, p.ended(Item{KindDataset, d.Name}, d.Sunset))
	}
	for _, m := range p.Metrics {
		sunset, gone := over[m.Dataset]
		if m.Over(date) {
			sunset, gone = m.Sunset, true
		}
		if gone {
			ended = append(ended, p.ended(Item{KindMetric, m.Name}, sunset))
			continue
		}
		if m.Rows != nil && over[m.Rows.Dataset] != "" {
			m.Rows = nil
		}
		metrics = append(metrics, m)
	}
	return datasets, metrics, ended
}

// DashboardsOn lists the dashboards as they are published on a business date: with the
// tiles of which no metric and no dataset has ended. Without tiles there is no dashboard.
func (p *Project) DashboardsOn(date archwire.Day) []archwire.Dashboard {
	_, _, ended := p.On(date)
	over := func(kind string) func(string) bool {
		return func(name string) bool {
			return slices.ContainsFunc(ended, func(e Ended) bool { return e.Kind == kind && e.Name == name })
		}
	}
	var out []archwire.Dashboard
	for _, d := range p.Dashboards {
		d.Tiles = slices.DeleteFunc(slices.Clone(d.Tiles), func(t archwire.Tile) bool {
			return over(KindDataset)(t.Dataset) || slices.ContainsFunc(t.Metrics, over(KindMetric))
		})
		if len(d.Tiles) > 0 {
			out = append(out, d)
		}
	}
	return out
}

func (p *Project) ended(item Item, sunset archwire.Day) Ended {
	return Ended{item.Kind, item.Name, sunset, p.Complaint(item, "", "").File}
}

// Ending lists the datasets and metrics whose sunset is ahead of a business date,
// but not by more than the given number of days.
func (p *Project) Ending(date archwire.Day, days int) []Ended {
	until := archwire.DayOf(date.Time().AddDate(0, 0, days))
	var soon []Ended
	for _, d := range p.Datasets {
		if d.Over(until) && !d.Over(date) {
			soon = append(soon, p.ended(Item{KindDataset, d.Name}, d.Sunset))
		}
	}
	for _, m := range p.Metrics {
		if m.Over(until) && !m.Over(date) {
			soon = append(soon, p.ended(Item{KindMetric, m.Name}, m.Sunset))
		}
	}
	slices.SortStableFunc(soon, func(a, b Ended) int { return strings.Compare(string(a.Sunset), string(b.Sunset)) })
	return soon
}
