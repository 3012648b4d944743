package web

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"archwire/internal/serve/web/fill"
	"archwire/internal/serve/web/view"
)

// A bar is how a page's view is changed: a form whose answer is the page itself.
type bar struct {
	Path     string // of the page
	Noun     string
	Tenant   tenant
	Tenants  []option // "" where there are too many to list, or only one
	Switch   string   // where a tenant is looked for among many; "" where they are listed
	All      string   // what all of them are called
	Periods  []option
	From, To string
	Custom   bool
	Compare  []option
	Filters  []choice
	Chips    []chip
	Kept     []kept // what the form leaves as it is
}

// An option is one of a choice.
type option struct {
	Value, Text string
	Chosen      bool
}

// A choice narrows a page by one of a dimension's values.
type choice struct {
	Name, Label, Any string
	Options          []option
}

// A chip is a filter that holds, and where it is taken away.
type chip struct{ Text, Remove string }

// kept is a parameter that a form hands on.
type kept struct{ Name, Value string }

// listedTenants is how many tenants are listed; among more one searches.
const listedTenants = 25

// barOf is the bar of a page that can be narrowed by some dimensions.
func (v *visit) barOf(l *look, dimensions []string, keeps ...string) bar {
	now := l.board.View
	b := bar{Path: v.r.URL.Path, Noun: v.service.Noun.Singular, Tenant: l.tenant, All: "All " + strconv.Itoa(len(v.tenants)) + " " + v.service.Noun.Plural}
	switch {
	case len(v.tenants) > listedTenants:
		b.Switch = "/switch?to=" + escaped(v.r.URL.RequestURI())
		b.keep(now.Noun, now.Tenant)
	case len(v.tenants) > 1:
		for _, t := range v.tenants {
			b.Tenants = append(b.Tenants, option{t.ID, t.Label, t.ID == now.Tenant})
		}
	}
	b.periods(l)
	for _, c := range []option{{string(view.PreviousPeriod), "The period before", false}, {string(view.PreviousYear), "The year before", false}, {string(view.None), "Nothing", false}} {
		c.Chosen = c.Value == string(now.Compare)
		b.Compare = append(b.Compare, c)
	}
	b.filters(l, dimensions)
	for _, name := range keeps {
		b.keep(name, v.r.URL.Query().Get(name))
	}
	return b
}

func (b *bar) keep(name, value string) {
	if value != "" {
		b.Kept = append(b.Kept, kept{name, value})
	}
}

// periods offers the periods; the one that holds where none is named is chosen.
func (b *bar) periods(l *look) {
	now, asOf := l.board.View, l.board.AsOf
	chosen := now.Period
	if chosen == "" {
		chosen = view.Usual(asOf)
	}
	for _, p := range []struct{ name, text string }{
		{view.ThisMonth, "This month"},
		{view.LastMonth, "Last month"},
		{view.Last3Months, "Last 3 months"},
		{view.Last12Months, "Last 12 months"},
		{view.YearToDate, "Year to date"},
		{view.Custom, "Other months"},
	} {
		text := p.text
		if p.name != view.Custom {
			text += " (" + l.periodText(view.View{Period: p.name}.Span(asOf)) + ")"
		}
		b.Periods = append(b.Periods, option{p.name, text, p.name == chosen})
	}
	s := now.Span(asOf)
	b.Custom, b.From, b.To = chosen == view.Custom, s.First.Format("2006-01"), s.Last.Format("2006-01")
}

// filters offers the values of dimensions that have names, and lists what holds.
func (b *bar) filters(l *look, dimensions []string) {
	now := l.board.View
	for _, dimension := range slices.Sorted(maps.Keys(now.Filters)) {
		for _, value := range now.Filters[dimension] {
			b.Chips = append(b.Chips, chip{fill.Words(dimension) + ": " + l.board.Names.Of(dimension, value), l.board.SelfLink(now.Without(dimension, value))})
		}
	}
	for _, dimension := range dimensions {
		c := choice{Name: "filter[" + dimension + "]", Label: fill.Words(dimension), Any: "Any"}
		values := now.Filters[dimension]
		for _, name := range l.namesOf(dimension) {
			c.Options = append(c.Options, option{name.ID, name.Label, len(values) == 1 && values[0] == name.ID})
		}
		if len(c.Options) > 0 && len(values) < 2 {
			b.Filters = append(b.Filters, c)
			continue
		}
		for _, value := range values {
			b.keep(c.Name, value)
		}
	}
	for dimension, values := range now.Filters {
		if !slices.Contains(dimensions, dimension) {
			for _, value := range values {
				b.keep("filter["+dimension+"]", value)
			}
		}
	}
	slices.SortStableFunc(b.Kept, func(x, y kept) int { return strings.Compare(x.Name, y.Name) })
}
