package auth_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

func TestScopeOpensWhatItsGrantsSay(t *testing.T) {
	s, _, a := setup()
	key := s.Mint(t, auth.Key{Client: "gaidge"},
		auth.Grant{ID: "all", Tenant: "p2", Profile: archwire.Pseudonymous},
		auth.Grant{ID: "rows", Tenant: "p1", Datasets: []string{"visits", "balances"}, Profile: archwire.Aggregate},
		auth.Grant{ID: "answers", Tenant: "p1", Metrics: []string{"wait"}, Profile: archwire.Identified})
	scope, err := a.Authorize(t.Context(), key, here)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(scope.Tenants(), " "); got != "p1 p2" {
		t.Errorf("tenants %q, want each once and sorted", got)
	}
	for tenant, want := range map[string]bool{"p1": true, "p2": true, "p3": false, "": false, "P1": false, auth.Everyone: false} {
		if scope.Allows(tenant) != want {
			t.Errorf("Allows(%q) is %v", tenant, !want)
		}
	}
	for _, c := range []struct {
		tenant, dataset, metric string
		want                    auth.Access
	}{
		{"p2", "visits", "", auth.Access{Profile: archwire.Pseudonymous, Grant: "all"}},
		{"p2", "anything", "wait", auth.Access{Profile: archwire.Pseudonymous, Grant: "all"}},
		{"p1", "visits", "", auth.Access{Profile: archwire.Aggregate, Grant: "rows"}},
		{"p1", "visits", "count", auth.Access{Profile: archwire.Aggregate, Grant: "rows"}},
		{"p1", "visits", "wait", auth.Access{Profile: archwire.Identified, Grant: "answers"}},
		{"p1", "patients", "wait", auth.Access{Profile: archwire.Identified, Grant: "answers"}},
		{"p1", "patients", "", auth.Access{}}, // a metric's grant opens no rows
		{"p1", "wait", "", auth.Access{}},
		{"p1", "", "", auth.Access{}},
		{"p1", "", "wait", auth.Access{}},
		{"p3", "visits", "", auth.Access{}},
	} {
		got, ok := scope.Opens(c.tenant, auth.Resource{Dataset: c.dataset, Metric: c.metric})
		if !cmp.Equal(got, c.want) || ok != (c.want.Grant != "") {
			t.Errorf("%s of %s, metric %q: %+v, %t; want %+v", c.dataset, c.tenant, c.metric, got, ok, c.want)
		}
	}
	if scope.All() || scope.Client() != "gaidge" || !strings.Contains(key, "_"+scope.Key()+"_") || len(scope.Grants()) != 3 {
		t.Errorf("scope is %+v", scope)
	}
	scope.Tenants()[0] = "p9"
	scope.Grants()[0] = auth.Grant{}
	if scope.Allows("p9") || scope.Grants()[0].ID == "" {
		t.Error("a caller's change to what it was given changed the scope")
	}
}

func TestScopeOfAllNamesNone(t *testing.T) {
	s := authtest.New()
	scope := s.Scope(t, s.Mint(t, auth.Key{},
		auth.Grant{Tenant: "p1", Profile: archwire.Identified}, auth.Grant{Tenant: auth.Everyone, Profile: archwire.Aggregate}), morning)
	if !scope.All() || scope.Tenants() != nil || !scope.Allows("anyone") {
		t.Errorf("scope is %+v", scope)
	}
	for tenant, want := range map[string]archwire.Profile{"p1": archwire.Identified, "anyone": archwire.Aggregate} {
		if got, _ := scope.Opens(tenant, auth.Resource{Dataset: "d"}); got.Profile != want {
			t.Errorf("%s opens %s, want %s", tenant, got.Profile, want)
		}
	}
}

func TestZeroScopeSeesNothing(t *testing.T) {
	var scope auth.Scope
	_, opens := scope.Opens("p1", auth.Resource{Dataset: "d"})
	if scope.All() || scope.Allows("") || scope.Allows("p1") || opens || scope.Grants() != nil || scope.Tenants() != nil {
		t.Error("the zero scope opens something")
	}
}

