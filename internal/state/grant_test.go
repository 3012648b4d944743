package state_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"archwire"
	"archwire/internal/serve/auth"
	"archwire/internal/state"
)

func TestGrant_IsRemembered(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		mint(t, s, "partner")
		later := noon.Add(time.Hour)
		made, err := s.Grant(t.Context(), "partner", []state.NewGrant{{
			Tenant: "7", Datasets: []string{"visits", "balances", "visits"}, Metrics: []string{"wait"}, Profile: archwire.Pseudonymous,
			Locations: []string{"9", "10", "9"}, Purpose: "practice analytics", By: state.Operator("dana"), From: later, Until: later.Add(time.Hour),
		}})
		if err != nil {
			t.Fatal(err)
		}
		want := []auth.Grant{{
			Client: "partner", Tenant: "7", Datasets: []string{"balances", "visits"}, Metrics: []string{"wait"}, Profile: archwire.Pseudonymous,
			Locations: []string{"10", "9"}, Purpose: "practice analytics", GrantedBy: "operator:dana", CreatedAt: noon, From: later, Until: later.Add(time.Hour),
		}}
		if diff := cmp.Diff(want, made, cmpopts.IgnoreFields(auth.Grant{}, "ID")); diff != "" {
			t.Errorf("Grant (-want +got):\n%s", diff)
		}
		for client, tenants := range map[string]map[string]int{
			"partner": {"": 2, "7": 2, "8": 1}, "": {"": 2, "7": 2, "8": 1}, "nobody": {"": 0, "7": 0},
		} {
			for tenant, n := range tenants {
				if got, err := s.Grants(t.Context(), client, tenant); err != nil || len(got) != n {
					t.Errorf("Grants(%q, %q) are %d, %v; want %d", client, tenant, len(got), err, n)
				}
			}
		}
		_, err = s.Grant(t.Context(), "nobody", everything(archwire.Aggregate, "7"))
		wantCode(t, err, archwire.NotFound)
	})
}

func TestGrant_WhatIsInForceIsNotMadeAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		mint(t, s, "partner")
		grant := func(change func(*state.NewGrant)) int {
			t.Helper()
			n := everything(archwire.Aggregate, "7")[0]
			change(&n)
			made, err := s.Grant(t.Context(), "partner", []state.NewGrant{n, n})
			if err != nil {
				t.Fatal(err)
			}
			return len(made)
		}
		same := func(*state.NewGrant) {}
		if first, again := grant(same), grant(same); first != 1 || again != 0 {
			t.Errorf("made %d, then %d grants; want one and none", first, again)
		}
		for name, change := range map[string]func(*state.NewGrant){
			"tenant":  func(n *state.NewGrant) { n.Tenant = "8" },
			"profile": func(n *state.NewGrant) { n.Profile = archwire.Identified },
			"purpose": func(n *state.NewGrant) { n.Purpose = "another" },
			"dataset": func(n *state.NewGrant) { n.Datasets = []string{"d"} },
			"metric":  func(n *state.NewGrant) { n.Metrics = []string{"d"} },
			"place":   func(n *state.NewGrant) { n.Locations = []string{"9"} },
			"end":     func(n *state.NewGrant) { n.Until = noon.Add(time.Hour) },
		} {
			if made := grant(change); made != 1 {
				t.Errorf("with another %s %d grants are made, want one", name, made)
			}
		}
	})
}

func TestGrant_RefusesUnclearGrants(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		s := open(t, url, at(noon))
		mint(t, s, "c")
		for name, c := range map[string]struct {
			change func(*state.NewGrant)
			code   archwire.Code
		}{
			"no tenant":          {func(n *state.NewGrant) { n.Tenant = "" }, archwire.Invalid},
			"no purpose":         {func(n *state.NewGrant) { n.Purpose = "" }, archwire.Invalid},
			"a blank purpose":    {func(n *state.NewGrant) { n.Purpose = "  " }, archwire.Invalid},
			"no profile":         {func(n *state.NewGrant) { n.Profile = "" }, archwire.Invalid},
			"nobody":             {func(n *state.NewGrant) { n.By = "" }, archwire.Invalid},
			"no dataset":         {func(n *state.NewGrant) { n.Datasets = []string{""} }, archwire.Invalid},
			"no location":        {func(n *state.NewGrant) { n.Locations = []string{"9", ""} }, archwire.Invalid},
			"no metric":          {func(n *state.NewGrant) { n.Metrics = []string{""} }, archwire.Invalid},
			"over":               {func(n *state.NewGrant) { n.Until = noon }, archwire.Invalid},
			"end before begin":   {func(n *state.NewGrant) { n.From, n.Until = noon.Add(2*time.Hour), noon.Add(time.Hour) }, archwire.Invalid},
			"all by a practice":  {func(n *state.NewGrant) { n.Tenant, n.By = auth.Everyone, "practice:7" }, archwire.Denied},
			"all by a lookalike": {func(n *state.NewGrant) { n.Tenant, n.By = auth.Everyone, "operatorx" }, archwire.Denied},
		} {
			t.Run(name, func(t *testing.T) {
				n := everything(archwire.Aggregate, "7")[0]
				c.change(&n)
				_, err := s.Grant(t.Context(), "c", []state.NewGrant{everything(archwire.Aggregate, "8")[0], n})
				wantCode(t, err, c.code)
			})
		}
		if got, err := s.Grants(t.Context(), "c", "7"); err != nil || len(got) != 1 {
			t.Errorf("grants %v, %v; want the one that was there", got, err)
		}
	})
}

