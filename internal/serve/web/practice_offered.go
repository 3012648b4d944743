package web

import (
	"slices"
	"strings"

	"archwire"
	"archwire/internal/serve/web/ask"
	"archwire/internal/serve/web/fill"
)

// offered is what there is of a tenant to be granted, and what people call it.
type offered struct {
	catalogue fill.Catalogue
	location  string // the column that grants of some locations go by
	names     fill.Names
}

// offeredOf asks for it.
func (v *visit) offeredOf(t tenant) (o offered, err error) {
	err = ask.Do(
		func() (err error) {
			o.catalogue.Datasets, _, err = asked[[]fill.Dataset](v, "/v1/datasets", v.of(t))
			return err
		},
		func() (err error) {
			o.catalogue.Metrics, _, err = asked[[]fill.Metric](v, "/v1/metrics", v.of(t))
			return err
		},
	)
	if err != nil {
		return o, err
	}
	o.names = fill.ReadNames(v.ctx, v.ask, o.catalogue, v.service.Noun.Singular, t.ID)
	for _, d := range o.catalogue.Datasets {
		if d.Location != "" && len(o.names.List(d.Location)) > 0 {
			o.location = d.Location
			break
		}
	}
	return o, nil
}

// datasets are those that there are, under each contract, by the name of all.
func (o offered) datasets() (out []option) {
	for _, d := range o.catalogue.Datasets {
		if name := archwire.Family(d.Name); !has(out, name) {
			out = append(out, option{Value: name, Text: o.dataset(name)})
		}
	}
	return out
}

func (o offered) metrics() (out []option) {
	for _, m := range o.catalogue.Metrics {
		out = append(out, option{Value: m.Name, Text: m.Label})
	}
	return out
}

// places are the locations that have names: several of one name with their ids.
func (o offered) places() (out []option) {
	if o.location == "" {
		return nil
	}
	called := map[string]int{}
	for _, name := range o.names.List(o.location) {
		called[name.Label]++
	}
	for _, name := range o.names.List(o.location) {
		if called[name.Label] > 1 {
			name.Label += " (" + name.ID + ")"
		}
		out = append(out, option{Value: name.ID, Text: name.Label})
	}
	return out
}

// dataset is what one is called.
func (o offered) dataset(name string) string {
	if d, ok := o.catalogue.Dataset(name); ok {
		return d.Called()
	}
	return fill.Words(name)
}

// metric is what one is called.
func (o offered) metric(name string) string {
	if m, ok := o.catalogue.Metric(name); ok {
		return m.Label
	}
	return fill.Words(name)
}

// place is what a location is called: one without a name by its id.
func (o offered) place(id string) string {
	if o.location == "" {
		return id
	}
	return o.names.Of(o.location, id)
}

// offer chooses those of options that are named. What is named and is none of them
// stands behind them: what stood in a grant stays in its form.
func offer(options []option, chosen []string, called func(string) string) []option {
	for i, o := range options {
		options[i].Chosen = slices.Contains(chosen, o.Value)
	}
	for _, name := range chosen {
		if !has(options, name) {
			options = append(options, option{name, called(name), true})
		}
	}
	return options
}

func has(options []option, value string) bool {
	return slices.ContainsFunc(options, func(o option) bool { return o.Value == value })
}

// opens says what a grant opens: in pages as people call it, in files by names and ids
// and without leaving anything out.
func (o offered) opens(g grant) cell {
	what := cell{Text: "everything", Raw: "everything", Class: "wide"}
	if len(g.Datasets)+len(g.Metrics) > 0 {
		called := slices.Concat(each(g.Datasets, o.dataset), each(g.Metrics, o.metric))
		what.Text, what.Raw = few(called), strings.Join(slices.Concat(g.Datasets, g.Metrics), ", ")
	}
	if len(g.Locations) > 0 {
		what.Text, what.Raw = what.Text+", of "+few(each(g.Locations, o.place)), what.Raw+", of "+strings.Join(g.Locations, ", ")
	}
	return what
}

func each(names []string, called func(string) string) []string {
	out := slices.Clone(names)
	for i, name := range names {
		out[i] = called(name)
	}
	return out
}
