package auth_test

import (
	"testing"
	"time"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/serve/auth/authtest"
)

func TestChangedAt_IsTheLatestTurnOfWhatConcernsTheTenants(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	at := func(hours int) time.Time { return noon.Add(time.Duration(hours) * time.Hour) }
	grant := func(tenant string, g auth.Grant) auth.Grant {
		g.Tenant, g.Profile = tenant, archwire.Aggregate
		return g
	}
	s := authtest.New()
	key := s.Mint(t, auth.Key{Client: "c"},
		grant("made", auth.Grant{CreatedAt: at(-9), From: at(-9)}),
		grant("begun", auth.Grant{CreatedAt: at(-9), From: at(-3)}),
		grant("to begin", auth.Grant{CreatedAt: at(-8), From: at(3)}),
		grant("ended", auth.Grant{CreatedAt: at(-9), From: at(-9), Until: at(-2)}),
		grant("to end", auth.Grant{CreatedAt: at(-7), From: at(-7), Until: at(2)}),
		grant("revoked", auth.Grant{CreatedAt: at(-9), From: at(-9), RevokedAt: at(-1)}),
		grant("another dataset", auth.Grant{CreatedAt: at(-4), From: at(-4), Datasets: []string{"e"}}),
		grant("a metric", auth.Grant{CreatedAt: at(-4), From: at(-4), Metrics: []string{"m"}}))
	s.Grant("others", grant(auth.Everyone, auth.Grant{CreatedAt: noon, From: noon}))
	what := auth.Resource{Dataset: "d"}
	scope := s.Scope(t, key, noon)
	for tenant, want := range map[string]time.Time{
		"made": at(-9), "begun": at(-3), "to begin": at(-8), "ended": at(-2), "to end": at(-7), "revoked": at(-1),
		"another dataset": {}, "a metric": {}, "none": {}, "": at(-1),
	} {
		var tenants []string
		if tenant != "" {
			tenants = []string{tenant}
		}
		if got := scope.ChangedAt(what, tenants); !got.Equal(want) {
			t.Errorf("%q changed at %s, want %s", tenant, got, want)
		}
	}
	if got := scope.ChangedAt(auth.Resource{Dataset: "d", Metric: "m"}, []string{"a metric"}); !got.Equal(at(-4)) {
		t.Errorf("the metric changed at %s", got)
	}
	if got := s.Scope(t, key, at(4)).ChangedAt(what, nil); !got.Equal(at(3)) {
		t.Errorf("later the latest change is that of %s", got)
	}
	s.Grant("c", grant(auth.Everyone, auth.Grant{CreatedAt: at(-5), From: at(-5), RevokedAt: at(5)}))
	if got := s.Scope(t, key, at(6)).ChangedAt(what, []string{"none"}); !got.Equal(at(5)) {
		t.Errorf("what was everyone's changed at %s", got)
	}
}

// A grant that came and went leaves the digest another one than it was.
func TestDigestRemembersWhatWent(t *testing.T) {
	noon := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	s := authtest.New()
	key := s.Mint(t, auth.Key{Client: "c"}, authtest.Everything(archwire.Aggregate, "1")...)
	before := s.Scope(t, key, noon).Digest()
	s.Grant("c", auth.Grant{ID: "x", Tenant: "2", Profile: archwire.Identified, CreatedAt: noon, From: noon})
	s.Revoke(noon.Add(time.Second), func(g auth.Grant) bool { return g.ID == "x" }, nil)
	if after := s.Scope(t, key, noon.Add(time.Minute)); after.Digest() == before || after.Allows("2") {
		t.Error("the digest is what it was")
	}
}