func TestRevokeGrants_AllOrNoneAndOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		now := noon
		s := open(t, url, func() time.Time { return now })
		k := mint(t, s, "c")
		made, err := s.Grant(t.Context(), "c", everything(archwire.Aggregate, "1", "2"))
		if err != nil {
			t.Fatal(err)
		}
		err = s.RevokeGrants(t.Context(), []string{made[0].ID, "aw_id_thesecret"})
		wantCode(t, err, archwire.NotFound)
		if strings.Contains(err.Error(), "thesecret") {
			t.Errorf("the error repeats what was given: %v", err)
		}
		if got, err := s.GrantsOf(t.Context(), "c"); err != nil || len(got) != 3 {
			t.Errorf("one of two ids was unknown, and %d grants are left, %v; want all three", len(got), err)
		}
		before, err := s.Key(t.Context(), k.ID)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second time changes nothing
			if err := s.RevokeGrants(t.Context(), []string{made[0].ID}); err != nil {
				t.Fatal(err)
			}
			now = now.Add(time.Hour)
		}
		all, err := s.Grants(t.Context(), "", "1")
		if err != nil || len(all) != 2 || !all[1].RevokedAt.Equal(noon) {
			t.Errorf("grants of 1 are %+v, %v; want the revoked one with the time of its revocation", all, err)
		}
		of, err := s.GrantsOf(t.Context(), "c")
		left := slices.DeleteFunc(slices.Clone(of), func(g auth.Grant) bool { return !g.InForce(now) })
		if err != nil || len(of) != 3 || len(left) != 2 {
			t.Errorf("%d grants, of which %d are left, %v", len(of), len(left), err)
		}
		if after, err := s.Key(t.Context(), k.ID); err != nil || after.Grants == before.Grants {
			t.Errorf("the key does not tell that its grants have changed: %q, %v", after.Grants, err)
		}
	})
}

// The keys of a state from before there were grants, one of each kind.
const oldKeys = `insert into api_key (id, client, hash, all_tenants, tenants, profile, created_at, revoked_at) values
	('a', 'partner', '00', false, '["1","2"]', 'pseudonymous', '2026-01-01T00:00:00.000000Z', null),
	('b', 'partner', '01', false, '["1","2"]', 'pseudonymous', '2026-01-02T00:00:00.000000Z', null),
	('c', 'partner', '02', false, '["9"]', 'identified', '2025-01-01T00:00:00.000000Z', '2026-02-02T00:00:00.000000Z'),
	('d', 'partner', '03', true, 'null', 'aggregate', '2026-01-03T00:00:00.000000Z', null),
	('e', 'warehouse', '04', true, 'null', 'identified', '2026-01-04T00:00:00.000000Z', null)`

func TestOpen_OldKeysOpenWhatTheyDid(t *testing.T) {
	onBoth(t, func(t *testing.T, url string) {
		before(t, url, 3, oldKeys)
		s := open(t, url, at(noon))
		opens := map[string]string{}
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			k, err := s.Key(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			grants, err := s.GrantsOf(t.Context(), k.Client)
			if err != nil {
				t.Fatal(err)
			}
			grants = slices.DeleteFunc(grants, func(g auth.Grant) bool { return !g.RevokedAt.IsZero() })
			slices.SortFunc(grants, func(a, b auth.Grant) int { return strings.Compare(a.Tenant, b.Tenant) })
			text := k.Client
			for _, g := range grants {
				text += " " + g.Tenant + " " + string(g.Profile)
				if g.Purpose != "made with the key" || g.GrantedBy != "operator" || !g.InForce(noon) || len(g.Datasets)+len(g.Metrics) > 0 {
					t.Errorf("key %s has the grant %+v", id, g)
				}
			}
			if !k.RevokedAt.IsZero() {
				text += " revoked"
			}
			opens[id] = text
		}
		want := map[string]string{
			"a": "partner 1 pseudonymous 2 pseudonymous", "b": "partner 1 pseudonymous 2 pseudonymous",
			"c": "partner 1 pseudonymous 2 pseudonymous revoked",
			"d": "partner (key d) * aggregate", "e": "warehouse * identified",
		}
		if diff := cmp.Diff(want, opens); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		revoked, err := s.Grants(t.Context(), "partner", "9")
		if err != nil || len(revoked) != 1 || revoked[0].RevokedAt.IsZero() {
			t.Errorf("what a revoked key opened: %+v, %v; want a revoked grant", revoked, err)
		}
		if _, _, _, err := s.CreateKey(t.Context(), state.NewKey{Client: "warehouse"}); err != nil {
			t.Errorf("a further key of an old client: %v", err)
		}
	})
}
