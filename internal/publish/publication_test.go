package publish_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"archwire"
	"archwire/internal/publish"
	"archwire/internal/serve/auth"
)

// opened publishes the visits and opens the publication.
func opened(t *testing.T) (*bundle, *publish.Publication) {
	t.Helper()
	b := setup(t)
	b.visits(t, "20.00")
	b.publish(t, input())
	return b, b.current(t)
}

const visitIDs = `select cast(practice_id as varchar) || '/' || visit_id from slice order by 1`

func TestQuery_SeesTheTenantsOfItsScopeOnly(t *testing.T) {
	_, p := opened(t)
	for name, c := range map[string]struct {
		scope   []string
		tenants []string
		want    [][]string
	}{
		"all":                      {nil, nil, [][]string{{"1/10"}, {"1/11"}, {"2/20"}}},
		"all, narrowed":            {nil, []string{"2"}, [][]string{{"2/20"}}},
		"one":                      {[]string{"1"}, nil, [][]string{{"1/10"}, {"1/11"}}},
		"two, narrowed":            {[]string{"1", "2"}, []string{"2"}, [][]string{{"2/20"}}},
		"narrowed twice":           {[]string{"1", "2"}, []string{"2", "2"}, [][]string{{"2/20"}}},
		"one without rows":         {[]string{"3"}, nil, nil},
		"with and without rows":    {[]string{"2", "3"}, []string{"3", "2"}, [][]string{{"2/20"}}},
		"one here, one elsewhere":  {[]string{"2", "99"}, nil, [][]string{{"2/20"}}},
		"all, one that has no row": {nil, []string{"3"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := rows(t, p.Query(t.Context(), scope(t, archwire.Aggregate, c.scope...), of("visit"), c.tenants, archwire.Query{SQL: visitIDs}))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestQuery_WhatMayNotBeSeenDoesNotExist(t *testing.T) {
	_, p := opened(t)
	for name, c := range map[string]struct {
		scope   auth.Scope
		dataset string
		tenants []string
	}{
		"the zero scope":              {auth.Scope{}, "visit", nil},
		"the zero scope, narrowed":    {auth.Scope{}, "visit", []string{"1"}},
		"an unknown dataset":          {scope(t, archwire.Identified), "visits", nil},
		"an unknown tenant":           {scope(t, archwire.Identified), "visit", []string{"4"}},
		"no tenant at all":            {scope(t, archwire.Identified), "visit", []string{""}},
		"another's tenant":            {scope(t, archwire.Identified, "1"), "visit", []string{"2"}},
		"one's own and another's":     {scope(t, archwire.Identified, "1"), "visit", []string{"1", "2"}},
		"a tenant that is not there":  {scope(t, archwire.Identified, "99"), "visit", []string{"99"}},
		"a scope of nobody published": {scope(t, archwire.Identified, "99"), "visit", nil},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := tryRows(p.Query(t.Context(), c.scope, of(c.dataset), c.tenants, archwire.Query{SQL: visitIDs}))
			wantCode(t, err, archwire.NotFound)
			_, err = p.Slices(t.Context(), c.scope, of(c.dataset), c.tenants)
			wantCode(t, err, archwire.NotFound)
		})
	}
}

func TestQuery_AnothersTenantAndAnUnknownOneLookTheSame(t *testing.T) {
	_, p := opened(t)
	s := scope(t, archwire.Aggregate, "1")
	_, another := p.Slices(t.Context(), s, of("visit"), []string{"2"})
	_, unknown := p.Slices(t.Context(), s, of("visit"), []string{"4"})
	if a, b := strings.ReplaceAll(another.Error(), `"2"`, "T"), strings.ReplaceAll(unknown.Error(), `"4"`, "T"); a != b {
		t.Errorf("%q and %q tell them apart", another, unknown)
	}
}

func TestQuery_ShowsTheColumnsOfItsProfile(t *testing.T) {
	_, p := opened(t)
	for profile, want := range map[archwire.Profile]string{
		archwire.Aggregate:    "practice_id visit_id day amount",
		archwire.Pseudonymous: "practice_id visit_id day amount patient",
		archwire.Identified:   "practice_id visit_id day amount patient name",
	} {
		for _, tenant := range []string{"1", "3"} { // with rows and without
			var got string
			for batch, err := range p.Query(t.Context(), scope(t, profile, tenant), of("visit"), nil,
				archwire.Query{SQL: "select count(*) as n, * from slice group by all union all by name select 0 as n"}) {
				if err != nil {
					t.Fatal(err)
				}
				names := make([]string, batch.NumCols()-1)
				for i := range names {
					names[i] = batch.ColumnName(i + 1)
				}
				got = strings.Join(names, " ")
			}
			if got != want {
				t.Errorf("%s sees of tenant %s %q, want %q", profile, tenant, got, want)
			}
		}
	}
	_, err := tryRows(p.Query(t.Context(), scope(t, archwire.Pseudonymous), of("visit"), nil, archwire.Query{SQL: "select name from slice"}))
	if err == nil {
		t.Error("a pseudonymous scope read names")
	}
}

func TestQuery_TakesParameters(t *testing.T) {
	_, p := opened(t)
	q := archwire.Query{SQL: "select visit_id from slice where amount = $1", Args: []any{archwire.Number("10.50")}}
	got := rows(t, p.Query(t.Context(), scope(t, archwire.Aggregate), of("visit"), nil, q))
	if diff := cmp.Diff([][]string{{"11"}}, got); diff != "" {
		t.Error(diff)
	}
}

func TestQuery_RefusesAlteredSlices(t *testing.T) {
	for name, damage := range map[string]func(*testing.T, *bundle, string){
		"altered": func(t *testing.T, b *bundle, path string) { b.alter(t, path) },
		"truncated": func(t *testing.T, _ *bundle, path string) {
			if err := os.Truncate(path, 100); err != nil {
				t.Fatal(err)
			}
		},
		"missing": func(t *testing.T, _ *bundle, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, p := opened(t)
			s := scope(t, archwire.Aggregate)
			slices, err := p.Slices(t.Context(), s, of("visit"), []string{"1"})
			if err != nil {
				t.Fatal(err)
			}
			damage(t, b, b.slicePath(slices[0].SHA256))
			got, err := tryRows(p.Query(t.Context(), s, of("visit"), nil, archwire.Query{SQL: visitIDs}))
			wantCode(t, err, archwire.Mismatch)
			if len(got) != 0 || !strings.Contains(err.Error(), slices[0].SHA256) || strings.Contains(err.Error(), b.dir) {
				t.Errorf("gave %v and %q; want no row and the slice's hash, not its path", got, err)
			}
			if got := rows(t, p.Query(t.Context(), s, of("visit"), []string{"2"}, archwire.Query{SQL: visitIDs})); len(got) != 1 {
				t.Errorf("another tenant's slice gives %v", got)
			}
		})
	}
}

func TestTenants_AreThoseOfTheScope(t *testing.T) {
	_, p := opened(t)
	names := func(s auth.Scope) (out []string) {
		for _, tenant := range p.Tenants(s) {
			out = append(out, tenant.ID)
		}
		return out
	}
	if diff := cmp.Diff([]string{"1", "2", "3"}, names(scope(t, archwire.Aggregate))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2"}, names(scope(t, archwire.Aggregate, "99", "2"))); diff != "" {
		t.Error(diff)
	}
	if got := names(auth.Scope{}); got != nil {
		t.Errorf("the zero scope sees %v", got)
	}
}
