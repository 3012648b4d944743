package publish

import (
	"context"
	"fmt"
	"slices"

	"github.com/apache/arrow-go/v18/arrow/array"

	"archwire"
	"archwire/internal/serve/auth"
)

// Locations lists the locations that rows of the tenant name, as grants write them,
// sorted: none where no dataset tells its rows' location. It is for whoever
// administers the tenant; to anybody else there is no such tenant.
func (p *Publication) Locations(ctx context.Context, scope auth.Scope, tenant string) ([]string, error) {
	if !scope.Administers(tenant) {
		return nil, p.noTenant(tenant)
	}
	return p.LocationsAtHand(ctx, tenant)
}

// LocationsAtHand is Locations for whoever has the store itself at hand, as the
// command line has: it asks no scope, so nothing that serves may call it.
func (p *Publication) LocationsAtHand(ctx context.Context, tenant string) ([]string, error) {
	if _, known := p.tenants[tenant]; !known {
		return nil, p.noTenant(tenant)
	}
	var all []string
	for _, d := range p.datasets {
		v, ok := d.narrowest()
		if !ok || !d.Located() {
			continue
		}
		some, err := p.locationsIn(ctx, d.Location, p.slices[place{d.Name, v.profile, tenant}])
		if err != nil {
			return nil, p.unlessCollected(ctx, err)
		}
		all = append(all, some...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// locationsIn lists the values of a column of a slice as text, each once.
func (p *Publication) locationsIn(ctx context.Context, column string, of kept) (all []string, err error) {
	files, release, err := p.reader.files(ctx, []kept{of})
	if err != nil {
		return nil, err
	}
	defer release()
	name := archwire.Quote(column)
	q := archwire.Query{SQL: "select distinct cast(" + name + " as varchar) from slice where " + name + " is not null", Once: true}
	for batch, err := range p.reader.slices.QuerySlices(ctx, files, q) {
		if err != nil {
			return nil, err
		}
		texts, ok := batch.Column(0).(*array.String)
		if !ok {
			return nil, fmt.Errorf("reading locations: the engine gives %s", batch.Column(0).DataType())
		}
		for i := range texts.Len() {
			all = append(all, string([]byte(texts.Value(i)))) // the batch is not ours
		}
	}
	return all, nil
}

// narrowest is the narrowest variant of a dataset; not ok when no profile opens it.
func (d shown) narrowest() (v variant, ok bool) {
	for _, profile := range archwire.Profiles() {
		if v, ok = d.variants[profile]; ok {
			return v, true
		}
	}
	return v, false
}

func (p *Publication) noTenant(tenant string) error {
	return &archwire.Error{
		Code: archwire.NotFound, Message: fmt.Sprintf("there is no %s %q", p.manifest.Noun.Singular, tenant),
		Hint: fmt.Sprintf("GET /v1/%s lists those you may see.", p.manifest.Noun.Plural),
	}
}
