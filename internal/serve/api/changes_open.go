package api

import (
	"cmp"
	"slices"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/catalogue"
	"archwire/internal/serve/problem"
	"archwire/internal/serve/request"
)

// settled is how long before a publication grants must have been what they are, for
// all who read it to have read it by them: servers ask for grants anew within a
// second, and the clocks of those who grant and those who publish may differ.
const settled = time.Minute

// parseTenants finds the tenants: those named, or else all that open the dataset in
// one of the publications.
func (q *changesRequest) parseTenants(c *call, p request.Parameters, what auth.Resource) error {
	now, before := c.opening(what).tenants, q.before.opening(q.before.rowsOf()).tenants
	q.places = map[string]whereabouts{}
	for _, id := range before {
		q.places[id] = whereabouts{before: true}
	}
	for _, id := range now {
		q.places[id] = whereabouts{q.places[id].before, true}
	}
	if len(q.places) == 0 {
		return noDataset(c)
	}
	asked := p.Values[c.ed.Manifest.Noun.Singular]
	q.named = len(asked) > 0
	for _, id := range asked {
		if _, found := q.places[id]; !found {
			return c.noTenant(id)
		}
		q.tenants = append(q.tenants, id)
	}
	if !q.named {
		q.tenants = slices.Concat(now, before)
	}
	slices.Sort(q.tenants)
	q.tenants = slices.Compact(q.tenants)
	c.several = len(q.tenants) > 1
	if changed := c.Scope.ChangedAt(what, asked).Add(settled); !changed.Before(q.before.ed.Manifest.CreatedAt) {
		return c.grantsChanged(changed.Before(c.ed.Manifest.CreatedAt))
	}
	return nil
}

// grantsChanged says that the changes since a publication that was made before grants
// were settled cannot be told. Unless the call's own publication was made after, what
// is read of it today cannot be followed either.
func (c *call) grantsChanged(made bool) *problem.Problem {
	p := startOver("What your grants open has changed since that publication was made.")
	if !made {
		p.Hint = "Read /rows or an export once more, with the same parameters, in the place of what you have, and again from the next publication " +
			"that is made a minute or more after the change: the changes since that one can be told."
	}
	return p
}

// parseColumns finds the columns, which both publications must have alike: in the
// profile of each tenant, so that it opens the dataset in both if it is in both,
// and in what all of them open.
func (q *changesRequest) parseColumns(c *call, p request.Parameters, what auth.Resource) error {
	var common [2]archwire.Profile // before and now
	var used []archwire.Profile
	for _, id := range q.tenants {
		var own [2]archwire.Profile
		for i, side := range []*call{q.before, c} {
			if there := []bool{q.places[id].before, q.places[id].now}[i]; there {
				own[i], _ = side.opens(id, side.rowsOf())
				common[i] = cmp.Or(common[i], archwire.Identified).Common(own[i])
				used = append(used, own[i])
			}
		}
		if own[0] != own[1] && q.places[id].before && q.places[id].now {
			return otherColumns()
		}
	}
	then, now := cmp.Or(common[0], common[1]), cmp.Or(common[1], common[0])
	var found bool
	q.profile = now
	c.within, q.before.within = now, then
	if q.dataset, found = c.ed.Views[now].Dataset(what.Dataset); !found {
		if _, opens := c.ed.Views[archwire.Identified].Dataset(what.Dataset); !opens {
			return noDataset(c)
		}
		return otherColumns()
	}
	c.datasetEnds(q.dataset)
	q.fields = q.dataset.Columns
	if err := q.parseFields(p, func(column string) string { return c.elsewhere(what, column) }); err != nil {
		return err
	}
	q.withKey()
	for _, profile := range slices.Compact(slices.Sorted(slices.Values(used))) {
		if !q.sameIn(q.before.ed.Views[profile], c.ed.Views[profile]) {
			return otherColumns()
		}
	}
	if !q.sameIn(q.before.ed.Views[then], c.ed.Views[now]) {
		return otherColumns()
	}
	return nil
}

func otherColumns() *problem.Problem {
	return startOver("The dataset was not in that publication with the columns and the key that it has now.")
}

// withKey puts the columns of the key in front of the fields that were named, so
// that what a row replaces can be found.
func (q *changesRequest) withKey() {
	if !q.chosen {
		return
	}
	var missing []archwire.DatasetColumn
	for _, k := range q.keyColumns() {
		if !slices.ContainsFunc(q.fields, func(f archwire.DatasetColumn) bool { return f.Name == k.Name }) {
			missing = append(missing, k)
		}
	}
	q.fields = append(missing, q.fields...)
}

// sameIn says whether a view of the publication before and one of the other have
// the dataset with the same key and the fields that are asked for, of the same types.
func (q *changesRequest) sameIn(a, b *catalogue.View) bool {
	x, ok := a.Dataset(q.then)
	y, ok2 := b.Dataset(q.dataset.Name)
	if !ok || !ok2 || x.Tenant != y.Tenant || !slices.Equal(x.Key, y.Key) {
		return false
	}
	for _, f := range q.fields {
		cx, in := x.Column(f.Name)
		cy, in2 := y.Column(f.Name)
		if !in || !in2 || cx.Type != cy.Type {
			return false
		}
	}
	return q.chosen || slices.EqualFunc(x.Columns, y.Columns, func(cx, cy archwire.DatasetColumn) bool { return cx.Name == cy.Name })
}