func TestGrantsToComeAreListedAndOpenNothing(t *testing.T) {
	s := authtest.New()
	later := auth.Grant{ID: "later", Tenant: "p1", Profile: archwire.Aggregate, From: morning.Add(time.Hour)}
	over := auth.Grant{ID: "over", Tenant: "p2", Profile: archwire.Aggregate, Until: morning}
	revoked := auth.Grant{ID: "revoked", Tenant: "p3", Profile: archwire.Aggregate, RevokedAt: morning}
	odd := auth.Grant{ID: "odd", Tenant: "p4", Profile: "owner"}
	scope := s.Scope(t, s.Mint(t, auth.Key{}, later, over, revoked, odd), morning)
	if scope.Tenants() != nil || len(scope.Grants()) != 1 || scope.Grants()[0].ID != "later" {
		t.Errorf("tenants %v, grants %v", scope.Tenants(), scope.Grants())
	}
}

// drawGrant draws a grant out of few names, so that grants overlap.
func drawGrant(t *rapid.T, i int) auth.Grant {
	at := func(label string) time.Time {
		return morning.Add(time.Duration(rapid.IntRange(-3, 3).Draw(t, label)) * time.Hour)
	}
	some := func(label string, names ...string) []string {
		return rapid.SliceOfN(rapid.SampledFrom(names), 0, 2).Draw(t, label)
	}
	g := auth.Grant{
		ID: fmt.Sprint("g", i), Tenant: rapid.SampledFrom([]string{"p1", "p2", "p3", auth.Everyone}).Draw(t, "tenant"),
		Datasets: some("datasets", "d1", "d2"), Metrics: some("metrics", "m1", "m2", "d1"),
		Profile: rapid.SampledFrom([]archwire.Profile{archwire.Aggregate, archwire.Pseudonymous, archwire.Identified, "owner"}).Draw(t, "profile"),
		From:    at("from"), Locations: some("locations", "l1", "l2", "l3"),
	}
	if rapid.Bool().Draw(t, "ends") {
		g.Until = at("until")
	}
	if rapid.IntRange(0, 4).Draw(t, "revoked") == 0 {
		g.RevokedAt = at("revocation")
	}
	return g
}

// naive says what one grant opens at a time, as the words of the documentation
// have it; 0 is nothing, 3 the widest profile.
func naive(g auth.Grant, tenant string, what auth.Resource, now time.Time) int {
	width := 1 + slices.Index([]archwire.Profile{archwire.Aggregate, archwire.Pseudonymous, archwire.Identified}, g.Profile)
	everything := len(g.Datasets)+len(g.Metrics) == 0
	switch {
	case !g.RevokedAt.IsZero(), g.From.After(now), !g.Until.IsZero() && !g.Until.After(now):
		return 0
	case g.Tenant != tenant && g.Tenant != "*":
		return 0
	case len(g.Locations) > 0 && !what.Located:
		return 0
	case everything, slices.Contains(g.Datasets, what.Dataset), what.Metric != "" && slices.Contains(g.Metrics, what.Metric):
		return width
	}
	return 0
}

// together says which of several grants of one profile the answer names, and which
// locations they open together; nil is all.
func together(grants []auth.Grant) (ids, locations []string) {
	for _, g := range grants {
		if len(g.Locations) == 0 {
			return []string{g.ID}, nil
		}
		ids, locations = append(ids, g.ID), append(locations, g.Locations...)
	}
	slices.Sort(ids)
	slices.Sort(locations)
	return ids, slices.Compact(locations)
}

func TestScopeIsTheWidestOfItsGrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var grants []auth.Grant
		for i := range rapid.IntRange(0, 8).Draw(t, "grants") {
			grants = append(grants, drawGrant(t, i))
		}
		s, c := authtest.New(), &clock{morning}
		a := auth.NewAuthorizer(s, c.now)
		key := s.Mint(t, auth.Key{Client: "c"}, grants...)
		digests := map[string]string{}
		for range 4 { // one authorizer over hours in which grants begin, end and are revoked
			scope, err := a.Authorize(t.Context(), key, netip.Addr{})
			if err != nil {
				t.Fatal(err)
			}
			var opens []string
			for _, tenant := range []string{"p1", "p2", "p3", "p4", "*", ""} {
				any := false
				for _, what := range []auth.Resource{
					{"d1", "", true, "", false}, {"d2", "", false, "", false}, {"d3", "", true, "", false}, {"d1", "m1", false, "", false}, {"d2", "m2", true, "", false}, {"d3", "m3", true, "", false}, {"d3", "d1", false, "", false},
				} {
					want, by := 0, []auth.Grant{}
					for _, g := range grants {
						switch w := naive(g, tenant, what, c.at); {
						case w > want:
							want, by = w, []auth.Grant{g}
						case w == want && w > 0:
							by = append(by, g)
						}
					}
					access, ok := scope.Opens(tenant, what)
					if ok != (want > 0) || ok && access.Profile != archwire.Profiles()[want-1] {
						t.Fatalf("%v of %q: %+v, %t; want profile %d by %v", what, tenant, access, ok, want, by)
					}
					ids, locations := together(by)
					named := strings.Split(access.Grant, ",")
					slices.Sort(named)
					if ok && (!slices.Equal(access.Locations, locations) || locations != nil && !slices.Equal(named, ids) ||
						locations == nil && !slices.ContainsFunc(by, func(g auth.Grant) bool { return g.ID == access.Grant && len(g.Locations) == 0 })) {
						t.Fatalf("%v of %q: %+v; want locations %v by %v", what, tenant, access, locations, ids)
					}
					any = any || ok
					opens = append(opens, fmt.Sprint(tenant, what, access))
				}
				if any && !scope.Allows(tenant) {
					t.Fatalf("%q is not allowed, and opens something", tenant)
				}
			}
			text := strings.Join(opens, ";")
			if before, ok := digests[scope.Digest()]; ok && before != text {
				t.Fatalf("one digest for %s and %s", before, text)
			}
			digests[scope.Digest()] = text
			c.at = c.at.Add(time.Hour)
			if i := rapid.IntRange(0, 2*len(grants)).Draw(t, "revoke"); i < len(grants) && grants[i].RevokedAt.IsZero() {
				grants[i].RevokedAt = c.at
				s.Revoke(c.at, func(g auth.Grant) bool { return g.ID == grants[i].ID }, nil)
			}
		}
	})
}

func TestDigestIsThatOfTheGrantsInForce(t *testing.T) {
	digest := func(now time.Time, grants ...auth.Grant) string {
		s := authtest.New()
		return s.Scope(t, s.Mint(t, auth.Key{Client: "c"}, grants...), now).Digest()
	}
	one := auth.Grant{ID: "1", Tenant: "p1", Profile: archwire.Aggregate, From: morning, Until: morning.Add(time.Hour)}
	two := auth.Grant{ID: "2", Tenant: "p2", Profile: archwire.Aggregate}
	seen := map[string]string{}
	for name, d := range map[string]string{
		"nothing": digest(morning), "before it begins": digest(morning.Add(-1), one), "one": digest(morning, one), "both": digest(morning, one, two),
		"two": digest(morning, two), "wider": digest(morning, auth.Grant{ID: "2", Tenant: "p2", Profile: archwire.Identified}),
		"narrower": digest(morning, auth.Grant{ID: "2", Tenant: "p2", Profile: archwire.Aggregate, Datasets: []string{"d"}}),
		"answers":  digest(morning, auth.Grant{ID: "2", Tenant: "p2", Profile: archwire.Aggregate, Metrics: []string{"d"}}),
	} {
		if before, ok := seen[d]; ok {
			t.Errorf("%s and %s have one digest", before, name)
		}
		seen[d] = name
	}
	if digest(morning.Add(time.Hour), one, two) != digest(morning.Add(time.Hour), two) {
		t.Error("a grant that is over changes the digest")
	}
}
