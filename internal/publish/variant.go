package publish

import (
	"slices"

	"archwire"
)

// A variant is a dataset as one or more profiles see it. Profiles that see the
// same columns share one, under the narrowest of them: the bytes are the same,
// so they are written once.
type variant struct {
	profile archwire.Profile
	columns []archwire.DatasetColumn
	cut     bool // its published slices have further columns, which are not to be seen any more
}

// variants lists the distinct ways in which profiles see d, narrowest first. A
// profile for which d does not open has none.
func variants(d archwire.Dataset) []variant {
	var vs []variant
	for _, p := range archwire.Profiles() {
		if !d.Opens(p) {
			continue
		}
		// A wider profile sees what a narrower one does and perhaps more, so as
		// many columns are the same columns.
		columns := d.Visible(p)
		if n := len(vs); n > 0 && len(vs[n-1].columns) == len(columns) {
			continue
		}
		vs = append(vs, variant{profile: p, columns: columns})
	}
	return vs
}

// widest is the variant of d that a reader of profile p is given: the one with
// the most columns among those that p opens. There is none if p does not open d.
func widest(d archwire.Dataset, p archwire.Profile) (variant, bool) {
	if !d.Opens(p) {
		return variant{}, false
	}
	visible := len(d.Visible(p))
	for _, v := range variants(d) {
		if len(v.columns) == visible {
			return v, true
		}
	}
	return variant{}, false
}

// seenBy is the variant of d that a reader of profile p is given: of a dataset that is
// narrowed, that of the published one without the columns that are closed.
func seenBy(d archwire.Dataset, p archwire.Profile) (variant, bool) {
	if d.Published == nil || !d.Opens(p) {
		return widest(d, p)
	}
	v, ok := widest(*d.Published, p)
	columns := d.Visible(p)
	v.cut, v.columns = len(columns) < len(v.columns), columns
	return v, ok
}

// source is what the slices of v are cut from.
func (v variant) source(d archwire.Dataset) archwire.SliceSource {
	columns := make([]string, len(v.columns))
	for i, c := range v.columns {
		columns[i] = c.Name
	}
	return archwire.SliceSource{Relation: d.From, Tenant: d.Tenant, Key: d.Key, Columns: columns}
}

// order lists the columns of the slices of v: the tenant, the key, the others.
func (v variant) order(d archwire.Dataset) []string {
	names := append([]string{d.Tenant}, d.Key...)
	for _, c := range v.columns {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names
}

// sameShape says whether equal rows of a and b give equal slices: the same
// columns by name and type in the same order, under the same tenant column and
// key. Descriptions, units and where the rows come from do not show in a slice.
func sameShape(a archwire.Dataset, av variant, b archwire.Dataset, bv variant) bool {
	return a.Tenant == b.Tenant && a.Contract == b.Contract && slices.Equal(a.Key, b.Key) &&
		slices.EqualFunc(av.columns, bv.columns, func(x, y archwire.DatasetColumn) bool {
			return x.Name == y.Name && x.Type == y.Type
		})
}
