package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"archwire"
	"archwire/internal/project"
	"archwire/internal/publish"
	"archwire/internal/serve/auth"
)

// knownLocations refuses locations that no published row of the tenants names. Where
// they cannot be known it says so and lets them pass: before anything is published,
// where no row tells its location, and for all tenants, those to come included.
func (a *app) knownLocations(ctx context.Context, p *project.Project, tenants, locations []string) (err error) {
	if len(locations) == 0 {
		return nil
	}
	if len(tenants) == 0 {
		return a.uncheckedLocations("the grant is of all "+p.Noun.Plural+", those to come included", locations)
	}
	store, err := a.openStore(p)
	if err != nil {
		return err
	}
	engine, err := openReader(ctx, p)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, engine.Close()) }()
	pub, err := publish.OpenReader(store, engine).Current(ctx)
	if archwire.CodeOf(err) == archwire.NotFound {
		return a.uncheckedLocations("nothing is published yet", locations)
	}
	if err != nil {
		return err
	}
	var known []string
	for _, t := range tenants {
		theirs, err := pub.LocationsAtHand(ctx, t)
		if err != nil {
			return err
		}
		known = append(known, theirs...)
	}
	whose := p.Noun.Singular + " " + strings.Join(tenants, ", ")
	if len(known) == 0 {
		return a.uncheckedLocations("no published row of "+whose+" tells its location", locations)
	}
	slices.Sort(known)
	known = slices.Compact(known)
	for _, l := range locations {
		if !slices.Contains(known, l) {
			return &archwire.Error{
				Code:    archwire.NotFound,
				Message: fmt.Sprintf("there is no location %q in publication %s of %s%s", l, pub.Manifest().ID, whose, project.DidYouMean(l, known)),
				Hint:    fmt.Sprintf("There are %s. One that is new is there after the next archwire run.", auth.ListLocations(known)),
			}
		}
	}
	return nil
}

func (a *app) uncheckedLocations(why string, locations []string) error {
	fmt.Fprintf(a.Err, "archwire: warning: %s, so it was not checked that these locations exist: %s\n", why, strings.Join(locations, ", "))
	return nil
}
