package web

import (
	"cmp"
	"strings"
)

// A grantForm gives a grant, in place of another one where it narrows.
type grantForm struct {
	Tenant, Action            string
	Narrows                   string // the grant that it takes the place of; "" is none
	Some, Single              bool   // only what is chosen is opened; single figures, too
	Somewhere                 bool   // only of the places that are chosen
	Client, Purpose           string
	Until                     string
	Locations                 string // by their ids, where they have no names to choose from
	Profiles                  []option
	Datasets, Metrics, Places []option
	Clients                   []string // that were granted something before
	NounName                  string

	chosen grant
}

// grantFormOf is the form as it is at first: of what g says where that is narrowed.
func grantFormOf(v *visit, t tenant, g grant) grantForm {
	return grantForm{
		Tenant: t.ID, Action: v.pathAt("grants", t), NounName: v.service.Noun.Singular, Narrows: g.Grant, Client: g.Client, Purpose: g.Purpose,
		Locations: strings.Join(g.Locations, ", "), Until: g.lastDay(), Profiles: profiles(cmp.Or(g.Profile, "aggregate")),
		Some: len(g.Datasets)+len(g.Metrics) > 0, Single: len(g.Metrics) > 0, Somewhere: len(g.Locations) > 0, chosen: g,
	}
}

// sentForm is the form as it was sent.
func sentForm(v *visit, t tenant) grantForm {
	f := grantFormOf(v, t, grant{
		Grant: v.form.Get("narrows"), Client: v.form.Get("client"), Purpose: v.form.Get("purpose"), Profile: v.form.Get("profile"),
		Datasets: v.form["datasets"], Metrics: v.form["metrics"], Locations: v.placesSent(),
	})
	f.Until, f.Some, f.Somewhere = v.form.Get("until"), v.form.Get("what") == onlySome, v.form.Get("where") == onlySome
	return f
}

// offering is the form with what there is to grant.
func (f grantForm) offering(o offered) grantForm {
	f.Datasets = offer(o.datasets(), f.chosen.Datasets, o.dataset)
	f.Metrics = offer(o.metrics(), f.chosen.Metrics, o.metric)
	if places := o.places(); len(places) > 0 {
		f.Places = offer(places, f.chosen.Locations, o.place)
	}
	return f
}
