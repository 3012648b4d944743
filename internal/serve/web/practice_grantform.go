package web

import (
	"slices"
	"strings"

	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
)

// A grantForm gives a grant, in place of another one where it narrows.
type grantForm struct {
	Tenant, Action    string
	Narrows           string // the grant that it takes the place of; "" is none
	Some              bool   // only what is chosen is opened
	Client, Purpose   string
	Until             string
	Locations         string
	Profiles          []option
	Datasets, Metrics []option
	Clients           []string // that were granted something before
	NounName          string
}

// grantFormOf is the form as it is at first: of what g says where that is narrowed.
func grantFormOf(v *visit, t tenant, g grant) grantForm {
	f := grantForm{Tenant: t.ID, Action: v.pathAt("grants", t), NounName: v.service.Noun.Singular, Narrows: g.Grant, Client: g.Client, Purpose: g.Purpose, Locations: strings.Join(g.Locations, ", ")}
	f.Some = len(g.Datasets)+len(g.Metrics) > 0
	f.Profiles = profiles(g.Profile)
	if g.Profile == "" {
		f.Profiles = profiles("aggregate")
	}
	f.Until = g.lastDay()
	for _, name := range g.Datasets {
		f.Datasets = append(f.Datasets, option{name, name, true})
	}
	for _, name := range g.Metrics {
		f.Metrics = append(f.Metrics, option{name, name, true})
	}
	return f
}

// offer completes a form by what there is to grant.
func (v *visit) offer(t tenant, f grantForm) (grantForm, error) {
	type named struct {
		Dataset string `json:"dataset"`
		Metric  string `json:"metric"`
		Label   string `json:"label"`
	}
	var datasets, metrics []named
	err := ask.Do(
		func() (err error) { datasets, _, err = asked[[]named](v, "/v1/datasets", v.of(t)); return err },
		func() (err error) { metrics, _, err = asked[[]named](v, "/v1/metrics", v.of(t)); return err },
	)
	chosen := func(all []option, name string) bool {
		return slices.ContainsFunc(all, func(o option) bool { return o.Value == name && o.Chosen })
	}
	var offered []option
	for _, d := range datasets {
		if name, _, _ := strings.Cut(d.Dataset, "@"); !slices.ContainsFunc(offered, func(o option) bool { return o.Value == name }) {
			offered = append(offered, option{name, fill.Words(name), chosen(f.Datasets, name)})
		}
	}
	f.Datasets, offered = append(offered, unoffered(f.Datasets, offered)...), nil
	for _, m := range metrics {
		offered = append(offered, option{m.Metric, m.Label, chosen(f.Metrics, m.Metric)})
	}
	f.Metrics = append(offered, unoffered(f.Metrics, offered)...)
	return f, err
}

// unoffered are those chosen that there is nothing to offer of: what stood in a grant
// stays in its form.
func unoffered(chosen, offered []option) []option {
	return slices.DeleteFunc(slices.Clone(chosen), func(o option) bool {
		return slices.ContainsFunc(offered, func(other option) bool { return other.Value == o.Value })
	})
}
