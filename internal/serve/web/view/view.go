// Package view is what a page is looked at through: tenant, period, comparison and
// filters. All of it is the page's URL, so that a link shows to others what it shows
// here.
package view

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A View is what a page is looked at through.
type View struct {
	Noun    string // names the tenant's parameter
	Tenant  string // "" is all that the viewer sees
	Period  string // one of Periods, or custom
	From    string // of custom: the first month, 2026-01
	To      string // of custom: the last month
	Compare Comparison
	Filters map[string][]string // by dimension
}

// A Comparison is what a period is held against.
type Comparison string

// What a period can be held against.
const (
	PreviousPeriod Comparison = "previous_period" // the same length before it
	PreviousYear   Comparison = "previous_year"   // the same months a year before
	None           Comparison = "none"
)

// Of reads the view off a query. What it cannot read is as if it were not there.
func Of(q url.Values, noun string) View {
	v := View{
		Noun: noun, Tenant: q.Get(noun), Period: q.Get("period"), From: q.Get("from"), To: q.Get("to"),
		Compare: Comparison(q.Get("compare")), Filters: map[string][]string{},
	}
	if !slices.Contains([]Comparison{PreviousPeriod, PreviousYear, None}, v.Compare) {
		v.Compare = PreviousPeriod
	}
	for name, values := range q {
		dimension, ok := dimensionOf(name)
		for _, value := range values {
			if ok && value != "" && !slices.Contains(v.Filters[dimension], value) {
				v.Filters[dimension] = append(v.Filters[dimension], value)
			}
		}
	}
	return v
}

// dimensionOf is the dimension of a parameter filter[dimension].
func dimensionOf(parameter string) (string, bool) {
	name, ok := strings.CutPrefix(parameter, "filter[")
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, "]")
	return name, ok && name != ""
}

// Query writes the view as a query: what is usual is left out.
func (v View) Query() url.Values {
	q := v.Scope()
	if v.Period != "" {
		q.Set("period", v.Period)
	}
	if v.Period == Custom {
		q.Set("from", v.From)
		q.Set("to", v.To)
	}
	if v.Compare != PreviousPeriod && v.Compare != "" {
		q.Set("compare", string(v.Compare))
	}
	return q
}

// Scope is the part of the view that narrows what is asked: tenant and filters, as
// both pages and API take them.
func (v View) Scope() url.Values {
	q := url.Values{}
	if v.Tenant != "" {
		q.Set(v.Noun, v.Tenant)
	}
	for _, dimension := range slices.Sorted(maps.Keys(v.Filters)) {
		q["filter["+dimension+"]"] = slices.Clone(v.Filters[dimension])
	}
	return q
}

// With is the view narrowed to a value of a dimension.
func (v View) With(dimension, value string) View {
	v.Filters = maps.Clone(v.Filters)
	v.Filters[dimension] = []string{value}
	return v
}

// Without is the view without a filter's value.
func (v View) Without(dimension, value string) View {
	v.Filters = maps.Clone(v.Filters)
	left := slices.DeleteFunc(slices.Clone(v.Filters[dimension]), func(s string) bool { return s == value })
	if v.Filters[dimension] = left; len(left) == 0 {
		delete(v.Filters, dimension)
	}
	return v
}

// Link is a path looked at through the view.
func (v View) Link(path string) string { return linked(path, v.Query()) }

func linked(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// day is midnight UTC of a day.
func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
