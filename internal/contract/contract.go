// Package contract tells what a project would break of what is served: it compares
// the publication in service with what the next one would hold, and asks the ledger
// of disclosures who used what would change.
package contract

import (
	"slices"
	"strings"

	"archwire"
	"archwire/internal/serve/ledger"
)

// Days is for how long a use is remembered: what nobody used since may change.
const Days = 90

// An Offer is what a publication offers, in the words of its contracts.
type Offer struct {
	Datasets []archwire.Dataset
	Metrics  []archwire.Metric
}

// A Change is one that breaks what a program may rely on.
type Change struct {
	Kind     string `json:"kind"` // dataset or metric
	Name     string `json:"name"`
	Contract int    `json:"contract"`         // of the dataset; of a metric its version
	Column   string `json:"column,omitempty"` // or dimension; "" when it is about more than one
	What     string `json:"change"`           // is removed, has another type: text instead of date
	Way      string `json:"way_out"`          // what to do instead

	class  archwire.Class // of the column, as it is in service
	hidden archwire.Class // whoever opens it sees no change; "" is nobody
}

// Compare lists what would break of what is in service, as of the business date of
// what comes next. What is past its sunset then may go.
func Compare(service, next Offer, on archwire.Day) []Change {
	var out []Change
	for _, was := range service.Datasets {
		if was.Over(on) {
			continue
		}
		is, found := next.contract(was)
		if !found {
			out = append(out, lost(was, next))
			continue
		}
		out = append(out, datasetChanges(was, is)...)
	}
	for _, was := range service.Metrics {
		if was.Over(on) || service.over(was.Dataset, on) {
			continue
		}
		out = append(out, metricChanges(was, service, next)...)
	}
	return out
}

// contract finds the same contract of the same dataset, whatever it is called
// meanwhile.
func (o Offer) contract(d archwire.Dataset) (archwire.Dataset, bool) {
	i := slices.IndexFunc(o.Datasets, func(c archwire.Dataset) bool {
		return archwire.Family(c.Name) == archwire.Family(d.Name) && c.Contract == d.Contract
	})
	if i < 0 {
		return archwire.Dataset{}, false
	}
	return o.Datasets[i], true
}

// dataset finds a dataset by its name.
func (o Offer) dataset(name string) archwire.Dataset {
	for _, d := range o.Datasets {
		if d.Name == name {
			return d
		}
	}
	return archwire.Dataset{}
}

// over says whether a dataset is past its sunset.
func (o Offer) over(dataset string, on archwire.Day) bool {
	return o.dataset(dataset).Over(on)
}

// touches says whether a use relied on what changes.
func (c Change) touches(u ledger.Use) bool {
	if u.Metric != (c.Kind == kindMetric) || u.Name != c.Name {
		return false
	}
	switch {
	case c.hidden != "" && u.Profile.Opens(c.hidden):
		return false
	case !u.Metric && u.Contract != 0 && u.Contract != c.Contract:
		return false
	case c.Column == "", u.All && (u.Profile == "" || u.Profile.Opens(c.class)):
		return true
	}
	return slices.Contains(u.Columns, c.Column)
}

const (
	kindDataset = "dataset"
	kindMetric  = "metric"
)

// String names the change: dataset sales, contract 1: column amount is removed.
func (c Change) String() string {
	var b strings.Builder
	b.WriteString(c.Subject())
	b.WriteString(": ")
	switch {
	case c.Column != "" && c.Kind == kindDataset:
		b.WriteString("column " + c.Column + " ")
	case c.Column != "":
		b.WriteString("dimension " + c.Column + " ")
	}
	b.WriteString(c.What)
	return b.String()
}
